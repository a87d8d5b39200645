//! What the lines of budgets come to, summed in the database.

use std::collections::HashMap;

use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use lavori_domain::BudgetId;

use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::sql::Uid;
use crate::within::Within;

/// Whether more was spent on the row of `budgets` than planned.
pub(super) const IS_OVER: &str = "(SELECT coalesce(sum(l.actual_minor - l.planned_minor), 0) FROM budget_lines l \
     WHERE l.organization_id = budgets.organization_id AND l.budget_id = budgets.id) > 0";

/// The sums of a budget's lines, in minor units of its currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// What was planned.
    pub planned: i64,
    /// What is ordered and not yet paid.
    pub committed: i64,
    /// What was entered as spent.
    pub entered: i64,
    /// The work that was planned, in minutes.
    pub planned_minutes: i64,
}

/// The totals of the given budgets, which must have been found within `within`: one query for all of them. A budget
/// without lines is left out.
///
/// # Errors
/// When the database is out of reach.
pub async fn totals(conn: &mut Conn, within: Within, budgets: &[BudgetId]) -> Result<HashMap<BudgetId, Totals>, Error> {
    if budgets.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query: Raw<(Uid, BigInt, BigInt, BigInt, BigInt)> = Raw::new(
        "SELECT budget_id, CAST(sum(planned_minor) AS BIGINT), CAST(sum(committed_minor) AS BIGINT), \
         CAST(sum(actual_minor) AS BIGINT), CAST(coalesce(sum(planned_minutes), 0) AS BIGINT) \
         FROM budget_lines WHERE organization_id = ",
    );
    query.id(within.organization).text(" AND budget_id IN (").ids(budgets).text(") GROUP BY budget_id");
    let rows: Vec<(BudgetId, i64, i64, i64, i64)> = on!(conn, |c| query.load(c))?;
    Ok(rows
        .into_iter()
        .map(|(budget, planned, committed, entered, planned_minutes)| {
            (budget, Totals { planned, committed, entered, planned_minutes })
        })
        .collect())
}
