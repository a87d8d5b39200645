//! The tools, one file each.

mod change_status;
mod create_contacts;
mod create_project;
mod create_tasks;
mod fetch;
mod get_context;
mod list_budgets;
mod list_changes;
mod list_directory;
mod list_projects;
mod list_tasks;
mod preview_write;
mod query_analytics;
mod search;
mod set_assignments;
mod update_contacts;
mod update_project;
mod update_tasks;

pub(crate) use change_status::ChangeStatus;
pub(crate) use create_contacts::CreateContacts;
pub(crate) use create_project::CreateProject;
pub(crate) use create_tasks::CreateTasks;
pub(crate) use fetch::Fetch;
pub(crate) use get_context::GetContext;
pub(crate) use list_budgets::ListBudgets;
pub(crate) use list_changes::ListChanges;
pub(crate) use list_directory::ListDirectory;
pub(crate) use list_projects::ListProjects;
pub(crate) use list_tasks::ListTasks;
pub(crate) use preview_write::preview_write;
pub(crate) use query_analytics::QueryAnalytics;
pub(crate) use search::Search;
pub(crate) use set_assignments::SetAssignments;
pub(crate) use update_contacts::UpdateContacts;
pub(crate) use update_project::UpdateProject;
pub(crate) use update_tasks::UpdateTasks;
