//! The stretch of time that a call is about.

use lavori_domain::TimeZone;
use lavori_domain::schedule::Stretch;
use lavori_domain::when::{self, When};

use crate::access::Access;
use crate::applied::Resolved;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};

/// What is looked at when no end is given and the beginning names a moment or a day: a week.
const DEFAULT_DAYS: i64 = 7;
const DAY: i64 = 86_400;

/// Reads `from` and `to`, written in `zone`: at most `most_days` days. Without `to`, until the end of `from` where that
/// is several days, else for a week.
///
/// # Errors
/// What the caller cannot fix; the rest is kept in `problems`, and there is no stretch then.
pub(crate) fn read<A: Access>(
    call: &mut Call<'_, A>,
    problems: &mut Problems,
    (from, to): (&str, Option<&str>),
    zone: TimeZone,
    most_days: i64,
) -> Result<Option<Stretch>, Error> {
    let begins = problems.keep(bound(call, "from", from, false, zone))?;
    let ends = match to {
        Some(to) => problems.keep(bound(call, "to", to, true, zone))?.map(|when| when.end(zone)),
        None => begins.map(|when| match when {
            When::Days { first, last } if first < last => when.end(zone),
            _ => when.start(zone).plus_seconds(DEFAULT_DAYS * DAY),
        }),
    };
    let (Some(begins), Some(end)) = (begins, ends) else { return Ok(None) };
    let start = begins.start(zone);
    if end <= start {
        let problem = Problem::new(Code::InvalidArgument, "The end must be after the start.");
        problems.add(problem.field(if to.is_some() { "to" } else { "from" }));
        return Ok(None);
    }
    // An hour more: where the clocks go back, the days are longer.
    if end.seconds_since(start) > most_days * DAY + 3600 {
        let message = format!("At most {most_days} days at once: ask for the rest in another call.");
        problems.add(Problem::new(Code::InvalidArgument, message).field("to"));
        return Ok(None);
    }
    Ok(Some(Stretch { start, end }))
}

/// Reads one end of it, in `zone`.
///
/// # Errors
/// When it is no date.
pub(crate) fn bound<A: Access>(
    call: &mut Call<'_, A>,
    argument: &str,
    text: &str,
    upper: bool,
    zone: TimeZone,
) -> Result<When, Error> {
    let when = when::parse(text, call.now(), zone).map_err(|_| {
        Problem::new(Code::InvalidDate, "Not a date, a date-time or one of the words in `allowed`.")
            .field(argument)
            .got(&text.into())
            .allowed(when::FORMS.iter().copied())
    })?;
    call.resolved(argument, Resolved::bound(when, upper, zone));
    Ok(when)
}

/// Reads an IANA time zone; without one it is the organization's.
///
/// # Errors
/// When there is no such zone.
pub(crate) fn zone<A: Access>(call: &Call<'_, A>, argument: &str, text: Option<&str>) -> Result<TimeZone, Error> {
    let Some(text) = text else { return Ok(call.zone()) };
    text.trim().parse().map_err(|_| {
        Problem::new(Code::InvalidArgument, "Not an IANA time zone name.")
            .field(argument)
            .got(&text.into())
            .allowed([call.zone().name(), "UTC"])
            .into()
    })
}
