//! What the reports on billing documents have in common: `billing_documents d` with their projects `p`, and groups that
//! never mix currencies.

use super::{Dimension, Grouping, Selection, by_keys, keys};
use crate::raw::Raw;
use crate::within::Within;

/// The documents with their projects.
pub(super) const DOCUMENTS: &str = " FROM billing_documents d \
     LEFT JOIN projects p ON p.organization_id = d.organization_id AND p.id = d.project_id";

/// Writes the two columns by which documents are put together; `day` writes the day that decides on week and month.
pub(super) fn keys_of_document<Row>(query: &mut Raw<Row>, grouping: Grouping<'_>, day: impl Fn(&mut Raw<Row>)) {
    keys(query, grouping, |query, dimension| match dimension {
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
        _ => of_document(query, dimension),
    });
}

/// Writes the column of what a document says of itself.
pub(super) fn of_document<Row>(query: &mut Raw<Row>, dimension: Dimension) -> &mut Raw<Row> {
    query.text(match dimension {
        Dimension::Project => "d.project_id",
        Dimension::Client => "d.client_id",
        Dimension::Team => "coalesce(d.team_id, p.team_id)",
        Dimension::Currency => "d.currency",
        _ => "CAST(NULL AS TEXT)",
    })
}

/// Writes the limits of `within` and of the selection, but not of its period, on [`DOCUMENTS`]. A document is its own
/// team's, or else its project's.
pub(super) fn within_documents<Row>(query: &mut Raw<Row>, within: Within, selection: &Selection) {
    query.text("d.organization_id = ").id(within.organization);
    if let Some(team) = within.team {
        query.text(" AND coalesce(d.team_id, p.team_id) = ").id(team);
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
    if !grouping.is_in_time() {
        // Amounts of two currencies have no order: the largest of each come together.
        query.text("rank() OVER (PARTITION BY currency ORDER BY ").text(amount).text(" DESC), currency, ");
    }
    by_keys(query).text(", currency LIMIT ").number(grouping.most);
}
