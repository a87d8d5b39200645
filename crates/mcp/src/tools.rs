//! `tools/list`: the list is turned into JSON when it is made, never when it is asked for.

use std::{collections::HashSet, sync::Arc, time::Duration};

use rmcp::model::{MetaObject, Tool, ToolAnnotations};
use serde_json::{Map, Value, json};

use crate::{
    Era, Id, Response,
    mirror::{self, Param},
    result::Envelope,
};

/// What a client is told about a tool (`MCP 2026-07-28 server/tools`, "Tool"). Schemas are shared among the lists they
/// stand in.
#[derive(Debug, Clone)]
pub struct ToolDescription {
    /// Name for programs: 1 to 128 of `A-Z a-z 0-9 _ - .`, unique in its list.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// When and how to use it, for the model.
    pub description: String,
    /// JSON Schema of the arguments; its root is an object.
    pub input_schema: Arc<Map<String, Value>>,
    /// JSON Schema of what a successful call answers; its root is an object.
    pub output_schema: Option<Arc<Map<String, Value>>>,
    /// Changes nothing.
    pub read_only: bool,
    /// May overwrite something.
    pub destructive: bool,
    /// Calling again with the same arguments changes nothing more.
    pub idempotent: bool,
    /// Reaches beyond the server's own data.
    pub open_world: bool,
    /// The [`Resource`](crate::Resource) that shows people what it answered, for hosts with MCP Apps.
    pub view: Option<String>,
}

/// A list of tools, ready for the wire. Made once for each set of scopes; a clone is a pointer.
#[derive(Debug, Clone)]
pub struct ToolList(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The JSON array.
    json: String,
    /// The same, each tool naming its view; `None` where no tool has one.
    with_views: Option<String>,
    names: Vec<String>,
    /// For each name, its parameters that are repeated in headers.
    mirrored: Vec<Vec<Param>>,
}

/// Why tools cannot be listed. `0` is the tool's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ToolListError {
    /// The name is empty, too long or has other characters.
    #[error("tool name {0:?} must be 1 to 128 letters, digits, `_`, `-` or `.`")]
    Name(String),
    /// Two tools have this name.
    #[error("tool {0} is listed twice")]
    Twice(String),
    /// The root of a schema does not say `"type": "object"`.
    #[error("the schemas of tool {0} must say \"type\": \"object\" at their root")]
    Schema(String),
    /// An `x-mcp-header` breaks its rules.
    #[error("tool {0}: {1}")]
    Header(String, String),
    /// The list did not serialize.
    #[error("the tool list does not serialize: {0}")]
    Json(String),
}

impl ToolList {
    /// Checks the tools and writes the list, in the order given.
    pub fn new(tools: Vec<ToolDescription>) -> Result<Self, ToolListError> {
        let mut seen = HashSet::new();
        let mut mirrored = Vec::with_capacity(tools.len());
        for tool in &tools {
            let name = || tool.name.clone();
            if !is_name(&tool.name) {
                return Err(ToolListError::Name(name()));
            }
            if !seen.insert(tool.name.as_str()) {
                return Err(ToolListError::Twice(name()));
            }
            let outputs = tool.output_schema.as_ref();
            if !is_object(&tool.input_schema) || outputs.is_some_and(|it| !is_object(it)) {
                return Err(ToolListError::Schema(name()));
            }
            mirrored
                .push(mirror::params(&tool.input_schema).map_err(|problem| ToolListError::Header(name(), problem))?);
        }
        let names = tools.iter().map(|tool| tool.name.clone()).collect();
        let text = |tools: Vec<Tool>| serde_json::to_string(&tools).map_err(|it| ToolListError::Json(it.to_string()));
        let with_views = match tools.iter().any(|tool| tool.view.is_some()) {
            true => Some(text(tools.iter().cloned().map(viewed).collect())?),
            false => None,
        };
        let json = text(tools.into_iter().map(wire).collect())?;
        Ok(Self(Arc::new(Inner { json, with_views, names, mirrored })))
    }

    /// This list and another behind it, which has other names.
    #[cfg(feature = "conformance")]
    pub(crate) fn followed_by(&self, other: &Self) -> Self {
        let (own, others) = (&*self.0, &*other.0);
        let comma = if own.names.is_empty() || others.names.is_empty() { "" } else { "," };
        // All are arrays of objects, so that only their own brackets are taken off.
        let both =
            |front: &str, back: &str| format!("{}{comma}{}", front.trim_end_matches(']'), back.trim_start_matches('['));
        Self(Arc::new(Inner {
            json: both(&own.json, &others.json),
            with_views: own.with_views.as_ref().map(|front| both(front, &others.json)),
            names: [&own.names[..], &others.names].concat(),
            mirrored: [&own.mirrored[..], &others.mirrored].concat(),
        }))
    }

    /// The names of the tools, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.names.iter().map(String::as_str)
    }

    /// The list as clients get it: a JSON array.
    pub fn as_json(&self) -> &str {
        &self.0.json
    }

    /// The list as hosts with MCP Apps get it: tools name their views.
    pub fn as_json_with_views(&self) -> &str {
        self.0.with_views.as_deref().unwrap_or(&self.0.json)
    }

    pub(crate) fn mirrored(&self) -> mirror::Params {
        mirror::Params::new(self.names().zip(self.0.mirrored.iter().map(Vec::as_slice)))
    }

    /// The answer to `tools/list`. The list depends on the caller, so its cache scope is `private`
    /// (`MCP 2026-07-28 server/utilities/caching`); legacy clients know no such hints.
    pub(crate) fn respond(&self, envelope: &Envelope, era: Era, id: &Id, views: bool, ttl: Duration) -> Response {
        let json = if views { self.as_json_with_views() } else { self.as_json() };
        envelope.write(era, id, json.len() + 64, |out| {
            out.extend_from_slice(br#""tools":"#);
            out.extend_from_slice(json.as_bytes());
            if era == Era::Modern {
                let hints = format!(r#","ttlMs":{},"cacheScope":"private""#, ttl.as_millis());
                out.extend_from_slice(hints.as_bytes());
            }
        })
    }
}

/// A tool that names its view (`MCP Apps 2026-01-26`, "Resource Discovery").
fn viewed(mut tool: ToolDescription) -> Tool {
    let view = tool.view.take();
    let listed = wire(tool);
    let Some(uri) = view else { return listed };
    let mut meta = MetaObject::new();
    meta.0.insert("ui".to_owned(), json!({ "resourceUri": uri }));
    listed.with_meta(meta)
}

fn wire(tool: ToolDescription) -> Tool {
    let hints = ToolAnnotations::from_raw(
        Some(tool.title.clone()),
        Some(tool.read_only),
        Some(tool.destructive),
        Some(tool.idempotent),
        Some(tool.open_world),
    );
    let listed =
        Tool::new(tool.name, tool.description, tool.input_schema).with_title(tool.title).with_annotations(hints);
    match tool.output_schema {
        Some(schema) => listed.with_raw_output_schema(schema),
        None => listed,
    }
}

fn is_name(name: &str) -> bool {
    (1..=128).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

fn is_object(schema: &Map<String, Value>) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("object")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(name: &str, input: Value) -> ToolDescription {
        ToolDescription {
            name: name.to_owned(),
            title: "Fetch".to_owned(),
            description: "Fetches.".to_owned(),
            input_schema: Arc::new(serde_json::from_value(input).unwrap()),
            output_schema: None,
            read_only: true,
            destructive: false,
            idempotent: true,
            open_world: false,
            view: None,
        }
    }

    #[test]
    fn a_view_is_named_only_in_the_list_for_hosts_that_show_it() {
        let plain = tool("fetch", json!({ "type": "object" }));
        let mut viewed = tool("chart", json!({ "type": "object" }));
        let without = ToolList::new(vec![plain.clone(), viewed.clone()]).unwrap();
        viewed.view = Some("ui://desk/chart".to_owned());
        let list = ToolList::new(vec![plain, viewed]).unwrap();
        assert_eq!(list.as_json(), without.as_json(), "the same bytes as without views");
        assert_eq!(without.as_json_with_views(), without.as_json());
        let tools: Value = serde_json::from_str(list.as_json_with_views()).unwrap();
        assert_eq!(tools[0].get("_meta"), None);
        assert_eq!(tools[1]["_meta"], json!({ "ui": { "resourceUri": "ui://desk/chart" } }));
    }

    #[test]
    fn a_list_is_written_once_with_all_that_clients_want_to_know() {
        let mut fetch = tool("fetch", json!({ "type": "object" }));
        fetch.output_schema = json!({ "type": "object" }).as_object().cloned().map(Arc::new);
        let list = ToolList::new(vec![fetch]).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(list.as_json()).unwrap(),
            json!([{
                "name": "fetch",
                "title": "Fetch",
                "description": "Fetches.",
                "inputSchema": { "type": "object" },
                "outputSchema": { "type": "object" },
                "annotations": {
                    "title": "Fetch",
                    "readOnlyHint": true,
                    "destructiveHint": false,
                    "idempotentHint": true,
                    "openWorldHint": false,
                },
            }])
        );
        assert_eq!(list.clone().as_json().as_ptr(), list.as_json().as_ptr());
    }

    #[test]
    fn tools_that_clients_would_reject_are_refused() {
        let object = json!({ "type": "object" });
        let refused = |tools| ToolList::new(tools).unwrap_err();
        for name in ["", "a b", "ü", &"x".repeat(129)] {
            let error = refused(vec![tool(name, object.clone())]);
            assert_eq!(error, ToolListError::Name(name.to_owned()));
        }
        let twice = vec![tool("a", object.clone()), tool("a", object.clone())];
        assert_eq!(refused(twice), ToolListError::Twice("a".to_owned()));
        let untyped = vec![tool("a", json!({}))];
        assert_eq!(refused(untyped), ToolListError::Schema("a".to_owned()));
        let mut output = tool("a", object);
        output.output_schema = json!({ "type": "array" }).as_object().cloned().map(Arc::new);
        assert_eq!(refused(vec![output]), ToolListError::Schema("a".to_owned()));
        let header = json!({ "type": "object", "properties": { "x": { "type": "number", "x-mcp-header": "X" } } });
        assert!(matches!(refused(vec![tool("a", header)]), ToolListError::Header(..)));
    }
}
