//! Budgets as callers write them: amounts, lines, what changes, and the sums that a write answers.

use chrono::NaiveDate;
use lavori_domain::budgets::{Amounts, Budget, BudgetCategory, BudgetLine};
use lavori_domain::when::When;
use lavori_domain::{Currency, Money};
use lavori_store::budgets;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::{Code, Error, Problem};
use crate::fields::Fields;
use crate::money;

/// The most lines of a budget.
pub(crate) const MOST_LINES: usize = 100;

/// What a line says beside its category. Amounts are decimal text in the budget's currency.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct LineGiven {
    planned: Option<String>,
    /// Ordered, not yet paid.
    committed: Option<String>,
    /// Spent, without shifts.
    actual: Option<String>,
    #[schemars(range(min = 0, max = 100_000_000))]
    planned_minutes: Option<i32>,
    #[schemars(length(max = 500))]
    note: Option<String>,
}

impl LineGiven {
    /// Whether it says something about the plan, not about what it costs by now.
    pub(crate) fn is_plan(&self) -> bool {
        self.planned.is_some() || self.planned_minutes.is_some()
    }

    /// Writes what is given into `line`.
    pub(crate) fn onto(self, at: &str, line: &mut BudgetLine, currency: Currency, problems: &mut Problems) {
        let amounts = [
            ("planned", self.planned, &mut line.planned),
            ("committed", self.committed, &mut line.committed),
            ("actual", self.actual, &mut line.entered),
        ];
        for (name, text, amount) in amounts {
            if let Some(text) = text {
                match Money::parse(&text, currency) {
                    Ok(money) if !money.is_negative() => *amount = money,
                    Ok(_) => problems.add(refused(at, name, &text, "The least is 0.".to_owned())),
                    Err(error) => problems.add(refused(at, name, &text, format!("It is {error}."))),
                }
            }
        }
        line.planned_minutes = self.planned_minutes.or(line.planned_minutes);
        line.note = self.note.or(line.note.take());
    }
}

fn refused(at: &str, name: &str, got: &str, why: String) -> Problem {
    Problem::new(Code::InvalidArgument, why).field(format!("{at}.{name}")).got(&got.into())
}

/// Reads a currency.
pub(crate) fn currency(text: &str, problems: &mut Problems) -> Option<Currency> {
    match text.parse::<Currency>() {
        Ok(currency) if currency.is_in_use() => Some(currency),
        _ => {
            let problem =
                Problem::new(Code::InvalidArgument, "Not the ISO 4217 code of a currency in use, such as EUR.");
            problems.add(problem.field("currency").got(&text.into()));
            None
        }
    }
}

/// Reads the first day of `start`, or the last one of `end`.
pub(crate) fn bound(
    call: &mut Call<'_, Write>,
    argument: &'static str,
    text: Option<&String>,
    problems: &mut Problems,
) -> Result<Option<NaiveDate>, Error> {
    let Some(text) = text else { return Ok(None) };
    let is_end = argument == "end";
    let read = if is_end { call.until(argument, text) } else { call.from(argument, text) };
    let zone = call.zone();
    Ok(problems.keep(read)?.map(|(when, _)| match when {
        When::Days { last, .. } if is_end => last,
        When::Days { first, .. } => first,
        When::Instant(instant) => zone.date(instant),
    }))
}

/// Refuses a budget that ends before it begins, or that has too many lines.
pub(crate) fn check(budget: &Budget, lines: &[BudgetLine], problems: &mut Problems) {
    if let (Some(first), Some(last)) = (budget.starts_on, budget.ends_on)
        && last < first
    {
        problems.add(Problem::new(Code::InvalidArgument, "The last day is before the first.").field("end"));
    }
    if lines.len() > MOST_LINES {
        let problem = Problem::new(Code::LimitExceeded, format!("A budget has at most {MOST_LINES} lines."));
        problems.add(problem.field("lines"));
    }
}

/// A budget's sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Sums {
    currency: String,
    planned: String,
    committed: String,
    /// What was spent.
    actual: String,
    /// What of it was entered.
    actual_entered: String,
    /// What of it completed shifts cost.
    actual_labour: String,
}

impl Sums {
    /// What a budget comes to as it lies in the database now.
    pub(crate) async fn of(call: &mut Call<'_, Write>, budget: &Budget) -> Result<Self, Error> {
        let within = call.within();
        let found = budgets::totals(call.conn(), within, &[budget.id]).await?;
        let totals = found.get(&budget.id).copied().unwrap_or_default();
        let sum = Amounts {
            planned: money::of(totals.planned, budget.currency)?,
            committed: money::of(totals.committed, budget.currency)?,
            entered: money::of(totals.entered, budget.currency)?,
            labour: money::of(totals.labour, budget.currency)?,
        };
        Ok(Self {
            currency: budget.currency.to_string(),
            planned: sum.planned.to_string(),
            committed: sum.committed.to_string(),
            actual: sum.actual().map_err(money::too_large)?.to_string(),
            actual_entered: sum.entered.to_string(),
            actual_labour: sum.labour.to_string(),
        })
    }
}

/// Notes what changes from one state of a budget to another; nothing before: it is new. What it points at is not noted
/// here.
pub(crate) fn fields(
    from: Option<(&Budget, &[BudgetLine])>,
    (budget, lines): (&Budget, &[BudgetLine]),
) -> Result<Fields, Error> {
    let mut fields = Fields::new();
    let before = from.map(|(budget, _)| budget);
    fields.set("name", &before.map(|it| &it.name), &Some(&budget.name))?;
    fields.set("status", &before.map(|it| it.status), &Some(budget.status))?;
    fields.set("revision", &before.map(|it| it.revision), &Some(budget.revision))?;
    fields.set("currency", &before.map(|it| it.currency.to_string()), &Some(budget.currency.to_string()))?;
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    fields.set("start", &before.and_then(|it| day(it.starts_on)), &day(budget.starts_on))?;
    fields.set("end", &before.and_then(|it| day(it.ends_on)), &day(budget.ends_on))?;
    let old = from.map_or(&[][..], |(_, lines)| lines);
    let lacks = |lines: &[BudgetLine], line: &BudgetLine| !lines.contains(line);
    // Only the lines that are not the same before and after.
    let gone: Vec<Value> = old.iter().filter(|line| lacks(lines, line)).map(shown).collect();
    let new: Vec<Value> = lines.iter().filter(|line| lacks(old, line)).map(shown).collect();
    fields.set("lines", &gone, &new)?;
    Ok(fields)
}

fn shown(line: &BudgetLine) -> Value {
    let mut shown = json!({
        "id": line.id, "category": line.category, "planned": line.planned, "committed": line.committed,
        "actual": line.entered,
    });
    if let Some(minutes) = line.planned_minutes {
        shown["planned_minutes"] = minutes.into();
    }
    if let Some(note) = &line.note {
        shown["note"] = note.as_str().into();
    }
    shown
}

/// A line of `budget` about which nothing is said yet.
pub(crate) fn empty_line(
    call: &Call<'_, Write>,
    budget: &Budget,
    position: i32,
    category: BudgetCategory,
) -> BudgetLine {
    let zero = Money::zero(budget.currency);
    BudgetLine {
        organization: budget.organization,
        id: lavori_domain::Id::new(call.env),
        budget: budget.id,
        position,
        category,
        planned: zero,
        committed: zero,
        entered: zero,
        planned_minutes: None,
        note: None,
    }
}
