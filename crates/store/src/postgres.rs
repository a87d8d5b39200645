//! A pooled PostgreSQL connection that is never handed on while it works for somebody who went away.

use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::Object;
use tokio_postgres::NoTls;

/// A connection out of the pool.
pub(crate) struct Postgres {
    /// There until the connection is closed.
    object: Option<Box<Object<AsyncPgConnection>>>,
    /// A statement was sent and its answer not read.
    busy: bool,
}

impl Postgres {
    pub(crate) fn new(object: Object<AsyncPgConnection>) -> Self {
        Self { object: Some(Box::new(object)), busy: false }
    }

    /// The connection, for one statement; [`Postgres::finish`] says that it was waited for.
    pub(crate) fn start(&mut self) -> &mut AsyncPgConnection {
        self.busy = true;
        self.object.as_mut().expect("only close and drop take it, and both are the end of it")
    }

    pub(crate) fn finish(&mut self) {
        self.busy = false;
    }

    /// Whether a statement is still running for somebody who went away.
    pub(crate) fn busy(&self) -> bool {
        self.busy
    }

    /// Keeps the connection from going back to the pool.
    pub(crate) fn close(mut self) {
        drop(self.object.take().map(|object| Object::take(*object)));
    }
}

impl Drop for Postgres {
    /// Whoever dropped the future of a statement wants nothing of it any more: it is cancelled, and its connection
    /// closed, because a cancellation that comes late would hit the next statement.
    fn drop(&mut self) {
        if !self.busy {
            return;
        }
        let Some(object) = self.object.take() else { return };
        let connection = Object::take(*object);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let cancel = connection.cancel_token();
        runtime.spawn(async move {
            if let Err(error) = cancel.cancel_query(NoTls).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "an abandoned statement could not be cancelled"
                );
            }
            drop(connection);
        });
    }
}
