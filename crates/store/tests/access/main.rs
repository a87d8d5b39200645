//! Transactions, switches, events and the recorder, on both databases.

mod abandoned;
mod cut_offs;
mod events;
mod identities;
mod invitations;
mod limits;
mod live;
mod locks;
mod organization;
mod set_up;
mod switches;
mod transactions;
