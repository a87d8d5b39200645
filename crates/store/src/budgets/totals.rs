//! What budgets come to, summed in the database: their lines, and the cost of their shifts.

use std::collections::HashMap;

use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use lavori_domain::BudgetId;

use super::labour;
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::sql::Uid;
use crate::within::Within;

/// The sums of a budget, in minor units of its currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// What was planned.
    pub planned: i64,
    /// What is ordered and not yet paid.
    pub committed: i64,
    /// What was entered as spent.
    pub entered: i64,
    /// What completed shifts cost, as far as `within` shows them (TOOLS.md section 1, decision 6).
    pub labour: i64,
    /// How many completed shifts have no cost: nobody's rate is known, or it is of another currency.
    pub uncosted: i64,
    /// The work that was planned, in minutes.
    pub planned_minutes: i64,
}

/// The totals of the given budgets, which must have been found within `within`: one query for all of them. A budget
/// without lines and shifts is left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn totals(conn: &mut Conn, within: Within, budgets: &[BudgetId]) -> Result<HashMap<BudgetId, Totals>, Error> {
    if budgets.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query: Raw<(Uid, BigInt, BigInt, BigInt, BigInt, BigInt, BigInt)> = Raw::new(
        "SELECT budget_id, CAST(sum(planned) AS BIGINT), CAST(sum(committed) AS BIGINT), CAST(sum(entered) AS BIGINT), \
         CAST(sum(labour) AS BIGINT), CAST(sum(uncosted) AS BIGINT), CAST(sum(minutes) AS BIGINT) FROM (\
         SELECT l.budget_id, l.planned_minor AS planned, l.committed_minor AS committed, l.actual_minor AS entered, \
         0 AS labour, 0 AS uncosted, coalesce(l.planned_minutes, 0) AS minutes \
         FROM budget_lines l WHERE l.organization_id = ",
    );
    query.id(within.organization).text(" AND l.budget_id IN (").ids(budgets);
    query.text(") UNION ALL SELECT b.id AS budget_id, 0 AS planned, 0 AS committed, 0 AS entered, ");
    labour::columns(&mut query).text(", 0 AS minutes FROM budgets b");
    labour::joined(&mut query).text(" WHERE b.organization_id = ").id(within.organization);
    query.text(" AND b.id IN (").ids(budgets).text(") AND ");
    labour::counted(&mut query, within).text(") x GROUP BY budget_id");
    let rows: Vec<(BudgetId, i64, i64, i64, i64, i64, i64)> = on!(conn, |c| query.load(c))?;
    Ok(rows
        .into_iter()
        .map(|(budget, planned, committed, entered, labour, uncosted, planned_minutes)| {
            (budget, Totals { planned, committed, entered, labour, uncosted, planned_minutes })
        })
        .collect())
}
