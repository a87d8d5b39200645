//! The change feed: every change of a record, in the order of their commits.

mod history;
mod list;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::changes::{Operation, RecordKind};
use lavori_domain::{ConnectionId, Id, OrganizationId, PersonId, ProjectId, TeamId, Timestamp};
use serde_json::Value;

use crate::conn::{Conn, Inner, Tx, on, on_postgres};
use crate::counters;
use crate::error::Error;
use crate::schema::{changes, people};
use crate::sql::Sql;

pub use history::latest;
pub use list::{ChangeFilter, ChangeLine, list, position_at};

/// A change of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What it is.
    pub kind: RecordKind,
    /// Its id.
    pub record: Id<()>,
    /// Its key, if it has one.
    pub key: Option<String>,
    /// Its name or title after the change.
    pub title: String,
    /// Its version after the change.
    pub version: i32,
    /// What was done.
    pub operation: Operation,
    /// The team it belongs to by itself.
    pub team: Option<TeamId>,
    /// The project it is part of; a project: itself.
    pub project: Option<ProjectId>,
    /// The fields that changed: an object of `{from, to}`.
    pub fields: Value,
}

/// Who makes changes, and when.
#[derive(Debug, Clone, Copy)]
pub struct By {
    /// The organization of the records.
    pub organization: OrganizationId,
    /// The person.
    pub person: PersonId,
    /// The connection through which the person acts.
    pub connection: Option<ConnectionId>,
    /// When.
    pub at: Timestamp,
}

/// Adds changes to the feed, in this order. The last thing of a transaction: the feed's counter stays locked until it
/// ends, which is what makes positions follow commits.
///
/// # Errors
/// When the database is out of reach, or refuses a reference across organizations.
pub async fn append(tx: &mut Tx, by: By, all: &[Change]) -> Result<(), Error> {
    if all.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let first = counters::take_changes(tx, by.organization, count).await?;
    let rows: Vec<_> = (first..)
        .zip(all)
        .map(|(position, change)| {
            (
                changes::organization_id.eq(Sql(by.organization)),
                changes::position.eq(position),
                changes::occurred_at.eq(Sql(by.at)),
                changes::person_id.eq(Sql(by.person)),
                changes::connection_id.eq(by.connection.map(Sql)),
                changes::kind.eq(Sql(change.kind)),
                changes::record_id.eq(Sql(change.record)),
                changes::record_key.eq(&change.key),
                changes::title.eq(&change.title),
                changes::version.eq(change.version),
                changes::operation.eq(Sql(change.operation)),
                changes::team_id.eq(change.team.map(Sql)),
                changes::project_id.eq(change.project.map(Sql)),
                changes::fields.eq(&change.fields),
            )
        })
        .collect();
    match &mut tx.inner {
        // One statement for all of them; one alone is prepared once and kept.
        Inner::Postgres(object) if rows.len() > 1 => {
            on_postgres!(object, |c| diesel::insert_into(changes::table).values(rows).execute(c))?;
        }
        _ => {
            for row in rows {
                on!(tx, |c| diesel::insert_into(changes::table).values(row).execute(c))?;
            }
        }
    }
    Ok(())
}

/// One change of a record, as a version conflict tells of it.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct Since {
    /// The version it made.
    pub version: i32,
    /// When.
    pub occurred_at: Timestamp,
    /// By whom: a name.
    pub by: String,
    /// What changed.
    pub fields: Value,
}

/// The changes of a record after its version `version`, the oldest first. The record itself must be visible to
/// whoever is told.
///
/// # Errors
/// When the database is out of reach.
pub async fn since(
    conn: &mut Conn,
    organization: OrganizationId,
    record: Id<()>,
    version: i32,
) -> Result<Vec<Since>, Error> {
    on!(conn, |c| changes::table
        .inner_join(people::table.on(people::id.eq(changes::person_id)))
        .filter(changes::organization_id.eq(Sql(organization)))
        .filter(changes::record_id.eq(Sql(record)))
        .filter(changes::version.gt(version))
        .order(changes::position)
        .select((changes::version, changes::occurred_at, people::name, changes::fields))
        .load(c))
}
