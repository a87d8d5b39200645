//! What is asked, over and over.

use serde_json::{Value, json};

use crate::database::Database;

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// 50 tasks out of all of an organization's.
    ListTasks,
    /// What a model asks first.
    GetContext,
    /// The list of tools: authorization and a body that is always the same.
    ToolsList,
    /// Two words that a few hundred of an organization's tasks have.
    Search,
    /// What is overdue, in all and by priority.
    QueryAnalytics,
    /// A new task: durable, with its change and what a repetition is told by.
    CreateTasks,
    /// One task in full, by its key.
    Fetch,
}

/// What is searched for.
pub(crate) const FOUND: &str = "riser strike";
/// How many tasks a call creates.
pub(crate) const CREATED: u64 = 1;

/// A row of the report: what is asked, and whether the server records each call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) work: Work,
    pub(crate) recorded: bool,
}

/// Every row.
pub(crate) const WORKLOADS: [Workload; 9] = [
    Workload { name: "list_tasks", work: Work::ListTasks, recorded: false },
    Workload { name: "list_tasks, recorded", work: Work::ListTasks, recorded: true },
    Workload { name: "fetch", work: Work::Fetch, recorded: false },
    Workload { name: "get_context", work: Work::GetContext, recorded: false },
    Workload { name: "tools/list", work: Work::ToolsList, recorded: false },
    Workload { name: "search", work: Work::Search, recorded: false },
    Workload { name: "query_analytics", work: Work::QueryAnalytics, recorded: false },
    // Last: it adds rows.
    Workload { name: "create_tasks", work: Work::CreateTasks, recorded: false },
    Workload { name: "create_tasks, recorded", work: Work::CreateTasks, recorded: true },
];

/// The protocol version that is spoken.
pub(crate) const VERSION: &str = "2026-07-28";

impl Work {
    /// Every kind.
    pub(crate) const ALL: [Self; 7] = [
        Self::ListTasks,
        Self::GetContext,
        Self::ToolsList,
        Self::Search,
        Self::QueryAnalytics,
        Self::CreateTasks,
        Self::Fetch,
    ];

    /// The protocol's method.
    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::ToolsList => "tools/list",
            _ => "tools/call",
        }
    }

    /// The tool, if one is called.
    pub(crate) fn tool(self) -> Option<&'static str> {
        match self {
            Self::ListTasks => Some("list_tasks"),
            Self::GetContext => Some("get_context"),
            Self::ToolsList => None,
            Self::Search => Some("search"),
            Self::QueryAnalytics => Some("query_analytics"),
            Self::CreateTasks => Some("create_tasks"),
            Self::Fetch => Some("fetch"),
        }
    }

    /// Finds the kind again in a request's headers.
    pub(crate) fn read(method: Option<&str>, tool: Option<&str>) -> Option<Self> {
        Self::ALL.into_iter().find(|work| Some(work.method()) == method && work.tool() == tool)
    }

    /// Whether every request must be another one: a write that is repeated is not done again.
    pub(crate) fn varies(self) -> bool {
        self == Self::CreateTasks
    }

    /// How many of the `connections` ask this at once. A report reads tens of thousands of rows, and SQLite has one writer:
    /// more of them would only wait for each other, longer than server and floor let anybody wait for the database.
    pub(crate) fn at_once(self, connections: u64, database: &Database) -> u64 {
        match (self, database) {
            (Self::QueryAnalytics, _) | (Self::CreateTasks, Database::Sqlite { .. }) => connections.min(8),
            _ => connections,
        }
    }

    fn arguments(self, turn: u64) -> Value {
        match self {
            Self::ListTasks => json!({ "limit": 50 }),
            Self::Fetch => json!({ "id": "T-7" }),
            Self::GetContext | Self::ToolsList => json!({}),
            Self::Search => json!({
                "query": FOUND,
                "types": ["project", "phase", "milestone", "task", "contact", "member", "team"],
            }),
            Self::QueryAnalytics => json!({ "report": "overdue_tasks", "group_by": ["priority"] }),
            Self::CreateTasks => {
                let tasks: Vec<Value> = (0..CREATED)
                    .map(|part| json!({ "title": format!("Bench call {turn}, part {part}"), "project": "P-1" }))
                    .collect();
                json!({ "tasks": tasks })
            }
        }
    }

    /// The body of the request with this number.
    pub(crate) fn body(self, turn: u64) -> String {
        let mut params = json!({
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": VERSION,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": { "name": "bench", "version": "1" },
            },
        });
        if let Some(tool) = self.tool() {
            params["name"] = tool.into();
            params["arguments"] = self.arguments(turn);
        }
        json!({ "jsonrpc": "2.0", "id": 1, "method": self.method(), "params": params }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_found_again_in_its_headers() {
        for work in Work::ALL {
            assert_eq!(Work::read(Some(work.method()), work.tool()), Some(work));
        }
        assert_eq!(Work::read(None, None), None);
    }
}
