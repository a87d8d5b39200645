//! When a shift really began and ended: what reports count as worked.

use lavori_domain::schedule::shift::LONGEST_DAYS;
use lavori_domain::schedule::{Shift, ShiftStatus, Stretch};
use lavori_domain::when::When;
use lavori_domain::{TimeZone, Timestamp};
use serde_json::json;

use super::changed::{Changes, Clear};
use super::window;
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};

/// Puts what is given into a shift that has its new status and times already. `false`: there was a problem.
pub(super) fn record(
    call: &mut Call<'_, Write>,
    problems: &mut Problems,
    changes: &Changes<'_>,
    shift: &mut Shift,
) -> Result<bool, Error> {
    if changes.clears(Clear::Actual) {
        shift.actual = None;
    }
    let (start, end) = changes.actual;
    if start.is_none() && end.is_none() {
        return Ok(true);
    }
    let field = |name: &str| format!("{}.{name}", changes.at);
    let (start_at, end_at) = (field("actual_start"), field("actual_end"));
    let is_over = matches!(shift.status, ShiftStatus::Completed | ShiftStatus::NoShow);
    let has_begun = shift.status == ShiftStatus::Published && shift.start <= call.now();
    if !is_over && !has_begun {
        let message = "Only a shift that is completed or no_show, or published and has begun, really was some time.";
        let problem = Problem::new(Code::InvalidArgument, message);
        problems.add(
            problem
                .field(if start.is_some() { start_at } else { end_at })
                .current(json!({ "status": shift.status, "start": shift.zone.rfc3339(shift.start) })),
        );
        return Ok(false);
    }
    let old = shift.actual;
    let start = bound(call, problems, &start_at, start, old.map(|old| old.start), shift.zone)?;
    let end = bound(call, problems, &end_at, end, old.map(|old| old.end), shift.zone)?;
    let (Some(start), Some(end)) = (start, end) else { return Ok(false) };
    let refused = if end <= start {
        Problem::new(Code::InvalidArgument, "The end must be after the start.")
    } else if end > call.now() {
        Problem::new(Code::InvalidDate, "It has not come yet: record what was.")
            .allowed([call.zone().rfc3339(call.now())])
    } else if end.seconds_since(start) > LONGEST_DAYS * 86_400 {
        Problem::new(Code::InvalidArgument, format!("A shift lasts at most {LONGEST_DAYS} days."))
    } else {
        shift.actual = Some(Stretch { start, end });
        return Ok(true);
    };
    problems.add(refused.field(end_at));
    Ok(false)
}

/// Reads one end, or else takes what it was. `None`: there was a problem.
fn bound(
    call: &mut Call<'_, Write>,
    problems: &mut Problems,
    argument: &str,
    text: Option<&str>,
    old: Option<Timestamp>,
    zone: TimeZone,
) -> Result<Option<Timestamp>, Error> {
    let Some(text) = text else {
        if old.is_none() {
            let problem = Problem::new(Code::MissingArgument, "Both ends are recorded together.");
            problems.add(problem.field(argument));
        }
        return Ok(old);
    };
    let Some(when) = problems.keep(window::bound(call, argument, text, false, zone))? else { return Ok(None) };
    match when {
        When::Instant(instant) => Ok(Some(instant)),
        When::Days { .. } => {
            let problem = Problem::new(Code::InvalidDate, "A shift has times, such as 2026-11-23T08:00.");
            problems.add(problem.field(argument).got(&text.into()));
            Ok(None)
        }
    }
}
