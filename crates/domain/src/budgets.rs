//! Budgets: what was planned, what it costs by now, and whether that is too much (TOOLS.md 3.6).

mod record;

use chrono::NaiveDate;

pub use record::{Budget, BudgetLine};

use crate::currency::Currency;
use crate::money::{Money, NotAnAmount, divide};
use crate::share::Share;
use crate::words::words;

words! {
    /// Where a budget stands. "Over budget" is derived, never stored.
    BudgetStatus {
        /// Being made.
        Draft = "draft",
        /// Agreed.
        Approved = "approved",
        /// Over.
        Closed = "closed",
    }
}

impl BudgetStatus {
    /// The statuses it may move to. Back to a draft it is a new revision.
    pub fn allowed_transitions(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Approved],
            Self::Approved => &[Self::Closed, Self::Draft],
            Self::Closed => &[],
        }
    }
}

words! {
    /// What a budget's line is for.
    BudgetCategory {
        /// People's work.
        Labour = "labour",
        /// What is used up.
        Materials = "materials",
        /// Others' work.
        Subcontractors = "subcontractors",
        /// What is rented or worn.
        Equipment = "equipment",
        /// Getting there and staying.
        Travel = "travel",
        /// A share of running the company.
        Overhead = "overhead",
        /// Everything else.
        Other = "other",
    }
}

/// The amounts of a line, or the sum of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amounts {
    /// What was planned.
    pub planned: Money,
    /// What is ordered and not yet paid.
    pub committed: Money,
    /// What was entered as spent.
    pub entered: Money,
    /// What completed shifts cost, computed.
    pub labour: Money,
}

impl Amounts {
    /// Nothing at all.
    pub fn none(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { planned: zero, committed: zero, entered: zero, labour: zero }
    }

    /// The sum.
    ///
    /// # Errors
    /// When it is too large, or of several currencies.
    pub fn plus(self, other: Self) -> Result<Self, NotAnAmount> {
        Ok(Self {
            planned: self.planned.plus(other.planned)?,
            committed: self.committed.plus(other.committed)?,
            entered: self.entered.plus(other.entered)?,
            labour: self.labour.plus(other.labour)?,
        })
    }

    /// What was spent: entered, and on shifts.
    ///
    /// # Errors
    /// As [`Amounts::plus`].
    pub fn actual(self) -> Result<Money, NotAnAmount> {
        self.entered.plus(self.labour)
    }

    /// What they come to.
    ///
    /// # Errors
    /// As [`Amounts::plus`].
    pub fn figures(self) -> Result<Figures, NotAnAmount> {
        let actual = self.actual()?;
        let remaining = self.planned.minus(actual)?;
        Ok(Figures {
            actual,
            remaining,
            available: remaining.minus(self.committed)?,
            burn: Share::of(actual.minor(), self.planned.minor()),
            over_budget: remaining.is_negative(),
        })
    }
}

/// What a budget's amounts come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// What was spent.
    pub actual: Money,
    /// Planned minus actual.
    pub remaining: Money,
    /// Planned minus actual minus committed.
    pub available: Money,
    /// Actual as a part of planned; of no plan there is none.
    pub burn: Option<Share>,
    /// Whether more was spent than planned.
    pub over_budget: bool,
}

/// The days of a budget, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

impl Period {
    /// A period needs both ends.
    pub fn of(first: Option<NaiveDate>, last: Option<NaiveDate>) -> Option<Self> {
        Some(Self { first: first?, last: last? })
    }

    /// How many of its days have passed by the end of `today`, and how many it has.
    fn elapsed(self, today: NaiveDate) -> (i64, i64) {
        let days = (self.last - self.first).num_days() + 1;
        ((today - self.first).num_days().saturating_add(1).clamp(0, days), days)
    }

    /// The share of its days that have passed: the burn to expect of even spending.
    pub fn expected_burn(self, today: NaiveDate) -> Option<Share> {
        let (elapsed, days) = self.elapsed(today);
        Share::of(elapsed, days)
    }

    /// How much of `planned` even spending would have used up by the end of `today`.
    ///
    /// # Errors
    /// When the amount is too large.
    pub fn expected_spend(self, planned: Money, today: NaiveDate) -> Result<Money, NotAnAmount> {
        let (elapsed, days) = self.elapsed(today);
        Money::of_wide(divide(i128::from(planned.minor()) * i128::from(elapsed), i128::from(days)), planned.currency())
    }

    /// What `actual` comes to at the end if spending goes on as it did. Before the first day nobody knows.
    ///
    /// # Errors
    /// When the amount is too large.
    pub fn forecast(self, actual: Money, today: NaiveDate) -> Result<Option<Money>, NotAnAmount> {
        match self.elapsed(today) {
            (0, _) => Ok(None),
            (elapsed, days) => {
                let minor = divide(i128::from(actual.minor()) * i128::from(days), i128::from(elapsed));
                Money::of_wide(minor, actual.currency()).map(Some)
            }
        }
    }
}

/// What work of so many minutes costs at a rate per hour.
///
/// # Errors
/// When the amount is too large.
pub fn labour(minutes: i64, hourly: Money) -> Result<Money, NotAnAmount> {
    labour_of(i128::from(minutes) * i128::from(hourly.minor()), hourly.currency())
}

/// What several people's work costs: the sum of each one's minutes times their rate per hour in minor units, rounded
/// once.
///
/// # Errors
/// When the amount is too large.
pub fn labour_of(minutes_at_rates: i128, currency: Currency) -> Result<Money, NotAnAmount> {
    Money::of_wide(divide(minutes_at_rates, 60), currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euro(text: &str) -> Money {
        Money::parse(text, "EUR".parse().unwrap()).unwrap()
    }

    fn amounts(planned: &str, committed: &str, entered: &str, labour: &str) -> Amounts {
        let [planned, committed, entered, labour] = [planned, committed, entered, labour].map(euro);
        Amounts { planned, committed, entered, labour }
    }

    #[test]
    fn a_budget_moves_as_the_table_says() {
        assert_eq!(BudgetStatus::Draft.allowed_transitions(), [BudgetStatus::Approved]);
        assert_eq!(BudgetStatus::Approved.allowed_transitions(), [BudgetStatus::Closed, BudgetStatus::Draft]);
        assert!(BudgetStatus::Closed.allowed_transitions().is_empty());
    }

    #[test]
    fn labour_and_what_was_entered_are_what_was_spent() {
        let sum = amounts("1000", "200", "300", "0").plus(amounts("500", "0", "0", "450.50")).unwrap();
        let figures = sum.figures().unwrap();
        assert_eq!(figures.actual, euro("750.50"));
        assert_eq!((figures.remaining, figures.available), (euro("749.50"), euro("549.50")));
        assert_eq!(figures.burn.unwrap().to_string(), "50.0");
        assert!(!figures.over_budget);
        let over = amounts("100", "0", "100.01", "0").figures().unwrap();
        assert!(over.over_budget && over.remaining == euro("-0.01"));
        assert_eq!(amounts("0", "0", "1", "0").figures().unwrap().burn, None);
    }

    #[test]
    fn what_is_expected_and_forecast_follows_the_days() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let november = Period { first: day("2026-11-01"), last: day("2026-11-30") };
        let expected = |today| november.expected_burn(day(today)).unwrap().to_string();
        assert_eq!(
            (expected("2026-10-31"), expected("2026-11-15"), expected("2027-01-01")),
            ("0.0".into(), "50.0".into(), "100.0".into())
        );
        let spend = |today| november.expected_spend(euro("100"), day(today)).unwrap();
        assert_eq!(
            (spend("2026-10-31"), spend("2026-11-10"), spend("2026-12-24")),
            (euro("0"), euro("33.33"), euro("100"))
        );
        let forecast = |today| november.forecast(euro("300"), day(today)).unwrap();
        assert_eq!(
            (forecast("2026-10-31"), forecast("2026-11-10"), forecast("2026-12-24")),
            (None, Some(euro("900.00")), Some(euro("300")))
        );
    }

    #[test]
    fn work_costs_its_minutes_at_the_hourly_rate() {
        assert_eq!(labour(95, euro("32.50")).unwrap(), euro("51.46"));
        assert_eq!(labour(0, euro("32.50")).unwrap(), euro("0"));
    }
}
