//! Transactions, switches, events and the recorder, on both databases.

mod abandoned;
mod events;
mod limits;
mod locks;
mod organization;
mod switches;
mod transactions;
