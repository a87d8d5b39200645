//! How often something was done lately, counted for all replicas together and through restarts (OAUTH.md decision 12).
//!
//! A key reaches this module as a bucket, a number from a keyed hash: a purpose has at most [`BUCKETS`] rows, whatever
//! strangers send, and no address or account can be read from them. Two keys that share a bucket by chance count
//! together. There is no row that everybody writes, unless a ceiling for all is asked for.

use std::time::Duration;

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use diesel_async::RunQueryDsl;
use lavori_domain::Timestamp;

use crate::clock::{self, DatabaseNow, shifted};
use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::kept::kept;
use crate::schema::limits;
use crate::sql::{Instant, Sql};

/// The most rows of one purpose.
pub const BUCKETS: u32 = 1 << 16;

/// So often in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The most within one window.
    pub most: u32,
    /// The window's length in seconds. It begins with the first time and does not slide.
    pub window: i64,
}

impl Limit {
    /// A window that seems to end later than this was begun before the clock was set back: it is over, or whoever is
    /// refused in it would wait for as long as the clock was set back. A second window is the leeway for those who read
    /// the clock at the same time and count one after the other.
    fn latest_end(&self, now: Timestamp) -> Timestamp {
        now.plus_seconds(2 * self.window)
    }
}

/// Who or what is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// What is counted. Purposes do not touch each other.
    pub purpose: &'static str,
    /// For whom: below [`BUCKETS`].
    pub number: u16,
}

/// What [`take`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It may be done. [`give_back`] takes this to undo the count.
    Allowed {
        /// The end of the window it was counted in.
        ends_at: Timestamp,
    },
    /// It was done too often.
    Refused {
        /// Until the window ends, at least a second.
        retry_after: Duration,
        /// Whether nobody was refused before in this window: what is worth one event.
        first: bool,
    },
}

/// Whether the limit is reached already, and how long that lasts. It counts nothing, so that whoever is refused again
/// and again makes no work for the database.
///
/// # Errors
/// When the database is out of reach.
pub async fn exhausted(conn: &mut Conn, bucket: Bucket, limit: Limit) -> Result<Option<Duration>, Error> {
    let rows: Vec<(i32, Timestamp, Timestamp)> = on!(conn, |c| limits::table
        .find((bucket.purpose, i32::from(bucket.number)))
        .select((limits::taken, limits::ends_at, DatabaseNow))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(taken, ends_at, now)| (taken, ends_at, shifted(now, conn)))
        .find(|(taken, ends_at, now)| {
            i64::from(*taken) > i64::from(limit.most) && now < ends_at && *ends_at <= limit.latest_end(*now)
        })
        .map(|(_, ends_at, now)| until(ends_at, now)))
}

/// Counts one time. The row stays locked until the transaction ends: commit soon.
///
/// # Errors
/// When the database is out of reach.
pub async fn take(tx: &mut Tx, bucket: Bucket, limit: Limit) -> Result<Taken, Error> {
    let now = clock::now(tx).await?;
    let fresh = now.plus_seconds(limit.window);
    let is_over = || limits::ends_at.le(Sql(now)).or(limits::ends_at.gt(Sql(limit.latest_end(now))));
    let (taken, ends_at): (i32, Timestamp) = on!(tx, |c| kept(
        diesel::insert_into(limits::table)
            .values((
                limits::purpose.eq(bucket.purpose),
                limits::bucket.eq(i32::from(bucket.number)),
                limits::taken.eq(1),
                limits::ends_at.eq(Sql(fresh)),
            ))
            .on_conflict((limits::purpose, limits::bucket))
            .do_update()
            .set((
                limits::taken.eq(case_when(is_over(), 1.into_sql::<Integer>()).otherwise(limits::taken + 1)),
                limits::ends_at.eq(case_when(is_over(), Sql(fresh).into_sql::<Instant>()).otherwise(limits::ends_at)),
            ))
            .returning((limits::taken, limits::ends_at))
    )
    .get_result(c))?;
    let (taken, most) = (i64::from(taken), i64::from(limit.most));
    Ok(if taken <= most {
        Taken::Allowed { ends_at }
    } else {
        Taken::Refused { retry_after: until(ends_at, now), first: taken == most + 1 }
    })
}

/// Undoes one count of a window that is not over: what was counted turned out to be as it should be.
///
/// # Errors
/// When the database is out of reach.
pub async fn give_back(tx: &mut Tx, bucket: Bucket, ends_at: Timestamp) -> Result<(), Error> {
    on!(tx, |c| diesel::update(limits::table.find((bucket.purpose, i32::from(bucket.number))))
        .filter(limits::ends_at.eq(Sql(ends_at)))
        .filter(limits::taken.gt(0))
        .set(limits::taken.eq(limits::taken - 1))
        .execute(c))?;
    Ok(())
}

/// The rest of a window, rounded up to a second.
fn until(ends_at: Timestamp, now: Timestamp) -> Duration {
    let millis = u64::try_from(ends_at.millis() - now.millis()).unwrap_or_default();
    Duration::from_secs(millis.div_ceil(1000).max(1))
}
