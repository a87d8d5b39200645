//! Events and shifts around the world's present, Sunday 2026-11-22 at one in Rome.

use std::collections::BTreeMap;

use lavori_domain::schedule::{Event, EventStatus, Party, Response, Shift, ShiftStatus, Span};
use lavori_domain::{Id, KeyKind, PersonId, TeamId, Timestamp};
use lavori_store::{counters, events, shifts};

use crate::lab::Lab;
use crate::world::{day, zone};

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

pub(crate) fn timed(start: &str, end: &str) -> Span {
    Span::timed(at(start), at(end), zone()).unwrap()
}

pub(crate) fn event(lab: &Lab, number: i64, title: &str, span: Span, team: Option<TeamId>) -> Event {
    Event {
        organization: lab.world.north.id,
        id: Id::new(&lab.world.env),
        number,
        title: title.to_owned(),
        span,
        zone: zone(),
        recurrence: None,
        exceptions: BTreeMap::new(),
        location: None,
        notes: None,
        project: None,
        team,
        status: EventStatus::Confirmed,
        busy: true,
        version: 1,
        created_at: lab.world.now,
        updated_at: lab.world.now,
    }
}

pub(crate) fn shift(
    lab: &Lab,
    number: i64,
    (start, end): (&str, &str),
    person: Option<PersonId>,
    team: Option<TeamId>,
) -> Shift {
    Shift {
        organization: lab.world.north.id,
        id: Id::new(&lab.world.env),
        number,
        person,
        team,
        role: "Rigger".to_owned(),
        start: at(start),
        end: at(end),
        zone: zone(),
        break_minutes: 30,
        paid_break: false,
        project: None,
        task: None,
        event: None,
        location: None,
        notes: None,
        status: ShiftStatus::Published,
        published_at: None,
        actual: None,
        version: 1,
        created_at: lab.world.now,
        updated_at: lab.world.now,
    }
}

/// E-1 to E-3 and S-1 to S-6.
pub(crate) async fn fill(lab: &Lab) {
    let north = &lab.world.north;
    let (stage, sound) = (Some(north.stage), Some(north.sound));
    let mut meeting =
        event(lab, 1, "Crew meeting", timed("2026-10-05T09:00:00+02:00", "2026-10-05T10:00:00+02:00"), stage);
    meeting.recurrence = Some("FREQ=WEEKLY;BYDAY=MO".parse().unwrap());
    // Left out on 2 November, and on the 9th an hour later.
    meeting.exceptions.insert("2026-11-02T09:00:00".parse().unwrap(), None);
    let later = timed("2026-11-09T10:00:00+01:00", "2026-11-09T11:00:00+01:00");
    meeting.exceptions.insert("2026-11-09T09:00:00".parse().unwrap(), Some(later));
    (meeting.project, meeting.location) = (Some(north.aurora), Some("Depot".to_owned()));
    let check = event(lab, 2, "Sound check", timed("2026-11-24T10:00:00+01:00", "2026-11-24T12:00:00+01:00"), sound);
    let holiday = event(lab, 3, "Holiday", Span::all_day(day("2026-11-25"), day("2026-11-26")).unwrap(), None);

    // Ben: during the meeting, and eight hours later again; what was called off does not count.
    let mut long = shift(lab, 1, ("2026-11-23T08:00:00+01:00", "2026-11-23T16:00:00+01:00"), Some(north.ben), stage);
    (long.project, long.event, long.task) = (Some(north.aurora), Some(meeting.id), Some(north.tasks[0]));
    let short = shift(lab, 2, ("2026-11-24T00:00:00+01:00", "2026-11-24T06:00:00+01:00"), Some(north.ben), stage);
    let mut open = shift(lab, 3, ("2026-11-24T18:00:00+01:00", "2026-11-24T23:00:00+01:00"), None, stage);
    (open.status, open.role) = (ShiftStatus::Pending, "Sound".to_owned());
    let mut night = shift(lab, 4, ("2026-11-23T22:00:00+01:00", "2026-11-24T06:00:00+01:00"), Some(north.cleo), sound);
    (night.break_minutes, night.project, night.role) = (0, Some(north.borealis), "Sound".to_owned());
    let mut off = shift(lab, 5, ("2026-11-23T09:00:00+01:00", "2026-11-23T12:00:00+01:00"), Some(north.ben), stage);
    off.status = ShiftStatus::Cancelled;
    let mut clocks = shift(lab, 6, ("2026-10-24T22:00:00+02:00", "2026-10-25T06:00:00+01:00"), Some(north.cleo), sound);
    (clocks.status, clocks.actual) = (ShiftStatus::Completed, Some(clocks.stretch()));

    let mut tx = lab.test.store.begin().await.unwrap();
    for event in [&meeting, &check, &holiday] {
        events::insert(&mut tx, event).await.unwrap();
    }
    let pending = Response::Pending;
    for (event, people) in [
        (
            &meeting,
            vec![(Party::Member(north.ben), Response::Accepted), (Party::Member(north.cleo), Response::Declined)],
        ),
        (&check, vec![(Party::Member(north.cleo), pending), (Party::Contact(north.festival), pending)]),
        (&holiday, vec![(Party::Member(north.ada), pending)]),
    ] {
        events::set_people(&mut tx, north.id, event.id, &people).await.unwrap();
    }
    for shift in [&long, &short, &open, &night, &off, &clocks] {
        shifts::insert(&mut tx, shift).await.unwrap();
    }
    counters::take(&mut tx, north.id, KeyKind::Event, 3).await.unwrap();
    counters::take(&mut tx, north.id, KeyKind::Shift, 6).await.unwrap();
    tx.commit().await.unwrap();
}

/// A lab per database with the schedule in it.
pub(crate) async fn labs() -> Vec<Lab> {
    let labs = crate::lab::labs().await;
    for lab in &labs {
        fill(lab).await;
    }
    labs
}
