//! `query_analytics`: the reports. Counting is the store's, meaning is `domain::analytics`'s; here a report says which
//! arguments it takes, and puts both together.

mod budget_burn;
mod chart;
mod figures;
mod group;
mod overdue_tasks;
mod project_progress;
mod question;
mod quote_conversion;
mod receivables_aging;
mod revenue;
mod task_throughput;
mod utilisation;

use lavori_domain::analytics::Report;
use lavori_policy::Scope;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::access::Read;
use crate::app_view::AppView;
use crate::applied::Applied;
use crate::call::Call;
use crate::effect::Reads;
use crate::error::{Code, Error, Problem};
use crate::page::{MOST_BYTES, Page, Rows};
use crate::tool::Tool;
use figures::{Block, Found, Row};
use group::Group;
use question::{About, Question};

/// `query_analytics`.
pub(crate) struct QueryAnalytics;

/// Every report. A new one is a file and a line here.
const REPORTS: &[About] = &[
    project_progress::ABOUT,
    overdue_tasks::ABOUT,
    task_throughput::ABOUT,
    utilisation::ABOUT,
    revenue::ABOUT,
    receivables_aging::ABOUT,
    budget_burn::ABOUT,
    quote_conversion::ABOUT,
];

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(schema_with = "reports")]
    report: Report,
    /// First day: date or word like last_month, -30d. Default 30 days ago.
    from: Option<String>,
    /// Last day; default today.
    to: Option<String>,
    /// A row for each, or each pair.
    #[serde(default)]
    #[schemars(length(max = 2))]
    group_by: Vec<Group>,
    project: Option<String>,
    client: Option<String>,
    /// ISO 4217 code.
    currency: Option<String>,
    /// Default 25.
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

/// The reports that there are.
fn reports(_: &mut SchemaGenerator) -> Schema {
    let words: Vec<&str> = REPORTS.iter().map(|about| about.report.as_str()).collect();
    json_schema!({ "type": "string", "enum": words })
}

/// The answer.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Output {
    report: Report,
    /// What the figures mean.
    definition: &'static str,
    /// The instant that they are of.
    as_of: String,
    /// First day of the period.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// Its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    /// The figures of everything that counts; of money one block for each currency.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    totals: Vec<Block>,
    /// The figures of each group, when grouped.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Rows<Row>>,
    /// How many groups are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<Page>,
    /// What must be known to read them.
    notices: Vec<&'static str>,
    /// What this covers.
    applied: Applied,
}

impl Tool for QueryAnalytics {
    const NAME: &'static str = "query_analytics";
    const TITLE: &'static str = "Query analytics";
    const ABOUT: &'static str = "Use for figures over many records: totals and, with group_by, rows; with definitions, \
                                 counted and excluded.";
    const SCOPE: Scope = Scope::Read;
    const VIEW: Option<&'static AppView> = Some(&chart::VIEW);

    type Effect = Reads;
    type Access = Read;
    type Input = Input;
    type Output = Output;

    async fn run(call: &mut Call<'_, Read>, input: Input) -> Result<Output, Error> {
        let Some(about) = REPORTS.iter().find(|about| about.report == input.report) else {
            // The schema lists no other.
            return Err(Problem::new(Code::InvalidArgument, "There is no such report.").field("report").into());
        };
        let question = Question::understand(call, about, &input).await?;
        let Found { totals, rows } = (question.about.answer)(call.conn(), &question).await?;
        let mut notices = vec![question.about.excluded];
        if totals.is_empty() {
            notices.push("There is nothing to count: no record is of this kind, period and filter.");
        }
        let shown = question.limit.min(rows.len());
        let is_more = rows.len() > shown;
        let is_multiple = question.by.iter().any(|group| group.is_multiple());
        let (mut data, mut page) = (None, None);
        if !question.by.is_empty() {
            let rows = group::named(call, &question.by, rows.into_iter().take(shown)).await?;
            let fitting = Rows::fit(rows, MOST_BYTES)?;
            let returned = fitting.len();
            let truncated = is_more || returned < shown;
            page = Some(Page {
                returned,
                total: (!is_more).then_some(shown as i64),
                total_at_least: is_more.then_some(shown as i64 + 1),
                next_cursor: None,
                truncated,
            });
            if truncated {
                notices.push("There are more groups: the largest are shown. Totals cover all of them.");
            }
            if is_multiple {
                notices.push("A record of several people counts for each of them, in the totals once.");
            }
            data = Some(fitting);
        }
        let day = |day: chrono::NaiveDate| day.to_string();
        Ok(Output {
            report: question.about.report,
            definition: question.about.report.definition(),
            as_of: call.zone().rfc3339(call.now()),
            from: question.period.map(|(from, _)| day(from)),
            to: question.period.map(|(_, to)| day(to)),
            totals,
            data,
            page,
            notices,
            applied: call.applied(),
        })
    }
}
