//! The tools, one file each.

mod check_availability;
mod create_schedule_entries;
mod fetch;
mod get_context;
mod list_changes;
mod list_directory;
mod list_projects;
mod list_schedule;
mod list_tasks;
mod preview_write;
mod search;
mod update_schedule_entries;

pub(crate) use check_availability::CheckAvailability;
pub(crate) use create_schedule_entries::CreateScheduleEntries;
pub(crate) use fetch::Fetch;
pub(crate) use get_context::GetContext;
pub(crate) use list_changes::ListChanges;
pub(crate) use list_directory::ListDirectory;
pub(crate) use list_projects::ListProjects;
pub(crate) use list_schedule::ListSchedule;
pub(crate) use list_tasks::ListTasks;
pub(crate) use preview_write::preview_write;
pub(crate) use search::Search;
pub(crate) use update_schedule_entries::UpdateScheduleEntries;
