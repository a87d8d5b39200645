//! Projects with client, team and lead: lists, whole records, and finding one by what somebody called it.

use std::convert::identity;

use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::id::kind;
use lavori_domain::projects::{Health, ProjectStatus};
use lavori_domain::{ContactId, PersonId, ProjectId, TeamId, Timestamp};

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::json::AsJson;
use crate::limited::limited;
use crate::one_of::one_of;
use crate::reference::{Brief, MATCHES, Reference};
use crate::schema::{contacts, people, projects, teams};
use crate::sql::Sql;
use crate::within::{Within, is_known_contact, is_teammate};
use crate::words::{Matches, Words, lower};

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = projects, check_for_backend(Pg, Sqlite))]
struct ProjectRow {
    id: ProjectId,
    number: i64,
    name: String,
    description: Option<String>,
    client_id: Option<ContactId>,
    lead_id: Option<PersonId>,
    status: ProjectStatus,
    health: Option<Health>,
    health_reason: Option<String>,
    starts_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
    tags: AsJson<Vec<String>>,
}

/// A project with the names of what it points at. What the query's team may not see is only known to be there.
#[derive(Debug, Clone)]
pub struct ProjectDetail {
    /// Its id.
    pub id: ProjectId,
    /// The number in its key.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// Whom it is for: id, number and name.
    pub client: Option<(ContactId, i64, String)>,
    /// It has a client that `within` does not show.
    pub client_hidden: bool,
    /// The team that owns it.
    pub team: Option<(TeamId, String)>,
    /// Who leads it.
    pub lead: Option<(PersonId, String)>,
    /// It has a lead whom `within` does not show.
    pub lead_hidden: bool,
    /// Where it stands.
    pub status: ProjectStatus,
    /// How it is doing.
    pub health: Option<Health>,
    /// Why it is doing so.
    pub health_reason: Option<String>,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Last day.
    pub due_on: Option<NaiveDate>,
    /// Words of the organization's own.
    pub tags: Vec<String>,
    /// Counts changes.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Which projects. What is not given does not matter; values of one list are alternatives.
#[derive(Debug, Clone, Default)]
pub struct ProjectFilter {
    /// Words in the name or description.
    pub words: Option<Words>,
    /// In one of these statuses.
    pub statuses: Vec<ProjectStatus>,
    /// Doing like one of these.
    pub healths: Vec<Health>,
    /// For this client.
    pub client: Option<ContactId>,
    /// Led by this person.
    pub lead: Option<PersonId>,
    /// Of this team.
    pub team: Option<TeamId>,
    /// Last day on this day or later.
    pub due_from: Option<NaiveDate>,
    /// Last day on this day or earlier.
    pub due_to: Option<NaiveDate>,
    /// Changed at this instant or later.
    pub updated_since: Option<Timestamp>,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectSort {
    /// The last changed first.
    UpdatedLast,
    /// The last changed last.
    UpdatedFirst,
    /// The nearest last day first; those without one at the end.
    DueFirst,
    /// By name.
    Name,
    /// By key, the oldest first.
    CreatedFirst,
    /// By key, the newest first.
    CreatedLast,
}

/// The last row of a page: the next one begins after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProjectPosition {
    /// Sorted by an instant.
    At(Timestamp, ProjectId),
    /// Sorted by the last day, which this one has.
    On(NaiveDate, ProjectId),
    /// Sorted by the last day, which this one has not.
    Without(ProjectId),
    /// Sorted by name.
    Named(String, ProjectId),
    /// Sorted by key.
    Number(i64),
}

impl ProjectPosition {
    /// Where `project` stands in the order `sort`.
    pub fn of(project: &ProjectDetail, sort: ProjectSort) -> Self {
        match sort {
            ProjectSort::UpdatedLast | ProjectSort::UpdatedFirst => Self::At(project.updated_at, project.id),
            ProjectSort::DueFirst => match project.due_on {
                Some(day) => Self::On(day, project.id),
                None => Self::Without(project.id),
            },
            ProjectSort::Name => Self::Named(project.name.clone(), project.id),
            ProjectSort::CreatedFirst | ProjectSort::CreatedLast => Self::Number(project.number),
        }
    }
}

/// Narrows a boxed query over `projects` to what `within` and `filter` let through.
macro_rules! filtered {
    ($query:expr, $within:expr, $filter:expr) => {{
        let (mut query, within, filter): (_, Within, &ProjectFilter) = ($query, $within, $filter);
        query = query.filter(projects::organization_id.eq(Sql(within.organization)));
        if let Some(team) = within.team {
            query = query.filter(projects::team_id.eq(Some(Sql(team))));
        }
        if let Some(team) = filter.team {
            query = query.filter(projects::team_id.eq(Some(Sql(team))));
        }
        if let Some(words) = &filter.words {
            query = query.filter(Matches::Project(words.clone()));
        }
        if !filter.statuses.is_empty() {
            query = query.filter(projects::status.eq_any(filter.statuses.iter().copied().map(Sql)));
        }
        if !filter.healths.is_empty() {
            query = query.filter(projects::health.eq_any(filter.healths.iter().copied().map(|it| Some(Sql(it)))));
        }
        if let Some(client) = filter.client {
            query = query.filter(projects::client_id.eq(Some(Sql(client))));
        }
        if let Some(lead) = filter.lead {
            query = query.filter(projects::lead_id.eq(Some(Sql(lead))));
        }
        if let Some(day) = filter.due_from {
            query = query.filter(projects::due_on.ge(Some(day)));
        }
        if let Some(day) = filter.due_to {
            query = query.filter(projects::due_on.le(Some(day)));
        }
        if let Some(since) = filter.updated_since {
            query = query.filter(projects::updated_at.ge(Sql(since)));
        }
        query
    }};
}

/// `projects` with client, team and lead joined, boxed; and what [`assemble`] needs of them.
macro_rules! joined {
    () => {
        projects::table
            .left_join(
                contacts::table.on(contacts::organization_id
                    .eq(projects::organization_id)
                    .and(contacts::id.nullable().eq(projects::client_id))),
            )
            .left_join(teams::table.on(
                teams::organization_id.eq(projects::organization_id).and(teams::id.nullable().eq(projects::team_id)),
            ))
            .left_join(people::table.on(people::id.nullable().eq(projects::lead_id)))
            .into_boxed()
    };
    (select $within:expr) => {{
        let within: Within = $within;
        (
            ProjectRow::as_select(),
            (contacts::id, contacts::number, contacts::name).nullable(),
            (teams::id, teams::name).nullable(),
            (people::id, people::name).nullable(),
            within.team.is_none().into_sql::<Bool>().or(is_known_contact!(within, projects, client_id)),
            within.team.is_none().into_sql::<Bool>().or(is_teammate!(within, projects, lead_id)),
        )
    }};
}

type JoinedRow =
    (ProjectRow, Option<(ContactId, i64, String)>, Option<(TeamId, String)>, Option<(PersonId, String)>, bool, bool);

fn assemble((row, client, team, lead, client_visible, lead_visible): JoinedRow) -> ProjectDetail {
    let client = client.filter(|_| client_visible);
    let lead = lead.filter(|_| lead_visible);
    ProjectDetail {
        id: row.id,
        number: row.number,
        name: row.name,
        description: row.description,
        client_hidden: row.client_id.is_some() && client.is_none(),
        client,
        team,
        lead_hidden: row.lead_id.is_some() && lead.is_none(),
        lead,
        status: row.status,
        health: row.health,
        health_reason: row.health_reason,
        starts_on: row.starts_on,
        due_on: row.due_on,
        tags: row.tags.0,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// At most `limit` projects after `after`.
///
/// # Errors
/// When the database is out of reach.
pub async fn list(
    conn: &mut Conn,
    within: Within,
    filter: &ProjectFilter,
    sort: ProjectSort,
    after: Option<ProjectPosition>,
    limit: i64,
) -> Result<Vec<ProjectDetail>, Error> {
    let rows: Vec<JoinedRow> = on!(conn, |c| {
        let mut query = filtered!(joined!(), within, filter);
        query = match (sort, after) {
            (ProjectSort::UpdatedLast, Some(ProjectPosition::At(at, id))) => query
                .filter(projects::updated_at.le(Sql(at)))
                .filter(projects::updated_at.lt(Sql(at)).or(projects::id.lt(Sql(id)))),
            (ProjectSort::UpdatedFirst, Some(ProjectPosition::At(at, id))) => query
                .filter(projects::updated_at.ge(Sql(at)))
                .filter(projects::updated_at.gt(Sql(at)).or(projects::id.gt(Sql(id)))),
            (ProjectSort::DueFirst, Some(ProjectPosition::On(day, id))) => query.filter(
                projects::due_on
                    .is_null()
                    .or(projects::due_on.gt(Some(day)))
                    .or(projects::due_on.eq(Some(day)).and(projects::id.gt(Sql(id)))),
            ),
            (ProjectSort::DueFirst, Some(ProjectPosition::Without(id))) => {
                query.filter(projects::due_on.is_null()).filter(projects::id.gt(Sql(id)))
            }
            (ProjectSort::Name, Some(ProjectPosition::Named(name, id))) => {
                query.filter(projects::name.gt(name.clone()).or(projects::name.eq(name).and(projects::id.gt(Sql(id)))))
            }
            (ProjectSort::CreatedFirst, Some(ProjectPosition::Number(number))) => {
                query.filter(projects::number.gt(number))
            }
            (ProjectSort::CreatedLast, Some(ProjectPosition::Number(number))) => {
                query.filter(projects::number.lt(number))
            }
            _ => query,
        };
        query = match sort {
            ProjectSort::UpdatedLast => query.order((projects::updated_at.desc(), projects::id.desc())),
            ProjectSort::UpdatedFirst => query.order((projects::updated_at.asc(), projects::id.asc())),
            ProjectSort::DueFirst => {
                query.order((projects::due_on.is_null().asc(), projects::due_on.asc(), projects::id.asc()))
            }
            ProjectSort::Name => query.order((projects::name.asc(), projects::id.asc())),
            ProjectSort::CreatedFirst => query.order(projects::number.asc()),
            ProjectSort::CreatedLast => query.order(projects::number.desc()),
        };
        limited(query.select(joined!(select within)), limit).load(c)
    })?;
    Ok(rows.into_iter().map(assemble).collect())
}

/// How many projects there are, counted up to `most`.
///
/// # Errors
/// When the database is out of reach.
pub async fn count(conn: &mut Conn, within: Within, filter: &ProjectFilter, most: i64) -> Result<i64, Error> {
    let found: Vec<i32> = on!(conn, |c| filtered!(projects::table.into_boxed(), within, filter)
        .limit(most)
        .select(diesel::dsl::sql::<diesel::sql_types::Integer>("1"))
        .load(c))?;
    Ok(i64::try_from(found.len()).unwrap_or(most))
}

/// Which projects to get.
#[derive(Debug, Clone, Copy)]
pub enum ProjectKeys<'a> {
    /// Those with these ids.
    Ids(&'a [ProjectId]),
    /// Those with these numbers in their keys.
    Numbers(&'a [i64]),
}

/// The projects with the given keys, in no order. Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn details(conn: &mut Conn, within: Within, keys: ProjectKeys<'_>) -> Result<Vec<ProjectDetail>, Error> {
    let everything = ProjectFilter::default();
    let rows: Vec<JoinedRow> = on!(conn, |c| {
        let query = filtered!(joined!(), within, &everything);
        let query = match keys {
            ProjectKeys::Ids(ids) => query.filter(one_of!(projects::id, ids, Sql)),
            ProjectKeys::Numbers(numbers) => query.filter(one_of!(projects::number, numbers, identity)),
        };
        query.select(joined!(select within)).load(c)
    })?;
    Ok(rows.into_iter().map(assemble).collect())
}

/// The projects that `reference` names, at most [`MATCHES`].
///
/// # Errors
/// When the database is out of reach.
pub async fn find(
    conn: &mut Conn,
    within: Within,
    reference: Reference<'_, kind::Project>,
) -> Result<Vec<Brief<kind::Project>>, Error> {
    let everything = ProjectFilter::default();
    let rows: Vec<(ProjectId, i64, String, ProjectStatus)> = on!(conn, |c| {
        let query = filtered!(projects::table.into_boxed(), within, &everything);
        let query = match reference {
            Reference::Id(id) => query.filter(projects::id.eq(Sql(id))),
            Reference::Number(number) => query.filter(projects::number.eq(number)),
            Reference::Name(name) => query.filter(lower(projects::name).eq(lower(name))),
        };
        query
            .order(projects::number)
            .limit(MATCHES)
            .select((projects::id, projects::number, projects::name, projects::status))
            .load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|(id, number, name, status)| Brief {
            id,
            number: Some(number),
            name,
            hint: Some(status.as_str().to_owned()),
        })
        .collect())
}
