//! `check_availability`: who has time when, how much they have to do, and the best times for something.

use std::collections::HashMap;

use lavori_domain::schedule::availability::free;
use lavori_domain::schedule::{Stretch, Work};
use lavori_domain::{KeyKind, PersonId, TimeZone};
use lavori_policy::Scope;
use lavori_store::crew::{self, CrewFilter, CrewMember};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Read;
use crate::applied::Applied;
use crate::call::{Call, Problems};
use crate::effect::Reads;
use crate::error::Error;
use crate::page::{Page, Rows};
use crate::refs;
use crate::schedule::agenda::{self, Agenda, Agendas};
use crate::schedule::best::{self, Best};
use crate::schedule::conflicts::{self, AROUND, Conflict};
use crate::schedule::window;
use crate::tool::Tool;
use crate::views::{self, some};

/// `check_availability`.
pub(crate) struct CheckAvailability;

/// The most days at once.
const MOST_DAYS: i64 = 62;
/// The most people at once.
const MOST_PEOPLE: i64 = 50;
/// The most free slots and busy blocks that are shown of each person.
const MOST_SHOWN: usize = 10;
/// The most people whose busy blocks are shown one by one.
const FEW: usize = 6;
/// The bytes of the rows: with the best slots the answer stays under 16 kB.
const BYTES: usize = 12_000;
/// How long ago work in a role counts, in seconds: a year.
const ROLE_SINCE: i64 = 366 * 86_400;
const WEEK_MINUTES: i64 = 7 * 24 * 60;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// Date, date-time or a word like mon, +3d.
    from: String,
    /// Until the end of this day.
    to: String,
    /// Members: id, e-mail, exact name or `me`. Default: all, or those of team and role.
    #[serde(default)]
    #[schemars(length(max = 50))]
    people: Vec<String>,
    team: Option<String>,
    /// How long it takes (default 60): slots are at least so long.
    #[schemars(range(min = 15, max = 1440))]
    duration_minutes: Option<i64>,
    /// Only who had a shift in this role within a year.
    #[schemars(length(min = 1, max = 100))]
    role: Option<String>,
}

/// What is told where there is too much to look at.
const TRUNCATED: &str = "There is more in these people's time than is looked at for one answer: they may be busy where \
                         they seem free. Ask for fewer days or fewer people.";

/// Who has time when.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Output {
    /// The people, by name.
    data: Rows<Person>,
    /// How many there are.
    page: Page,
    /// The best times: most people, least against the rules, by day, soonest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    best: Vec<Best>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<&'static str>,
    /// What this covers.
    applied: Applied,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Person {
    id: String,
    name: String,
    /// Work in shifts, without breaks.
    planned_minutes: i64,
    /// What they work in such a time.
    capacity_minutes: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    free: Option<Vec<Slot>>,
    /// How many more there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    more_free: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    busy: Option<Vec<Busy>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    more_busy: Option<usize>,
    /// What is wrong with their shifts.
    #[serde(skip_serializing_if = "Option::is_none")]
    breaches: Option<Vec<Breach>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Slot {
    start: String,
    end: String,
    weekday: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Busy {
    start: String,
    end: String,
    weekday: &'static str,
    key: String,
    title: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Breach {
    /// The shift's key.
    shift: String,
    #[serde(flatten)]
    conflict: Conflict,
}

impl Tool for CheckAvailability {
    const NAME: &'static str = "check_availability";
    const TITLE: &'static str = "Check availability";
    const ABOUT: &'static str = "Use to find who has time: free slots, busy blocks, work planned against capacity and \
                                 breaches of working time rules per person, and the best times for all.";
    const SCOPE: Scope = Scope::Read;

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Output, Error> {
        let (within, zone, now) = (call.within(), call.zone(), call.now());
        let mut problems = Problems::default();
        let window = window::read(call, &mut problems, (&input.from, Some(&input.to)), zone, MOST_DAYS)?;
        let team = match &input.team {
            Some(text) => problems.keep(refs::team(call, "team", text).await)?.map(|it| it.id),
            None => None,
        };
        let mut asked = Vec::new();
        for (index, text) in input.people.iter().enumerate() {
            asked.extend(problems.keep(refs::person(call, &format!("people[{index}]"), text).await)?);
        }
        problems.told()?;
        // There is one unless there was a problem.
        let window = window.ok_or_else(|| Error::Internal("a stretch of time was neither read nor refused".into()))?;

        let role = input.role.as_deref().map(|role| (role.trim(), now.plus_seconds(-ROLE_SINCE)));
        let filter = CrewFilter { people: (!input.people.is_empty()).then_some(&asked), team, role };
        let mut people = crew::members(call.conn(), within, &filter, MOST_PEOPLE + 1).await?;
        let more = people.len() > MOST_PEOPLE as usize;
        people.truncate(MOST_PEOPLE as usize);
        let ids: Vec<PersonId> = people.iter().map(|member| member.id).collect();
        let around = Stretch { start: window.start.plus_seconds(-AROUND), end: window.end.plus_seconds(AROUND) };
        let Agendas { of: agendas, truncated } = agenda::agendas(call.conn(), within, &ids, around, zone).await?;
        let notices: Vec<&'static str> = truncated.then_some(TRUNCATED).into_iter().collect();

        // Nobody can be asked to come in the past.
        let ahead = Stretch { start: window.start.max(now), end: window.end };
        let minutes = input.duration_minutes.unwrap_or(60);
        let best = best::slots(&people, &agendas, ahead, minutes, zone);
        // Of many people it matters who is free; what takes the others' time is told when fewer are asked about.
        let blocks = if people.len() > FEW { 0 } else { MOST_SHOWN };
        let rows = people.iter().map(|member| person(member, &agendas, (window, ahead), (minutes, blocks), zone));
        let data = Rows::fit(rows, BYTES)?;
        let page = Page {
            returned: data.len(),
            total: (!more).then_some(people.len() as i64),
            total_at_least: more.then_some(MOST_PEOPLE),
            next_cursor: None,
            truncated: data.len() < people.len() || more,
        };
        Ok(Output { data, page, best, notices, applied: call.applied() })
    }
}

/// One person's time.
fn person(
    member: &CrewMember,
    agendas: &HashMap<PersonId, Agenda>,
    (window, ahead): (Stretch, Stretch),
    (minutes, blocks): (i64, usize),
    zone: TimeZone,
) -> Person {
    let nothing = Agenda::default();
    let agenda = agendas.get(&member.id).unwrap_or(&nothing);
    let taken = agenda.stretches();
    let mut free: Vec<Slot> = if ahead.start < ahead.end { free(ahead, &taken, minutes) } else { Vec::new() }
        .into_iter()
        .map(|slot| Slot {
            start: zone.rfc3339(slot.start),
            end: zone.rfc3339(slot.end),
            weekday: zone.weekday(slot.start),
        })
        .collect();
    let mut busy = busy(agenda, window);
    busy.sort_by_key(|(when, ..)| *when);
    let (more_free, more_busy) = (free.len().saturating_sub(MOST_SHOWN), busy.len().saturating_sub(blocks));
    free.truncate(MOST_SHOWN);
    busy.truncate(blocks);
    let busy = busy
        .into_iter()
        .map(|(when, key, title)| Busy {
            start: zone.rfc3339(when.start),
            end: zone.rfc3339(when.end),
            weekday: zone.weekday(when.start),
            key,
            title,
        })
        .collect();
    let breaches = agenda
        .shifts
        .iter()
        .filter(|shift| shift.is_planned && shift.work.when.shared(window).is_some())
        .flat_map(|shift| {
            let found = conflicts::of_shift(agenda, Some(shift.id), shift.work, zone);
            let key = views::key(KeyKind::Shift, shift.number);
            found.into_iter().map(move |conflict| Breach { shift: key.clone(), conflict })
        })
        .take(MOST_SHOWN)
        .collect();
    let work = |shift: &agenda::Planned| Work::minutes_in(shift.work, window);
    Person {
        id: member.id.to_string(),
        name: member.name.clone(),
        planned_minutes: agenda.shifts.iter().map(work).sum(),
        capacity_minutes: i64::from(member.weekly_capacity_minutes) * window.minutes() / WEEK_MINUTES,
        free: some(free),
        more_free: (more_free > 0).then_some(more_free),
        busy: some(busy),
        more_busy: (more_busy > 0).then_some(more_busy),
        breaches: some(breaches),
    }
}

/// What takes their time within the window: when, its key, and what it is called.
fn busy(agenda: &Agenda, window: Stretch) -> Vec<(Stretch, String, String)> {
    let shifts = agenda.shifts.iter();
    let shifts = shifts.map(|shift| (shift.work.when, views::key(KeyKind::Shift, shift.number), shift.role.clone()));
    let events = agenda.events.iter();
    let events = events.map(|event| (event.when, views::key(KeyKind::Event, event.number), event.title.clone()));
    shifts.chain(events).filter(|(when, ..)| when.shared(window).is_some()).collect()
}
