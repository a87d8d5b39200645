//! The table of tools. A new tool is a file and a line here; the order is the one in `tools/list`.

use crate::tool::{Registered, tool};
use crate::tools::{
    ChangeStatus, CreateContacts, CreateProject, CreateTasks, Fetch, GetContext, ListBudgets, ListChanges,
    ListDirectory, ListProjects, ListTasks, QueryAnalytics, Search, SetAssignments, UpdateContacts, UpdateProject,
    UpdateTasks, preview_write,
};

/// Every tool that ships.
pub fn catalogue() -> Vec<Registered> {
    vec![
        tool::<GetContext>(),
        tool::<Search>(),
        tool::<Fetch>(),
        tool::<ListProjects>(),
        tool::<ListTasks>(),
        tool::<ListBudgets>(),
        tool::<ListDirectory>(),
        tool::<QueryAnalytics>(),
        tool::<ListChanges>(),
        preview_write(),
        tool::<CreateProject>(),
        tool::<UpdateProject>(),
        tool::<CreateTasks>(),
        tool::<UpdateTasks>(),
        tool::<CreateContacts>(),
        tool::<UpdateContacts>(),
        tool::<ChangeStatus>(),
        tool::<SetAssignments>(),
    ]
}
