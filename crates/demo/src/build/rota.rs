//! Events and shifts around the productions: weekly meetings, load-ins and shows, who works when, shifts that nobody has
//! yet, and a few conflicts that wait to be found.

use std::collections::{BTreeMap, HashSet};

use chrono::{Days, NaiveDate, NaiveTime};
use lavori_domain::projects::{Project, ProjectStatus};
use lavori_domain::schedule::{Event, EventStatus, Party, Response, Shift, ShiftStatus, Span};
use lavori_domain::{Env, EventId, PersonId, ShiftId, TeamId, Timestamp};

use super::calendar::shifted;
use super::place::Place;
use crate::chance::Chance;
use crate::demo::Demo;

/// Weeks for which the meetings have been held: a change of the clocks is among them, or soon comes.
const WEEKS_HELD: i64 = 26;
/// How far around today crews are planned, in days.
const PLANNED: std::ops::RangeInclusive<i64> = -21..=35;
/// The most days of a phase that have a crew of their own.
const MOST_DAYS: usize = 4;
/// What crews are made of: role, first and last hour, break in minutes.
const CREW: [(&str, u32, u32, i32); 4] =
    [("Rigger", 8, 18, 60), ("Sound", 10, 20, 45), ("Lights", 9, 17, 30), ("Runner", 12, 20, 30)];

/// An organization's rota while it is made.
struct Rota<'a> {
    env: &'a dyn Env,
    place: &'a Place,
    chance: Chance,
    events: i64,
    shifts: i64,
    /// Who works on which day: nobody twice.
    taken: HashSet<(PersonId, NaiveDate)>,
}

/// Makes all events and shifts of the organization.
pub(super) fn all(env: &dyn Env, place: &Place, demo: &mut Demo) {
    let chance = Chance::named(&format!("rota of {}", place.text.slug));
    let mut rota = Rota { env, place, chance, events: 0, shifts: 0, taken: HashSet::new() };
    rota.meetings(demo);
    let projects: Vec<Project> = demo
        .projects
        .iter()
        .filter(|project| project.organization == place.id && project.status != ProjectStatus::Cancelled)
        .cloned()
        .collect();
    for project in &projects {
        rota.production(project, demo);
    }
    rota.conflicts(demo);
}

impl Rota<'_> {
    fn at(&self, day: NaiveDate, hour: u32) -> Timestamp {
        let time = NaiveTime::from_hms_opt(hour, 0, 0).expect("the tables name hours of the day");
        self.place.calendar.zone.instant(day.and_time(time))
    }

    fn members(&self, team: Option<TeamId>) -> Vec<PersonId> {
        let place = self.place;
        let members = place
            .members
            .iter()
            .filter(|member| team.is_none() || member.teams.iter().any(|slug| place.team(slug) == team));
        members.map(|member| member.person).collect()
    }

    fn event(&mut self, title: String, span: Span, team: Option<TeamId>) -> Event {
        self.events += 1;
        let calendar = self.place.calendar;
        Event {
            organization: self.place.id,
            id: EventId::new(self.env),
            number: self.events,
            title,
            span,
            zone: calendar.zone,
            recurrence: None,
            exceptions: BTreeMap::new(),
            location: None,
            notes: None,
            project: None,
            team,
            status: EventStatus::Confirmed,
            busy: true,
            version: 1,
            created_at: calendar.now.plus_seconds(-40 * 86_400),
            updated_at: calendar.now.plus_seconds(-9 * 86_400),
        }
    }

    fn timed(&self, day: NaiveDate, from: u32, until: u32) -> Span {
        let zone = self.place.calendar.zone;
        Span::Timed { start: self.at(day, from), end: self.at(day, until), zone }
    }

    /// A weekly meeting of each team, or of everybody where there are no teams. One of them was left out.
    fn meetings(&mut self, demo: &mut Demo) {
        let calendar = self.place.calendar;
        let weekday = i64::from(chrono::Datelike::weekday(&calendar.today).num_days_from_monday());
        let first = shifted(calendar.today, -weekday - 7 * WEEKS_HELD);
        let teams: Vec<(Option<TeamId>, String)> = match self.place.text.teams {
            [] => vec![(None, "Crew meeting".to_owned())],
            teams => teams.iter().map(|(slug, name)| (self.place.team(slug), format!("{name} crew meeting"))).collect(),
        };
        for ((team, title), hour) in teams.into_iter().zip(9..) {
            let span = self.timed(first, hour, hour + 1);
            let mut event = self.event(title, span, team);
            event.recurrence = Some("FREQ=WEEKLY;BYDAY=MO".parse().expect("a rule of RFC 5545"));
            event.location = Some("Workshop".to_owned());
            let left_out = shifted(first, 7 * (WEEKS_HELD - 3)).and_time(NaiveTime::MIN);
            event.exceptions.insert(left_out + chrono::TimeDelta::hours(i64::from(hour)), None);
            let people = self.members(team).into_iter().map(|person| (Party::Member(person), Response::Accepted));
            demo.event_people.push((event.organization, event.id, people.collect()));
            demo.events.push(event);
        }
    }

    /// Load-in and shows of a production, with their crews.
    fn production(&mut self, project: &Project, demo: &mut Demo) {
        let phases: Vec<(String, NaiveDate, NaiveDate)> = demo
            .phases
            .iter()
            .filter(|phase| phase.project == project.id)
            .filter_map(|phase| Some((phase.name.clone(), phase.starts_on?, phase.ends_on?)))
            .skip(1)
            .take(2)
            .collect();
        for (name, first, last) in phases {
            if !PLANNED.contains(&self.place.calendar.ahead(first)) {
                continue;
            }
            let mut event = self.event(
                format!("{}: {}", project.name, name.to_lowercase()),
                Span::AllDay { first, last },
                project.team,
            );
            // The days on site are told, and take nobody's time by themselves: the shifts do.
            (event.project, event.busy) = (Some(project.id), false);
            if project.status == ProjectStatus::OnHold {
                event.status = EventStatus::Pending;
            }
            let client = project.client.map(|client| (Party::Contact(client), Response::Tentative));
            let lead = project.lead.map(|lead| (Party::Member(lead), Response::Accepted));
            demo.event_people.push((event.organization, event.id, lead.into_iter().chain(client).collect()));
            for day in first.iter_days().take_while(|day| *day <= last).take(MOST_DAYS) {
                for (role, from, until, break_minutes) in CREW {
                    let shift = self.shift(project, event.id, day, (role, from, until), break_minutes);
                    demo.shifts.push(shift);
                }
            }
            demo.events.push(event);
        }
    }

    fn shift(
        &mut self,
        project: &Project,
        event: EventId,
        day: NaiveDate,
        (role, from, until): (&str, u32, u32),
        break_minutes: i32,
    ) -> Shift {
        let calendar = self.place.calendar;
        let ahead = calendar.ahead(day);
        let team = self.members(project.team);
        let free: Vec<PersonId> = team.into_iter().filter(|person| !self.taken.contains(&(*person, day))).collect();
        let is_open = free.is_empty() || (ahead > 0 && self.chance.percent(30));
        let person = (!is_open).then(|| free[self.chance.index(free.len())]);
        if let Some(person) = person {
            self.taken.insert((person, day));
        }
        self.shifts += 1;
        let (start, end) = (self.at(day, from), self.at(day, until));
        let status = match (person, ahead) {
            (None, ..0) => ShiftStatus::Cancelled,
            (Some(_), ..0) if self.chance.percent(4) => ShiftStatus::NoShow,
            (Some(_), ..0) => ShiftStatus::Completed,
            (Some(_), ..=14) => ShiftStatus::Published,
            (_, 0..) => ShiftStatus::Pending,
        };
        let told = matches!(status, ShiftStatus::Published | ShiftStatus::Completed | ShiftStatus::NoShow);
        let made = start.plus_seconds(-45 * 86_400).min(calendar.now.plus_seconds(-6 * 86_400));
        Shift {
            organization: self.place.id,
            id: ShiftId::new(self.env),
            number: self.shifts,
            person,
            team: project.team,
            role: role.to_owned(),
            start,
            end,
            zone: calendar.zone,
            break_minutes,
            paid_break: false,
            project: Some(project.id),
            task: None,
            event: Some(event),
            location: None,
            notes: None,
            status,
            published_at: told.then(|| made.plus_seconds(86_400)),
            actual: (status == ShiftStatus::Completed)
                .then(|| lavori_domain::schedule::Stretch { start, end: end.plus_seconds(900) }),
            version: if told { 2 } else { 1 },
            created_at: made,
            updated_at: if told { made.plus_seconds(86_400) } else { made },
        }
    }

    /// What is wrong with the plan: somebody is on a call during a shift, and somebody works late and early.
    fn conflicts(&mut self, demo: &mut Demo) {
        let calendar = self.place.calendar;
        let mine = |shift: &&Shift| {
            shift.organization == self.place.id && shift.status.is_planned() && shift.start > calendar.now
        };
        let planned: Vec<Shift> =
            demo.shifts.iter().filter(mine).filter(|shift| shift.person.is_some()).cloned().collect();
        let Some(busy) = planned.first() else { return };
        let call = Span::Timed {
            start: busy.start.plus_seconds(3600),
            end: busy.start.plus_seconds(2 * 3600),
            zone: busy.zone,
        };
        let event = self.event("Call with the venue".to_owned(), call, busy.team);
        let people = busy.person.map(|person| (Party::Member(person), Response::Pending)).into_iter().collect();
        demo.event_people.push((event.organization, event.id, people));
        demo.events.push(event);

        let late = planned.iter().find_map(|shift| {
            let (person, day) = (shift.person?, calendar.zone.date(shift.start));
            let before = day.checked_sub_days(Days::new(1))?;
            (calendar.ahead(before) > 0 && !self.taken.contains(&(person, before))).then_some((
                shift.clone(),
                person,
                before,
            ))
        });
        if let Some((early, person, before)) = late {
            self.taken.insert((person, before));
            self.shifts += 1;
            let (start, end) = (self.at(before, 19), self.at(before, 23).plus_seconds(3 * 3600));
            let (id, number, role) = (ShiftId::new(self.env), self.shifts, "Driver".to_owned());
            demo.shifts.push(Shift { id, number, role, start, end, break_minutes: 0, event: None, ..early });
        }
    }
}
