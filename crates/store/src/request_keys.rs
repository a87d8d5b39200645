//! What repeated writes are told by (TOOLS.md W1 to W3): the first answer under a key is kept and given again.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::{OrganizationId, Timestamp};

use crate::conn::{Tx, on};
use crate::error::Error;
use crate::housekeeping;
use crate::kept::kept;
use crate::schema::request_keys;
use crate::secret_hash::SecretHash;
use crate::sql::Sql;

/// A write that may be repeated.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// What it is told by: the hash of whose it is and of its key.
    pub key: SecretHash,
    /// The hash of what is asked for.
    pub request: SecretHash,
    /// Until when a repetition is told; none: for good.
    pub expires_at: Option<Timestamp>,
}

/// What is known of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is the first under its key. [`answer`] must follow before the transaction commits.
    First,
    /// It was done: this was the answer.
    Done(String),
    /// Something else was done under its key.
    Reused,
}

/// Claims the key of a write for this transaction. Another transaction that claimed it and is not over is waited for;
/// if it comes to nothing, this one is the first.
///
/// # Errors
/// When the database is out of reach, or the wait is too long.
pub async fn claim(
    tx: &mut Tx,
    organization: OrganizationId,
    request: Request,
    now: Timestamp,
) -> Result<Claim, Error> {
    if request.expires_at.is_some() {
        housekeeping::sweep_request_keys(tx, organization, now).await?;
        on!(tx, |c| diesel::delete(request_keys::table.find((Sql(organization), request.key)))
            .filter(request_keys::expires_at.le(Some(Sql(now))))
            .execute(c))?;
    }
    let inserted = on!(tx, |c| diesel::insert_into(request_keys::table)
        .values((
            request_keys::organization_id.eq(Sql(organization)),
            request_keys::key_hash.eq(request.key),
            request_keys::request_hash.eq(request.request),
            request_keys::created_at.eq(Sql(now)),
            request_keys::expires_at.eq(request.expires_at.map(Sql)),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    if inserted > 0 {
        return Ok(Claim::First);
    }
    let (hash, answer): (SecretHash, Option<String>) = on!(tx, |c| request_keys::table
        .find((Sql(organization), request.key))
        .select((request_keys::request_hash, request_keys::answer))
        .first(c))?;
    Ok(match answer {
        Some(answer) if hash.is(&request.request) => Claim::Done(answer),
        _ => Claim::Reused,
    })
}

/// Keeps the answer of a claimed write.
///
/// # Errors
/// When the database is out of reach.
pub async fn answer(tx: &mut Tx, organization: OrganizationId, key: SecretHash, answer: &str) -> Result<(), Error> {
    on!(tx, |c| kept(
        diesel::update(request_keys::table.find((Sql(organization), key))).set(request_keys::answer.eq(answer))
    )
    .execute(c))?;
    Ok(())
}
