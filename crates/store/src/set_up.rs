//! The set-up of a server without people: its one-time codes, and how often they were guessed wrong.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::Timestamp;

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::{set_up_codes, set_up_guesses};
use crate::secret_hash::SecretHash;
use crate::sql::Sql;

/// How many codes are kept: more replicas do not start at once, and a server that starts again and again must not pile
/// them up.
const KEPT: i64 = 16;

/// Stores a code beside those of other replicas. Of all, only the newest count.
///
/// # Errors
/// When the database is out of reach.
pub async fn insert_code(tx: &mut Tx, code: SecretHash, at: Timestamp) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(set_up_codes::table)
        .values((set_up_codes::code_hash.eq(code), set_up_codes::created_at.eq(Sql(at))))
        .execute(c))?;
    let newest = codes(tx).await?;
    on!(tx, |c| diesel::delete(set_up_codes::table.filter(set_up_codes::code_hash.ne_all(newest))).execute(c))?;
    Ok(())
}

/// The codes that count, the newest first.
///
/// # Errors
/// When the database is out of reach.
pub async fn codes(conn: &mut Conn) -> Result<Vec<SecretHash>, Error> {
    on!(conn, |c| set_up_codes::table
        .order((set_up_codes::created_at.desc(), set_up_codes::code_hash))
        .limit(KEPT)
        .select(set_up_codes::code_hash)
        .load(c))
}

/// Since when wrong codes are counted, and how many there were.
///
/// # Errors
/// When the database is out of reach.
pub async fn guesses(conn: &mut Conn) -> Result<Option<(Timestamp, i32)>, Error> {
    let rows: Vec<(Timestamp, i32)> =
        on!(conn, |c| set_up_guesses::table.select((set_up_guesses::since, set_up_guesses::wrong)).load(c))?;
    Ok(rows.into_iter().next())
}

/// Keeps how many wrong codes there were, since when.
///
/// # Errors
/// When the database is out of reach.
pub async fn set_guesses(tx: &mut Tx, since: Timestamp, wrong: i32) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(set_up_guesses::table)
        .values((set_up_guesses::id.eq(1), set_up_guesses::since.eq(Sql(since)), set_up_guesses::wrong.eq(wrong),))
        .on_conflict(set_up_guesses::id)
        .do_update()
        .set((set_up_guesses::since.eq(Sql(since)), set_up_guesses::wrong.eq(wrong)))
        .execute(c))?;
    Ok(())
}

/// Forgets codes and guesses: the server has its first organization.
///
/// # Errors
/// When the database is out of reach.
pub async fn close(tx: &mut Tx) -> Result<(), Error> {
    on!(tx, |c| diesel::delete(set_up_codes::table).execute(c))?;
    on!(tx, |c| diesel::delete(set_up_guesses::table).execute(c))?;
    Ok(())
}
