//! Transactions, switches, events and the recorder, on both databases.

mod abandoned;
mod events;
mod invitations;
mod limits;
mod locks;
mod organization;
mod set_up;
mod switches;
mod transactions;
