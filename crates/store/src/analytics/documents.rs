//! What the reports on billing documents have in common: `billing_documents d` with their projects `p`, and groups that
//! never mix currencies.

use super::{Dimension, Grouping, Selection, keys};
use crate::raw::Raw;
use crate::within::Within;

/// The documents with their projects.
pub(super) const DOCUMENTS: &str = " FROM billing_documents d \
     LEFT JOIN projects p ON p.organization_id = d.organization_id AND p.id = d.project_id";

/// Writes the two columns by which documents are put together; `day` writes the day that decides on week and month.
pub(super) fn keys_of_document<Row>(query: &mut Raw<Row>, grouping: Grouping<'_>, day: impl Fn(&mut Raw<Row>)) {
    keys(query, grouping, |query, dimension| match dimension {
        Dimension::Project => query.text("d.project_id"),
        Dimension::Client => query.text("d.client_id"),
        Dimension::Team => query.text("coalesce(d.team_id, p.team_id)"),
        Dimension::Currency => query.text("d.currency"),
        Dimension::Week => {
            query.each("to_char(date_trunc('week', CAST(", "date(");
            day(query);
            query.each(" AS TIMESTAMP)), 'YYYY-MM-DD')", ", 'weekday 0', '-6 days')")
        }
        Dimension::Month => {
            query.each("to_char(CAST(", "substr(");
            day(query);
            query.each(" AS TIMESTAMP), 'YYYY-MM')", ", 1, 7)")
        }
        _ => query.text("CAST(NULL AS TEXT)"),
    });
}

/// Writes the limits of `within` and of the selection, but not of its period, on [`DOCUMENTS`]. A document is its own
/// team's, or else its project's.
pub(super) fn within_documents<Row>(query: &mut Raw<Row>, within: Within, selection: &Selection) {
    query.text("d.organization_id = ").id(within.organization);
    if let Some(team) = within.team {
        query.text(" AND (d.team_id = ").id(team);
        query.text(" OR (d.team_id IS NULL AND p.team_id = ").id(team).text("))");
    }
    if let Some(project) = selection.project {
        query.text(" AND d.project_id = ").id(project);
    }
    if let Some(client) = selection.client {
        query.text(" AND d.client_id = ").id(client);
    }
    if let Some(currency) = selection.currency {
        query.text(" AND d.currency = ").word(currency.code());
    }
}

/// Writes that the day in `column` is one of the selection's.
pub(super) fn in_period<'a, Row>(
    query: &'a mut Raw<Row>,
    column: &'static str,
    selection: &Selection,
) -> &'a mut Raw<Row> {
    query.text(column).text(" BETWEEN ").day(selection.first_day()).text(" AND ").day(selection.last_day())
}

/// Writes the grouping's end: each currency is a group of its own. `having` says which groups there are; `amount` is the
/// sum by which the first of each currency come first.
pub(super) fn grouped_by_currency<Row>(
    query: &mut Raw<Row>,
    grouping: Grouping<'_>,
    having: &'static str,
    amount: &'static str,
) {
    query.text(" GROUP BY k0, k1, currency");
    if grouping.by.is_empty() {
        query.text(" ORDER BY currency");
        return;
    }
    query.text(" HAVING ").text(having).text(" ORDER BY ");
    let in_time = |dimension: &Dimension| matches!(dimension, Dimension::Week | Dimension::Month);
    let is_in_time = grouping.by.iter().any(in_time);
    if !is_in_time {
        // Amounts of two currencies have no order: the largest of each come together.
        query.text("rank() OVER (PARTITION BY currency ORDER BY ").text(amount).text(" DESC), currency, ");
    }
    query.each(
        "k0 IS NULL, CAST(k0 AS TEXT) COLLATE \"C\", k1 IS NULL, CAST(k1 AS TEXT) COLLATE \"C\"",
        "k0 IS NULL, k0, k1 IS NULL, k1",
    );
    query.text(", currency LIMIT ").number(grouping.most);
}
