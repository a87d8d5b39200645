//! The tools, one file each.

mod fetch;
mod get_context;
mod list_budgets;
mod list_changes;
mod list_projects;
mod list_tasks;
mod preview_write;
mod query_analytics;
mod search;

pub(crate) use fetch::Fetch;
pub(crate) use get_context::GetContext;
pub(crate) use list_budgets::ListBudgets;
pub(crate) use list_changes::ListChanges;
pub(crate) use list_projects::ListProjects;
pub(crate) use list_tasks::ListTasks;
pub(crate) use preview_write::preview_write;
pub(crate) use query_analytics::QueryAnalytics;
pub(crate) use search::Search;
