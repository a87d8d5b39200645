//! Occurrences that are not as their event's rule says.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::schedule::Event;
use lavori_domain::{EventId, OrganizationId, Timestamp};

use super::{days, span};
use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::event_exceptions;
use crate::sql::Sql;

/// Writes the exceptions of an event that has none in the database.
pub(super) async fn insert(tx: &mut Tx, event: &Event) -> Result<(), Error> {
    for (occurrence, moved) in &event.exceptions {
        let (first, last) = moved.map_or((None, None), days);
        on!(tx, |c| diesel::insert_into(event_exceptions::table)
            .values((
                event_exceptions::organization_id.eq(Sql(event.organization)),
                event_exceptions::event_id.eq(Sql(event.id)),
                event_exceptions::occurrence.eq(occurrence),
                event_exceptions::starts_at.eq(moved.map(|span| Sql(span.start(event.zone)))),
                event_exceptions::ends_at.eq(moved.map(|span| Sql(span.end(event.zone)))),
                event_exceptions::first_day.eq(first),
                event_exceptions::last_day.eq(last),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Takes the exceptions of an event out of the database, to be written anew.
pub(super) async fn clear(tx: &mut Tx, event: &Event) -> Result<(), Error> {
    on!(tx, |c| diesel::delete(
        event_exceptions::table
            .filter(event_exceptions::organization_id.eq(Sql(event.organization)))
            .filter(event_exceptions::event_id.eq(Sql(event.id)))
    )
    .execute(c))?;
    Ok(())
}

/// Gives those of `events` that recur their exceptions: one query, or none when nothing recurs.
pub(super) async fn add<'e>(
    conn: &mut Conn,
    organization: OrganizationId,
    events: impl Iterator<Item = &'e mut Event>,
) -> Result<(), Error> {
    let mut recurring: Vec<&mut Event> = events.filter(|event| event.recurrence.is_some()).collect();
    if recurring.is_empty() {
        return Ok(());
    }
    type Row = (EventId, NaiveDateTime, Option<Timestamp>, Option<Timestamp>, Option<NaiveDate>, Option<NaiveDate>);
    let ids: Vec<EventId> = recurring.iter().map(|event| event.id).collect();
    let rows: Vec<Row> = on!(conn, |c| event_exceptions::table
        .filter(event_exceptions::organization_id.eq(Sql(organization)))
        .filter(event_exceptions::event_id.eq_any(ids.iter().copied().map(Sql)))
        .select((
            event_exceptions::event_id,
            event_exceptions::occurrence,
            event_exceptions::starts_at,
            event_exceptions::ends_at,
            event_exceptions::first_day,
            event_exceptions::last_day,
        ))
        .load(c))?;
    recurring.sort_by_key(|event| event.id);
    for (id, occurrence, start, end, first, last) in rows {
        if let Ok(index) = recurring.binary_search_by_key(&id, |event| event.id) {
            let event = &mut recurring[index];
            let moved = start.zip(end).map(|instants| span(event.zone, instants, first.zip(last)));
            event.exceptions.insert(occurrence, moved);
        }
    }
    Ok(())
}
