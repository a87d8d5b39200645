//! What was invoiced, and what was paid.

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;
use lavori_domain::Currency;

use super::documents::{DOCUMENTS, grouped_by_currency, in_period, keys_of_document, within_documents};
use super::{Grouping, Keys, Selection};
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::sql::Word;
use crate::within::Within;

/// What a group invoiced and was paid in one currency. Amounts are minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revenue {
    /// The currency.
    pub currency: Currency,
    /// How many invoices were issued.
    pub invoices: i64,
    /// Their net.
    pub invoiced: i64,
    /// How many credit notes were issued.
    pub credit_notes: i64,
    /// Their net.
    pub credited: i64,
    /// How many payments were made that were not reversed.
    pub payments: i64,
    /// What they come to, with tax.
    pub paid: i64,
    /// Drafts and cancelled documents of the period or without a date, and reversed payments.
    pub excluded: i64,
}

type Row = (Nullable<Text>, Nullable<Text>, Word, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt);
type Loaded = (Option<String>, Option<String>, Currency, i64, i64, i64, i64, i64, i64, i64);

/// Documents by issue date and payments by their own, the groups that invoiced most first, or in the order of time.
///
/// # Errors
/// When the database is out of reach.
pub async fn revenue(
    conn: &mut Conn,
    within: Within,
    selection: &Selection,
    grouping: Grouping<'_>,
) -> Result<Vec<(Keys, Revenue)>, Error> {
    let mut query: Raw<Row> = Raw::new(
        "SELECT CAST(k0 AS TEXT), CAST(k1 AS TEXT), currency, CAST(sum(invoices) AS BIGINT), \
         CAST(sum(invoiced) AS BIGINT), CAST(sum(notes) AS BIGINT), CAST(sum(credited) AS BIGINT), \
         CAST(sum(payments) AS BIGINT), CAST(sum(paid) AS BIGINT), CAST(sum(excluded) AS BIGINT) FROM (SELECT ",
    );
    keys_of_document(&mut query, grouping, |query| {
        query.text("d.dated_on");
    });
    query.text(
        "d.currency, CASE WHEN d.status = 'issued' AND d.kind = 'invoice' THEN 1 ELSE 0 END AS invoices, \
         CASE WHEN d.status = 'issued' AND d.kind = 'invoice' THEN d.net ELSE 0 END AS invoiced, \
         CASE WHEN d.status = 'issued' AND d.kind = 'credit_note' THEN 1 ELSE 0 END AS notes, \
         CASE WHEN d.status = 'issued' AND d.kind = 'credit_note' THEN d.net ELSE 0 END AS credited, \
         0 AS payments, 0 AS paid, CASE WHEN d.status = 'issued' THEN 0 ELSE 1 END AS excluded",
    );
    query.text(DOCUMENTS).text(" WHERE ");
    within_documents(&mut query, within, selection);
    query.text(" AND d.kind IN ('invoice', 'credit_note') AND (d.dated_on IS NULL OR ");
    in_period(&mut query, "d.dated_on", selection).text(") UNION ALL SELECT ");
    keys_of_document(&mut query, grouping, |query| {
        query.text("y.paid_on");
    });
    query.text(
        "d.currency, 0 AS invoices, 0 AS invoiced, 0 AS notes, 0 AS credited, \
         CASE WHEN y.reversed_at IS NULL THEN 1 ELSE 0 END AS payments, \
         CASE WHEN y.reversed_at IS NULL THEN y.amount ELSE 0 END AS paid, \
         CASE WHEN y.reversed_at IS NULL THEN 0 ELSE 1 END AS excluded",
    );
    query.text(DOCUMENTS).text(
        " JOIN payments y ON y.organization_id = d.organization_id AND y.invoice_id = d.id WHERE y.organization_id = ",
    );
    query.id(within.organization).text(" AND ");
    in_period(&mut query, "y.paid_on", selection).text(" AND ");
    within_documents(&mut query, within, selection);
    query.text(") x");
    grouped_by_currency(
        &mut query,
        grouping,
        "sum(invoices) + sum(notes) + sum(payments) > 0",
        "sum(invoiced) - sum(credited)",
    );

    let rows: Vec<Loaded> = on!(conn, |c| query.load(c))?;
    let revenue = |row: Loaded| {
        let (k0, k1, currency, invoices, invoiced, credit_notes, credited, payments, paid, excluded) = row;
        ([k0, k1], Revenue { currency, invoices, invoiced, credit_notes, credited, payments, paid, excluded })
    };
    Ok(rows.into_iter().map(revenue).collect())
}
