//! Budgets with project and team: lists, whole records, and finding one by what somebody called it.

use std::convert::identity;

use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::budgets::{Budget, BudgetStatus};
use lavori_domain::id::kind;
use lavori_domain::{BudgetId, Currency, OrganizationId, ProjectId, TeamId, Timestamp};

use super::labour::IsOver;
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::limited::limited;
use crate::one_of::one_of;
use crate::reference::{Brief, MATCHES, Reference};
use crate::schema::{budgets, projects, teams};
use crate::sql::Sql;
use crate::within::Within;
use crate::words::lower;

/// The most words of a query that count.
const MOST_WORDS: usize = 8;

#[derive(Queryable, Selectable)]
#[diesel(table_name = budgets, check_for_backend(Pg, Sqlite))]
struct BudgetRow {
    organization_id: OrganizationId,
    id: BudgetId,
    number: i64,
    name: String,
    project_id: Option<ProjectId>,
    team_id: Option<TeamId>,
    currency: Currency,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    status: BudgetStatus,
    revision: i32,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<BudgetRow> for Budget {
    fn from(row: BudgetRow) -> Self {
        Self {
            organization: row.organization_id,
            id: row.id,
            number: row.number,
            name: row.name,
            project: row.project_id,
            team: row.team_id,
            currency: row.currency,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            status: row.status,
            revision: row.revision,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A budget with the names of what it points at. What the query's team may not see is only known to be there.
#[derive(Debug, Clone)]
pub struct BudgetDetail {
    /// The budget itself. A narrowed caller is not shown its project's id when that is hidden.
    pub budget: Budget,
    /// The project it is for: id, number and name.
    pub project: Option<(ProjectId, i64, String)>,
    /// It is for a project that `within` does not show.
    pub project_hidden: bool,
    /// The team that owns it: its own, or else its project's.
    pub team: Option<(TeamId, String)>,
}

/// Which budgets. What is not given does not matter; values of one list are alternatives.
#[derive(Debug, Clone, Default)]
pub struct BudgetFilter {
    /// Parts of the name, all of them; case does not matter.
    pub words: Vec<String>,
    /// For this project.
    pub project: Option<ProjectId>,
    /// Of this team: its own, or else its project's.
    pub team: Option<TeamId>,
    /// In one of these statuses.
    pub statuses: Vec<BudgetStatus>,
    /// Whether more was spent than planned.
    pub over_budget: Option<bool>,
}

impl BudgetFilter {
    /// Takes the words out of a query: letters and digits only. None are left of mere punctuation.
    pub fn words_of(query: &str) -> Vec<String> {
        let words = query.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.take(MOST_WORDS).map(str::to_owned).collect()
    }
}

/// `budgets` with project and team joined.
macro_rules! joined {
    () => {
        budgets::table
            .left_join(
                projects::table.on(projects::organization_id
                    .eq(budgets::organization_id)
                    .and(projects::id.nullable().eq(budgets::project_id))),
            )
            .left_join(
                teams::table.on(teams::organization_id.eq(budgets::organization_id).and(
                    teams::id
                        .nullable()
                        .eq(budgets::team_id)
                        .or(budgets::team_id.is_null().and(teams::id.nullable().eq(projects::team_id))),
                )),
            )
            .into_boxed()
    };
}

/// Narrows a boxed query over [`joined`] to what `within` and `filter` let through. The team that is joined is the one
/// that counts.
macro_rules! filtered {
    ($within:expr, $filter:expr) => {{
        let (within, filter): (Within, &BudgetFilter) = ($within, $filter);
        let mut query = joined!().filter(budgets::organization_id.eq(Sql(within.organization)));
        for team in [within.team, filter.team].into_iter().flatten() {
            query = query.filter(teams::id.nullable().eq(Some(Sql(team))));
        }
        for word in &filter.words {
            query = query.filter(lower(budgets::name).like(lower(format!("%{word}%"))));
        }
        if let Some(project) = filter.project {
            query = query.filter(budgets::project_id.eq(Some(Sql(project))));
        }
        if !filter.statuses.is_empty() {
            query = query.filter(budgets::status.eq_any(filter.statuses.iter().copied().map(Sql)));
        }
        if let Some(over) = filter.over_budget {
            let is_over = IsOver(within.team.map(Sql));
            query = if over { query.filter(is_over) } else { query.filter(diesel::dsl::not(is_over)) };
        }
        query
    }};
}

type JoinedRow = (BudgetRow, Option<(ProjectId, i64, String, Option<TeamId>)>, Option<(TeamId, String)>);

/// What [`assemble`] needs.
macro_rules! selected {
    () => {
        (
            BudgetRow::as_select(),
            (projects::id, projects::number, projects::name, projects::team_id).nullable(),
            (teams::id, teams::name).nullable(),
        )
    };
}

fn assemble(within: Within, (row, project, team): JoinedRow) -> BudgetDetail {
    let is_there = project.is_some();
    // A team's own budget may be for a project of another team.
    let project = project.filter(|(.., of)| within.team.is_none() || *of == within.team);
    BudgetDetail {
        project_hidden: is_there && project.is_none(),
        project: project.map(|(id, number, name, _)| (id, number, name)),
        team,
        budget: row.into(),
    }
}

/// At most `limit` budgets, the newest first, beginning after the one with the number `after`.
///
/// # Errors
/// When the database is out of reach.
pub async fn list(
    conn: &mut Conn,
    within: Within,
    filter: &BudgetFilter,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<BudgetDetail>, Error> {
    let rows: Vec<JoinedRow> = on!(conn, |c| {
        let mut query = filtered!(within, filter);
        if let Some(number) = after {
            query = query.filter(budgets::number.lt(number));
        }
        limited(query.order(budgets::number.desc()).select(selected!()), limit).load(c)
    })?;
    Ok(rows.into_iter().map(|row| assemble(within, row)).collect())
}

/// How many budgets there are, counted up to `most`.
///
/// # Errors
/// When the database is out of reach.
pub async fn count(conn: &mut Conn, within: Within, filter: &BudgetFilter, most: i64) -> Result<i64, Error> {
    let found: Vec<i64> = on!(conn, |c| filtered!(within, filter).limit(most).select(budgets::number).load(c))?;
    Ok(i64::try_from(found.len()).unwrap_or(most))
}

/// Which budgets to get.
#[derive(Debug, Clone, Copy)]
pub enum BudgetKeys<'a> {
    /// Those with these ids.
    Ids(&'a [BudgetId]),
    /// Those with these numbers in their keys.
    Numbers(&'a [i64]),
}

/// The budgets with the given keys, in no order. Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn details(conn: &mut Conn, within: Within, keys: BudgetKeys<'_>) -> Result<Vec<BudgetDetail>, Error> {
    let everything = BudgetFilter::default();
    let rows: Vec<JoinedRow> = on!(conn, |c| {
        let query = filtered!(within, &everything);
        let query = match keys {
            BudgetKeys::Ids(ids) => query.filter(one_of!(budgets::id, ids, Sql)),
            BudgetKeys::Numbers(numbers) => query.filter(one_of!(budgets::number, numbers, identity)),
        };
        query.select(selected!()).load(c)
    })?;
    Ok(rows.into_iter().map(|row| assemble(within, row)).collect())
}

/// The budgets that `reference` names, at most [`MATCHES`].
///
/// # Errors
/// When the database is out of reach.
pub async fn find(
    conn: &mut Conn,
    within: Within,
    reference: Reference<'_, kind::Budget>,
) -> Result<Vec<Brief<kind::Budget>>, Error> {
    let everything = BudgetFilter::default();
    let rows: Vec<(BudgetId, i64, String, BudgetStatus)> = on!(conn, |c| {
        let query = filtered!(within, &everything);
        let query = match reference {
            Reference::Id(id) => query.filter(budgets::id.eq(Sql(id))),
            Reference::Number(number) => query.filter(budgets::number.eq(number)),
            Reference::Name(name) => query.filter(lower(budgets::name).eq(lower(name))),
        };
        query
            .order(budgets::number)
            .limit(MATCHES)
            .select((budgets::id, budgets::number, budgets::name, budgets::status))
            .load(c)
    })?;
    let brief = |(id, number, name, status): (BudgetId, i64, String, BudgetStatus)| Brief {
        id,
        number: Some(number),
        name,
        hint: Some(status.as_str().to_owned()),
    };
    Ok(rows.into_iter().map(brief).collect())
}
