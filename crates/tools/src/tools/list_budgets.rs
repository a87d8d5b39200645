//! `list_budgets`: what was planned, what it costs by now, and whether that is too much.

use std::collections::HashMap;

use lavori_domain::budgets::{Amounts, BudgetCategory, BudgetLine, BudgetStatus};
use lavori_domain::{BudgetId, KeyKind, TimeZone, Timestamp};
use lavori_policy::Scope;
use lavori_store::budgets::{self, BudgetDetail, BudgetFilter, Totals};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Read;
use crate::call::{Call, Problems};
use crate::effect::Reads;
use crate::error::{Code, Error, Problem};
use crate::money;
use crate::page::{Detail, ListArguments, Listing, MOST_COUNTED};
use crate::refs;
use crate::tool::Tool;
use crate::views::{self, Hidden, Keyed, Named, selectable};

/// `list_budgets`.
pub(crate) struct ListBudgets;

/// The lines of one budget that a list shows.
const LINES: usize = 50;
/// The characters of a line's note that a list shows.
const EXCERPT: usize = 100;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// Words in the name.
    #[schemars(length(max = 200))]
    query: Option<String>,
    project: Option<String>,
    team: Option<String>,
    #[serde(default)]
    status: Vec<BudgetStatus>,
    /// Whether more was spent than planned.
    over_budget: Option<bool>,
    #[serde(flatten)]
    list: ListArguments<RowField>,
}

/// What was spent.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Actual {
    /// All of it.
    total: String,
    /// What was entered on the lines.
    entered: String,
    /// What completed shifts cost.
    labour: String,
    /// Completed shifts in no amount: their person has no rate, or the budget another currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    shifts_without_cost: Option<i64>,
}

/// A line of a budget.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(crate) struct Line {
    id: String,
    category: BudgetCategory,
    planned: String,
    committed: String,
    actual: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    planned_minutes: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

selectable! {
    /// A budget in a list. Amounts are of its currency.
    Row, RowField;
    always {
        /// Its id.
        id: String,
        /// Its key.
        key: String,
    }
    optional {
        /// Its name.
        name: String,
        /// The project it is for.
        project: Keyed,
        /// Where it stands.
        status: BudgetStatus,
        /// First day.
        start: String,
        /// Last day.
        end: String,
        /// The currency of all amounts.
        currency: String,
        /// What was planned.
        planned: String,
        /// What is ordered and not yet paid, as entered.
        committed: String,
        /// What was spent.
        actual: Actual,
        /// Planned minus actual.
        remaining: String,
        /// Planned minus actual minus committed.
        available: String,
        /// Actual as a part of planned.
        burn_percent: String,
        /// The share of its days that have passed.
        expected_burn_percent: String,
        /// Whether more was spent than planned.
        over_budget: bool,
        /// How many records it points at that this connection cannot see.
        hidden: Hidden,
        /// Counts changes.
        version: i32,
        /// What actual comes to at the end if spending goes on as it did.
        forecast: String,
        /// The team that owns it.
        team: Named,
        /// The work that was planned, in minutes.
        planned_minutes: i64,
        /// The first of its lines.
        lines: Vec<Line>,
        /// How many more lines it has: fetch it for them.
        more_lines: usize,
        /// Counts how often it was opened again.
        revision: i32,
        /// When it was made.
        created_at: String,
        /// When it last changed.
        updated_at: String,
    }
}

impl Tool for ListBudgets {
    const NAME: &'static str = "list_budgets";
    const TITLE: &'static str = "List budgets";
    const ABOUT: &'static str = "Use to list or count budgets by project, team, status or words, with planned, committed, \
                                 actual, remaining and burn; lines with detail full.";
    const SCOPE: Scope = Scope::Read;

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Listing<Row>;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Listing<Row>, Error> {
        let filter = filter(call, &input).await?;
        let (within, list) = (call.within(), &input.list);
        if list.count_only {
            let counted = budgets::count(call.conn(), within, &filter, MOST_COUNTED + 1).await?;
            return Ok(Listing::counted(counted, call.applied()));
        }
        let after = match &list.cursor {
            Some(cursor) => {
                let position = call.position(cursor)?;
                Some(position.parse().map_err(|_| call.wrong_cursor())?)
            }
            None => None,
        };
        let mut found = budgets::list(call.conn(), within, &filter, after, list.rows_to_find()).await?;
        let found_rows = found.len();
        found.truncate(list.rows());

        let ids: Vec<BudgetId> = found.iter().map(|found| found.budget.id).collect();
        let mut totals = budgets::totals(call.conn(), within, &ids).await?;
        let full = list.detail == Detail::Full || !list.fields.is_empty();
        let mut lines: HashMap<BudgetId, Vec<BudgetLine>> = HashMap::new();
        let with_lines = list.detail == Detail::Full || list.fields.contains(&RowField::lines);
        if with_lines {
            lines = budgets::lines(call.conn(), within, &ids).await?;
        }
        let shown = Shown { full, zone: call.zone(), now: call.now() };
        let numbers: Vec<i64> = found.iter().map(|found| found.budget.number).collect();
        let mut rows = Vec::with_capacity(found.len());
        for detail in found {
            let id = detail.budget.id;
            let (totals, lines) = (totals.remove(&id).unwrap_or_default(), lines.remove(&id).unwrap_or_default());
            rows.push(row(detail, totals, lines, shown)?.only(&list.fields));
        }
        let applied = call.applied();
        Listing::page(list, found_rows, rows, |last| call.cursor(&numbers[last].to_string()), applied)
    }
}

/// Understands the filters; everything that is wrong with them is told at once.
async fn filter(call: &mut Call<'_, Read>, input: &Input) -> Result<BudgetFilter, Error> {
    let mut problems = Problems::default();
    let mut filter =
        BudgetFilter { statuses: input.status.clone(), over_budget: input.over_budget, ..BudgetFilter::default() };
    if let Some(query) = &input.query {
        filter.words = BudgetFilter::words_of(query);
        if filter.words.is_empty() {
            problems.add(Problem::new(Code::InvalidArgument, "There is no letter or digit in it.").field("query"));
        }
    }
    if let Some(text) = &input.project {
        filter.project = problems.keep(refs::project(call, "project", text).await)?.map(|it| it.id);
    }
    if let Some(text) = &input.team {
        filter.team = problems.keep(refs::team(call, "team", text).await)?.map(|it| it.id);
    }
    problems.told()?;
    Ok(filter)
}

/// How rows are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) full: bool,
    pub(crate) zone: TimeZone,
    pub(crate) now: Timestamp,
}

/// A budget as a row.
pub(crate) fn row(detail: BudgetDetail, totals: Totals, lines: Vec<BudgetLine>, shown: Shown) -> Result<Row, Error> {
    let BudgetDetail { budget, project, project_hidden, team } = detail;
    let amounts = Amounts {
        planned: money::of(totals.planned, budget.currency)?,
        committed: money::of(totals.committed, budget.currency)?,
        entered: money::of(totals.entered, budget.currency)?,
        labour: money::of(totals.labour, budget.currency)?,
    };
    let figures = amounts.figures().map_err(money::too_large)?;
    let today = shown.zone.date(shown.now);
    let hidden = Hidden { project: u32::from(project_hidden), ..Hidden::default() };
    let mut row = Row {
        id: budget.id.to_string(),
        key: views::key(KeyKind::Budget, budget.number),
        project: project.map(|(_, number, name)| Keyed::new(KeyKind::Project, number, name)),
        status: Some(budget.status),
        start: views::day(budget.starts_on),
        end: views::day(budget.ends_on),
        currency: Some(budget.currency.to_string()),
        planned: Some(amounts.planned.to_string()),
        committed: Some(amounts.committed.to_string()),
        actual: Some(Actual {
            total: figures.actual.to_string(),
            entered: amounts.entered.to_string(),
            labour: amounts.labour.to_string(),
            shifts_without_cost: Some(totals.uncosted).filter(|shifts| *shifts > 0),
        }),
        remaining: Some(figures.remaining.to_string()),
        available: Some(figures.available.to_string()),
        burn_percent: figures.burn.map(|share| share.to_string()),
        expected_burn_percent: budget
            .period()
            .and_then(|period| period.expected_burn(today))
            .map(|share| share.to_string()),
        over_budget: Some(figures.over_budget),
        hidden: hidden.told(),
        version: Some(budget.version),
        ..Row::default()
    };
    if shown.full {
        if let Some(period) = budget.period() {
            row.forecast =
                period.forecast(figures.actual, today).map_err(money::too_large)?.map(|money| money.to_string());
        }
        row.team = team.map(|(id, name)| Named::new(id, name));
        row.planned_minutes = Some(totals.planned_minutes).filter(|minutes| *minutes > 0);
        row.more_lines = Some(lines.len().saturating_sub(LINES)).filter(|more| *more > 0);
        row.lines = views::some(lines.into_iter().take(LINES).map(line).collect());
        row.revision = Some(budget.revision);
        row.created_at = Some(shown.zone.rfc3339(budget.created_at));
        row.updated_at = Some(shown.zone.rfc3339(budget.updated_at));
    }
    row.name = Some(budget.name);
    Ok(row)
}

/// A line as a row shows it.
pub(crate) fn line(line: BudgetLine) -> Line {
    Line {
        id: line.id.to_string(),
        category: line.category,
        planned: line.planned.to_string(),
        committed: line.committed.to_string(),
        actual: line.entered.to_string(),
        planned_minutes: line.planned_minutes,
        note: views::excerpt(line.note, EXCERPT, "fetch this budget for the rest"),
    }
}
