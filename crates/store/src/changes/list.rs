//! Reading the change feed, within what a connection may see.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::changes::{Operation, RecordKind};
use lavori_domain::{Id, PersonId, ProjectId, TeamId, Timestamp};
use serde_json::Value;

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::schema::{changes, connections, contact_teams, people, projects};
use crate::sql::Sql;
use crate::within::Within;

/// Which changes.
#[derive(Debug, Clone, Default)]
pub struct ChangeFilter {
    /// Only of these kinds; none given: of all.
    pub kinds: Vec<RecordKind>,
    /// Only by this person.
    pub actor: Option<PersonId>,
    /// Only of records of this project.
    pub project: Option<ProjectId>,
    /// Only of records of this team.
    pub team: Option<TeamId>,
}

/// A change as it is read.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct ChangeLine {
    /// Its place in the feed.
    pub position: i64,
    /// When.
    pub occurred_at: Timestamp,
    /// By whom.
    pub person: PersonId,
    /// That person's name.
    pub name: String,
    /// The client's description of itself, if a client did it.
    pub client: Option<Value>,
    /// What kind of record.
    pub kind: RecordKind,
    /// Its id.
    pub record: Id<()>,
    /// Its key.
    pub key: Option<String>,
    /// Its name or title after the change.
    pub title: String,
    /// Its version after the change.
    pub version: i32,
    /// What was done.
    pub operation: Operation,
    /// The fields that changed.
    pub fields: Value,
}

/// The kinds of records whose team is their project's.
const BY_PROJECT: [RecordKind; 4] = [RecordKind::Project, RecordKind::Phase, RecordKind::Milestone, RecordKind::Task];

/// The changes after `position`, the oldest first. A narrowed query sees those of its team's records: as the project,
/// or the list of a contact's teams, is now (TOOLS.md 4.7).
///
/// # Errors
/// When the database is out of reach.
pub async fn list(
    conn: &mut Conn,
    within: Within,
    filter: &ChangeFilter,
    position: i64,
    limit: i64,
) -> Result<Vec<ChangeLine>, Error> {
    on!(conn, |c| {
        let mut query = changes::table
            .inner_join(people::table.on(people::id.eq(changes::person_id)))
            .left_join(
                connections::table.on(connections::organization_id
                    .eq(changes::organization_id)
                    .and(changes::connection_id.eq(connections::id.nullable()))),
            )
            .left_join(
                projects::table.on(projects::organization_id
                    .eq(changes::organization_id)
                    .and(changes::project_id.eq(projects::id.nullable()))),
            )
            .filter(changes::organization_id.eq(Sql(within.organization)))
            .filter(changes::position.gt(position))
            .order(changes::position)
            .limit(limit)
            .select((
                changes::position,
                changes::occurred_at,
                changes::person_id,
                people::name,
                connections::client.nullable(),
                changes::kind,
                changes::record_id,
                changes::record_key,
                changes::title,
                changes::version,
                changes::operation,
                changes::fields,
            ))
            .into_boxed();
        for team in [within.team, filter.team].into_iter().flatten() {
            let by_project = BY_PROJECT.map(Sql);
            let known = contact_teams::table
                .filter(contact_teams::organization_id.eq(changes::organization_id))
                .filter(contact_teams::contact_id.eq(changes::record_id))
                .filter(contact_teams::team_id.eq(Sql(team)));
            let projects_team = projects::team_id.eq(Some(Sql(team)));
            query = query.filter(
                changes::kind
                    .eq_any(by_project)
                    .and(projects_team)
                    .or(changes::kind.eq(Sql(RecordKind::Contact)).and(exists(known)))
                    .or(changes::kind
                        .ne_all(by_project)
                        .and(changes::kind.ne(Sql(RecordKind::Contact)))
                        .and(changes::team_id.eq(Some(Sql(team))).or(changes::team_id.is_null().and(projects_team)))),
            );
        }
        if !filter.kinds.is_empty() {
            query = query.filter(changes::kind.eq_any(filter.kinds.iter().copied().map(Sql)));
        }
        if let Some(actor) = filter.actor {
            query = query.filter(changes::person_id.eq(Sql(actor)));
        }
        if let Some(project) = filter.project {
            query = query.filter(changes::project_id.eq(Some(Sql(project))));
        }
        query.load(c)
    })
}

/// The position after which the changes since `instant` stand.
///
/// # Errors
/// When the database is out of reach.
pub async fn position_at(conn: &mut Conn, within: Within, instant: Timestamp) -> Result<i64, Error> {
    let first: Option<i64> = on!(conn, |c| changes::table
        .filter(changes::organization_id.eq(Sql(within.organization)))
        .filter(changes::occurred_at.ge(Sql(instant)))
        .select(diesel::dsl::min(changes::position))
        .first(c))?;
    match first {
        Some(first) => Ok(first - 1),
        // Nothing since then: what comes later begins after the last one.
        None => on!(conn, |c| changes::table
            .filter(changes::organization_id.eq(Sql(within.organization)))
            .select(diesel::dsl::max(changes::position))
            .first::<Option<i64>>(c))
        .map(Option::unwrap_or_default),
    }
}
