//! When what is over may be forgotten. A row goes only when nothing that could still be presented with success, or that
//! a replay is known by, rests on it; and not before its connection has left the lists.

use lavori_domain::{OrganizationId, Timestamp};
use lavori_store::{Tx, housekeeping};

use crate::error::Error;

const DAY: i64 = 24 * 60 * 60;
/// How long what is over is kept, in seconds: ended connections are listed for as long.
pub(crate) const KEPT: i64 = 90 * DAY;
/// How long an authorization request is kept after its end, in seconds.
const REQUEST_KEPT: i64 = DAY;

/// Sweeps codes and tokens of an organization, in the transaction that adds some to it.
pub(crate) async fn sweep_grants(tx: &mut Tx, organization: OrganizationId, now: Timestamp) -> Result<(), Error> {
    Ok(housekeeping::sweep_grants(tx, organization, now.plus_seconds(-KEPT)).await?)
}

/// Sweeps authorization requests, in the transaction that adds one.
pub(crate) async fn sweep_requests(tx: &mut Tx, now: Timestamp) -> Result<(), Error> {
    Ok(housekeeping::sweep_requests(tx, now.plus_seconds(-REQUEST_KEPT)).await?)
}

/// Sweeps sessions, in the transaction that adds one.
pub(crate) async fn sweep_sessions(tx: &mut Tx, now: Timestamp) -> Result<(), Error> {
    Ok(housekeeping::sweep_sessions(tx, now.plus_seconds(-KEPT)).await?)
}
