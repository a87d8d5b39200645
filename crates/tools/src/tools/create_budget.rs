//! `create_budget`: a budget with its lines.

use lavori_domain::budgets::{Budget, BudgetCategory, BudgetStatus};
use lavori_domain::changes::RecordKind;
use lavori_domain::{Id, KeyKind};
use lavori_policy::Scope;
use lavori_store::{budgets, counters};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Write;
use crate::budget_lines::{LineGiven, Sums, bound, check, currency, empty_line, fields};
use crate::call::{Call, Problems};
use crate::effect::Creates;
use crate::error::Error;
use crate::refs;
use crate::tool::Tool;
use crate::written::{Touched, Written};

/// `create_budget`.
pub(crate) struct CreateBudget;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(length(min = 1, max = 200))]
    name: String,
    project: Option<String>,
    /// Team: id or exact name; default the project's.
    team: Option<String>,
    /// ISO 4217; default the organization's.
    currency: Option<String>,
    /// First day.
    start: Option<String>,
    /// Last day.
    end: Option<String>,
    #[serde(default)]
    #[schemars(length(max = 100))]
    lines: Vec<Line>,
}

#[derive(Deserialize, JsonSchema)]
struct Line {
    category: BudgetCategory,
    #[serde(flatten)]
    given: LineGiven,
}

/// What is told of the new budget.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct More {
    /// Its sums.
    totals: Sums,
}

impl Tool for CreateBudget {
    const NAME: &'static str = "create_budget";
    const TITLE: &'static str = "Create a budget";
    const ABOUT: &'static str =
        "Use to create a draft budget with its lines, for a project, a team or the organization.";
    const SCOPE: Scope = Scope::Billing;

    type Effect = Creates;
    type Access = Write;
    type Input = Input;
    type Output = Written<More>;

    async fn run(call: &mut Call<'_, Write>, input: Input) -> Result<Written<More>, Error> {
        let mut problems = Problems::default();
        let tenant = call.within();
        let mut budget = Budget {
            organization: tenant.organization,
            id: Id::new(call.env),
            number: 0,
            name: input.name,
            project: None,
            // A narrowed connection writes into its own team only.
            team: tenant.team,
            currency: call.caller.tenant.currency,
            starts_on: None,
            ends_on: None,
            status: BudgetStatus::Draft,
            revision: 1,
            version: 1,
            created_at: call.now(),
            updated_at: call.now(),
        };
        let (mut project, mut team) = (None, None);
        if let Some(text) = &input.project {
            project = problems.keep(refs::project(call, "project", text).await)?;
            budget.project = project.as_ref().map(|it| it.id);
        }
        if let Some(text) = &input.team {
            team = problems.keep(refs::team(call, "team", text).await)?;
            budget.team = team.as_ref().map(|it| it.id);
        }
        if let Some(text) = &input.currency
            && let Some(currency) = currency(text, &mut problems)
        {
            budget.currency = currency;
        }
        budget.starts_on = bound(call, "start", input.start.as_ref(), &mut problems)?;
        budget.ends_on = bound(call, "end", input.end.as_ref(), &mut problems)?;
        let mut lines = Vec::with_capacity(input.lines.len());
        for ((index, given), position) in input.lines.into_iter().enumerate().zip(1..) {
            let mut line = empty_line(call, &budget, position, given.category);
            given.given.onto(&format!("lines[{index}]"), &mut line, budget.currency, &mut problems);
            lines.push(line);
        }
        check(&budget, &lines, &mut problems);
        problems.told()?;

        budget.number = counters::take(&mut call.db, budget.organization, KeyKind::Budget, 1).await?;
        budgets::insert(&mut call.db, &budget).await?;
        budgets::insert_lines(&mut call.db, &lines).await?;
        let mut fields = fields(None, (&budget, &lines))?;
        fields.refer("project", None, project.as_ref().map(|it| (it.id, it.name.as_str())));
        fields.refer("team", None, team.as_ref().map(|it| (it.id, it.name.as_str())));
        let more = More { totals: Sums::of(call, &budget).await? };
        let touched = Touched::new(RecordKind::Budget, budget.id, &budget.name, budget.version)
            .number(KeyKind::Budget, budget.number)
            .team(budget.team)
            .project(budget.project);
        let result = call.created(0, &touched, &fields, more);
        Ok(Written::new(call, vec![result], Vec::new()))
    }
}
