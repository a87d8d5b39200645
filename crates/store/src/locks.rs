//! What makes revoking and switching off strict (PRODUCT.md P23): a write holds its connection, organization and person
//! shared until it ends; whoever takes something away holds it alone. Whoever waits for the lock reads what it guards
//! afterwards, in a new statement.
//!
//! PostgreSQL: advisory locks of the transaction, which queue fairly; a row lock would starve the revoker or not hold
//! at all. SQLite: `BEGIN IMMEDIATE` lets one transaction in at a time, so there is nothing to do.

use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;
use lavori_domain::{ConnectionId, OrganizationId, PersonId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::conn::{Inner, Tx, on_postgres};
use crate::cut_off::{CHANNEL, CutOff};
use crate::error::Error;
use crate::kept::kept;

/// Something that a write relies on and that can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guarded {
    /// A connection, which can be revoked.
    Connection(ConnectionId),
    /// An organization's switches, roles, memberships and state.
    Organization(OrganizationId),
    /// A person, who can be disabled.
    Person(PersonId),
    /// A person's ways to sign in: password, identities, and the sessions that come of them.
    Credentials(PersonId),
    /// The set-up of an empty server, which happens once.
    SetUp,
}

impl Guarded {
    /// The advisory lock's key. Two things that share one by chance wait for each other, and no more.
    fn key(self) -> i64 {
        let (kind, uuid): (u8, Uuid) = match self {
            Self::Connection(id) => (1, id.uuid()),
            Self::Organization(id) => (2, id.uuid()),
            Self::Person(id) => (3, id.uuid()),
            Self::Credentials(id) => (4, id.uuid()),
            Self::SetUp => (5, Uuid::nil()),
        };
        let digest = Sha256::new().chain_update([kind]).chain_update(uuid.as_bytes()).finalize();
        digest.iter().take(8).fold(0, |key, byte| (key << 8) | i64::from(*byte))
    }
}

/// Holds what a write relies on until the transaction ends, together with other writes. Always in this order, so that
/// nobody waits in a circle.
///
/// # Errors
/// When the database is out of reach, or the lock is not had in time.
pub async fn share(
    tx: &mut Tx,
    organization: OrganizationId,
    person: PersonId,
    connection: ConnectionId,
) -> Result<(), Error> {
    let Inner::Postgres(conn) = &mut tx.inner else { return Ok(()) };
    #[cfg(feature = "testing")]
    if crate::testing::locks_taken_out() {
        return Ok(());
    }
    const SHARE: &str = "SELECT pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock_shared($2), \
        pg_advisory_xact_lock_shared($3)";
    on_postgres!(conn, |c| kept(
        diesel::sql_query(SHARE)
            .bind::<BigInt, _>(Guarded::Organization(organization).key())
            .bind::<BigInt, _>(Guarded::Person(person).key())
            .bind::<BigInt, _>(Guarded::Connection(connection).key())
    )
    .execute(c))?;
    Ok(())
}

/// Keeps roles, memberships and switches of an organization as they are until the transaction ends, together with others:
/// whoever acts as its admin still is one when the act is committed. Taken before any row or connection is locked.
///
/// # Errors
/// When the database is out of reach, or the lock is not had in time.
pub async fn share_organization(tx: &mut Tx, organization: OrganizationId) -> Result<(), Error> {
    let Inner::Postgres(conn) = &mut tx.inner else { return Ok(()) };
    on_postgres!(conn, |c| kept(
        diesel::sql_query("SELECT pg_advisory_xact_lock_shared($1)")
            .bind::<BigInt, _>(Guarded::Organization(organization).key())
    )
    .execute(c))?;
    Ok(())
}

/// Waits until no write relies on it and holds it alone until the transaction ends. What runs on it is told to stop
/// before, so that the wait is short, and everywhere again by the commit. What it guards is read afterwards.
///
/// # Errors
/// When the database is out of reach, or the lock is not had in time.
pub async fn take_alone(tx: &mut Tx, guarded: Guarded, cut: Option<CutOff>) -> Result<(), Error> {
    if let Some(cut) = cut {
        tx.announce(cut).await;
    }
    let Inner::Postgres(conn) = &mut tx.inner else { return Ok(()) };
    let Some(cut) = cut else {
        on_postgres!(conn, |c| kept(
            diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(guarded.key())
        )
        .execute(c))?;
        return Ok(());
    };
    // The notice goes with the transaction: the replicas hear it when it commits, and only then.
    on_postgres!(conn, |c| kept(
        diesel::sql_query("SELECT pg_advisory_xact_lock($1), pg_notify($2, $3)")
            .bind::<BigInt, _>(guarded.key())
            .bind::<Text, _>(CHANNEL)
            .bind::<Text, _>(cut.to_payload())
    )
    .execute(c))?;
    Ok(())
}
