//! The lines of budgets.

use std::collections::HashMap;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;
use lavori_domain::budgets::{BudgetCategory, BudgetLine};
use lavori_domain::{BudgetId, BudgetLineId, Currency, Money, OrganizationId};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::{budget_lines, budgets};
use crate::sql::Sql;
use crate::within::Within;

#[derive(Queryable, Selectable)]
#[diesel(table_name = budget_lines, check_for_backend(Pg, Sqlite))]
struct LineRow {
    organization_id: OrganizationId,
    id: BudgetLineId,
    budget_id: BudgetId,
    position: i32,
    category: BudgetCategory,
    planned_minor: i64,
    committed_minor: i64,
    actual_minor: i64,
    planned_minutes: Option<i32>,
    note: Option<String>,
}

impl LineRow {
    fn line(self, currency: Currency) -> Result<BudgetLine, Error> {
        let money = |minor| Money::of_minor(minor, currency).map_err(|error| Error::Corrupt(Box::new(error)));
        Ok(BudgetLine {
            organization: self.organization_id,
            id: self.id,
            budget: self.budget_id,
            position: self.position,
            category: self.category,
            planned: money(self.planned_minor)?,
            committed: money(self.committed_minor)?,
            entered: money(self.actual_minor)?,
            planned_minutes: self.planned_minutes,
            note: self.note,
        })
    }
}

/// The lines of the given budgets, which must have been found within `within`, in their order: one query for all.
///
/// # Errors
/// When the database is out of reach.
pub async fn lines(
    conn: &mut Conn,
    within: Within,
    budgets: &[BudgetId],
) -> Result<HashMap<BudgetId, Vec<BudgetLine>>, Error> {
    let mut found: HashMap<BudgetId, Vec<BudgetLine>> = HashMap::new();
    if budgets.is_empty() {
        return Ok(found);
    }
    let rows: Vec<(LineRow, Currency)> = on!(conn, |c| budget_lines::table
        .inner_join(budgets::table.on(
            budgets::organization_id.eq(budget_lines::organization_id).and(budgets::id.eq(budget_lines::budget_id))
        ))
        .filter(budget_lines::organization_id.eq(Sql(within.organization)))
        .filter(budget_lines::budget_id.eq_any(budgets.iter().copied().map(Sql)))
        .order((budget_lines::budget_id, budget_lines::position, budget_lines::id))
        .select((LineRow::as_select(), budgets::currency))
        .load(c))?;
    for (row, currency) in rows {
        found.entry(row.budget_id).or_default().push(row.line(currency)?);
    }
    Ok(found)
}

/// Inserts lines.
///
/// # Errors
/// [`Error::Conflict`] when the budget of one is of another organization.
pub async fn insert_lines(tx: &mut Tx, lines: &[BudgetLine]) -> Result<(), Error> {
    for line in lines {
        on!(tx, |c| diesel::insert_into(budget_lines::table)
            .values((
                budget_lines::organization_id.eq(Sql(line.organization)),
                budget_lines::id.eq(Sql(line.id)),
                budget_lines::budget_id.eq(Sql(line.budget)),
                budget_lines::position.eq(line.position),
                budget_lines::category.eq(Sql(line.category)),
                budget_lines::planned_minor.eq(line.planned.minor()),
                budget_lines::committed_minor.eq(line.committed.minor()),
                budget_lines::actual_minor.eq(line.entered.minor()),
                budget_lines::planned_minutes.eq(line.planned_minutes),
                budget_lines::note.eq(&line.note),
            ))
            .execute(c))?;
    }
    Ok(())
}
