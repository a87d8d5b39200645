//! What is asked, over and over.

use serde_json::json;

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// 50 tasks out of all of an organization's.
    ListTasks,
    /// What a model asks first.
    GetContext,
    /// The list of tools: authorization and a body that is always the same.
    ToolsList,
}

/// A row of the report: what is asked, and whether the server records each call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) work: Work,
    pub(crate) recorded: bool,
}

/// Every row.
pub(crate) const WORKLOADS: [Workload; 4] = [
    Workload { name: "list_tasks", work: Work::ListTasks, recorded: false },
    Workload { name: "list_tasks, recorded", work: Work::ListTasks, recorded: true },
    Workload { name: "get_context", work: Work::GetContext, recorded: false },
    Workload { name: "tools/list", work: Work::ToolsList, recorded: false },
];

/// The protocol version that is spoken.
pub(crate) const VERSION: &str = "2026-07-28";

impl Work {
    /// The protocol's method.
    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::ListTasks | Self::GetContext => "tools/call",
            Self::ToolsList => "tools/list",
        }
    }

    /// The tool, if one is called.
    pub(crate) fn tool(self) -> Option<&'static str> {
        match self {
            Self::ListTasks => Some("list_tasks"),
            Self::GetContext => Some("get_context"),
            Self::ToolsList => None,
        }
    }

    /// Finds the kind again in a request's headers.
    pub(crate) fn read(method: Option<&str>, tool: Option<&str>) -> Option<Self> {
        [Self::ListTasks, Self::GetContext, Self::ToolsList]
            .into_iter()
            .find(|work| Some(work.method()) == method && work.tool() == tool)
    }

    /// The request's body.
    pub(crate) fn body(self) -> String {
        let mut params = json!({
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": VERSION,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": { "name": "bench", "version": "1" },
            },
        });
        if let Some(tool) = self.tool() {
            params["name"] = tool.into();
            params["arguments"] = if self == Self::ListTasks { json!({ "limit": 50 }) } else { json!({}) };
        }
        json!({ "jsonrpc": "2.0", "id": 1, "method": self.method(), "params": params }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_found_again_in_its_headers() {
        for work in [Work::ListTasks, Work::GetContext, Work::ToolsList] {
            assert_eq!(Work::read(Some(work.method()), work.tool()), Some(work));
        }
        assert_eq!(Work::read(None, None), None);
    }
}
