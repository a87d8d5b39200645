//! The table of tools. A new tool is a file and a line here; the order is the one in `tools/list`.

use crate::tool::{Registered, tool};
use crate::tools::{Fetch, GetContext, ListBillingDocuments, ListProjects, ListTasks, Search};

/// Every tool that ships.
pub fn catalogue() -> Vec<Registered> {
    vec![
        tool::<GetContext>(),
        tool::<Search>(),
        tool::<Fetch>(),
        tool::<ListProjects>(),
        tool::<ListTasks>(),
        tool::<ListBillingDocuments>(),
    ]
}
