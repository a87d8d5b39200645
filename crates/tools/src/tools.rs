//! The tools, one file each.

mod fetch;
mod get_context;
mod list_billing_documents;
mod list_projects;
mod list_tasks;
mod search;

pub(crate) use fetch::Fetch;
pub(crate) use get_context::GetContext;
pub(crate) use list_billing_documents::ListBillingDocuments;
pub(crate) use list_projects::ListProjects;
pub(crate) use list_tasks::ListTasks;
pub(crate) use search::Search;
