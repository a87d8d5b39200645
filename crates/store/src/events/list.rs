//! The events of a stretch of time.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::schedule::EventStatus;
use lavori_domain::{ProjectId, TeamId, Timestamp};

use super::details::{EventDetail, Row, complete, row, visible};
use super::{EventRow, Who};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::limited::limited;
use crate::schema::{event_people, events, projects};
use crate::sql::Sql;
use crate::within::Within;

/// The most events of one stretch of time, a recurring one counted once.
pub const MOST: i64 = 5_000;
/// Whole days are other instants in another zone: so far away they may be, in seconds.
const ZONES: i64 = 26 * 3600;

/// Which events. What is not given does not matter; values of one list are alternatives.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Whose.
    pub who: Option<Who>,
    /// In one of these statuses.
    pub statuses: Vec<EventStatus>,
    /// Of this project.
    pub project: Option<ProjectId>,
    /// Of this team.
    pub team: Option<TeamId>,
}

/// The events of a stretch of time.
#[derive(Debug)]
pub struct EventsFound {
    /// By start.
    pub found: Vec<EventDetail>,
    /// Whether there are more than [`MOST`]: those that start later are left out.
    pub truncated: bool,
}

/// The events that may take place between `from` and `to`, by start: at most [`MOST`]. What recurs is here when its
/// series reaches into that time, whether or not one of its occurrences does; its rule says which.
///
/// # Errors
/// When the database is out of reach.
pub async fn between(
    conn: &mut Conn,
    within: Within,
    filter: &EventFilter,
    (from, to): (Timestamp, Timestamp),
) -> Result<EventsFound, Error> {
    let (from, to) = (from.plus_seconds(-ZONES), to.plus_seconds(ZONES));
    let mut rows: Vec<Row> = on!(conn, |c| {
        let mut query = visible!(within)
            .filter(events::outer_from.lt(Sql(to)))
            .filter(events::outer_until.is_null().or(events::outer_until.gt(Some(Sql(from)))));
        let people = || {
            event_people::table
                .filter(event_people::organization_id.eq(events::organization_id))
                .filter(event_people::event_id.eq(events::id))
        };
        query = match &filter.who {
            None => query,
            Some(Who::Nobody) => query.filter(not(exists(people()))),
            Some(Who::Of(ids)) => query.filter(exists(
                people().filter(event_people::person_id.eq_any(ids.iter().copied().map(Sql).map(Some))),
            )),
        };
        if !filter.statuses.is_empty() {
            query = query.filter(events::status.eq_any(filter.statuses.iter().copied().map(Sql)));
        }
        if let Some(project) = filter.project {
            query = query.filter(events::project_id.eq(Some(Sql(project))));
        }
        if let Some(team) = filter.team {
            query = query.filter(events::team_id.eq(Some(Sql(team))));
        }
        limited(query.order((events::outer_from, events::number)).select(row!()), MOST + 1).load(c)
    })?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let truncated = rows.len() > most;
    rows.truncate(most);
    Ok(EventsFound { found: complete(conn, within, rows).await?, truncated })
}
