//! `list_billing_documents`: quotes, invoices and credit notes by status, client, project, date and total.

use std::collections::HashMap;

use lavori_domain::billing::{DocumentKind, DocumentState};
use lavori_domain::when::When;
use lavori_domain::{DocumentId, KeyKind, Money, Timestamp};
use lavori_policy::Scope;
use lavori_store::billing_documents::{self, DocumentFilter, DocumentPosition, DocumentSort};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Read;
use crate::call::{Call, Problems};
use crate::effect::Reads;
use crate::error::{Code, Error, Problem};
use crate::page::{Detail, ListArguments, Listing, MOST_COUNTED};
use crate::refs;
use crate::tool::Tool;
use crate::views::Keyed;
use row::{Row, RowField, Shown, Total};

pub(crate) mod row;

/// `list_billing_documents`.
pub(crate) struct ListBillingDocuments;

/// The most words of a query that count.
const MOST_TERMS: usize = 8;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    kind: DocumentKind,
    /// Words in number, client, reference, notes or lines.
    #[schemars(length(max = 200))]
    query: Option<String>,
    client: Option<String>,
    project: Option<String>,
    team: Option<String>,
    /// Any of these, stored or derived.
    #[serde(default)]
    status: Vec<DocumentState>,
    /// Dated from this day on: date or a word like this_month, -30d.
    date_after: Option<String>,
    /// Dated until this day.
    date_before: Option<String>,
    /// To be paid by this day.
    due_before: Option<String>,
    /// Least gross total, such as 1500.00.
    min_total: Option<String>,
    /// Greatest gross total.
    max_total: Option<String>,
    updated_since: Option<String>,
    /// Default -updated. `created`: by key.
    #[serde(default)]
    sort: Sort,
    #[serde(flatten)]
    list: ListArguments<RowField>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[schemars(inline)]
enum Sort {
    #[default]
    #[serde(rename = "-updated")]
    UpdatedLast,
    #[serde(rename = "updated")]
    UpdatedFirst,
    #[serde(rename = "-date")]
    DateLast,
    #[serde(rename = "date")]
    DateFirst,
    #[serde(rename = "due")]
    DueFirst,
    #[serde(rename = "created")]
    CreatedFirst,
    #[serde(rename = "-created")]
    CreatedLast,
}

impl From<Sort> for DocumentSort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::UpdatedLast => Self::UpdatedLast,
            Sort::UpdatedFirst => Self::UpdatedFirst,
            Sort::DateLast => Self::DateLast,
            Sort::DateFirst => Self::DateFirst,
            Sort::DueFirst => Self::DueFirst,
            Sort::CreatedFirst => Self::CreatedFirst,
            Sort::CreatedLast => Self::CreatedLast,
        }
    }
}

/// A list with its sums.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Output {
    #[serde(flatten)]
    listing: Listing<Row>,
    /// Of the whole list but for cancelled documents, by currency; on the first page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    totals: Vec<Total>,
}

impl Tool for ListBillingDocuments {
    const NAME: &'static str = "list_billing_documents";
    const TITLE: &'static str = "List quotes and invoices";
    const ABOUT: &'static str = "Use to list, count or add up quotes, invoices or credit notes by status, client, \
                                 project, dates or total: what is unpaid, overdue, expired or not invoiced yet.";
    const SCOPE: Scope = Scope::Read;

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Output, Error> {
        let filter = filter(call, &input).await?;
        let (within, zone, list) = (call.within(), call.zone(), &input.list);
        let totals: Vec<Total> = match &list.cursor {
            None => {
                billing_documents::totals(call.conn(), within, &filter).await?.into_iter().map(Total::from).collect()
            }
            Some(_) => Vec::new(),
        };
        if list.count_only {
            let counted = billing_documents::count(call.conn(), within, &filter, MOST_COUNTED + 1).await?;
            return Ok(Output { listing: Listing::counted(counted, call.applied()), totals });
        }
        let sort = DocumentSort::from(input.sort);
        let after = match &list.cursor {
            Some(cursor) => {
                let position = call.position(cursor)?;
                Some(read_position(&position).ok_or_else(|| call.wrong_cursor())?)
            }
            None => None,
        };
        let rows_to_find = list.rows_to_find();
        let mut found = billing_documents::list(call.conn(), within, &filter, sort, after, rows_to_find).await?;
        let found_rows = found.len();
        found.truncate(list.rows());

        let full = list.detail == Detail::Full || !list.fields.is_empty();
        let mut sources: HashMap<DocumentId, Keyed> = HashMap::new();
        if full {
            let ids: Vec<DocumentId> = found.iter().filter_map(|document| document.from).collect();
            for (id, number, title) in billing_documents::titles(call.conn(), within, &ids).await? {
                sources.insert(id, Keyed::new(KeyKind::Document, number, title));
            }
        }
        let positions: Vec<DocumentPosition> =
            found.iter().map(|document| DocumentPosition::of(document, sort)).collect();
        let rows = found.into_iter().map(|document| {
            let shown = Shown { today: filter.today, zone, full, sources: &sources };
            shown.row(document).only(&list.fields)
        });
        let applied = call.applied();
        let listing =
            Listing::page(list, found_rows, rows, |last| call.cursor(&write_position(positions[last])), applied)?;
        Ok(Output { listing, totals })
    }
}

/// Understands the filters; everything that is wrong with them is told at once.
async fn filter(call: &mut Call<'_, Read>, input: &Input) -> Result<DocumentFilter, Error> {
    let mut problems = Problems::default();
    let zone = call.zone();
    let mut filter = DocumentFilter::all(zone.date(call.now()));
    filter.kind = Some(input.kind);
    filter.states = input.status.clone();
    if let Some(query) = &input.query {
        filter.terms = query.split_whitespace().take(MOST_TERMS).map(str::to_owned).collect();
    }
    if let Some(text) = &input.client {
        filter.client = problems.keep(refs::contact(call, "client", text).await)?.map(|it| it.id);
    }
    if let Some(text) = &input.project {
        filter.project = problems.keep(refs::project(call, "project", text).await)?.map(|it| it.id);
    }
    if let Some(text) = &input.team {
        filter.team = problems.keep(refs::team(call, "team", text).await)?.map(|it| it.id);
    }
    let first = |when: When| match when {
        When::Days { first, .. } => first,
        When::Instant(instant) => zone.date(instant),
    };
    let last = |when: When| match when {
        When::Days { last, .. } => last,
        When::Instant(instant) => zone.date(instant),
    };
    if let Some(text) = &input.date_after {
        filter.date_from = problems.keep(call.from("date_after", text))?.map(|(when, _)| first(when));
    }
    if let Some(text) = &input.date_before {
        filter.date_to = problems.keep(call.until("date_before", text))?.map(|(when, _)| last(when));
    }
    if let Some(text) = &input.due_before {
        filter.due_to = problems.keep(call.until("due_before", text))?.map(|(when, _)| last(when));
    }
    filter.min_total = problems.keep(bound("min_total", input.min_total.as_deref()))?.flatten();
    filter.max_total = problems.keep(bound("max_total", input.max_total.as_deref()))?.flatten();
    if let Some(text) = &input.updated_since {
        filter.updated_since = problems.keep(call.from("updated_since", text))?.map(|(_, instant)| instant);
    }
    problems.told()?;
    Ok(filter)
}

/// An amount of whatever currency.
fn bound(argument: &str, text: Option<&str>) -> Result<Option<i64>, Error> {
    let Some(text) = text else { return Ok(None) };
    let bound = Money::bound(text).map_err(|refused| {
        Problem::new(Code::InvalidArgument, refused.to_string()).field(argument).got(&text.into())
    })?;
    Ok(Some(bound))
}

/// A position as a cursor carries it.
fn write_position(position: DocumentPosition) -> String {
    match position {
        DocumentPosition::At(instant, id) => format!("a{}.{id}", instant.millis()),
        DocumentPosition::On(day, id) => format!("o{day}.{id}"),
        DocumentPosition::Without(id) => format!("w{id}"),
        DocumentPosition::Number(number) => format!("n{number}"),
    }
}

fn read_position(text: &str) -> Option<DocumentPosition> {
    let (kind, rest) = text.split_at_checked(1)?;
    let two = || rest.split_once('.');
    match kind {
        "a" => {
            let (millis, id) = two()?;
            Some(DocumentPosition::At(Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
        }
        "o" => {
            let (day, id) = two()?;
            Some(DocumentPosition::On(day.parse().ok()?, id.parse().ok()?))
        }
        "w" => Some(DocumentPosition::Without(rest.parse().ok()?)),
        "n" => Some(DocumentPosition::Number(rest.parse().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::Id;
    use lavori_domain::env::TestEnv;

    #[test]
    fn r4_a_position_reads_back_as_itself() {
        let id = Id::new(&TestEnv::default());
        let positions = [
            DocumentPosition::At(Timestamp::from_millis(-5), id),
            DocumentPosition::On("2026-11-22".parse().unwrap(), id),
            DocumentPosition::Without(id),
            DocumentPosition::Number(41),
        ];
        for position in positions {
            assert_eq!(read_position(&write_position(position)), Some(position));
        }
        assert_eq!(read_position(""), None);
    }
}
