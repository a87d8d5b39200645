//! Which part of a series a change is about (TOOLS.md D5).

use chrono::{NaiveDate, NaiveDateTime};
use lavori_domain::Id;
use lavori_domain::schedule::{Event, Party, Response, Series};
use schemars::JsonSchema;
use serde::Deserialize;

use super::changed::{self, Changes};
use super::row::EntryKind;
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};

/// How much of a series a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(crate) enum ApplyTo {
    This,
    ThisAndFuture,
    All,
}

/// An event and who takes part in it.
pub(crate) type Attended = (Event, Vec<(Party, Response)>);

/// Changes an event, or a part of its series: what it is then, and the event that the changed part is, if that is
/// another one. `None`: there was a problem.
pub(crate) fn change(
    call: &mut Call<'_, Write>,
    problems: &mut Problems,
    changes: &Changes<'_>,
    (occurrence, apply_to): (Option<&str>, Option<ApplyTo>),
    (mut event, mut people): Attended,
) -> Result<Option<(Attended, Option<Attended>)>, Error> {
    let zone = changes.meant.zone.unwrap_or(event.zone);
    let apply_to = apply_to.unwrap_or(if occurrence.is_some() { ApplyTo::This } else { ApplyTo::All });
    let (series, id) = match (event.series(), occurrence) {
        (Some(series), Some(text)) if apply_to != ApplyTo::All => match id(text) {
            Some(id) => (series, id),
            None => {
                problems.add(no_occurrence(changes.at).got(&text.into()));
                return Ok(None);
            }
        },
        (Some(_), None) if apply_to != ApplyTo::All => {
            let problem = Problem::new(Code::MissingArgument, "Which one: take it from list_schedule.");
            problems.add(problem.field(format!("{}.occurrence", changes.at)));
            return Ok(None);
        }
        (None, Some(text)) => {
            let problem = Problem::new(Code::InvalidArgument, "This event takes place once: leave it out.");
            problems.add(problem.field(format!("{}.occurrence", changes.at)).got(&text.into()));
            return Ok(None);
        }
        (_, _) => {
            let span = changes.span(call, problems, EntryKind::Event, event.span, zone)?;
            let Some(span) = span else { return Ok(None) };
            let done = changed::event(problems, changes, &mut event, &mut people, span)?;
            return Ok(done.then_some(((event, people), None)));
        }
    };
    if apply_to == ApplyTo::ThisAndFuture {
        return from_on(call, problems, changes, (event, people), &series, id);
    }
    let Some(was) = series.occurrence(id, call.zone()).map_err(internal)? else {
        problems.add(no_occurrence(changes.at));
        return Ok(None);
    };
    let Some(span) = changes.span(call, problems, EntryKind::Event, was, zone)? else { return Ok(None) };
    if changes.only_cancels() || changes.only_times() {
        event.exceptions.insert(id, changes.only_times().then_some(span));
        return Ok(Some(((event, people), None)));
    }
    // What no exception can hold makes it an event of its own.
    let mut one = (Event { span: was, recurrence: None, ..anew(call, &event) }, people.clone());
    one.0.exceptions.clear();
    let done = changed::event(problems, changes, &mut one.0, &mut one.1, span)?;
    event.exceptions.insert(id, None);
    Ok(done.then_some(((event, people), Some(one))))
}

/// Changes an occurrence and all that follow: the series ends before it, and another one begins there.
fn from_on(
    call: &mut Call<'_, Write>,
    problems: &mut Problems,
    changes: &Changes<'_>,
    (mut event, mut people): Attended,
    series: &Series,
    id: NaiveDateTime,
) -> Result<Option<(Attended, Option<Attended>)>, Error> {
    let zone = changes.meant.zone.unwrap_or(event.zone);
    let Some((head, tail)) = series.split(id, call.zone()).map_err(internal)? else {
        if id != event.span.local_start() {
            problems.add(no_occurrence(changes.at));
            return Ok(None);
        }
        // From the first one on, it is all of it.
        let span = changes.span(call, problems, EntryKind::Event, event.span, zone)?;
        let Some(span) = span else { return Ok(None) };
        let done = changed::event(problems, changes, &mut event, &mut people, span)?;
        return Ok(done.then_some(((event, people), None)));
    };
    let Some(span) = changes.span(call, problems, EntryKind::Event, tail.first, zone)? else { return Ok(None) };
    let mut rest = (anew(call, &event), people.clone());
    (rest.0.span, rest.0.recurrence, rest.0.exceptions) = (tail.first, Some(tail.rule), tail.exceptions);
    let done = changed::event(problems, changes, &mut rest.0, &mut rest.1, span)?;
    (event.recurrence, event.exceptions) = (Some(head.rule), head.exceptions);
    Ok(done.then_some(((event, people), Some(rest))))
}

/// The same event as a new record, which has no number yet.
fn anew(call: &Call<'_, Write>, event: &Event) -> Event {
    let now = call.now();
    Event { id: Id::new(call.env), number: 0, version: 1, created_at: now, updated_at: now, ..event.clone() }
}

fn id(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let time = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    time.or_else(|| text.parse::<NaiveDate>().ok().map(NaiveDateTime::from))
}

fn no_occurrence(at: &str) -> Problem {
    Problem::new(Code::InvalidArgument, "There is no such occurrence: take it from list_schedule, as it stands there.")
        .field(format!("{at}.occurrence"))
}

fn internal(error: lavori_domain::schedule::InvalidRecurrence) -> Error {
    Error::Internal(Box::new(error))
}
