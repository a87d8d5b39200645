//! Whole shifts, and finding one by what somebody called it.

use std::convert::identity;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::id::kind;
use lavori_domain::schedule::Shift;
use lavori_domain::{OrganizationId, PersonId, ShiftId, TeamId};

use super::ShiftRow;
use crate::conn::{Conn, Inner, Tx, on, on_postgres, on_sqlite};
use crate::error::Error;
use crate::one_of::one_of;
use crate::reference::{Brief, MATCHES, Pointed, Reference};
use crate::schema::{events, memberships, people, projects, shifts, tasks};
use crate::sql::Sql;
use crate::within::Within;
use crate::words::lower;

diesel::alias!(projects as task_projects: TaskProjects);

/// Which shifts to get.
#[derive(Debug, Clone, Copy)]
pub enum ShiftKeys<'a> {
    /// Those with these ids.
    Ids(&'a [ShiftId]),
    /// Those with these numbers in their keys.
    Numbers(&'a [i64]),
}

/// A shift with the names of what it points at.
#[derive(Debug, Clone)]
pub struct ShiftDetail {
    /// The shift.
    pub shift: Shift,
    /// The name of who works it. `None` with a person in the shift: somebody of another team.
    pub person: Option<String>,
    /// Its project.
    pub project: Option<Pointed>,
    /// Its task.
    pub task: Option<Pointed>,
    /// Its event.
    pub event: Option<Pointed>,
}

pub(super) type Row = (
    ShiftRow,
    Option<String>,
    bool,
    Option<(i64, String, Option<TeamId>)>,
    Option<(i64, String)>,
    Option<TeamId>,
    Option<(i64, String, Option<TeamId>)>,
);

/// The shifts that `within` shows with what they point at, as a boxed query of whichever backend the arm has.
macro_rules! visible {
    ($within:expr) => {{
        let within: crate::within::Within = $within;
        let mut query =
            shifts::table
                .left_join(people::table.on(people::id.nullable().eq(shifts::person_id)))
                .left_join(
                    projects::table.on(projects::organization_id
                        .eq(shifts::organization_id)
                        .and(projects::id.nullable().eq(shifts::project_id))),
                )
                .left_join(tasks::table.on(
                    tasks::organization_id.eq(shifts::organization_id).and(tasks::id.nullable().eq(shifts::task_id)),
                ))
                .left_join(
                    task_projects.on(task_projects
                        .field(projects::organization_id)
                        .eq(shifts::organization_id)
                        .and(task_projects.field(projects::id).nullable().eq(tasks::project_id.nullable()))),
                )
                .left_join(events::table.on(
                    events::organization_id.eq(shifts::organization_id).and(events::id.nullable().eq(shifts::event_id)),
                ))
                .filter(shifts::organization_id.eq(Sql(within.organization)))
                .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(shifts::team_id.eq(Some(Sql(team))));
        }
        query
    }};
}

/// The columns of a [`Row`].
macro_rules! row {
    ($within:expr) => {
        (
            ShiftRow::as_select(),
            people::name.nullable(),
            $crate::within::is_teammate!($within, shifts, person_id),
            (projects::number, projects::name, projects::team_id).nullable(),
            (tasks::number, tasks::title).nullable(),
            task_projects.field(projects::team_id).nullable(),
            (events::number, events::title, events::team_id).nullable(),
        )
    };
}
pub(super) use {row, visible};

/// Leaves out what `within` does not show.
pub(super) fn read(within: Within, (row, person, mate, project, task, task_team, event): Row) -> ShiftDetail {
    let seen = |team: Option<TeamId>| within.team.is_none() || within.team == team;
    let pointed = |number, name, team| if seen(team) { Pointed::Seen(number, name) } else { Pointed::Hidden };
    ShiftDetail {
        shift: Shift::from(row),
        person: person.filter(|_| within.team.is_none() || mate),
        project: project.map(|(number, name, team)| pointed(number, name, team)),
        task: task.map(|(number, name)| pointed(number, name, task_team)),
        event: event.map(|(number, name, team)| pointed(number, name, team)),
    }
}

/// The shifts with the given keys, in no order, in one query. Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn details(conn: &mut Conn, within: Within, keys: ShiftKeys<'_>) -> Result<Vec<ShiftDetail>, Error> {
    let rows: Vec<Row> = on!(conn, |c| {
        let query = match keys {
            ShiftKeys::Ids(ids) => visible!(within).filter(one_of!(shifts::id, ids, Sql)),
            ShiftKeys::Numbers(numbers) => visible!(within).filter(one_of!(shifts::number, numbers, identity)),
        };
        query.select(row!(within)).load(c)
    })?;
    Ok(rows.into_iter().map(|row| read(within, row)).collect())
}

/// Holds the shifts with the given ids until the transaction ends, and gives those that exist within `within`, by id.
///
/// # Errors
/// When the database is out of reach, or a lock is not had in time.
pub async fn lock(tx: &mut Tx, within: Within, ids: &[ShiftId]) -> Result<Vec<ShiftDetail>, Error> {
    let query = shifts::table
        .filter(shifts::organization_id.eq(Sql(within.organization)))
        .filter(shifts::id.eq_any(ids.iter().copied().map(Sql)))
        .order(shifts::id)
        .select(shifts::id);
    let held: Vec<ShiftId> = match &mut tx.inner {
        // It has one writer at a time.
        Inner::Sqlite(c) => on_sqlite!(c, |c| query.load(c))?,
        Inner::Postgres(c) => on_postgres!(c, |c| query.for_no_key_update().load(c))?,
    };
    let mut found = details(tx, within, ShiftKeys::Ids(&held)).await?;
    found.sort_by_key(|detail| detail.shift.id);
    Ok(found)
}

/// Lets nobody else plan these people's time until the transaction ends: without it two shifts of one person that
/// overlap could both be written at once, each without seeing the other (TOOLS.md D8).
///
/// # Errors
/// When the database is out of reach, or a lock is not had in time.
pub async fn hold_people(tx: &mut Tx, organization: OrganizationId, people: &[PersonId]) -> Result<(), Error> {
    let Inner::Postgres(c) = &mut tx.inner else { return Ok(()) };
    let query = memberships::table
        .filter(memberships::organization_id.eq(Sql(organization)))
        .filter(memberships::person_id.eq_any(people.iter().copied().map(Sql)))
        .order(memberships::person_id)
        .select(memberships::person_id);
    let _held: Vec<PersonId> = on_postgres!(c, |c| query.for_no_key_update().load(c))?;
    Ok(())
}

/// The shifts that `reference` names, at most [`MATCHES`]. A shift's name is its role.
///
/// # Errors
/// When the database is out of reach.
pub async fn find(
    conn: &mut Conn,
    within: Within,
    reference: Reference<'_, kind::Shift>,
) -> Result<Vec<Brief<kind::Shift>>, Error> {
    let rows: Vec<Row> = on!(conn, |c| {
        let query = match reference {
            Reference::Id(id) => visible!(within).filter(shifts::id.eq(Sql(id))),
            Reference::Number(number) => visible!(within).filter(shifts::number.eq(number)),
            Reference::Name(role) => visible!(within).filter(lower(shifts::role).eq(lower(role))),
        };
        query.order(shifts::number).limit(MATCHES).select(row!(within)).load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let ShiftDetail { shift, person, .. } = read(within, row);
            let start = shift.zone.rfc3339(shift.start);
            let hint = person.map_or_else(|| start.clone(), |person| format!("{person}, {start}"));
            Brief { id: shift.id, number: Some(shift.number), name: shift.role, hint: Some(hint) }
        })
        .collect())
}
