//! The table of tools. A new tool is a file and a line here; the order is the one in `tools/list`.

use crate::tool::{Registered, tool};
use crate::tools::{
    ChangeBillingStatus, ChangeStatus, CheckAvailability, CreateBillingDocument, CreateBudget, CreateContacts,
    CreateProject, CreateScheduleEntries, CreateTasks, Fetch, GetContext, ListBillingDocuments, ListBudgets,
    ListChanges, ListDirectory, ListProjects, ListSchedule, ListTasks, QueryAnalytics, RecordPayment, Search,
    SetAssignments, UpdateBillingDocument, UpdateBudget, UpdateContacts, UpdateProject, UpdateScheduleEntries,
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
        tool::<ListSchedule>(),
        tool::<CheckAvailability>(),
        tool::<ListBillingDocuments>(),
        tool::<ListBudgets>(),
        tool::<ListDirectory>(),
        tool::<QueryAnalytics>(),
        tool::<ListChanges>(),
        preview_write(),
        tool::<CreateProject>(),
        tool::<UpdateProject>(),
        tool::<CreateTasks>(),
        tool::<UpdateTasks>(),
        tool::<CreateScheduleEntries>(),
        tool::<UpdateScheduleEntries>(),
        tool::<CreateContacts>(),
        tool::<UpdateContacts>(),
        tool::<ChangeStatus>(),
        tool::<SetAssignments>(),
        tool::<CreateBillingDocument>(),
        tool::<UpdateBillingDocument>(),
        tool::<ChangeBillingStatus>(),
        tool::<RecordPayment>(),
        tool::<CreateBudget>(),
        tool::<UpdateBudget>(),
    ]
}
