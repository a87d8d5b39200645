//! The table of tools. A new tool is a file and a line here; the order is the one in `tools/list`.

use crate::tool::{Registered, tool};
use crate::tools::{
    ChangeBillingStatus, CreateBillingDocument, Fetch, GetContext, ListBillingDocuments, ListChanges, ListDirectory,
    ListProjects, ListTasks, RecordPayment, Search, UpdateBillingDocument, preview_write,
};

/// Every tool that ships.
pub fn catalogue() -> Vec<Registered> {
    vec![
        tool::<GetContext>(),
        tool::<Search>(),
        tool::<Fetch>(),
        tool::<ListProjects>(),
        tool::<ListTasks>(),
        tool::<ListBillingDocuments>(),
        tool::<ListDirectory>(),
        tool::<ListChanges>(),
        preview_write(),
        tool::<CreateBillingDocument>(),
        tool::<UpdateBillingDocument>(),
        tool::<ChangeBillingStatus>(),
        tool::<RecordPayment>(),
    ]
}
