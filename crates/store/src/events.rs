//! Events. A narrowed query sees those of its team.

mod details;
mod exceptions;
mod list;
mod people;

pub use details::{Alike, EventDetail, EventKeys, alike, details, find, lock};
pub use list::{EventFilter, EventsFound, MOST, between};
pub use people::{Guest, set_people};

use chrono::NaiveDate;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::schedule::{Event, EventStatus, Recurrence, Span};
use lavori_domain::{EventId, OrganizationId, PersonId, ProjectId, TeamId, TimeZone, Timestamp};

use crate::conn::{Tx, on};
use crate::error::Error;
use crate::schema::events;
use crate::sql::Sql;

/// Whose entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Of one of these members.
    Of(Vec<PersonId>),
    /// Of nobody.
    Nobody,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(Pg, Sqlite))]
struct EventRow {
    organization_id: OrganizationId,
    id: EventId,
    number: i64,
    title: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
    time_zone: TimeZone,
    recurrence: Option<Recurrence>,
    location: Option<String>,
    notes: Option<String>,
    project_id: Option<ProjectId>,
    team_id: Option<TeamId>,
    status: EventStatus,
    busy: bool,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<EventRow> for Event {
    /// Without its exceptions, which have a table of their own.
    fn from(row: EventRow) -> Self {
        Self {
            organization: row.organization_id,
            id: row.id,
            number: row.number,
            title: row.title,
            span: span(row.time_zone, (row.starts_at, row.ends_at), row.first_day.zip(row.last_day)),
            zone: row.time_zone,
            recurrence: row.recurrence,
            exceptions: std::collections::BTreeMap::new(),
            location: row.location,
            notes: row.notes,
            project: row.project_id,
            team: row.team_id,
            status: row.status,
            busy: row.busy,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A span out of its columns: whole days where there are days.
fn span(zone: TimeZone, (start, end): (Timestamp, Timestamp), days: Option<(NaiveDate, NaiveDate)>) -> Span {
    match days {
        Some((first, last)) => Span::AllDay { first, last },
        None => Span::Timed { start, end, zone },
    }
}

/// The days of a span that is whole days.
fn days(span: Span) -> (Option<NaiveDate>, Option<NaiveDate>) {
    match span {
        Span::AllDay { first, last } => (Some(first), Some(last)),
        Span::Timed { .. } => (None, None),
    }
}

/// What of an event may change.
macro_rules! changing {
    ($event:expr) => {{
        let event: &Event = $event;
        let (from, until) = event.reach(event.zone).map_err(|error| Error::Corrupt(Box::new(error)))?;
        let (first, last) = days(event.span);
        (
            events::title.eq(&event.title),
            events::starts_at.eq(Sql(event.span.start(event.zone))),
            events::ends_at.eq(Sql(event.span.end(event.zone))),
            events::first_day.eq(first),
            events::last_day.eq(last),
            events::time_zone.eq(Sql(event.zone)),
            events::recurrence.eq(event.recurrence.as_ref().map(Sql)),
            events::outer_from.eq(Sql(from)),
            events::outer_until.eq(until.map(Sql)),
            events::location.eq(&event.location),
            events::notes.eq(&event.notes),
            events::project_id.eq(event.project.map(Sql)),
            events::team_id.eq(event.team.map(Sql)),
            events::status.eq(Sql(event.status)),
            events::busy.eq(event.busy),
            events::version.eq(event.version),
            events::updated_at.eq(Sql(event.updated_at)),
        )
    }};
}

/// Inserts an event with its exceptions; who takes part comes after it ([`set_people`]).
///
/// # Errors
/// [`Error::Conflict`] when its number is taken, or its project or team is of another organization;
/// [`Error::Corrupt`] when its rule means nothing.
pub async fn insert(tx: &mut Tx, event: &Event) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(events::table)
        .values((
            events::organization_id.eq(Sql(event.organization)),
            events::id.eq(Sql(event.id)),
            events::number.eq(event.number),
            events::created_at.eq(Sql(event.created_at)),
            changing!(event),
        ))
        .execute(c))?;
    exceptions::insert(tx, event).await
}

/// Writes an event and its exceptions over what was there. Its version is written as it is.
///
/// # Errors
/// [`Error::NotFound`] when there is none, and as [`insert`].
pub async fn update(tx: &mut Tx, event: &Event) -> Result<(), Error> {
    let changed = on!(tx, |c| diesel::update(events::table.find((Sql(event.organization), Sql(event.id))))
        .set(changing!(event))
        .execute(c))?;
    if changed != 1 {
        return Err(Error::NotFound);
    }
    exceptions::clear(tx, event).await?;
    exceptions::insert(tx, event).await
}
