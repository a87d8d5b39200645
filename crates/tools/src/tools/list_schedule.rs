//! `list_schedule`: events and shifts between two instants, each occurrence by itself, with what conflicts.

use lavori_domain::TimeZone;
use lavori_domain::schedule::series::WINDOW_DAYS;
use lavori_policy::Scope;
use lavori_store::events::{EventFilter, Who};
use lavori_store::shifts::ShiftFilter;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Read;
use crate::call::{Call, Problems};
use crate::effect::Reads;
use crate::error::Error;
use crate::page::{Detail, ListArguments, Listing, MOST_COUNTED};
use crate::refs;
use crate::schedule::conflicts::Conflict;
use crate::schedule::entries::{self, Entries, Entry, Filter, Place};
use crate::schedule::row::{EntryKind, EntryStatus, Row, row};
use crate::schedule::window;
use crate::tool::Tool;

/// `list_schedule`.
pub(crate) struct ListSchedule;

/// How many entries are read at once where all of them must be looked at: fewer than a series gives at once.
const PIECE: usize = 400;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// Date, date-time or a word like mon, +3d.
    from: String,
    /// Until the end of this day. Default: the end of `from` if it is several days, else 7 days later.
    to: Option<String>,
    #[serde(default)]
    kind: Vec<EntryKind>,
    /// Member: id, e-mail, exact name, `me`, or `none` for open shifts and events without people.
    person: Option<String>,
    #[serde(default)]
    status: Vec<EntryStatus>,
    project: Option<String>,
    team: Option<String>,
    /// IANA zone of the times, in and out. Default: the organization's.
    time_zone: Option<String>,
    /// Only entries with conflicts: double bookings, short rest, long work.
    #[serde(default)]
    only_conflicts: bool,
    /// Default 25.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
    /// Of the page before.
    cursor: Option<String>,
    #[serde(default)]
    detail: Detail,
    #[serde(default)]
    count_only: bool,
}

/// What is told where there is too much to look at.
const TRUNCATED: &str = "There are more events than are looked at for one answer: some are missing. Ask for fewer days, \
                         or for a person, project or team.";
const CONFLICTS_TRUNCATED: &str = "There is more around these entries than is looked at for one answer: conflicts may be \
                                   missing. Ask for fewer days.";

/// A list, and what is to be known about it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Output {
    #[serde(flatten)]
    listing: Listing<Row>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notices: Vec<&'static str>,
}

impl Tool for ListSchedule {
    const NAME: &'static str = "list_schedule";
    const TITLE: &'static str = "List events and shifts";
    const ABOUT: &'static str = "Use to see or count events and shifts of some days, by person, project, team or status, \
                                 in order of time, with conflicts. Recurring events are shown occurrence by occurrence.";
    const SCOPE: Scope = Scope::Read;

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Output, Error> {
        let (filter, zone) = filter(call, &input).await?;
        let (within, own) = (call.within(), call.zone());
        let list = ListArguments::<()> {
            limit: input.limit,
            cursor: input.cursor,
            fields: Vec::new(),
            detail: input.detail,
            count_only: input.count_only,
        };
        let after = match &list.cursor {
            Some(cursor) => {
                let position = call.position(cursor)?;
                Some(Place::read(&position).ok_or_else(|| call.wrong_cursor())?)
            }
            None => None,
        };
        let entries = Entries::open(call.conn(), within, filter, own).await?;
        let mut notices: Vec<&'static str> = entries.truncated.then_some(TRUNCATED).into_iter().collect();
        if list.count_only {
            let (counted, truncated) = count(call, &entries, input.only_conflicts).await?;
            notices.extend(truncated.then_some(CONFLICTS_TRUNCATED));
            let mut applied = call.applied();
            zone.name().clone_into(&mut applied.time_zone);
            return Ok(Output { listing: Listing::counted(counted, applied), notices });
        }
        let wanted = list.rows() + 1;
        let (mut found, truncated) = if input.only_conflicts {
            conflicting(call, &entries, after, wanted).await?
        } else {
            let page = entries.after(call.conn(), within, after, wanted).await?;
            let conflicts = entries::conflicts(call.conn(), within, &page, own).await?;
            (page.into_iter().zip(conflicts.each).collect(), conflicts.truncated)
        };
        notices.extend(truncated.then_some(CONFLICTS_TRUNCATED));
        let length = found.len();
        found.truncate(list.rows());
        let places: Vec<Place> = found.iter().map(|(entry, _)| entry.place(own)).collect();
        let full = list.detail == Detail::Full;
        let rows = found.into_iter().map(|(entry, conflicts)| row(&entry, conflicts, full, own, zone));
        let mut applied = call.applied();
        zone.name().clone_into(&mut applied.time_zone);
        let listing = Listing::page(&list, length, rows, |last| call.cursor(&places[last].write()), applied)?;
        Ok(Output { listing, notices })
    }
}

/// Understands the arguments; everything that is wrong with them is told at once.
async fn filter(call: &mut Call<'_, Read>, input: &Input) -> Result<(Filter, TimeZone), Error> {
    let mut problems = Problems::default();
    let zone = problems.keep(window::zone(call, "time_zone", input.time_zone.as_deref()))?;
    let zone = zone.unwrap_or_else(|| call.zone());
    let window = window::read(call, &mut problems, (&input.from, input.to.as_deref()), zone, WINDOW_DAYS)?;
    let who = match input.person.as_deref() {
        None => None,
        Some(text) if text.eq_ignore_ascii_case("none") => Some(Who::Nobody),
        Some(text) => problems.keep(refs::person(call, "person", text).await)?.map(|person| Who::Of(vec![person])),
    };
    let project = match &input.project {
        Some(text) => problems.keep(refs::project(call, "project", text).await)?.map(|it| it.id),
        None => None,
    };
    let team = match &input.team {
        Some(text) => problems.keep(refs::team(call, "team", text).await)?.map(|it| it.id),
        None => None,
    };
    problems.told()?;
    // There is one unless there was a problem.
    let window = window.ok_or_else(|| Error::Internal("a stretch of time was neither read nor refused".into()))?;

    let wanted = |kind: EntryKind| input.kind.is_empty() || input.kind.contains(&kind);
    let any = input.status.is_empty();
    let statuses: Vec<_> = input.status.iter().filter_map(|status| status.of_event()).collect();
    let events = wanted(EntryKind::Event) && (any || !statuses.is_empty());
    let events = events.then(|| EventFilter { who: who.clone(), statuses, project, team });
    let statuses: Vec<_> = input.status.iter().filter_map(|status| status.of_shift()).collect();
    let shifts = wanted(EntryKind::Shift) && (any || !statuses.is_empty());
    let shifts = shifts.then_some(ShiftFilter { who, statuses, project, team });
    Ok((Filter { window, events, shifts }, zone))
}

/// The next entries that conflict with something: piece by piece, until there are enough; and whether some may be
/// missing.
async fn conflicting(
    call: &mut Call<'_, Read>,
    entries: &Entries,
    mut after: Option<Place>,
    wanted: usize,
) -> Result<(Vec<(Entry, Vec<Conflict>)>, bool), Error> {
    let (within, own) = (call.within(), call.zone());
    let (mut found, mut truncated) = (Vec::new(), false);
    loop {
        let piece = entries.after(call.conn(), within, after, PIECE).await?;
        let (length, last) = (piece.len(), piece.last().map(|entry| entry.place(own)));
        let conflicts = entries::conflicts(call.conn(), within, &piece, own).await?;
        truncated |= conflicts.truncated;
        found.extend(piece.into_iter().zip(conflicts.each).filter(|(_, conflicts)| !conflicts.is_empty()));
        if found.len() >= wanted || length < PIECE {
            found.truncate(wanted);
            return Ok((found, truncated));
        }
        after = last;
    }
}

/// How many entries there are, counted up to one more than [`MOST_COUNTED`]; and whether conflicts may be missing.
async fn count(call: &mut Call<'_, Read>, entries: &Entries, only_conflicts: bool) -> Result<(i64, bool), Error> {
    let (within, own) = (call.within(), call.zone());
    let (mut counted, mut after, mut truncated) = (0, None, false);
    loop {
        let piece = entries.after(call.conn(), within, after, PIECE).await?;
        let (length, last) = (piece.len(), piece.last().map(|entry| entry.place(own)));
        let counting = if only_conflicts {
            let conflicts = entries::conflicts(call.conn(), within, &piece, own).await?;
            truncated |= conflicts.truncated;
            conflicts.each.iter().filter(|conflicts| !conflicts.is_empty()).count()
        } else {
            length
        };
        counted += i64::try_from(counting).unwrap_or(i64::MAX);
        if counted > MOST_COUNTED || length < PIECE {
            return Ok((counted.min(MOST_COUNTED + 1), truncated));
        }
        after = last;
    }
}
