//! What budgets cost.

use chrono::NaiveDate;
use diesel::sql_types::{BigInt, Date, Nullable, Text};
use diesel_async::RunQueryDsl;
use lavori_domain::{BudgetId, Currency};

use super::{Dimension, Grouping, Keys, Selection, keys, of_project};
use crate::budgets::labour;
use crate::conn::{Conn, on};
use crate::error::Error;
use crate::raw::Raw;
use crate::sql::{Uid, Word};
use crate::within::Within;

/// What one budget has to do with one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetCosts {
    /// Which budget.
    pub budget: BudgetId,
    /// The currency of its amounts.
    pub currency: Currency,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Last day.
    pub ends_on: Option<NaiveDate>,
    /// Minor units that were planned.
    pub planned: i64,
    /// Minor units that are ordered and not yet paid.
    pub committed: i64,
    /// Minor units that were entered as spent.
    pub entered: i64,
    /// Minor units that completed shifts cost, as far as `within` shows them.
    pub labour: i64,
    /// How many completed shifts have no cost: nobody's rate is known, or it is of another currency.
    pub uncosted: i64,
    /// It is a draft.
    pub draft: bool,
}

type Row = (
    Nullable<Text>,
    Nullable<Text>,
    Uid,
    Word,
    Nullable<Date>,
    Nullable<Date>,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
);
type Days = Option<NaiveDate>;
type Loaded = (Option<String>, Option<String>, BudgetId, Currency, Days, Days, i64, i64, i64, i64, i64, i64);

/// What each budget costs in each group: sums of lines and of shifts, which are of the category of labour; one row for a
/// budget and a group. `grouping.most` does not matter.
///
/// # Errors
/// When the database is out of reach.
pub async fn budget_costs(
    conn: &mut Conn,
    within: Within,
    selection: &Selection,
    grouping: Grouping<'_>,
) -> Result<Vec<(Keys, BudgetCosts)>, Error> {
    let mut query: Raw<Row> = Raw::new(
        "SELECT CAST(k0 AS TEXT), CAST(k1 AS TEXT), id, currency, starts_on, ends_on, CAST(sum(planned) AS BIGINT), \
         CAST(sum(committed) AS BIGINT), CAST(sum(entered) AS BIGINT), CAST(sum(labour) AS BIGINT), \
         CAST(sum(uncosted) AS BIGINT), CAST(max(draft) AS BIGINT) FROM (SELECT ",
    );
    of_budgets(&mut query, within, grouping, "l.category");
    query.text(
        "coalesce(l.planned_minor, 0) AS planned, coalesce(l.committed_minor, 0) AS committed, \
         coalesce(l.actual_minor, 0) AS entered, 0 AS labour, 0 AS uncosted \
         FROM budgets b LEFT JOIN projects p ON p.organization_id = b.organization_id AND p.id = b.project_id \
         LEFT JOIN budget_lines l ON l.organization_id = b.organization_id AND l.budget_id = b.id WHERE ",
    );
    within_budgets(&mut query, within, selection);
    query.text(" UNION ALL SELECT ");
    of_budgets(&mut query, within, grouping, "'labour'");
    query.text("0 AS planned, 0 AS committed, 0 AS entered, ");
    labour::columns(&mut query)
        .text(" FROM budgets b LEFT JOIN projects p ON p.organization_id = b.organization_id AND p.id = b.project_id");
    labour::joined(&mut query).text(" WHERE ");
    within_budgets(&mut query, within, selection);
    query.text(" AND ");
    labour::counted(&mut query, within).text(") x GROUP BY k0, k1, id, currency, starts_on, ends_on");

    let rows: Vec<Loaded> = on!(conn, |c| query.load(c))?;
    let costs = |row: Loaded| {
        let (k0, k1, budget, currency, starts_on, ends_on, planned, committed, entered, labour, uncosted, draft) = row;
        let draft = draft == 1;
        let costs =
            BudgetCosts { budget, currency, starts_on, ends_on, planned, committed, entered, labour, uncosted, draft };
        ([k0, k1], costs)
    };
    Ok(rows.into_iter().map(costs).collect())
}

/// Writes the columns of the budget itself and of its groups; `category` is what the amounts beside them are for.
fn of_budgets<Row>(query: &mut Raw<Row>, within: Within, grouping: Grouping<'_>, category: &'static str) {
    keys(query, grouping, |query, dimension| match dimension {
        Dimension::Project => query.text("b.project_id"),
        Dimension::Team => query.text("coalesce(b.team_id, p.team_id)"),
        Dimension::Status => query.text("b.status"),
        Dimension::Category => query.text(category),
        // A team's own budget may be for a project of another team, whose client is not shown.
        Dimension::Client => match within.team {
            Some(team) => query.text("CASE WHEN p.team_id = ").id(team).text(" THEN p.client_id END"),
            None => query.text("p.client_id"),
        },
        _ => of_project(query, dimension),
    });
    query.text("b.id, b.currency, b.starts_on, b.ends_on, CASE WHEN b.status = 'draft' THEN 1 ELSE 0 END AS draft, ");
}

/// Writes the limits of `within` and of the selection on `budgets b` and its `projects p`. The client of a budget is
/// its project's; a narrowed query does not look into the projects of other teams.
fn within_budgets<Row>(query: &mut Raw<Row>, within: Within, selection: &Selection) {
    query.text("b.organization_id = ").id(within.organization);
    if let Some(team) = within.team {
        query.text(" AND coalesce(b.team_id, p.team_id) = ").id(team);
    }
    if let Some(project) = selection.project {
        query.text(" AND b.project_id = ").id(project);
    }
    if let Some(client) = selection.client {
        query.text(" AND p.client_id = ").id(client);
        if let Some(team) = within.team {
            query.text(" AND p.team_id = ").id(team);
        }
    }
    if let Some(currency) = selection.currency {
        query.text(" AND b.currency = ").word(currency.code());
    }
}
