//! The audit log. A change and its event are written in the same transaction (OAUTH.md I14).

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_audit::{Action, Event, Severity};
use lavori_domain::{AuditEventId, ConnectionId, OrganizationId, PersonId, Timestamp};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::{account_events, audit_events, connections, people};
use crate::sql::Sql;

/// How many of the latest events are looked at for one with the same reason: there are fewer reasons than that.
const LATEST: i64 = 32;

/// Writes an event: to the organization's log, or to the person's account if it concerns no organization.
///
/// # Errors
/// When the database is out of reach or refuses a reference across organizations. The caller's change must not
/// commit then.
pub async fn insert(tx: &mut Tx, event: &Event) -> Result<(), Error> {
    metrics::counter!("lavori_audit_events_total", "action" => event.action.as_str()).increment(1);
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

/// The ids of a person's own connection's events from `first` on, oldest first; nothing where the connection is not
/// theirs. What is old is not read: the index ends the search at `first`.
///
/// # Errors
/// When the database is out of reach.
pub async fn ids_since(
    conn: &mut Conn,
    person: PersonId,
    organization: OrganizationId,
    connection: ConnectionId,
    filter: &EventFilter,
    first: AuditEventId,
    limit: i64,
) -> Result<Vec<AuditEventId>, Error> {
    on!(conn, |c| {
        let own = connections::table
            .filter(connections::organization_id.eq(Sql(organization)))
            .filter(connections::id.eq(Sql(connection)))
            .filter(connections::person_id.eq(Sql(person)));
        let mut query = audit_events::table
            .filter(audit_events::organization_id.eq(Sql(organization)))
            .filter(audit_events::connection_id.eq(Some(Sql(connection))))
            .filter(audit_events::id.ge(Sql(first)))
            .filter(diesel::dsl::exists(own))
            .order(audit_events::id.asc())
            .limit(limit)
            .select(audit_events::id)
            .into_boxed();
        if !filter.actions.is_empty() {
            query = query.filter(audit_events::action.eq_any(filter.actions.iter().map(|action| action.as_str())));
        }
        if let Some(severity) = filter.severity {
            query = query.filter(audit_events::severity.eq(severity.as_str()));
        }
        query.load(c)
    })
}

/// These events of one connection, oldest first.
///
/// # Errors
/// When the database is out of reach.
pub async fn find_of_connection(
    conn: &mut Conn,
    organization: OrganizationId,
    connection: ConnectionId,
    ids: &[AuditEventId],
) -> Result<Vec<Recorded>, Error> {
    on!(conn, |c| audit_events::table
        .filter(audit_events::organization_id.eq(Sql(organization)))
        .filter(audit_events::connection_id.eq(Some(Sql(connection))))
        .filter(audit_events::id.eq_any(ids.iter().copied().map(Sql)))
        .order(audit_events::id.asc())
        .select(Recorded::as_select())
        .load(c))
}

/// When something was last done to an organization itself, and the name of who did it. `None`: never.
///
/// # Errors
/// When the database is out of reach.
pub async fn last_of_organization(
    conn: &mut Conn,
    organization: OrganizationId,
    action: Action,
) -> Result<Option<(Timestamp, Option<String>)>, Error> {
    // What is of no connection is little beside what is of one, and the index over connections finds it.
    let rows: Vec<(Timestamp, Option<String>)> = on!(conn, |c| audit_events::table
        .left_join(people::table.on(audit_events::person_id.eq(people::id.nullable())))
        .filter(audit_events::organization_id.eq(Sql(organization)))
        .filter(audit_events::connection_id.is_null())
        .filter(audit_events::action.eq(action.as_str()))
        .order(audit_events::id.desc())
        .limit(1)
        .select((audit_events::occurred_at, people::name.nullable()))
        .load(c))?;
    Ok(rows.into_iter().next())
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
    let first = AuditEventId::first_of(since);
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
