//! Whole events, and finding one by what somebody called it.

use std::convert::identity;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::id::kind;
use lavori_domain::schedule::{Event, EventStatus};
use lavori_domain::{EventId, TeamId, Timestamp};

use super::people::{self, Guest};
use super::{EventRow, exceptions};
use crate::conn::{Conn, Inner, Tx, on, on_postgres, on_sqlite};
use crate::error::Error;
use crate::limited::limited;
use crate::one_of::one_of;
use crate::reference::{Brief, MATCHES, Pointed, Reference};
use crate::schema::{events, projects};
use crate::sql::Sql;
use crate::within::Within;
use crate::words::lower;

/// Which events to get.
#[derive(Debug, Clone, Copy)]
pub enum EventKeys<'a> {
    /// Those with these ids.
    Ids(&'a [EventId]),
    /// Those with these numbers in their keys.
    Numbers(&'a [i64]),
}

/// An event with the names of what it points at.
#[derive(Debug, Clone)]
pub struct EventDetail {
    /// The event, with its exceptions.
    pub event: Event,
    /// Its project.
    pub project: Option<Pointed>,
    /// Who takes part.
    pub people: Vec<Guest>,
}

pub(super) type Row = (EventRow, Option<(i64, String, Option<TeamId>)>);

/// The events that `within` shows with their projects, as a boxed query of whichever backend the arm has.
macro_rules! visible {
    ($within:expr) => {{
        let within: crate::within::Within = $within;
        let mut query = events::table
            .left_join(
                projects::table.on(projects::organization_id
                    .eq(events::organization_id)
                    .and(projects::id.nullable().eq(events::project_id))),
            )
            .filter(events::organization_id.eq(Sql(within.organization)))
            .into_boxed();
        if let Some(team) = within.team {
            query = query.filter(events::team_id.eq(Some(Sql(team))));
        }
        query
    }};
}
/// The columns of a [`Row`].
macro_rules! row {
    () => {
        (EventRow::as_select(), (projects::number, projects::name, projects::team_id).nullable())
    };
}
pub(super) use {row, visible};

/// Adds what stands in other tables: two queries at most, however many events.
pub(super) async fn complete(conn: &mut Conn, within: Within, rows: Vec<Row>) -> Result<Vec<EventDetail>, Error> {
    let mut found: Vec<EventDetail> = rows
        .into_iter()
        .map(|(row, project)| EventDetail {
            event: Event::from(row),
            project: project.map(|(number, name, team)| match within.team {
                Some(_) if within.team != team => Pointed::Hidden,
                _ => Pointed::Seen(number, name),
            }),
            people: Vec::new(),
        })
        .collect();
    exceptions::add(conn, within.organization, found.iter_mut().map(|detail| &mut detail.event)).await?;
    let ids: Vec<EventId> = found.iter().map(|detail| detail.event.id).collect();
    let mut guests = people::of(conn, within, &ids).await?;
    for detail in &mut found {
        detail.people = guests.remove(&detail.event.id).unwrap_or_default();
    }
    Ok(found)
}

/// The events with the given keys, in no order. Those that do not exist within `within` are left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn details(conn: &mut Conn, within: Within, keys: EventKeys<'_>) -> Result<Vec<EventDetail>, Error> {
    let rows: Vec<Row> = on!(conn, |c| {
        let query = match keys {
            EventKeys::Ids(ids) => visible!(within).filter(one_of!(events::id, ids, Sql)),
            EventKeys::Numbers(numbers) => visible!(within).filter(one_of!(events::number, numbers, identity)),
        };
        query.select(row!()).load(c)
    })?;
    complete(conn, within, rows).await
}

/// Holds the events with the given ids until the transaction ends, and gives those that exist within `within`, by id.
///
/// # Errors
/// When the database is out of reach, or a lock is not had in time.
pub async fn lock(tx: &mut Tx, within: Within, ids: &[EventId]) -> Result<Vec<EventDetail>, Error> {
    let query = events::table
        .filter(events::organization_id.eq(Sql(within.organization)))
        .filter(events::id.eq_any(ids.iter().copied().map(Sql)))
        .order(events::id)
        .select(events::id);
    let held: Vec<EventId> = match &mut tx.inner {
        // It has one writer at a time.
        Inner::Sqlite(c) => on_sqlite!(c, |c| query.load(c))?,
        Inner::Postgres(c) => on_postgres!(c, |c| query.for_no_key_update().load(c))?,
    };
    let mut found = details(tx, within, EventKeys::Ids(&held)).await?;
    found.sort_by_key(|detail| detail.event.id);
    Ok(found)
}

/// The events that `reference` names, at most [`MATCHES`].
///
/// # Errors
/// When the database is out of reach.
pub async fn find(
    conn: &mut Conn,
    within: Within,
    reference: Reference<'_, kind::Event>,
) -> Result<Vec<Brief<kind::Event>>, Error> {
    let rows: Vec<Row> = on!(conn, |c| {
        let query = match reference {
            Reference::Id(id) => visible!(within).filter(events::id.eq(Sql(id))),
            Reference::Number(number) => visible!(within).filter(events::number.eq(number)),
            Reference::Name(title) => visible!(within).filter(lower(events::title).eq(lower(title))),
        };
        query.order(events::number).limit(MATCHES).select(row!()).load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(|(row, _)| {
            let hint = row.time_zone.rfc3339(row.starts_at);
            Brief { id: row.id, number: Some(row.number), name: row.title, hint: Some(hint) }
        })
        .collect())
}

/// An event in a few words, to tell whether another one is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The number in its key.
    pub number: i64,
    /// One line.
    pub title: String,
    /// The first instant.
    pub start: Timestamp,
}

/// The events that have one of these titles, whatever the case, and were not called off: at most a thousand.
///
/// # Errors
/// When the database is out of reach.
pub async fn alike(conn: &mut Conn, within: Within, titles: &[&str]) -> Result<Vec<Alike>, Error> {
    let titles: Vec<String> = titles.iter().map(|title| title.to_lowercase()).collect();
    let rows: Vec<Row> = on!(conn, |c| limited(
        visible!(within)
            .filter(lower(events::title).eq_any(&titles))
            .filter(events::status.ne(Sql(EventStatus::Cancelled)))
            .order(events::starts_at.desc())
            .select(row!()),
        1_000
    )
    .load(c))?;
    let alike = rows.into_iter().map(|(row, _)| Alike { number: row.number, title: row.title, start: row.starts_at });
    Ok(alike.collect())
}
