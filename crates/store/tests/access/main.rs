//! Transactions, switches, events and the recorder, on both databases.

mod events;
mod invitations;
mod locks;
mod organization;
mod set_up;
mod switches;
mod transactions;
