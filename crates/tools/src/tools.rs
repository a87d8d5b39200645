//! The tools, one file each.

mod change_billing_status;
mod create_billing_document;
mod fetch;
mod get_context;
mod list_billing_documents;
mod list_changes;
mod list_directory;
mod list_projects;
mod list_tasks;
mod preview_write;
mod record_payment;
mod search;
mod update_billing_document;

pub(crate) use change_billing_status::ChangeBillingStatus;
pub(crate) use create_billing_document::CreateBillingDocument;
pub(crate) use fetch::Fetch;
pub(crate) use get_context::GetContext;
pub(crate) use list_billing_documents::ListBillingDocuments;
pub(crate) use list_changes::ListChanges;
pub(crate) use list_directory::ListDirectory;
pub(crate) use list_projects::ListProjects;
pub(crate) use list_tasks::ListTasks;
pub(crate) use preview_write::preview_write;
pub(crate) use record_payment::RecordPayment;
pub(crate) use search::Search;
pub(crate) use update_billing_document::UpdateBillingDocument;
