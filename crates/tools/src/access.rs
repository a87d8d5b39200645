//! How a tool opens the database, as a type: what can only read cannot be handed a transaction.

use lavori_store::{Conn, Tx};
/// How a tool opens the database: [`Read`] or [`Write`].
pub trait Access: Sized + 'static {
    /// What [`Call::db`](crate::Call::db) is: pass it on as `&mut call.db`.
    type Db: Send;

    /// A connection to read with.
    fn conn(db: &mut Self::Db) -> &mut Conn;
}

/// Reads. The connection is in no transaction, and the store's changes do not take it.
#[derive(Debug)]
pub enum Read {}

/// Writes, in one transaction that the registry commits together with its audit event.
#[derive(Debug)]
pub enum Write {}

impl Access for Read {
    type Db = Conn;

    fn conn(db: &mut Conn) -> &mut Conn {
        db
    }
}

impl Access for Write {
    type Db = Tx;

    fn conn(db: &mut Tx) -> &mut Conn {
        db
    }
}
