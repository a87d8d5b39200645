//! Events and shifts: what a stretch of time holds, what of it a team sees, what comes back as it was written.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use lavori_domain::schedule::{Event, EventStatus, Party, Response, Shift, ShiftStatus, Span};
use lavori_domain::{Id, Timestamp};
use lavori_store::Pointed;
use lavori_store::events::{EventFilter, EventKeys, Guest, Who};
use lavori_store::shifts::{ShiftFilter, ShiftKeys};
use lavori_store::{Error, Reference, Within, events, shifts};
use lavori_testkit::stores;

use crate::world::{World, day, zone};

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn event(world: &World, number: i64, title: &str, span: Span) -> Event {
    Event {
        organization: world.north.id,
        id: Id::new(&world.env),
        number,
        title: title.to_owned(),
        span,
        zone: zone(),
        recurrence: None,
        exceptions: BTreeMap::new(),
        location: Some("Hall 3".to_owned()),
        notes: None,
        project: None,
        team: None,
        status: EventStatus::Confirmed,
        busy: true,
        version: 1,
        created_at: world.now,
        updated_at: world.now,
    }
}

fn timed(start: &str, end: &str) -> Span {
    Span::timed(at(start), at(end), zone()).unwrap()
}

fn shift(world: &World, number: i64, start: &str, end: &str) -> Shift {
    Shift {
        organization: world.north.id,
        id: Id::new(&world.env),
        number,
        person: None,
        team: None,
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
        status: ShiftStatus::Pending,
        published_at: None,
        actual: None,
        version: 1,
        created_at: world.now,
        updated_at: world.now,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d4_an_event_comes_back_as_it_was_written_with_exceptions_and_people() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let north = &world.north;
        let mut meeting =
            event(&world, 1, "Crew meeting", timed("2026-10-05T09:00:00+02:00", "2026-10-05T10:00:00+02:00"));
        meeting.recurrence = Some("FREQ=WEEKLY;BYDAY=MO;COUNT=8".parse().unwrap());
        meeting.exceptions.insert(local("2026-10-12T09:00:00"), None);
        let moved = timed("2026-10-20T14:00:00+02:00", "2026-10-20T15:00:00+02:00");
        meeting.exceptions.insert(local("2026-10-19T09:00:00"), Some(moved));
        (meeting.project, meeting.team) = (Some(north.aurora), Some(north.stage));
        let guests = [
            (Party::Member(north.ben), Response::Accepted),
            (Party::Member(north.cleo), Response::Pending),
            (Party::Contact(north.arena), Response::Tentative),
        ];
        let mut tx = test.store.begin().await.unwrap();
        events::insert(&mut tx, &meeting).await.unwrap();
        events::set_people(&mut tx, north.id, meeting.id, &guests).await.unwrap();
        tx.commit().await.unwrap();

        let mut conn = test.store.read().await.unwrap();
        let found = events::details(&mut conn, world.whole(), EventKeys::Numbers(&[1, 2])).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].event, meeting, "{}", test.name);
        assert_eq!(found[0].project, Some(Pointed::Seen(1, "Aurora".to_owned())));
        let names: Vec<_> = found[0].people.iter().map(|guest| (guest.name.as_deref(), guest.response)).collect();
        assert_eq!(
            names,
            [
                (Some("Arena Verona"), Response::Tentative),
                (Some("Ben Weiss"), Response::Accepted),
                (Some("Cleo Novak"), Response::Pending)
            ]
        );
        // P13: of the people of other teams not even the name.
        let found = events::details(&mut conn, world.stage(), EventKeys::Ids(&[meeting.id])).await.unwrap();
        let hidden = Guest { party: Party::Member(north.cleo), name: None, response: Response::Pending };
        assert_eq!((found[0].people.len(), &found[0].people[0]), (3, &hidden));

        // Written over, it is what was written last.
        let mut tx = test.store.begin().await.unwrap();
        let mut held = events::lock(&mut tx, world.stage(), &[meeting.id]).await.unwrap().remove(0).event;
        held.exceptions.remove(&local("2026-10-12T09:00:00"));
        (held.span, held.version) = (Span::all_day(day("2026-10-05"), day("2026-10-06")).unwrap(), 2);
        held.exceptions = BTreeMap::from([(local("2026-10-12T00:00:00"), None)]);
        events::update(&mut tx, &held).await.unwrap();
        events::set_people(&mut tx, north.id, held.id, &guests[..1]).await.unwrap();
        tx.commit().await.unwrap();
        let again = events::details(&mut conn, world.whole(), EventKeys::Ids(&[held.id])).await.unwrap().remove(0);
        assert_eq!((&again.event, again.people.len()), (&held, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d3_a_stretch_of_time_holds_what_touches_it_and_no_more() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let north = &world.north;
        let mut tx = test.store.begin().await.unwrap();
        let ends_at_noon = event(&world, 1, "Before", timed("2026-11-23T09:00:00Z", "2026-11-23T12:00:00Z"));
        let mut forever = event(&world, 2, "Forever", timed("2025-01-06T09:00:00Z", "2025-01-06T10:00:00Z"));
        forever.recurrence = Some("FREQ=WEEKLY".parse().unwrap());
        let mut over = event(&world, 3, "Over", timed("2025-01-06T09:00:00Z", "2025-01-06T10:00:00Z"));
        over.recurrence = Some("FREQ=WEEKLY;COUNT=5".parse().unwrap());
        // An occurrence of it was moved far beyond its end.
        let mut moved = over.clone();
        (moved.id, moved.number) = (Id::new(&world.env), 4);
        moved
            .exceptions
            .insert(local("2025-01-13T10:00:00"), Some(timed("2026-11-23T13:00:00Z", "2026-11-23T14:00:00Z")));
        let mut of_stage = event(&world, 5, "Stage only", timed("2026-11-23T13:00:00Z", "2026-11-23T14:00:00Z"));
        of_stage.team = Some(north.stage);
        for event in [&ends_at_noon, &forever, &over, &moved, &of_stage] {
            events::insert(&mut tx, event).await.unwrap();
        }
        events::set_people(&mut tx, north.id, of_stage.id, &[(Party::Member(north.ben), Response::Pending)])
            .await
            .unwrap();
        let night = shift(&world, 1, "2026-11-23T10:00:00Z", "2026-11-23T12:00:01Z");
        let mut bens = shift(&world, 2, "2026-11-23T13:00:00Z", "2026-11-23T14:00:00Z");
        (bens.person, bens.team, bens.project) = (Some(north.ben), Some(north.stage), Some(north.borealis));
        (bens.event, bens.task) = (Some(of_stage.id), Some(north.tasks[0]));
        let touching = shift(&world, 3, "2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z");
        let later = shift(&world, 4, "2026-11-23T18:00:00Z", "2026-11-23T20:00:00Z");
        for shift in [&night, &bens, &touching, &later] {
            shifts::insert(&mut tx, shift).await.unwrap();
        }
        tx.commit().await.unwrap();

        let mut conn = test.store.read().await.unwrap();
        let window = (at("2026-11-23T12:00:00Z"), at("2026-11-23T18:00:00Z"));
        let mut count = async |within: Within, filter: &ShiftFilter, after, limit| -> Vec<i64> {
            let found = shifts::between(&mut conn, within, filter, window, after, limit).await.unwrap();
            found.iter().map(|detail| detail.shift.number).collect()
        };
        let all = ShiftFilter::default();
        assert_eq!(count(world.whole(), &all, None, 9).await, [1, 2], "half-open on both sides, on {}", test.name);
        assert_eq!(count(world.whole(), &all, None, 1).await, [1]);
        assert_eq!(count(world.whole(), &all, Some((night.start, 1)), 9).await, [2]);
        assert_eq!(count(world.stage(), &all, None, 9).await, [2], "P13");
        let of = |who| ShiftFilter { who: Some(who), ..ShiftFilter::default() };
        assert_eq!(count(world.whole(), &of(Who::Of(vec![north.ben, north.cleo])), None, 9).await, [2]);
        assert_eq!(count(world.whole(), &of(Who::Nobody), None, 9).await, [1]);
        let cancelled = ShiftFilter { statuses: vec![ShiftStatus::Cancelled], ..ShiftFilter::default() };
        assert_eq!(count(world.whole(), &cancelled, None, 9).await, [] as [i64; 0]);
        let borealis = ShiftFilter { project: Some(north.borealis), team: Some(north.stage), ..ShiftFilter::default() };
        assert_eq!(count(world.whole(), &borealis, None, 9).await, [2]);

        let mut touches = async |within: Within, filter: &EventFilter| -> Vec<i64> {
            let found = events::between(&mut conn, within, filter, window).await.unwrap().found;
            let really = |detail: &&events::EventDetail| {
                !detail.event.occurrences(window.0, window.1, zone()).unwrap().found.is_empty()
            };
            // What is over without a doubt is left out by the query itself.
            assert!(found.iter().all(|detail| detail.event.number != over.number));
            found.iter().filter(really).map(|detail| detail.event.number).collect()
        };
        let all = EventFilter::default();
        assert_eq!(touches(world.whole(), &all).await, [4, 5], "{}", test.name);
        assert_eq!(touches(world.stage(), &all).await, [5]);
        let bens_own = EventFilter { who: Some(Who::Of(vec![north.ben])), ..EventFilter::default() };
        assert_eq!(touches(world.whole(), &bens_own).await, [5]);
        let nobodys = EventFilter { who: Some(Who::Nobody), ..EventFilter::default() };
        assert_eq!(touches(world.whole(), &nobodys).await, [4]);
        let monday = (at("2026-11-23T08:30:00Z"), at("2026-11-23T09:30:00Z"));
        let weekly = events::between(&mut conn, world.whole(), &all, monday).await.unwrap();
        assert!(!weekly.truncated && weekly.found.iter().any(|detail| detail.event.number == forever.number));

        // P13: what a visible shift points at of another team is hidden.
        let seen = shifts::details(&mut conn, world.stage(), ShiftKeys::Numbers(&[1, 2])).await.unwrap();
        assert_eq!(seen.len(), 1);
        assert_eq!((seen[0].person.as_deref(), &seen[0].project), (Some("Ben Weiss"), &Some(Pointed::Hidden)));
        assert_eq!(seen[0].task, Some(Pointed::Seen(1, "Rig the truss".to_owned())));
        assert_eq!(seen[0].event, Some(Pointed::Seen(5, "Stage only".to_owned())));
        assert_eq!(seen[0].shift, bens);
        let whole = shifts::details(&mut conn, world.whole(), ShiftKeys::Ids(&[bens.id])).await.unwrap();
        assert_eq!(whole[0].project, Some(Pointed::Seen(2, "Borealis".to_owned())));

        let named = events::find(&mut conn, world.whole(), Reference::Name("stage ONLY")).await.unwrap();
        assert_eq!((named.len(), named[0].number), (1, Some(5)));
        assert!(events::find(&mut conn, world.stage(), Reference::Number(1)).await.unwrap().is_empty());
        let riggers = shifts::find(&mut conn, world.whole(), Reference::Name("rigger")).await.unwrap();
        assert_eq!(riggers.len(), 4);
        assert_eq!(riggers[1].hint.as_deref(), Some("Ben Weiss, 2026-11-23T14:00:00+01:00"));
        assert!(shifts::find(&mut conn, world.stage(), Reference::Id(night.id)).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shift_is_written_over_and_a_missing_one_is_not_made() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let mut night = shift(&world, 1, "2026-11-23T20:00:00Z", "2026-11-24T04:00:00Z");
        let mut tx = test.store.begin().await.unwrap();
        shifts::insert(&mut tx, &night).await.unwrap();
        shifts::hold_people(&mut tx, world.north.id, &[world.north.ben]).await.unwrap();
        let held = shifts::lock(&mut tx, world.whole(), &[night.id]).await.unwrap();
        assert_eq!(held[0].shift, night);
        assert!(shifts::lock(&mut tx, world.stage(), &[night.id]).await.unwrap().is_empty(), "P13");
        (night.person, night.status, night.version) = (Some(world.north.ben), ShiftStatus::Published, 2);
        night.published_at = Some(world.now);
        night.actual = Some(night.stretch());
        shifts::update(&mut tx, &night).await.unwrap();
        assert_eq!(shifts::lock(&mut tx, world.whole(), &[night.id]).await.unwrap()[0].shift, night);
        let nowhere = shift(&world, 2, "2026-11-23T20:00:00Z", "2026-11-24T04:00:00Z");
        assert!(matches!(shifts::update(&mut tx, &nowhere).await, Err(Error::NotFound)), "{}", test.name);
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p12_no_entry_of_the_schedule_can_point_into_another_organization() {
    for test in stores().await {
        let world = World::build(&test.store).await;
        let harbor = &world.harbor;
        let refused = async |what: &str, shift: Option<Shift>, event: Option<Event>, guest: Option<Party>| {
            let mut tx = test.store.begin().await.unwrap();
            let mut outcome = Ok(());
            if let Some(event) = &event {
                outcome = events::insert(&mut tx, event).await;
                if let (Ok(()), Some(guest)) = (&outcome, guest) {
                    outcome =
                        events::set_people(&mut tx, world.north.id, event.id, &[(guest, Response::Pending)]).await;
                }
            }
            if let Some(shift) = &shift {
                outcome = shifts::insert(&mut tx, shift).await;
            }
            assert!(matches!(outcome, Err(Error::Conflict(_))), "{what} on {}: {outcome:?}", test.name);
        };
        let base = shift(&world, 9, "2026-11-23T20:00:00Z", "2026-11-24T04:00:00Z");
        refused("person", Some(Shift { person: Some(harbor.ada), ..base.clone() }), None, None).await;
        refused("team", Some(Shift { team: Some(harbor.team), ..base.clone() }), None, None).await;
        refused("project", Some(Shift { project: Some(harbor.project), ..base.clone() }), None, None).await;
        refused("task", Some(Shift { task: Some(harbor.task), ..base.clone() }), None, None).await;
        let foreign = Event {
            organization: harbor.id,
            ..event(&world, 1, "Harbor", timed("2026-11-23T09:00:00Z", "2026-11-23T12:00:00Z"))
        };
        let mut tx = test.store.begin().await.unwrap();
        events::insert(&mut tx, &foreign).await.unwrap();
        tx.commit().await.unwrap();
        refused("event", Some(Shift { event: Some(foreign.id), ..base }), None, None).await;
        let base = event(&world, 9, "Wall", timed("2026-11-23T09:00:00Z", "2026-11-23T12:00:00Z"));
        refused("project", None, Some(Event { project: Some(harbor.project), ..base.clone() }), None).await;
        refused("team", None, Some(Event { team: Some(harbor.team), ..base.clone() }), None).await;
        refused("member", None, Some(base.clone()), Some(Party::Member(harbor.ada))).await;
        refused("contact", None, Some(base), Some(Party::Contact(harbor.contact))).await;
    }
}
