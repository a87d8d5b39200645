//! Transactions, switches, events and the recorder, on both databases.

mod events;
mod identities;
mod limits;
mod locks;
mod organization;
mod switches;
mod transactions;
