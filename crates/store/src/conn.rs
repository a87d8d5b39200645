//! A store, a connection, a transaction; and the macro that runs one query text on either database.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::broadcast;

use crate::cut_off::{CutOff, CutOffs};
use crate::error::Error;
use crate::health::Occupancy;
use crate::migrate;
use crate::pool::{self, Options};
use crate::postgres::Postgres;
use crate::sqlite::{self, LeftBehind, Sqlite};

/// How long an abandoned transaction may take to roll back before its connection is closed instead.
const ROLLBACK_PATIENCE: Duration = Duration::from_secs(5);

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    url: Arc<str>,
    cut_offs: Arc<CutOffs>,
    /// Milliseconds added to the database's clock: 0 but in tests.
    clock_shift: Arc<AtomicI64>,
}

#[derive(Clone)]
enum Pools {
    /// SQLite has one writer at a time: a pool of one queues fairly, where the database would make writers spin.
    Sqlite {
        readers: Pool<sqlite::Connection>,
        writer: Pool<sqlite::Connection>,
        left_behind: LeftBehind,
    },
    Postgres(Pool<AsyncPgConnection>),
}

impl Store {
    /// Opens `sqlite:PATH` or `postgres://...`. Nothing is migrated.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), lavori_store::Error> {
    /// use lavori_domain::organizations::PersonState;
    /// use lavori_store::{Options, Store, people};
    ///
    /// let store = Store::open("sqlite:lavori.db", &Options::default())?;
    /// store.migrate().await?;
    ///
    /// // A change takes a transaction, and is gone unless it is committed. Reads work there as well.
    /// let mut tx = store.begin().await?;
    /// if let Some((ada, _)) = people::find_by_email(&mut tx, "ada@demo.example").await? {
    ///     people::set_state(&mut tx, ada.id, PersonState::Disabled).await?;
    ///     tx.commit().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A change outside a transaction does not compile:
    ///
    /// ```compile_fail,E0308
    /// # use lavori_domain::{PersonId, organizations::PersonState};
    /// # use lavori_store::{Store, people};
    /// # async fn example(store: Store, ada: PersonId) -> Result<(), lavori_store::Error> {
    /// let mut conn = store.read().await?;
    /// people::set_state(&mut conn, ada, PersonState::Disabled).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the URL is of neither kind. An unreachable database shows itself at the first use.
    pub fn open(url: &str, options: &Options) -> Result<Self, Error> {
        let pools = if let Some(path) = pool::sqlite_path(url) {
            Pools::Sqlite {
                readers: pool::sqlite(path, options.connections, options)?,
                writer: pool::sqlite(path, 1, options)?,
                left_behind: LeftBehind::at_most(options.connections),
            }
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Pools::Postgres(pool::postgres(url, options)?)
        } else {
            return Err(Error::Url);
        };
        let cut_offs = match &pools {
            Pools::Sqlite { .. } => CutOffs::within_this_process(),
            Pools::Postgres(_) => CutOffs::among_replicas(url),
        };
        Ok(Self { pools, url: url.into(), cut_offs: Arc::new(cut_offs), clock_shift: Arc::default() })
    }

    /// Runs the migrations that have not run yet, and says how many.
    ///
    /// # Errors
    /// When the database is out of reach or a migration fails; a failed migration leaves nothing behind.
    pub async fn migrate(&self) -> Result<usize, Error> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => migrate::sqlite(pool::get(writer).await?).await,
            Pools::Postgres(_) => migrate::postgres(&self.url).await,
        }
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// [`Error::Busy`] when none is free in time.
    pub async fn read(&self) -> Result<Conn, Error> {
        let inner = match &self.pools {
            Pools::Sqlite { readers, left_behind, .. } => {
                Inner::Sqlite(Sqlite::new(pool::get(readers).await?, left_behind))
            }
            Pools::Postgres(pool) => Inner::Postgres(Postgres::new(pool::get(pool).await?)),
        };
        Ok(self.conn(inner))
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// [`Error::Busy`] when no connection is free in time.
    pub async fn begin(&self) -> Result<Tx, Error> {
        let (inner, begin) = match &self.pools {
            Pools::Sqlite { writer, left_behind, .. } => {
                (Inner::Sqlite(Sqlite::new(pool::get(writer).await?, left_behind)), "BEGIN IMMEDIATE")
            }
            Pools::Postgres(pool) => (Inner::Postgres(Postgres::new(pool::get(pool).await?)), "BEGIN"),
        };
        // Made first: if this future is dropped while BEGIN runs, the connection is thrown away, not pooled.
        let mut tx = Tx { conn: Some(self.conn(inner)), cut_offs: Arc::clone(&self.cut_offs), cuts: Vec::new() };
        tx.execute_batch(begin).await?;
        Ok(tx)
    }

    /// Everything that is taken away from now on, by this process and by the other replicas: what running calls are
    /// stopped by. It only makes things fast; what may commit is decided under the locks.
    pub fn cut_offs(&self) -> broadcast::Receiver<CutOff> {
        self.cut_offs.subscribe()
    }

    /// Starts to hear, on the current runtime, what the other replicas take away. With SQLite there are none.
    pub fn listen(&self) {
        self.cut_offs.listen();
    }

    /// How its pools are now.
    pub fn occupancy(&self) -> Vec<Occupancy> {
        match &self.pools {
            Pools::Sqlite { readers, writer, .. } => {
                vec![pool::occupancy("read", readers), pool::occupancy("write", writer)]
            }
            Pools::Postgres(all) => vec![pool::occupancy("all", all)],
        }
    }

    fn conn(&self, inner: Inner) -> Conn {
        Conn { inner, clock_shift: self.clock_shift.load(Ordering::Relaxed) }
    }

    /// Lets tests see expiry without waiting: moves what this store takes for the database's time.
    #[cfg(feature = "testing")]
    pub fn shift_clock(&self, seconds: i64) {
        self.clock_shift.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    /// The same store with the clock of another: what moves one moves both.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn with_clock_of(self, other: &Self) -> Self {
        Self { clock_shift: Arc::clone(&other.clock_shift), ..self }
    }
}

impl std::fmt::Debug for Store {
    /// Leaves out the URL: it may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match &self.pools {
            Pools::Sqlite { .. } => "Store(SQLite)",
            Pools::Postgres(_) => "Store(PostgreSQL)",
        })
    }
}

/// A connection out of the pool. By itself it only reads.
pub struct Conn {
    pub(crate) inner: Inner,
    pub(crate) clock_shift: i64,
}

pub(crate) enum Inner {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Conn {
    pub(crate) async fn execute_batch(&mut self, sql: &str) -> Result<(), Error> {
        match &mut self.inner {
            Inner::Sqlite(conn) => on_sqlite!(conn, |c| c.batch_execute(sql)),
            Inner::Postgres(conn) => on_postgres!(conn, |c| c.batch_execute(sql)),
        }
    }

    /// Keeps the connection from going back to the pool.
    fn close(self) {
        match self.inner {
            Inner::Sqlite(conn) => conn.close(),
            Inner::Postgres(conn) => conn.close(),
        }
    }
}

/// A transaction. [`Tx::commit`] keeps what it did; dropped, it leaves nothing.
pub struct Tx {
    /// There until the transaction ends.
    conn: Option<Conn>,
    cut_offs: Arc<CutOffs>,
    /// What this transaction takes away when it commits.
    cuts: Vec<CutOff>,
}

impl Tx {
    /// Makes the changes durable.
    ///
    /// # Errors
    /// When the database cannot. Nothing is kept then.
    pub async fn commit(mut self) -> Result<(), Error> {
        self.execute_batch("COMMIT").await?;
        drop(self.conn.take());
        // A call that was let in before the commit, after the first notice, is stopped by this one.
        self.cuts.drain(..).for_each(|cut| self.cut_offs.announce_here(cut));
        Ok(())
    }

    /// Undoes the changes, and waits until they are undone.
    ///
    /// # Errors
    /// When the database is out of reach. Nothing is kept all the same.
    pub async fn rollback(mut self) -> Result<(), Error> {
        self.execute_batch("ROLLBACK").await?;
        drop(self.conn.take());
        Ok(())
    }

    /// Announces, everywhere and at once, what this transaction is about to take away, so that what runs on it stops
    /// and the lock is had sooner; here again when it commits. The other replicas hear it again by the transaction.
    pub(crate) async fn announce(&mut self, cut: CutOff) {
        self.cut_offs.announce(cut).await;
        self.cuts.push(cut);
    }
}

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.conn.as_ref().expect("only commit and rollback take it, and they consume the transaction")
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn.as_mut().expect("only commit and rollback take it, and they consume the transaction")
    }
}

impl Drop for Tx {
    /// A connection in the middle of a transaction must not serve anybody else: it is rolled back first, behind
    /// whatever still runs on it, and closed if that fails.
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        // A statement that nobody waits for any more is cancelled with its connection: it may hold locks.
        if matches!(&conn.inner, Inner::Postgres(postgres) if postgres.busy()) {
            return drop(conn);
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return conn.close() };
        runtime.spawn(async move {
            match tokio::time::timeout(ROLLBACK_PATIENCE, conn.execute_batch("ROLLBACK")).await {
                Ok(Ok(())) => drop(conn),
                _ => conn.close(),
            }
        });
    }
}

/// Runs one query text on whichever database is open: `on!(conn, |c| table.filter(..).load(c))`. Each arm is typed
/// against its own database at compile time.
macro_rules! on {
    ($conn:expr, |$c:ident| $query:expr) => {
        match &mut $conn.inner {
            $crate::conn::Inner::Sqlite(object) => $crate::conn::on_sqlite!(object, |$c| $query),
            $crate::conn::Inner::Postgres(object) => $crate::conn::on_postgres!(object, |$c| $query),
        }
    };
}

/// Runs a statement that only SQLite has.
macro_rules! on_sqlite {
    ($object:expr, |$c:ident| $query:expr) => {{
        let object: &mut $crate::sqlite::Sqlite = $object;
        let outcome = {
            let $c: &mut $crate::sqlite::Connection = object.start();
            $query.await
        };
        object.finish();
        outcome.map_err($crate::Error::from)
    }};
}

/// Runs a statement that only PostgreSQL has.
macro_rules! on_postgres {
    ($object:expr, |$c:ident| $query:expr) => {{
        let object: &mut $crate::postgres::Postgres = $object;
        let outcome = {
            let $c: &mut diesel_async::AsyncPgConnection = object.start();
            $query.await
        };
        object.finish();
        outcome.map_err($crate::Error::from)
    }};
}
pub(crate) use {on, on_postgres, on_sqlite};
