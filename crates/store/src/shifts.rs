//! Shifts. A narrowed query sees those of its team.

mod details;
mod list;

pub use details::{ShiftDetail, ShiftKeys, details, find, hold_people, lock};
pub use list::{ShiftFilter, between};

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::schedule::{Shift, ShiftStatus, Stretch};
use lavori_domain::{EventId, OrganizationId, PersonId, ProjectId, ShiftId, TaskId, TeamId, TimeZone, Timestamp};

use crate::conn::{Tx, on};
use crate::error::Error;
use crate::schema::shifts;
use crate::sql::Sql;

#[derive(Queryable, Selectable)]
#[diesel(table_name = shifts, check_for_backend(Pg, Sqlite))]
struct ShiftRow {
    organization_id: OrganizationId,
    id: ShiftId,
    number: i64,
    person_id: Option<PersonId>,
    team_id: Option<TeamId>,
    role: String,
    starts_at: Timestamp,
    ends_at: Timestamp,
    time_zone: TimeZone,
    break_minutes: i32,
    paid_break: bool,
    project_id: Option<ProjectId>,
    task_id: Option<TaskId>,
    event_id: Option<EventId>,
    location: Option<String>,
    notes: Option<String>,
    status: ShiftStatus,
    published_at: Option<Timestamp>,
    actual_starts_at: Option<Timestamp>,
    actual_ends_at: Option<Timestamp>,
    version: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<ShiftRow> for Shift {
    fn from(row: ShiftRow) -> Self {
        Self {
            organization: row.organization_id,
            id: row.id,
            number: row.number,
            person: row.person_id,
            team: row.team_id,
            role: row.role,
            start: row.starts_at,
            end: row.ends_at,
            zone: row.time_zone,
            break_minutes: row.break_minutes,
            paid_break: row.paid_break,
            project: row.project_id,
            task: row.task_id,
            event: row.event_id,
            location: row.location,
            notes: row.notes,
            status: row.status,
            published_at: row.published_at,
            actual: row.actual_starts_at.zip(row.actual_ends_at).map(|(start, end)| Stretch { start, end }),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// What of a shift may change.
macro_rules! changing {
    ($shift:expr) => {{
        let shift: &Shift = $shift;
        (
            shifts::person_id.eq(shift.person.map(Sql)),
            shifts::team_id.eq(shift.team.map(Sql)),
            shifts::role.eq(&shift.role),
            shifts::starts_at.eq(Sql(shift.start)),
            shifts::ends_at.eq(Sql(shift.end)),
            shifts::time_zone.eq(Sql(shift.zone)),
            shifts::break_minutes.eq(shift.break_minutes),
            shifts::paid_break.eq(shift.paid_break),
            shifts::project_id.eq(shift.project.map(Sql)),
            shifts::task_id.eq(shift.task.map(Sql)),
            shifts::event_id.eq(shift.event.map(Sql)),
            shifts::location.eq(&shift.location),
            shifts::notes.eq(&shift.notes),
            shifts::status.eq(Sql(shift.status)),
            shifts::published_at.eq(shift.published_at.map(Sql)),
            shifts::actual_starts_at.eq(shift.actual.map(|actual| Sql(actual.start))),
            shifts::actual_ends_at.eq(shift.actual.map(|actual| Sql(actual.end))),
            shifts::version.eq(shift.version),
            shifts::updated_at.eq(Sql(shift.updated_at)),
        )
    }};
}

/// Inserts a shift.
///
/// # Errors
/// [`Error::Conflict`] when its number is taken, or what it points at is of another organization.
pub async fn insert(tx: &mut Tx, shift: &Shift) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(shifts::table)
        .values((
            shifts::organization_id.eq(Sql(shift.organization)),
            shifts::id.eq(Sql(shift.id)),
            shifts::number.eq(shift.number),
            shifts::created_at.eq(Sql(shift.created_at)),
            changing!(shift),
        ))
        .execute(c))?;
    Ok(())
}

/// Writes a shift over what was there. Its version is written as it is.
///
/// # Errors
/// [`Error::NotFound`] when there is none, [`Error::Conflict`] when what it points at is of another organization.
pub async fn update(tx: &mut Tx, shift: &Shift) -> Result<(), Error> {
    let changed = on!(tx, |c| diesel::update(shifts::table.find((Sql(shift.organization), Sql(shift.id))))
        .set(changing!(shift))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::NotFound) }
}
