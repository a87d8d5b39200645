//! What clients owe.

use chrono::{Days, NaiveDate};
use diesel::sql_types::{BigInt, Date, Nullable, Text};
use diesel_async::RunQueryDsl;
use lavori_domain::Currency;

use super::documents::{DOCUMENTS, grouped_by_currency, of_document, within_documents};
use super::{Dimension, Grouping, Keys, Selection, keys};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::sql::Word;
use crate::within::Within;

/// What is owed in a group in one currency. Amounts are minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receivables {
    /// The currency.
    pub currency: Currency,
    /// How many invoices something is owed on.
    pub invoices: i64,
    /// All that is owed.
    pub due: i64,
    /// What of it is not due, and up to thirty days late, sixty, ninety, and more.
    pub ages: [i64; 5],
    /// The earliest day on which something was or is due.
    pub earliest: Option<NaiveDate>,
    /// Invoices on which too much was paid.
    pub excluded: i64,
}

type Row = (
    Nullable<Text>,
    Nullable<Text>,
    Word,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    Nullable<Date>,
    BigInt,
);
type Loaded = (Option<String>, Option<String>, Currency, i64, i64, i64, i64, i64, i64, i64, Option<NaiveDate>, i64);

/// What is owed on issued invoices, the groups that owe most first. The selection's period does not matter.
///
/// # Errors
/// When the database is out of reach.
pub async fn receivables_aging(
    conn: &mut Conn,
    within: Within,
    selection: &Selection,
    grouping: Grouping<'_>,
) -> Result<Vec<(Keys, Receivables)>, Error> {
    let mut query: Raw<Row> = Raw::new(
        "SELECT CAST(k0 AS TEXT), CAST(k1 AS TEXT), currency, \
         CAST(sum(CASE WHEN due > 0 THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN due > 0 THEN due ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN due > 0 AND age = 'not_due' THEN due ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN due > 0 AND age = '1-30' THEN due ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN due > 0 AND age = '31-60' THEN due ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN due > 0 AND age = '61-90' THEN due ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN due > 0 AND age = '90+' THEN due ELSE 0 END) AS BIGINT), \
         min(CASE WHEN due > 0 THEN due_on END), CAST(sum(CASE WHEN due < 0 THEN 1 ELSE 0 END) AS BIGINT) \
         FROM (SELECT ",
    );
    let today = selection.today();
    keys(&mut query, grouping, |query, dimension| match dimension {
        Dimension::Age => age(query, today),
        _ => of_document(query, dimension),
    });
    query.text("d.currency, d.due_on, d.gross - d.paid - d.credited AS due, ");
    age(&mut query, today).text(" AS age").text(DOCUMENTS).text(" WHERE ");
    within_documents(&mut query, within, selection);
    query.text(" AND d.kind = 'invoice' AND d.status = 'issued' AND d.gross - d.paid - d.credited <> 0) x");
    grouped_by_currency(
        &mut query,
        grouping,
        "sum(CASE WHEN due > 0 THEN 1 ELSE 0 END) > 0",
        "sum(CASE WHEN due > 0 THEN due ELSE 0 END)",
    );

    let rows: Vec<Loaded> = on!(conn, |c| query.load(c))?;
    let owed = |row: Loaded| {
        let (k0, k1, currency, invoices, due, a, b, c, d, e, earliest, excluded) = row;
        ([k0, k1], Receivables { currency, invoices, due, ages: [a, b, c, d, e], earliest, excluded })
    };
    Ok(rows.into_iter().map(owed).collect())
}

/// Writes the bucket of an invoice's age, by the words of `domain::analytics::AgeBucket`.
fn age<Row>(query: &mut Raw<Row>, today: NaiveDate) -> &mut Raw<Row> {
    let back = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    query.text("CASE WHEN d.due_on IS NULL OR d.due_on >= ").day(today);
    query.text(" THEN 'not_due' WHEN d.due_on >= ").day(back(30));
    query.text(" THEN '1-30' WHEN d.due_on >= ").day(back(60));
    query.text(" THEN '31-60' WHEN d.due_on >= ").day(back(90));
    query.text(" THEN '61-90' ELSE '90+' END")
}
