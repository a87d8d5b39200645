//! The shifts of a stretch of time, in its order.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::schedule::ShiftStatus;
use lavori_domain::schedule::shift::LONGEST_DAYS;
use lavori_domain::{ProjectId, TeamId, Timestamp};

use super::ShiftRow;
use super::details::{Row, ShiftDetail, read, row, task_projects, visible};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::events::Who;
use crate::limited::limited;
use crate::schema::{events, people, projects, shifts, tasks};
use crate::sql::Sql;
use crate::within::Within;

/// Which shifts. What is not given does not matter; values of one list are alternatives.
#[derive(Debug, Clone, Default)]
pub struct ShiftFilter {
    /// Whose.
    pub who: Option<Who>,
    /// In one of these statuses.
    pub statuses: Vec<ShiftStatus>,
    /// For this project.
    pub project: Option<ProjectId>,
    /// Of this team.
    pub team: Option<TeamId>,
}

/// The shifts that touch the time from `from` to `to`, by start and then key: at most `limit`, those after the position
/// `after` (a start and the number of a key) if there is one. One query.
///
/// # Errors
/// When the database is out of reach.
pub async fn between(
    conn: &mut Conn,
    within: Within,
    filter: &ShiftFilter,
    (from, to): (Timestamp, Timestamp),
    after: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<Vec<ShiftDetail>, Error> {
    let rows: Vec<Row> = on!(conn, |c| {
        let mut query = visible!(within)
            // The index is by start: no shift is longer than this.
            .filter(shifts::starts_at.gt(Sql(from.plus_seconds(-LONGEST_DAYS * 86_400))))
            .filter(shifts::starts_at.lt(Sql(to)).and(shifts::ends_at.gt(Sql(from))));
        if let Some((start, number)) = after {
            query = query
                .filter(shifts::starts_at.ge(Sql(start)))
                .filter(shifts::starts_at.gt(Sql(start)).or(shifts::number.gt(number)));
        }
        query = match &filter.who {
            None => query,
            Some(Who::Nobody) => query.filter(shifts::person_id.is_null()),
            Some(Who::Of(ids)) => query.filter(shifts::person_id.eq_any(ids.iter().copied().map(Sql).map(Some))),
        };
        if !filter.statuses.is_empty() {
            query = query.filter(shifts::status.eq_any(filter.statuses.iter().copied().map(Sql)));
        }
        if let Some(project) = filter.project {
            query = query.filter(shifts::project_id.eq(Some(Sql(project))));
        }
        if let Some(team) = filter.team {
            query = query.filter(shifts::team_id.eq(Some(Sql(team))));
        }
        limited(query.order((shifts::starts_at, shifts::number)).select(row!(within)), limit).load(c)
    })?;
    Ok(rows.into_iter().map(|row| read(within, row)).collect())
}
