//! What was spent of what was planned.

use std::collections::{BTreeMap, BTreeSet};

use lavori_domain::analytics::Report;
use lavori_domain::budgets::{Amounts, Period};
use lavori_domain::share::Share;
use lavori_domain::{BudgetId, Currency, Money};
use lavori_store::Conn;
use lavori_store::analytics::{self, BudgetCosts, Keys};

use super::figures::{Block, Figures, Found};
use super::group::Group;
use super::question::{About, Question, TOTAL};
use crate::error::Error;
use crate::money;

pub(crate) const ABOUT: About = About {
    report: Report::BudgetBurn,
    groups: &[Group::Project, Group::Client, Group::Team, Group::Status, Group::Category],
    has_period: false,
    has_currency: true,
    excluded: "Counted: budgets. Excluded: drafts. Shifts without cost are completed ones in no amount, as their person \
               has no rate or the budget another currency. Expected burn and forecast are of the budgets that have begun \
               and have a first and a last day.",
    answer: |conn, question| Box::pin(answer(conn, question)),
};

async fn answer(conn: &mut Conn, question: &Question) -> Result<Found, Error> {
    let (within, selection) = (question.within, &question.selection);
    let mut found = Found::default();
    let costs = analytics::budget_costs(conn, within, selection, TOTAL).await?;
    found.totals = summed(question, costs)?.into_iter().map(|(_, _, block)| block).collect();
    if !question.by.is_empty() {
        let costs = analytics::budget_costs(conn, within, selection, question.grouping()).await?;
        let mut rows = summed(question, costs)?;
        rows.retain(|(_, _, block)| block.counted > 0);
        rows.sort_by(|(_, one, _), (_, other, _)| other.cmp(one));
        found.rows = rows.into_iter().map(|(keys, _, block)| (keys, block)).collect();
    }
    Ok(found)
}

/// What the budgets of one group and currency come to.
#[derive(Default)]
struct Sum {
    budgets: BTreeSet<BudgetId>,
    drafts: BTreeSet<BudgetId>,
    over: i64,
    uncosted: i64,
    amounts: Option<Amounts>,
    /// Planned minor units of budgets with a period, and how many of them were to be spent by now.
    dated: (i64, i64),
    forecast: Option<Money>,
}

/// Adds up what budgets cost, for each group and currency; with each sum its burn, by which the largest come first.
fn summed(question: &Question, costs: Vec<(Keys, BudgetCosts)>) -> Result<Vec<(Keys, Option<Share>, Block)>, Error> {
    let mut sums: BTreeMap<(Keys, Currency), Sum> = BTreeMap::new();
    for (keys, cost) in costs {
        let currency = cost.currency;
        let sum = sums.entry((keys, currency)).or_default();
        if cost.draft {
            sum.drafts.insert(cost.budget);
            continue;
        }
        sum.budgets.insert(cost.budget);
        sum.add(question, &cost).map_err(money::too_large)?;
    }
    sums.into_iter().map(|((keys, currency), sum)| sum.block(keys, currency).map_err(money::too_large)).collect()
}

impl Sum {
    fn add(&mut self, question: &Question, cost: &BudgetCosts) -> Result<(), lavori_domain::NotAnAmount> {
        let money = |minor| Money::of_minor(minor, cost.currency);
        let amounts = Amounts {
            planned: money(cost.planned)?,
            committed: money(cost.committed)?,
            entered: money(cost.entered)?,
            labour: money(cost.labour)?,
        };
        let figures = amounts.figures()?;
        self.over += i64::from(figures.over_budget);
        self.uncosted += cost.uncosted;
        self.amounts = Some(match self.amounts {
            Some(before) => before.plus(amounts)?,
            None => amounts,
        });
        let Some(period) = Period::of(cost.starts_on, cost.ends_on) else { return Ok(()) };
        let today = question.today();
        if let Some(forecast) = period.forecast(figures.actual, today)? {
            self.forecast = Some(match self.forecast {
                Some(before) => before.plus(forecast)?,
                None => forecast,
            });
            let due = period.expected_spend(amounts.planned, today)?;
            self.dated.0 += amounts.planned.minor();
            self.dated.1 += due.minor();
        }
        Ok(())
    }

    fn block(self, keys: Keys, currency: Currency) -> Result<(Keys, Option<Share>, Block), lavori_domain::NotAnAmount> {
        let amounts = self.amounts.unwrap_or_else(|| Amounts::none(currency));
        let of = amounts.figures()?;
        let mut figures = Figures::default()
            .money("planned", amounts.planned)
            .money("committed", amounts.committed)
            .money("actual", of.actual)
            .money("actual_entered", amounts.entered)
            .money("actual_labour", amounts.labour)
            .money("remaining", of.remaining)
            .money("available", of.available)
            .share("burn_percent", of.burn)
            .share("expected_burn_percent", Share::of(self.dated.1, self.dated.0))
            .count("over_budget", self.over)
            .count("shifts_without_cost", self.uncosted);
        if let Some(forecast) = self.forecast {
            figures = figures.money("forecast", forecast);
        }
        let (counted, excluded) = (self.budgets.len() as i64, self.drafts.len() as i64);
        Ok((keys, of.burn, Block::new(figures, counted, excluded).of(currency)))
    }
}
