//! The tools, one file each.

mod fetch;
mod get_context;
mod list_budgets;
mod list_projects;
mod list_tasks;
mod query_analytics;
mod search;

pub(crate) use fetch::Fetch;
pub(crate) use get_context::GetContext;
pub(crate) use list_budgets::ListBudgets;
pub(crate) use list_projects::ListProjects;
pub(crate) use list_tasks::ListTasks;
pub(crate) use query_analytics::QueryAnalytics;
pub(crate) use search::Search;
