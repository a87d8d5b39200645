//! Lists of documents with the names of what they point at, and what they add up to.

use chrono::NaiveDate;
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;
use lavori_domain::billing::DocumentStatus;
use lavori_domain::{Currency, DocumentId, Money, Timestamp};

use super::filter::{DocumentFilter, gross_within, pattern, stands};
use super::joined::{DocumentSummary, JoinedRow, is_of, joined, summary, visible, with_projects};
use super::rows::{DocumentRow, money};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::limited::limited;
use crate::schema::{billing_documents, contact_teams, contacts, projects, teams};
use crate::sql::{Sql, Uid};
use crate::within::Within;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentSort {
    /// The last changed first.
    UpdatedLast,
    /// The last changed last.
    UpdatedFirst,
    /// The newest date first; those without one at the end.
    DateLast,
    /// The oldest date first; those without one at the end.
    DateFirst,
    /// What is to be paid soonest first; what has no day at the end.
    DueFirst,
    /// By key, the oldest first.
    CreatedFirst,
    /// By key, the newest first.
    CreatedLast,
}

/// The last row of a page: the next one begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentPosition {
    /// Sorted by an instant.
    At(Timestamp, DocumentId),
    /// Sorted by a day, which this one has.
    On(NaiveDate, DocumentId),
    /// Sorted by a day, which this one has not.
    Without(DocumentId),
    /// Sorted by key.
    Number(i64),
}

impl DocumentPosition {
    /// Where `document` stands in the order `sort`.
    pub fn of(document: &DocumentSummary, sort: DocumentSort) -> Self {
        let day = |day: Option<NaiveDate>| day.map_or(Self::Without(document.id), |day| Self::On(day, document.id));
        match sort {
            DocumentSort::UpdatedLast | DocumentSort::UpdatedFirst => Self::At(document.updated_at, document.id),
            DocumentSort::DateLast | DocumentSort::DateFirst => day(document.dated_on),
            DocumentSort::DueFirst => day(document.standing.due_on),
            DocumentSort::CreatedFirst | DocumentSort::CreatedLast => Self::Number(document.number),
        }
    }
}

/// Narrows a boxed query over [`with_projects`] to what `within` and `filter` let through.
macro_rules! filtered {
    ($query:expr, $within:expr, $filter:expr) => {{
        let (mut query, within, filter): (_, Within, &DocumentFilter) = ($query, $within, $filter);
        query = visible!(query, within);
        if let Some(team) = filter.team {
            query = query.filter(is_of!(team));
        }
        if let Some(kind) = filter.kind {
            query = query.filter(billing_documents::kind.eq(Sql(kind)));
        }
        if let Some(client) = filter.client {
            query = query.filter(billing_documents::client_id.eq(Sql(client)));
        }
        if let Some(project) = filter.project {
            query = query.filter(billing_documents::project_id.eq(Some(Sql(project))));
        }
        if !filter.states.is_empty() {
            query = query.filter(sql::<Bool>(&stands(&filter.states, filter.today)));
        }
        if let Some(day) = filter.date_from {
            query = query.filter(billing_documents::dated_on.ge(Some(day)));
        }
        if let Some(day) = filter.date_to {
            query = query.filter(billing_documents::dated_on.le(Some(day)));
        }
        if let Some(day) = filter.due_to {
            query = query.filter(billing_documents::due_on.le(Some(day)));
        }
        if let Some(bound) = filter.min_total {
            query = query.filter(sql::<Bool>(&gross_within(bound, true)));
        }
        if let Some(bound) = filter.max_total {
            query = query.filter(sql::<Bool>(&gross_within(bound, false)));
        }
        if let Some(since) = filter.updated_since {
            query = query.filter(billing_documents::updated_at.ge(Sql(since)));
        }
        for term in &filter.terms {
            let pattern = pattern(term);
            // A client's name that the team may not see is not found by either.
            query = query.filter(
                sql::<Bool>(
                    "(lower(coalesce(billing_documents.document_number, '') || ' ' \
                     || coalesce(billing_documents.reference, '') || ' ' \
                     || coalesce(billing_documents.notes, '')) LIKE lower(",
                )
                .bind::<Text, _>(pattern.clone())
                .sql(
                    ") ESCAPE '\\' OR EXISTS (SELECT 1 FROM billing_lines l \
                     WHERE l.organization_id = billing_documents.organization_id \
                     AND l.document_id = billing_documents.id AND lower(l.description) LIKE lower(",
                )
                .bind::<Text, _>(pattern.clone())
                .sql(
                    ") ESCAPE '\\') OR EXISTS (SELECT 1 FROM contacts c \
                     WHERE c.organization_id = billing_documents.organization_id \
                     AND c.id = billing_documents.client_id \
                     AND lower(c.name || ' ' || coalesce(billing_documents.client_name, '')) LIKE lower(",
                )
                .bind::<Text, _>(pattern)
                .sql(") ESCAPE '\\' AND (")
                .bind::<Bool, _>(within.team.is_none())
                .sql(
                    " OR EXISTS (SELECT 1 FROM contact_teams t WHERE t.organization_id = c.organization_id \
                     AND t.contact_id = c.id AND t.team_id = ",
                )
                .bind::<Nullable<Uid>, _>(within.team.map(Sql))
                .sql("))))"),
            );
        }
        query
    }};
}
/// At most `limit` documents after `after`.
///
/// # Errors
/// When the database is out of reach.
pub async fn list(
    conn: &mut Conn,
    within: Within,
    filter: &DocumentFilter,
    sort: DocumentSort,
    after: Option<DocumentPosition>,
    limit: i64,
) -> Result<Vec<DocumentSummary>, Error> {
    use billing_documents::dsl;
    let rows: Vec<JoinedRow> = on!(conn, |c| {
        let mut query = filtered!(joined!(), within, filter);
        query = match (sort, after) {
            (DocumentSort::UpdatedLast, Some(DocumentPosition::At(at, id))) => {
                query.filter(dsl::updated_at.le(Sql(at))).filter(dsl::updated_at.lt(Sql(at)).or(dsl::id.lt(Sql(id))))
            }
            (DocumentSort::UpdatedFirst, Some(DocumentPosition::At(at, id))) => {
                query.filter(dsl::updated_at.ge(Sql(at))).filter(dsl::updated_at.gt(Sql(at)).or(dsl::id.gt(Sql(id))))
            }
            (DocumentSort::DateLast, Some(DocumentPosition::On(day, id))) => query.filter(
                dsl::dated_on
                    .is_null()
                    .or(dsl::dated_on.lt(Some(day)))
                    .or(dsl::dated_on.eq(Some(day)).and(dsl::id.lt(Sql(id)))),
            ),
            (DocumentSort::DateLast, Some(DocumentPosition::Without(id))) => {
                query.filter(dsl::dated_on.is_null()).filter(dsl::id.lt(Sql(id)))
            }
            (DocumentSort::DateFirst, Some(DocumentPosition::On(day, id))) => query.filter(
                dsl::dated_on
                    .is_null()
                    .or(dsl::dated_on.gt(Some(day)))
                    .or(dsl::dated_on.eq(Some(day)).and(dsl::id.gt(Sql(id)))),
            ),
            (DocumentSort::DateFirst, Some(DocumentPosition::Without(id))) => {
                query.filter(dsl::dated_on.is_null()).filter(dsl::id.gt(Sql(id)))
            }
            (DocumentSort::DueFirst, Some(DocumentPosition::On(day, id))) => query.filter(
                dsl::due_on
                    .is_null()
                    .or(dsl::due_on.gt(Some(day)))
                    .or(dsl::due_on.eq(Some(day)).and(dsl::id.gt(Sql(id)))),
            ),
            (DocumentSort::DueFirst, Some(DocumentPosition::Without(id))) => {
                query.filter(dsl::due_on.is_null()).filter(dsl::id.gt(Sql(id)))
            }
            (DocumentSort::CreatedFirst, Some(DocumentPosition::Number(number))) => {
                query.filter(dsl::number.gt(number))
            }
            (DocumentSort::CreatedLast, Some(DocumentPosition::Number(number))) => query.filter(dsl::number.lt(number)),
            _ => query,
        };
        query = match sort {
            DocumentSort::UpdatedLast => query.order((dsl::updated_at.desc(), dsl::id.desc())),
            DocumentSort::UpdatedFirst => query.order((dsl::updated_at.asc(), dsl::id.asc())),
            DocumentSort::DateLast => {
                query.order((dsl::dated_on.is_null().asc(), dsl::dated_on.desc(), dsl::id.desc()))
            }
            DocumentSort::DateFirst => query.order((dsl::dated_on.is_null().asc(), dsl::dated_on.asc(), dsl::id.asc())),
            DocumentSort::DueFirst => query.order((dsl::due_on.is_null().asc(), dsl::due_on.asc(), dsl::id.asc())),
            DocumentSort::CreatedFirst => query.order(dsl::number.asc()),
            DocumentSort::CreatedLast => query.order(dsl::number.desc()),
        };
        limited(query.select(joined!(select within)), limit).load(c)
    })?;
    rows.into_iter().map(|row| Ok(summary(within, row)?.0)).collect()
}

/// How many documents there are, counted up to `most`.
///
/// # Errors
/// When the database is out of reach.
pub async fn count(conn: &mut Conn, within: Within, filter: &DocumentFilter, most: i64) -> Result<i64, Error> {
    let found: Vec<i32> = on!(conn, |c| filtered!(with_projects!().into_boxed(), within, filter)
        .limit(most)
        .select(sql::<Integer>("1"))
        .load(c))?;
    Ok(i64::try_from(found.len()).unwrap_or(most))
}

/// What the documents of one currency add up to. Currencies are never added to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrencyTotal {
    /// How many documents.
    pub count: i64,
    /// Without tax.
    pub net: Money,
    /// The taxes.
    pub tax: Money,
    /// With tax.
    pub gross: Money,
    /// What is owed on the issued invoices among them.
    pub due: Money,
}

/// What all documents of the filter add up to, by currency. Cancelled ones do not count.
///
/// # Errors
/// When the database is out of reach, or a sum is larger than an amount can be.
pub async fn totals(conn: &mut Conn, within: Within, filter: &DocumentFilter) -> Result<Vec<CurrencyTotal>, Error> {
    // Both databases give a sum another type than its column; a cast makes them one.
    let sum = |what: &str| sql::<BigInt>(&format!("CAST(sum({what}) AS BIGINT)"));
    let rows: Vec<(Currency, i64, i64, i64, i64, i64)> = on!(conn, |c| {
        let query = with_projects!()
            .group_by(billing_documents::currency)
            .select((
                billing_documents::currency,
                sql::<BigInt>("count(*)"),
                sum("billing_documents.net"),
                sum("billing_documents.tax"),
                sum("billing_documents.gross"),
                sum("CASE WHEN billing_documents.kind = 'invoice' AND billing_documents.status = 'issued' \
                     THEN billing_documents.gross - billing_documents.paid - billing_documents.credited ELSE 0 END"),
            ))
            .into_boxed();
        filtered!(query, within, filter)
            .filter(billing_documents::status.ne(Sql(DocumentStatus::Cancelled)))
            .order(billing_documents::currency)
            .load(c)
    })?;
    rows.into_iter()
        .map(|(currency, count, net, tax, gross, due)| {
            Ok(CurrencyTotal {
                count,
                net: money(net, currency)?,
                tax: money(tax, currency)?,
                gross: money(gross, currency)?,
                due: money(due, currency)?,
            })
        })
        .collect()
}
