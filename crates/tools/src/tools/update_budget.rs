//! `update_budget`: changes a budget and its lines, and moves it through its statuses.

use std::collections::BTreeSet;

use lavori_domain::budgets::{Budget, BudgetCategory, BudgetLine, BudgetStatus};
use lavori_domain::changes::RecordKind;
use lavori_domain::{BudgetLineId, Id, KeyKind};
use lavori_policy::Scope;
use lavori_store::budgets::{self, BudgetKeys};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Write;
use crate::budget_lines::{LineGiven, Sums, bound, check, currency, empty_line, fields};
use crate::call::{Call, Problems};
use crate::effect::Updates;
use crate::error::{Code, Error, Problem};
use crate::refs;
use crate::tool::Tool;
use crate::versions::Strict;
use crate::written::{Touched, Written};

/// `update_budget`.
pub(crate) struct UpdateBudget;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// Id, key or exact name.
    id: String,
    /// As read.
    version: Option<i32>,
    #[schemars(length(min = 1, max = 200))]
    name: Option<String>,
    project: Option<String>,
    team: Option<String>,
    /// ISO 4217; only while no amount is kept.
    currency: Option<String>,
    start: Option<String>,
    end: Option<String>,
    /// draft, approved, closed; an approved one back to draft is a new revision.
    status: Option<BudgetStatus>,
    /// Lines to change or, without id, to add.
    #[serde(default)]
    #[schemars(length(max = 100))]
    lines: Vec<Line>,
    /// Ids of lines.
    #[serde(default)]
    #[schemars(length(max = 100))]
    remove_lines: Vec<String>,
    #[serde(default)]
    clear: Vec<Clear>,
}

#[derive(Deserialize, JsonSchema)]
struct Line {
    id: Option<String>,
    /// Required of a new line.
    category: Option<BudgetCategory>,
    #[serde(flatten)]
    given: LineGiven,
}

/// A field that can be emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Clear {
    Project,
    Team,
    Start,
    End,
}

/// What is told of the budget.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct More {
    /// Its sums after the write.
    totals: Sums,
    /// Its sums before, if they are others.
    #[serde(skip_serializing_if = "Option::is_none")]
    totals_before: Option<Sums>,
}

impl Tool for UpdateBudget {
    const NAME: &'static str = "update_budget";
    const TITLE: &'static str = "Update a budget";
    const ABOUT: &'static str = "Use to change a budget, its lines or its status. Only given fields change; the plan of an \
                                 approved budget changes only in a draft.";
    const SCOPE: Scope = Scope::Billing;

    type Effect = Updates;
    type Access = Write;
    type Input = Input;
    type Output = Written<More>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<More>, Error> {
        let within = call.within();
        let id = refs::budget(call, "id", &input.id).await?.id;
        // Whoever else changes it waits here; what is read from now on stays so.
        budgets::hold(&mut call.db, within, id).await?;
        let Some(found) = budgets::details(call.conn(), within, BudgetKeys::Ids(&[id])).await?.pop() else {
            return Err(refs::not_found("id", &input.id, &[]).into());
        };
        let old = found.budget;
        let old_lines = budgets::lines(call.conn(), within, &[id]).await?.remove(&id).unwrap_or_default();

        let mut problems = Problems::default();
        let given = input.version;
        let mut budget = old.clone();
        status(&mut budget, input.status, &mut problems);
        if is_plan(&input) {
            check_plan_may_change(&old, &budget, &mut problems);
        }
        if old.status == BudgetStatus::Closed {
            problems
                .add(Problem::new(Code::TransitionNotAllowed, "A closed budget does not change any more.").field("id"));
        }
        let (project, team) = (found.project, found.team.filter(|_| old.team.is_some()));
        let (mut project, mut team) = (project.map(|(id, _, name)| (id, name)), team);
        let (old_project, old_team) = (project.clone(), team.clone());
        for field in &input.clear {
            match field {
                Clear::Project => (budget.project, project) = (None, None),
                Clear::Team if within.team.is_some() => problems.add(
                    Problem::new(Code::InvalidArgument, "This connection writes into its own team only.")
                        .field("clear"),
                ),
                Clear::Team => (budget.team, team) = (None, None),
                Clear::Start => budget.starts_on = None,
                Clear::End => budget.ends_on = None,
            }
        }
        if let Some(text) = &input.project
            && let Some(it) = problems.keep(refs::project(call, "project", text).await)?
        {
            (budget.project, project) = (Some(it.id), Some((it.id, it.name)));
        }
        if let Some(text) = &input.team
            && let Some(it) = problems.keep(refs::team(call, "team", text).await)?
        {
            (budget.team, team) = (Some(it.id), Some((it.id, it.name)));
        }
        if let Some(name) = input.name {
            budget.name = name;
        }
        budget.starts_on = bound(call, "start", input.start.as_ref(), &mut problems)?.or(budget.starts_on);
        budget.ends_on = bound(call, "end", input.end.as_ref(), &mut problems)?.or(budget.ends_on);
        if within.team.is_some() && budget.team.is_none() && budget.project != old.project {
            // It was the team's through its project.
            budget.team = within.team;
        }
        let mut lines = old_lines.clone();
        remove(&mut lines, &input.remove_lines, &mut problems);
        if let Some(text) = &input.currency
            && let Some(currency) = currency(text, &mut problems)
        {
            change_currency(&mut budget, &mut lines, currency, &mut problems);
        }
        write_lines(call, &budget, &mut lines, input.lines, &mut problems);
        check(&budget, &lines, &mut problems);
        problems.told()?;

        let mut changed = fields(Some((&old, &old_lines)), (&budget, &lines))?;
        let named = |it: &Option<(_, String)>| it.clone();
        let (from, to) = (named(&old_project), named(&project));
        changed.refer(
            "project",
            from.as_ref().map(|(id, name)| (*id, name.as_str())),
            to.as_ref().map(|(id, name)| (*id, name.as_str())),
        );
        changed.refer(
            "team",
            old_team.as_ref().map(|(id, name)| (*id, name.as_str())),
            team.as_ref().map(|(id, name)| (*id, name.as_str())),
        );
        call.check_version("version", (RecordKind::Budget, old.id), given, old.version, &changed, Strict::No).await?;
        let before = Sums::of(call, &old).await?;
        let mut totals = before.clone();
        if !changed.is_empty() {
            budget.version += 1;
            budget.updated_at = call.now();
            budgets::update(&mut call.db, &budget).await?;
            budgets::replace_lines(&mut call.db, &old_lines, &lines).await?;
            totals = Sums::of(call, &budget).await?;
        }
        let more = More { totals_before: (before != totals).then_some(before), totals };
        let touched = Touched::new(RecordKind::Budget, budget.id, &budget.name, budget.version)
            .number(KeyKind::Budget, budget.number)
            .team(budget.team)
            .project(budget.project);
        let result = call.updated(0, &touched, &changed, more);
        Ok(Written::new(call, vec![result], Vec::new()))
    }
}

/// Whether the call changes what was planned.
fn is_plan(input: &Input) -> bool {
    let line = |line: &Line| line.given.is_plan() || (line.id.is_some() && line.category.is_some());
    input.currency.is_some() || !input.remove_lines.is_empty() || input.lines.iter().any(line)
}

/// What was approved stays as it is, until it is a draft again.
fn check_plan_may_change(old: &Budget, new: &Budget, problems: &mut Problems) {
    if old.status == BudgetStatus::Approved && new.status != BudgetStatus::Draft {
        let message =
            "The plan of an approved budget does not change: pass `status` draft too, which begins a new revision.";
        let problem = Problem::new(Code::TransitionNotAllowed, message).field("status");
        problems.add(problem.allowed([BudgetStatus::Draft.as_str()]));
    }
}

fn status(budget: &mut Budget, to: Option<BudgetStatus>, problems: &mut Problems) {
    let Some(to) = to.filter(|to| *to != budget.status) else { return };
    let allowed = budget.status.allowed_transitions();
    if !allowed.contains(&to) {
        let problem = Problem::new(Code::TransitionNotAllowed, "It cannot move there from where it stands.");
        problems.add(problem.field("status").got(&to.as_str().into()).allowed(allowed.iter().map(|it| it.as_str())));
        return;
    }
    if to == BudgetStatus::Draft {
        budget.revision += 1;
    }
    budget.status = to;
}

fn no_line(field: String, text: &str) -> Problem {
    Problem::new(Code::NotFound, "This budget has no line with this id.").field(field).got(&text.into())
}

fn remove(lines: &mut Vec<BudgetLine>, ids: &[String], problems: &mut Problems) {
    for (index, text) in ids.iter().enumerate() {
        match lines.iter().position(|line| line.id.to_string() == *text) {
            Some(place) => drop(lines.remove(place)),
            None => problems.add(no_line(format!("remove_lines[{index}]"), text)),
        }
    }
}

/// Amounts are not converted: there must be none.
fn change_currency(
    budget: &mut Budget,
    lines: &mut [BudgetLine],
    currency: lavori_domain::Currency,
    problems: &mut Problems,
) {
    if currency == budget.currency {
        return;
    }
    let is_zero = |line: &BudgetLine| [line.planned, line.committed, line.entered].iter().all(|it| it.minor() == 0);
    if !lines.iter().all(is_zero) {
        let message = "Amounts are not converted: remove the lines that have one, or make a new budget.";
        problems.add(Problem::new(Code::CurrencyMismatch, message).field("currency"));
        return;
    }
    budget.currency = currency;
    for line in lines {
        let zero = lavori_domain::Money::zero(currency);
        (line.planned, line.committed, line.entered) = (zero, zero, zero);
    }
}

fn write_lines(
    call: &Call<'_, Write>,
    budget: &Budget,
    lines: &mut Vec<BudgetLine>,
    given: Vec<Line>,
    problems: &mut Problems,
) {
    let mut last = lines.iter().map(|line| line.position).max().unwrap_or(0);
    let mut named: BTreeSet<BudgetLineId> = BTreeSet::new();
    for (index, item) in given.into_iter().enumerate() {
        let at = format!("lines[{index}]");
        let Some(text) = &item.id else {
            let Some(category) = item.category else {
                let problem =
                    Problem::new(Code::MissingArgument, "A new line has a category; one that is there has an id.");
                problems.add(
                    problem.field(format!("{at}.category")).allowed(BudgetCategory::ALL.iter().map(|it| it.as_str())),
                );
                continue;
            };
            last += 1;
            let mut line = empty_line(call, budget, last, category);
            item.given.onto(&at, &mut line, budget.currency, problems);
            lines.push(line);
            continue;
        };
        let id: Option<BudgetLineId> = text.parse::<Id<_>>().ok();
        let Some(line) = lines.iter_mut().find(|line| Some(line.id) == id) else {
            problems.add(no_line(format!("{at}.id"), text));
            continue;
        };
        if !named.insert(line.id) {
            problems.add(Problem::new(Code::InvalidArgument, "This line is named twice.").field(format!("{at}.id")));
        }
        line.category = item.category.unwrap_or(line.category);
        item.given.onto(&at, line, budget.currency, problems);
    }
}
