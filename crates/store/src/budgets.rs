//! Budgets. A narrowed query sees those of its team: its own, or else its project's.

pub(crate) mod labour;
mod lines;
mod list;
mod totals;

pub use lines::{insert_lines, lines, replace_lines};
pub use list::{BudgetDetail, BudgetFilter, BudgetKeys, count, details, find, list};
pub use totals::{Totals, totals};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::BudgetId;
use lavori_domain::budgets::Budget;

use crate::conn::{Tx, on};
use crate::error::Error;
use crate::schema::budgets;
use crate::sql::Sql;
use crate::within::Within;

/// Inserts a budget, without its lines.
///
/// # Errors
/// [`Error::Conflict`] when its number is taken, or its project or team is of another organization.
pub async fn insert(tx: &mut Tx, budget: &Budget) -> Result<(), Error> {
    on!(tx, |c| diesel::insert_into(budgets::table)
        .values((
            budgets::organization_id.eq(Sql(budget.organization)),
            budgets::id.eq(Sql(budget.id)),
            budgets::number.eq(budget.number),
            budgets::name.eq(&budget.name),
            budgets::project_id.eq(budget.project.map(Sql)),
            budgets::team_id.eq(budget.team.map(Sql)),
            budgets::currency.eq(Sql(budget.currency)),
            budgets::starts_on.eq(budget.starts_on),
            budgets::ends_on.eq(budget.ends_on),
            budgets::status.eq(Sql(budget.status)),
            budgets::revision.eq(budget.revision),
            budgets::version.eq(budget.version),
            budgets::created_at.eq(Sql(budget.created_at)),
            budgets::updated_at.eq(Sql(budget.updated_at)),
        ))
        .execute(c))?;
    Ok(())
}

/// Lets nobody else change the budget until the transaction ends; whoever reads it afterwards reads what it is then.
///
/// # Errors
/// When the database is out of reach.
pub async fn hold(tx: &mut Tx, within: Within, id: BudgetId) -> Result<(), Error> {
    on!(tx, |c| diesel::update(budgets::table)
        .filter(budgets::organization_id.eq(Sql(within.organization)))
        .filter(budgets::id.eq(Sql(id)))
        .set(budgets::version.eq(budgets::version))
        .execute(c))?;
    Ok(())
}

/// Writes a budget that is there, without its lines. Its number and what it was made with stay.
///
/// # Errors
/// [`Error::Conflict`] when its project or team is of another organization.
pub async fn update(tx: &mut Tx, budget: &Budget) -> Result<(), Error> {
    on!(tx, |c| diesel::update(budgets::table)
        .filter(budgets::organization_id.eq(Sql(budget.organization)))
        .filter(budgets::id.eq(Sql(budget.id)))
        .set((
            budgets::name.eq(&budget.name),
            budgets::project_id.eq(budget.project.map(Sql)),
            budgets::team_id.eq(budget.team.map(Sql)),
            budgets::currency.eq(Sql(budget.currency)),
            budgets::starts_on.eq(budget.starts_on),
            budgets::ends_on.eq(budget.ends_on),
            budgets::status.eq(Sql(budget.status)),
            budgets::revision.eq(budget.revision),
            budgets::version.eq(budget.version),
            budgets::updated_at.eq(Sql(budget.updated_at)),
        ))
        .execute(c))?;
    Ok(())
}
