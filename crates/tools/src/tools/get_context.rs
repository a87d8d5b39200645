//! `get_context`: who is asking, where and when, and the words that the other tools know.

use lavori_domain::billing::{InvoiceStatus, QuoteStatus, TaxCategory};
use lavori_domain::budgets::{BudgetCategory, BudgetStatus};
use lavori_domain::organizations::Role;
use lavori_domain::projects::{Health, ProjectStatus};
use lavori_domain::schedule::{EventStatus, ShiftStatus};
use lavori_domain::tasks::{Priority, TaskStatus};
use lavori_domain::time::weekday;
use lavori_domain::when::{self, When};
use lavori_policy::Scope;
use lavori_store::{Within, directory};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Read;
use crate::applied::Applied;
use crate::call::Call;
use crate::effect::Reads;
use crate::error::Error;
use crate::page::{DEFAULT_LIMIT, MOST_COUNTED, MOST_ROWS};
use crate::tool::Tool;

/// `get_context`.
pub(crate) struct GetContext;

/// The most teams that are listed: `search` finds the others.
const MOST_TEAMS: i64 = 100;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    /// Only these parts; default all.
    #[serde(default)]
    sections: Vec<Section>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Section {
    Me,
    Organization,
    Now,
    Teams,
    Access,
    Statuses,
    Limits,
}

/// The answer.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Output {
    data: Context,
    /// What this covers.
    applied: Applied,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(inline)]
struct Context {
    /// The person behind the connection: "me" in other tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    me: Option<Me>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization: Option<Organization>,
    /// The present moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<Now>,
    /// The teams that this connection sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    teams: Option<Vec<Team>>,
    /// What this connection may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<Access>,
    /// The words of each kind of record, and where each status may go.
    #[serde(skip_serializing_if = "Option::is_none")]
    statuses: Option<Statuses>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<Limits>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Me {
    id: String,
    name: String,
    email: String,
    role: Role,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Organization {
    id: String,
    /// Its name in URLs.
    slug: String,
    name: String,
    /// IANA name.
    time_zone: String,
    /// ISO 4217 code.
    currency: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Now {
    /// In the organization's zone.
    local: String,
    utc: String,
    date: String,
    weekday: &'static str,
    /// Monday of this week.
    week_start: String,
    /// Sunday of this week.
    week_end: String,
    /// The words that dates may be given by.
    date_words: Vec<&'static str>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Team {
    id: String,
    slug: String,
    name: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Access {
    /// The scopes that this request may use.
    scopes: Vec<&'static str>,
    /// Only records of this team are seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    only_team: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Statuses {
    project: Vec<Step<ProjectStatus>>,
    project_health: &'static [Health],
    task: Vec<Step<TaskStatus>>,
    task_priority: &'static [Priority],
    event: Vec<Step<EventStatus>>,
    shift: Vec<Step<ShiftStatus>>,
    quote: Vec<Step<QuoteStatus>>,
    /// Of credit notes as well.
    invoice: Vec<Step<InvoiceStatus>>,
    /// EN 16931 codes.
    tax_category: &'static [TaxCategory],
    budget: Vec<Step<BudgetStatus>>,
    budget_category: &'static [BudgetCategory],
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Step<S: JsonSchema + 'static> {
    status: S,
    /// The statuses it may move to.
    allowed_transitions: &'static [S],
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Limits {
    /// Rows on a page when nothing is said.
    default_rows: u32,
    /// The most rows on a page.
    most_rows: u32,
    /// How far count_only counts.
    counted_up_to: i64,
    /// The most records of one fetch.
    most_fetched: usize,
    /// How often this connection may call. Beyond it a call is answered rate_limited, and nothing is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<Calls>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Calls {
    /// Calls that may come at once.
    at_once: u32,
    /// Calls that come back in a minute.
    per_minute: u32,
    /// Calls that may come at once now, after this one.
    left: u32,
    /// When all of them may again.
    all_back_at: String,
}

impl Tool for GetContext {
    const NAME: &'static str = "get_context";
    const TITLE: &'static str = "Workspace context";
    const ABOUT: &'static str = "Use first in a conversation: who you act for, the organization, today's date and \
                                 time zone, teams, granted access, statuses and limits.";
    const SCOPE: Scope = Scope::Read;

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Output, Error> {
        let wanted = |section| input.sections.is_empty() || input.sections.contains(&section);
        let (within, tenant) = (call.within(), &call.caller.tenant);
        let mut data = Context::default();
        if wanted(Section::Me) {
            // The person behind the connection sees themselves, member of the team or not.
            let (whole, person) = (Within { team: None, ..within }, call.caller.person);
            let me = directory::members(call.conn(), whole, &[person]).await?.into_iter().next();
            data.me = me.map(|me| Me { id: me.id.to_string(), name: me.name, email: me.email, role: me.role });
        }
        if wanted(Section::Organization) {
            data.organization = Some(Organization {
                id: tenant.organization.to_string(),
                slug: tenant.slug.clone(),
                name: tenant.name.clone(),
                time_zone: tenant.time_zone.name().to_owned(),
                currency: tenant.currency.to_string(),
            });
        }
        if wanted(Section::Now) {
            data.now = Some(now(call));
        }
        if wanted(Section::Teams) {
            let teams = directory::teams(call.conn(), within, MOST_TEAMS).await?;
            let teams =
                teams.into_iter().map(|team| Team { id: team.id.to_string(), slug: team.slug, name: team.name });
            data.teams = crate::views::some(teams.collect());
        }
        if wanted(Section::Access) {
            data.access = Some(Access {
                scopes: call.caller.scopes.iter().map(Scope::as_str).collect(),
                only_team: tenant.team_slug.clone(),
            });
        }
        if wanted(Section::Statuses) {
            data.statuses = Some(statuses());
        }
        if wanted(Section::Limits) {
            data.limits = Some(Limits {
                default_rows: DEFAULT_LIMIT,
                most_rows: MOST_ROWS,
                counted_up_to: MOST_COUNTED,
                most_fetched: super::fetch::MOST,
                calls: call.allowance().map(|allowance| Calls {
                    at_once: allowance.at_once,
                    per_minute: allowance.per_minute,
                    left: allowance.left,
                    all_back_at: allowance.all_back_at.to_string(),
                }),
            });
        }
        Ok(Output { data, applied: call.applied() })
    }
}

fn now(call: &Call<'_, Read>) -> Now {
    let (now, zone) = (call.now(), call.zone());
    let today = zone.date(now);
    let (week_start, week_end) = match when::parse("this_week", now, zone) {
        Ok(When::Days { first, last }) => (first, last),
        // Only at the very ends of the calendar.
        _ => (today, today),
    };
    Now {
        local: zone.rfc3339(now),
        utc: now.to_string(),
        date: today.to_string(),
        weekday: weekday(today),
        week_start: week_start.to_string(),
        week_end: week_end.to_string(),
        date_words: when::FORMS.to_vec(),
    }
}

fn statuses() -> Statuses {
    Statuses {
        project: steps(ProjectStatus::ALL, ProjectStatus::allowed_transitions),
        project_health: Health::ALL,
        task: steps(TaskStatus::ALL, TaskStatus::allowed_transitions),
        task_priority: Priority::ALL,
        event: steps(EventStatus::ALL, EventStatus::allowed_transitions),
        shift: steps(ShiftStatus::ALL, ShiftStatus::allowed_transitions),
        // One that was invoiced goes nowhere any more.
        quote: steps(QuoteStatus::ALL, |status| status.allowed_transitions(false)),
        invoice: steps(InvoiceStatus::ALL, InvoiceStatus::allowed_transitions),
        tax_category: TaxCategory::ALL,
        budget: steps(BudgetStatus::ALL, BudgetStatus::allowed_transitions),
        budget_category: BudgetCategory::ALL,
    }
}

fn steps<S: JsonSchema + Copy>(all: &[S], allowed: impl Fn(S) -> &'static [S]) -> Vec<Step<S>> {
    all.iter().map(|status| Step { status: *status, allowed_transitions: allowed(*status) }).collect()
}
