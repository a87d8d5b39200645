//! What a report is, and what a call asks of one.

use std::future::Future;
use std::pin::Pin;

use chrono::{Days, NaiveDate};
use lavori_domain::analytics::Report;
use lavori_domain::when::When;
use lavori_domain::{Currency, TimeZone, Timestamp};
use lavori_store::analytics::{Dimension, Grouping, Selection};
use lavori_store::{Conn, Within};

use super::Input;
use super::figures::Found;
use super::group::Group;
use crate::access::Read;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};
use crate::refs;

/// The days before today in a period of which nothing is said.
const DEFAULT_DAYS: u64 = 30;
/// Rows when nothing is said.
const DEFAULT_ROWS: u32 = 25;

/// A report that is being made.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Result<Found, Error>> + Send + 'a>>;

/// A report: what it takes, and how it is made.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) report: Report,
    /// What its rows can be put together by.
    pub(crate) groups: &'static [Group],
    /// It is about a period, not about now.
    pub(crate) has_period: bool,
    /// It is about money.
    pub(crate) has_currency: bool,
    /// Which records are left out.
    pub(crate) excluded: &'static str,
    pub(crate) answer: for<'a> fn(&'a mut Conn, &'a Question) -> Answering<'a>,
}

/// What a call asks.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) about: &'static About,
    pub(crate) within: Within,
    pub(crate) selection: Selection,
    /// The first and the last day.
    pub(crate) period: Option<(NaiveDate, NaiveDate)>,
    pub(crate) by: Vec<Group>,
    pub(crate) limit: usize,
    dimensions: Vec<Dimension>,
}

impl Question {
    /// Understands the arguments; everything that is wrong with them is told at once.
    pub(crate) async fn understand(
        call: &mut Call<'_, Read>,
        about: &'static About,
        input: &Input,
    ) -> Result<Self, Error> {
        let mut problems = Problems::default();
        let mut by = Vec::new();
        for (place, group) in input.group_by.iter().enumerate() {
            if !about.groups.contains(group) || by.contains(group) {
                problems.add(
                    Problem::new(Code::InvalidArgument, "This report has no such rows, or it has them already.")
                        .field(format!("group_by[{place}]"))
                        .got(&group.as_str().into())
                        .allowed(about.groups.iter().filter(|allowed| !by.contains(*allowed)).map(|it| it.as_str())),
                );
            }
            by.push(*group);
        }
        let now = call.now();
        let mut selection =
            Selection { project: None, client: None, currency: None, from: now, until: now, now, zone: call.zone() };
        let period = period(call, about, input, &mut selection, &mut problems)?;
        if let Some(text) = &input.project {
            selection.project = problems.keep(refs::project(call, "project", text).await)?.map(|it| it.id);
        }
        if let Some(text) = &input.client {
            selection.client = problems.keep(refs::contact(call, "client", text).await)?.map(|it| it.id);
        }
        if let Some(text) = &input.currency {
            match text.parse::<Currency>() {
                _ if !about.has_currency => problems.add(not_taken("currency", "This report is not about money.")),
                Ok(currency) => selection.currency = Some(currency),
                Err(_) => problems.add(
                    Problem::new(Code::InvalidArgument, "Not an ISO 4217 code: three capital letters.")
                        .field("currency")
                        .got(&text.as_str().into()),
                ),
            }
        }
        problems.told()?;
        let dimensions = by.iter().map(|group| group.dimension()).collect();
        let limit = input.limit.unwrap_or(DEFAULT_ROWS) as usize;
        Ok(Self { about, within: call.within(), selection, period, by, limit, dimensions })
    }

    /// How the rows are put together: one more of them than are shown.
    pub(crate) fn grouping(&self) -> Grouping<'_> {
        Grouping { by: &self.dimensions, most: self.limit as i64 + 1 }
    }

    /// The zone of its days.
    pub(crate) fn zone(&self) -> TimeZone {
        self.selection.zone
    }

    /// Today.
    pub(crate) fn today(&self) -> NaiveDate {
        self.zone().date(self.now())
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.selection.now
    }
}

/// Everything in one group.
pub(crate) const TOTAL: Grouping<'static> = Grouping { by: &[], most: 1 };

fn not_taken(field: &str, why: &str) -> Problem {
    Problem::new(Code::InvalidArgument, why).field(field)
}

/// Reads the period into `selection`, and gives its days.
fn period(
    call: &mut Call<'_, Read>,
    about: &About,
    input: &Input,
    selection: &mut Selection,
    problems: &mut Problems,
) -> Result<Option<(NaiveDate, NaiveDate)>, Error> {
    if !about.has_period {
        for (field, given) in [("from", &input.from), ("to", &input.to)] {
            if given.is_some() {
                problems.add(not_taken(field, "This report is about now: it takes no period."));
            }
        }
        return Ok(None);
    }
    let zone = call.zone();
    let today = zone.date(call.now());
    let first = today.checked_sub_days(Days::new(DEFAULT_DAYS)).unwrap_or(today);
    selection.from = zone.start_of(first);
    selection.until = zone.end_of(today);
    if let Some(text) = &input.from
        && let Some((when, instant)) = problems.keep(call.from("from", text))?
    {
        selection.from = instant;
        // `from: last_month` alone means that month.
        if input.to.is_none() && matches!(when, When::Days { first, last } if first != last) {
            selection.until = when.end(zone);
        }
    }
    if let Some(text) = &input.to
        && let Some((_, instant)) = problems.keep(call.until("to", text))?
    {
        selection.until = instant;
    }
    if selection.until <= selection.from {
        problems.add(not_taken("to", "The period ends before it begins."));
    }
    let last = zone.date(selection.until.plus_seconds(-1));
    Ok(Some((zone.date(selection.from), last)))
}
