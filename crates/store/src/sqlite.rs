//! A pooled SQLite connection whose caller may go away at any moment.
//!
//! SQLite works in threads of this process, and nothing stops a statement there once it runs: diesel offers no
//! `sqlite3_interrupt`, and calling it ourselves would be unsafe code. So whoever goes away leaves the statement behind:
//! it runs to its end in its own thread, on a connection that the pool has given up, and the next caller has another one
//! at once. diesel-async's own way is to wait for the statement, in the middle of the runtime.

use std::error::Error as StdError;
use std::sync::Arc;

use diesel::SqliteConnection;
use diesel_async::pooled_connection::deadpool::Object;
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryFutureExt};
use tokio::sync::{Semaphore, oneshot};

/// A connection whose statements run in other threads, one after the other.
pub(crate) type Connection = SyncConnectionWrapper<SqliteConnection, InOrder>;

/// Runs the statements of one connection in the order in which they were asked for, whether anybody waits for them or
/// not: a transaction that was left behind is rolled back after its last statement, never before it.
pub(crate) struct InOrder {
    last: Option<oneshot::Receiver<()>>,
}

impl SpawnBlocking for InOrder {
    fn spawn_blocking<'a, R>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn StdError + Send + Sync + 'static>>>
    where
        R: Send + 'static,
    {
        let (done, ended) = oneshot::channel();
        let before = self.last.replace(ended);
        let running = tokio::task::spawn_blocking(move || {
            if let Some(before) = before {
                // It is told by its sender being dropped, after a panic, too.
                let _ended = before.blocking_recv();
            }
            let outcome = task();
            drop(done);
            outcome
        });
        running.map_err(Box::from).boxed()
    }

    fn get_runtime() -> Self {
        Self { last: None }
    }
}

/// How many connections may finish a statement that nobody waits for, beside those in the pool.
#[derive(Clone)]
pub(crate) struct LeftBehind(Arc<Semaphore>);

impl LeftBehind {
    pub(crate) fn at_most(connections: usize) -> Self {
        Self(Arc::new(Semaphore::new(connections)))
    }
}

/// A connection out of the pool.
pub(crate) struct Sqlite {
    /// There until the connection is closed.
    object: Option<Box<Object<Connection>>>,
    /// A statement was begun and its end not waited for.
    busy: bool,
    left_behind: LeftBehind,
}

impl Sqlite {
    pub(crate) fn new(object: Object<Connection>, left_behind: &LeftBehind) -> Self {
        Self { object: Some(Box::new(object)), busy: false, left_behind: left_behind.clone() }
    }

    /// The connection, for one statement; [`Sqlite::finish`] says that it was waited for.
    pub(crate) fn start(&mut self) -> &mut Connection {
        self.busy = true;
        self.object.as_mut().expect("only close and drop take it, and both are the end of it")
    }

    pub(crate) fn finish(&mut self) {
        self.busy = false;
    }

    /// Keeps the connection from going back to the pool.
    pub(crate) fn close(mut self) {
        drop(self.object.take().map(|object| Object::take(*object)));
    }
}

impl Drop for Sqlite {
    /// A statement that still runs keeps its connection, and the pool makes room for another one: as long as there are
    /// not too many of them. Beyond that the place in the pool comes free when the statement ends.
    fn drop(&mut self) {
        if !self.busy {
            return;
        }
        let Some(mut object) = self.object.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return drop(Object::take(*object)) };
        match Arc::clone(&self.left_behind.0).try_acquire_owned() {
            Ok(permit) => {
                let mut connection = Object::take(*object);
                runtime.spawn(async move {
                    let _ended = connection.spawn_blocking(|_| Ok(())).await;
                    drop((connection, permit));
                });
            }
            Err(_) => {
                runtime.spawn(async move {
                    let _ended = object.spawn_blocking(|_| Ok(())).await;
                    drop(object);
                });
            }
        }
    }
}
