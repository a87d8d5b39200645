//! What the reports count, counted in the database: a report reads groups, never the rows behind them. What the counts
//! mean and come to is said in `domain::analytics`.

mod budget_burn;
mod documents;
mod overdue_tasks;
mod project_progress;
mod quote_conversion;
mod receivables_aging;
mod revenue;
mod task_throughput;
mod utilisation;

pub use budget_burn::{BudgetCosts, budget_costs};
pub use overdue_tasks::{OverdueTasks, Since, overdue_tasks};
pub use project_progress::{ProjectProgress, project_progress};
pub use quote_conversion::{QuoteConversion, quote_conversion};
pub use receivables_aging::{Receivables, receivables_aging};
pub use revenue::{Revenue, revenue};
pub use task_throughput::{TaskThroughput, task_throughput};
pub use utilisation::{Stretch, Utilisation, utilisation};

use chrono::NaiveDate;
use lavori_domain::{ContactId, Currency, ProjectId, TimeZone, Timestamp};

use crate::raw::Raw;
use crate::within::Within;

/// What records are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Their project.
    Project,
    /// Their project's client.
    Client,
    /// Their team.
    Team,
    /// Whoever works on them.
    Person,
    /// Where they stand.
    Status,
    /// How their project is doing.
    Health,
    /// How much they matter.
    Priority,
    /// How late they are.
    Age,
    /// What a budget's line is for.
    Category,
    /// The currency of their amounts.
    Currency,
    /// The week, by its Monday.
    Week,
    /// The month.
    Month,
}

/// Which records count.
#[derive(Debug, Clone, Copy)]
pub struct Selection {
    /// Of this project.
    pub project: Option<ProjectId>,
    /// Of this client's projects.
    pub client: Option<ContactId>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// The first instant that counts.
    pub from: Timestamp,
    /// The first instant that does not count any more.
    pub until: Timestamp,
    /// What "overdue" and "today" are measured against.
    pub now: Timestamp,
    /// Whose days count.
    pub zone: TimeZone,
}

impl Selection {
    /// The first day that counts.
    pub fn first_day(&self) -> NaiveDate {
        self.zone.date(self.from)
    }

    /// The last day that counts.
    pub fn last_day(&self) -> NaiveDate {
        self.zone.date(self.until.plus_seconds(-1))
    }

    /// Today.
    pub fn today(&self) -> NaiveDate {
        self.zone.date(self.now)
    }
}

/// How groups are made.
#[derive(Debug, Clone, Copy)]
pub struct Grouping<'a> {
    /// By what: none at all, or one or two things. None gives one group of everything, if there is anything.
    pub by: &'a [Dimension],
    /// How many groups at most.
    pub most: i64,
}

impl Grouping<'_> {
    /// Whether groups follow each other in time.
    fn is_in_time(self) -> bool {
        self.by.iter().any(|dimension| matches!(dimension, Dimension::Week | Dimension::Month))
    }
}

/// The ids or words that make a group: as many as there are dimensions. `None`: what has none.
pub type Keys = [Option<String>; 2];

/// Writes the two columns by which rows are put together; `column` writes each one's.
fn keys<Row>(
    query: &mut Raw<Row>,
    grouping: Grouping<'_>,
    column: impl for<'a> Fn(&'a mut Raw<Row>, Dimension) -> &'a mut Raw<Row>,
) {
    for (place, name) in [" AS k0, ", " AS k1, "].into_iter().enumerate() {
        match grouping.by.get(place) {
            Some(dimension) => column(query, *dimension),
            None => query.text("CAST(NULL AS TEXT)"),
        }
        .text(name);
    }
}

/// Writes the column of what a project says of its records.
fn of_project<Row>(query: &mut Raw<Row>, dimension: Dimension) -> &mut Raw<Row> {
    query.text(match dimension {
        Dimension::Project => "p.id",
        Dimension::Client => "p.client_id",
        Dimension::Team => "p.team_id",
        Dimension::Health => "p.health",
        Dimension::Status => "p.status",
        _ => "CAST(NULL AS TEXT)",
    })
}

/// Writes the week or month of the instant in `column`.
fn of_instant<'a, Row>(
    query: &'a mut Raw<Row>,
    dimension: Dimension,
    column: &'static str,
    zone: TimeZone,
) -> &'a mut Raw<Row> {
    if dimension == Dimension::Week {
        query.each("to_char(date_trunc('week', ", "date(local_day(").text(column);
        query.each(" AT TIME ZONE ", ", ").word(zone.name());
        query.each("), 'YYYY-MM-DD')", "), 'weekday 0', '-6 days')")
    } else {
        query.each("to_char(", "substr(local_day(").text(column);
        query.each(" AT TIME ZONE ", ", ").word(zone.name());
        query.each(", 'YYYY-MM')", "), 1, 7)")
    }
}

/// Writes the limits of `within` and of the selection on `projects p`.
fn within_projects<Row>(query: &mut Raw<Row>, within: Within, selection: &Selection) {
    query.text("p.organization_id = ").id(within.organization);
    if let Some(team) = within.team {
        query.text(" AND p.team_id = ").id(team);
    }
    if let Some(project) = selection.project {
        query.text(" AND p.id = ").id(project);
    }
    if let Some(client) = selection.client {
        query.text(" AND p.client_id = ").id(client);
    }
}

/// Writes the same limits on the column `project_id` of another table, so that only what is wanted is summed.
fn within_project_ids<Row>(query: &mut Raw<Row>, within: Within, selection: &Selection) {
    query.text("organization_id = ").id(within.organization);
    if let Some(project) = selection.project {
        query.text(" AND project_id = ").id(project);
    }
    if within.team.is_some() || selection.client.is_some() {
        query.text(" AND project_id IN (SELECT p.id FROM projects p WHERE ");
        within_projects(query, within, selection);
        query.text(")");
    }
}

/// Writes the grouping's end; `order` names the columns by which the first groups come first.
fn grouped<Row>(query: &mut Raw<Row>, grouping: Grouping<'_>, having: &'static str, order: &'static str) {
    query.text(" GROUP BY k0, k1");
    if !grouping.by.is_empty() {
        query.text(" HAVING ").text(having);
    }
    query.text(" ORDER BY ");
    if !grouping.is_in_time() {
        query.text(order).text(" DESC, ");
    }
    by_keys(query).text(" LIMIT ").number(grouping.most);
}

/// Writes the order of the keys: both databases put what has none last, and compare keys by their bytes.
fn by_keys<Row>(query: &mut Raw<Row>) -> &mut Raw<Row> {
    query.each(
        "k0 IS NULL, CAST(k0 AS TEXT) COLLATE \"C\", k1 IS NULL, CAST(k1 AS TEXT) COLLATE \"C\"",
        "k0 IS NULL, k0, k1 IS NULL, k1",
    )
}
