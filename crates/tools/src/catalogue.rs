//! The table of tools. A new tool is a file and a line here; the order is the one in `tools/list`.

use crate::tool::{Registered, tool};
use crate::tools::{
    CheckAvailability, CreateScheduleEntries, Fetch, GetContext, ListChanges, ListDirectory, ListProjects,
    ListSchedule, ListTasks, Search, UpdateScheduleEntries, preview_write,
};

/// Every tool that ships.
pub fn catalogue() -> Vec<Registered> {
    vec![
        tool::<GetContext>(),
        tool::<Search>(),
        tool::<Fetch>(),
        tool::<ListProjects>(),
        tool::<ListTasks>(),
        tool::<ListSchedule>(),
        tool::<CheckAvailability>(),
        tool::<ListDirectory>(),
        tool::<ListChanges>(),
        preview_write(),
        tool::<CreateScheduleEntries>(),
        tool::<UpdateScheduleEntries>(),
    ]
}
