//! A budget and its lines as they are kept.

use chrono::NaiveDate;

use super::{Amounts, BudgetCategory, BudgetStatus, Period};
use crate::currency::Currency;
use crate::id::{BudgetId, BudgetLineId, OrganizationId, ProjectId, TeamId};
use crate::key::{Key, KeyKind};
use crate::money::Money;
use crate::time::Timestamp;

/// What may be spent: on a project, by a team, or by the whole organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: BudgetId,
    /// The number in its key.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// The project it is for.
    pub project: Option<ProjectId>,
    /// The team that owns it. Without one it is its project's team's (TOOLS.md 4.7).
    pub team: Option<TeamId>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Last day; not before the first.
    pub ends_on: Option<NaiveDate>,
    /// Where it stands.
    pub status: BudgetStatus,
    /// Counts how often it was opened again after it had been approved, from 1.
    pub revision: i32,
    /// Counts changes, from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Budget {
    /// Its short key, `B-3`.
    pub fn key(&self) -> Key {
        Key { kind: KeyKind::Budget, number: self.number }
    }

    /// Its days, if it has a first and a last one.
    pub fn period(&self) -> Option<Period> {
        Period::of(self.starts_on, self.ends_on)
    }
}

/// What one thing in a budget may cost, and costs by now. All three amounts are of the budget's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetLine {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: BudgetLineId,
    /// The budget it is part of.
    pub budget: BudgetId,
    /// Its place among the budget's lines, from 1.
    pub position: i32,
    /// What it is for.
    pub category: BudgetCategory,
    /// What was planned.
    pub planned: Money,
    /// What is ordered and not yet paid.
    pub committed: Money,
    /// What was entered as spent.
    pub entered: Money,
    /// The work that was planned, in minutes.
    pub planned_minutes: Option<i32>,
    /// What there is to say.
    pub note: Option<String>,
}

impl BudgetLine {
    /// Its amounts. The cost of shifts is a matter of the whole budget.
    pub fn amounts(&self) -> Amounts {
        Amounts {
            planned: self.planned,
            committed: self.committed,
            entered: self.entered,
            labour: Money::zero(self.planned.currency()),
        }
    }
}
