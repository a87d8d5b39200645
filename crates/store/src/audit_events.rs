//! The audit log. A change and its event are written in the same transaction (OAUTH.md I14).

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_audit::{Action, Event, Severity};
use lavori_domain::{AuditEventId, ConnectionId, OrganizationId, PersonId, Timestamp};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::{account_events, audit_events};
use crate::sql::Sql;

/// How many of the latest events are looked at for one with the same reason: there are fewer reasons than that.
const LATEST: i64 = 32;

/// Writes an event: to the organization's log, or to the person's account if it concerns no organization.
///
/// # Errors
/// When the database is out of reach or refuses a reference across organizations. The caller's change must not
/// commit then.
pub async fn insert(tx: &mut Tx, event: &Event) -> Result<(), Error> {
    let details = event.details.clone().into_json();
    match event.organization {
        Some(organization) => on!(tx, |c| diesel::insert_into(audit_events::table)
            .values((
                audit_events::organization_id.eq(Sql(organization)),
                audit_events::id.eq(Sql(event.id)),
                audit_events::connection_id.eq(event.connection.map(Sql)),
                audit_events::person_id.eq(event.person.map(Sql)),
                audit_events::action.eq(event.action.as_str()),
                audit_events::severity.eq(event.severity.as_str()),
                audit_events::occurred_at.eq(Sql(event.occurred_at)),
                audit_events::ip_address.eq(&event.origin.ip_address),
                audit_events::user_agent.eq(&event.origin.user_agent),
                audit_events::request_id.eq(&event.origin.request_id),
                audit_events::details.eq(&details),
            ))
            .execute(c))?,
        None => on!(tx, |c| diesel::insert_into(account_events::table)
            .values((
                account_events::id.eq(Sql(event.id)),
                account_events::person_id.eq(event.person.map(Sql)),
                account_events::action.eq(event.action.as_str()),
                account_events::severity.eq(event.severity.as_str()),
                account_events::occurred_at.eq(Sql(event.occurred_at)),
                account_events::ip_address.eq(&event.origin.ip_address),
                account_events::user_agent.eq(&event.origin.user_agent),
                account_events::request_id.eq(&event.origin.request_id),
                account_events::details.eq(&details),
            ))
            .execute(c))?,
    };
    Ok(())
}

/// An event as it was written.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = audit_events, check_for_backend(Pg, Sqlite))]
pub struct Recorded {
    /// Its id, which sorts by time.
    pub id: AuditEventId,
    /// The connection it belongs to.
    pub connection_id: Option<ConnectionId>,
    /// Who did it, or on whose behalf.
    pub person_id: Option<PersonId>,
    /// What happened.
    pub action: String,
    /// How much it matters.
    pub severity: String,
    /// When.
    pub occurred_at: Timestamp,
    /// The address it came from.
    pub ip_address: Option<String>,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// What else there is to know.
    pub details: serde_json::Value,
}

/// Which events of a connection.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only those older than this one.
    pub before: Option<AuditEventId>,
    /// Only of these actions; none given: of all.
    pub actions: Vec<Action>,
    /// Only of this severity.
    pub severity: Option<Severity>,
}

/// The newest events of one connection.
///
/// # Errors
/// When the database is out of reach.
pub async fn list_of_connection(
    conn: &mut Conn,
    organization: OrganizationId,
    connection: ConnectionId,
    filter: &EventFilter,
    limit: i64,
) -> Result<Vec<Recorded>, Error> {
    on!(conn, |c| {
        let mut query = audit_events::table
            .filter(audit_events::organization_id.eq(Sql(organization)))
            .filter(audit_events::connection_id.eq(Some(Sql(connection))))
            .order(audit_events::id.desc())
            .limit(limit)
            .select(Recorded::as_select())
            .into_boxed();
        if let Some(before) = filter.before {
            query = query.filter(audit_events::id.lt(Sql(before)));
        }
        if !filter.actions.is_empty() {
            query = query.filter(audit_events::action.eq_any(filter.actions.iter().map(|action| action.as_str())));
        }
        if let Some(severity) = filter.severity {
            query = query.filter(audit_events::severity.eq(severity.as_str()));
        }
        query.load(c)
    })
}

/// Whether an event of this action was written for a connection since `since`, with this very text as its `reason`.
///
/// # Errors
/// When the database is out of reach.
pub async fn was_recorded(
    conn: &mut Conn,
    organization: OrganizationId,
    connection: ConnectionId,
    action: Action,
    reason: &str,
    since: Timestamp,
) -> Result<bool, Error> {
    // Ids sort by time: the index over them ends the search at `since`.
    let millis = u64::try_from(since.millis()).unwrap_or_default();
    let first = AuditEventId::from(uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid());
    let details: Vec<serde_json::Value> = on!(conn, |c| audit_events::table
        .filter(audit_events::organization_id.eq(Sql(organization)))
        .filter(audit_events::connection_id.eq(Some(Sql(connection))))
        .filter(audit_events::id.ge(Sql(first)))
        .filter(audit_events::action.eq(action.as_str()))
        .order(audit_events::id.desc())
        .limit(LATEST)
        .select(audit_events::details)
        .load(c))?;
    Ok(details.iter().any(|details| details["reason"] == reason))
}
