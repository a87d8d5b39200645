//! How many quotes are accepted.

use chrono::NaiveDate;
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

/// The quotes of a group in one currency: how many, and their net in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuoteConversion {
    /// The currency.
    pub currency: Currency,
    /// Accepted in the period.
    pub accepted: (i64, i64),
    /// Declined in it.
    pub declined: (i64, i64),
    /// Sent, with a last day in the period that has passed.
    pub expired: (i64, i64),
    /// Sent, and neither decided nor expired by now.
    pub open: (i64, i64),
    /// The median of the days from the date to the acceptance of the accepted ones; of an even number the lower one.
    pub median_days: Option<i64>,
    /// Drafts and cancelled quotes of the period or without a date, and decided ones of which nobody knows when.
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
    BigInt,
    Nullable<BigInt>,
    BigInt,
);
type Loaded = (Option<String>, Option<String>, Currency, i64, i64, i64, i64, i64, i64, i64, i64, Option<i64>, i64);

/// Quotes decided in the period and open now, the groups that accepted most first, or in the order of time: by the day
/// of decision, or the last day of those that expired.
///
/// # Errors
/// When the database is out of reach.
pub async fn quote_conversion(
    conn: &mut Conn,
    within: Within,
    selection: &Selection,
    grouping: Grouping<'_>,
) -> Result<Vec<(Keys, QuoteConversion)>, Error> {
    let today = selection.today();
    let mut query: Raw<Row> = Raw::new(
        "SELECT CAST(k0 AS TEXT), CAST(k1 AS TEXT), currency, \
         CAST(sum(CASE WHEN state = 'accepted' THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN state = 'accepted' THEN net ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN state = 'declined' THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN state = 'declined' THEN net ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN state = 'expired' THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN state = 'expired' THEN net ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(sum(CASE WHEN state = 'open' THEN net ELSE 0 END) AS BIGINT), \
         CAST(max(CASE WHEN state = 'accepted' AND place = (n + 1) / 2 THEN days END) AS BIGINT), \
         CAST(sum(CASE WHEN state = 'excluded' THEN 1 ELSE 0 END) AS BIGINT) FROM (SELECT x.*, \
         row_number() OVER (PARTITION BY k0, k1, currency, state ORDER BY days) AS place, \
         count(*) OVER (PARTITION BY k0, k1, currency, state) AS n FROM (SELECT ",
    );
    keys_of_document(&mut query, grouping, |query| {
        query.text("CASE WHEN d.status IN ('accepted', 'declined') THEN d.decided_on WHEN ");
        expired(query, today).text(" THEN d.valid_until WHEN d.status IN ('draft', 'cancelled') THEN d.dated_on END");
    });
    query.text(
        "d.currency, d.net, CASE WHEN d.status IN ('accepted', 'declined') AND d.decided_on IS NOT NULL \
         THEN d.status WHEN ",
    );
    expired(&mut query, today);
    query.text(" THEN 'expired' WHEN d.status = 'sent' THEN 'open' ELSE 'excluded' END AS state, ");
    query.each("d.decided_on - d.dated_on", "CAST(julianday(d.decided_on) - julianday(d.dated_on) AS INTEGER)");
    query.text(" AS days").text(DOCUMENTS).text(" WHERE ");
    within_documents(&mut query, within, selection);
    query
        .text(" AND d.kind = 'quote' AND CASE WHEN d.status IN ('accepted', 'declined') THEN d.decided_on IS NULL OR ");
    in_period(&mut query, "d.decided_on", selection).text(" WHEN ");
    expired(&mut query, today).text(" THEN ");
    in_period(&mut query, "d.valid_until", selection);
    query.text(" WHEN d.status = 'sent' THEN 1 = 1 ELSE d.dated_on IS NULL OR ");
    in_period(&mut query, "d.dated_on", selection).text(" END) x) y");
    grouped_by_currency(
        &mut query,
        grouping,
        "sum(CASE WHEN state = 'excluded' THEN 0 ELSE 1 END) > 0",
        "sum(CASE WHEN state = 'accepted' THEN net ELSE 0 END)",
    );

    let rows: Vec<Loaded> = on!(conn, |c| query.load(c))?;
    let conversion = |row: Loaded| {
        let (k0, k1, currency, a, accepted, d, declined, e, expired, o, open, median_days, excluded) = row;
        let (accepted, declined, expired, open) = ((a, accepted), (d, declined), (e, expired), (o, open));
        ([k0, k1], QuoteConversion { currency, accepted, declined, expired, open, median_days, excluded })
    };
    Ok(rows.into_iter().map(conversion).collect())
}

/// Writes whether a quote has expired: as `domain::billing::QuoteStatus::is_expired` says.
fn expired<Row>(query: &mut Raw<Row>, today: NaiveDate) -> &mut Raw<Row> {
    query.text("d.status = 'sent' AND d.valid_until < ").day(today)
}
