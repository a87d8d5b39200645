//! The page as a whole, and what it says of one tool.

use std::fmt::Write;

use lavori_policy::{Scope, Scopes};
use lavori_tools::{Code, Description, Registry};
use serde_json::{Map, Value};

use crate::catalogue::wire;
use crate::docs::table::{answer, arguments, cell};

/// What each scope adds, in the order in which a person approves them.
const SCOPES: [(Scopes, Scope, &str); 3] = [
    (Scopes::Read, Scope::Read, "Reading"),
    (Scopes::Write, Scope::Write, "Writing"),
    (Scopes::Billing, Scope::Billing, "Billing"),
];

/// A part of an answer that several tools share is described once from this many tools on.
const SHARED_BY: usize = 4;

/// The whole page.
pub(crate) fn page(registry: &Registry, command: &str) -> String {
    let tools = registry.list(Scopes::Billing, false).tools();
    let shared = Shared::of(tools);
    let mut page = format!(
        "# Tools\n\n<!-- Made from the registry. Do not edit; make it anew with\n     {command} -->\n\n\
         What an MCP client is shown, tool by tool. A connection sees the tools of the scopes that its person approved. \
         One that is limited to a team sees them without `team` and `teams`, and nothing of other teams. Nothing here \
         deletes, sends or publishes.\n\n"
    );
    overview(&mut page, registry);
    conventions(&mut page);
    errors(&mut page);
    shared.describe(&mut page);
    for (_, scope, heading) in SCOPES {
        write!(page, "\n## {heading}: scope `{}`\n", scope.as_str()).unwrap();
        for tool in tools.iter().filter(|tool| registry.scope_of(tool.name) == Some(scope)) {
            of_tool(&mut page, tool, &shared);
        }
    }
    page
}

/// Every tool in a line, and what the list of them weighs.
fn overview(page: &mut String, registry: &Registry) {
    page.push_str("| Tool | Scope | Effect | For |\n|---|---|---|---|\n");
    for tool in registry.list(Scopes::Billing, false).tools() {
        let scope = registry.scope_of(tool.name).unwrap();
        let about = cell(tool.description);
        writeln!(page, "| [`{0}`](#{0}) | `{1}` | {2} | {about} |", tool.name, scope.as_str(), effect(tool)).unwrap();
    }
    page.push_str("\n| A connection with | sees | the list weighs, without the schemas of answers |\n|---|---|---|\n");
    for (scopes, scope, _) in SCOPES {
        let tools = registry.list(scopes, false).tools();
        let bytes: usize = tools.iter().map(|tool| wire(tool).to_string().len() + 1).sum::<usize>() + 1;
        writeln!(page, "| `{}` | {} tools | {bytes} bytes |", scope.as_str(), tools.len()).unwrap();
    }
}

fn conventions(page: &mut String) {
    page.push_str(
        "\n## Conventions\n\n\
         - **References** are an id, a key such as `T-12`, or an exact name; people also an email address or `me`.\n\
         - **Dates and times** are a date, a local time, an RFC 3339 time with an offset, or a word: `today`, `tomorrow`, \
         `yesterday`, `this_week`, `next_month`, `last_quarter`, `mon` to `sun`, `+3d`, `-2w`, `+1m`. The answer says what \
         a word was taken for.\n\
         - **Money** is a decimal text with its currency beside it.\n\
         - Filters of different kinds must all hold; of several values of one filter, one must.\n\
         - `null` or an empty text is the same as an argument that is not given. Fields are cleared by naming them in \
         `clear`.\n\
         - Arrays are all or nothing.\n\
         - In what is said of answers `?` marks what may be missing, `[ ]` a list, `{ }` an object, and `*` any name.\n",
    );
}

/// The codes, from the type that tools answer with.
fn errors(page: &mut String) {
    page.push_str(
        "\n## Errors\n\n\
         What a caller can fix is an answer with `isError`: `code` and `message`, and where they are known `field` (such \
         as `tasks[2].project`), `got`, `allowed`, `candidates`, `can_be_allowed_by`, `current` and `next`, a complete \
         call that would succeed. Several problems of one call come together in `problems`, and nothing was done.\n\n\
         | Code | Meaning |\n|---|---|\n",
    );
    let schema = Value::from(schemars::schema_for!(Code));
    for code in schema["oneOf"].as_array().unwrap() {
        let (word, meaning) = (code["const"].as_str().unwrap(), code["description"].as_str().unwrap());
        writeln!(page, "| `{word}` | {} |", cell(meaning)).unwrap();
    }
}

fn of_tool(page: &mut String, tool: &Description, shared: &Shared) {
    write!(page, "\n### {}\n\n**{}**, {}. {}\n", tool.name, tool.title, effect(tool), tool.description).unwrap();
    if let Some(view) = tool.view {
        write!(page, "\nHosts with MCP Apps show people its answers as `{}`. {}\n", view.uri, view.about).unwrap();
    }
    let arguments = arguments(&tool.input_schema);
    let arguments = if arguments.is_empty() { "No arguments.\n".to_owned() } else { arguments };
    let answer = answer(&tool.output_schema, &|name, schema| shared.contains(name, schema));
    write!(page, "\n{arguments}\n{answer}").unwrap();
}

/// What a tool does, as its hints tell clients.
fn effect(tool: &Description) -> &'static str {
    match (tool.hints.read_only, tool.hints.destructive) {
        (true, _) => "reads",
        (false, false) => "adds",
        (false, true) => "changes",
    }
}

/// The parts of answers that many tools have alike.
struct Shared(Vec<(String, Value, Vec<&'static str>)>);

impl Shared {
    fn of(tools: &[Description]) -> Self {
        let mut parts: Vec<(String, Value, Vec<&'static str>)> = Vec::new();
        for tool in tools {
            let Some(Value::Object(properties)) = tool.output_schema.get("properties") else { continue };
            // What is one word long is not worth looking up elsewhere.
            let whole = properties.iter().filter(|(_, schema)| schema.to_string().contains("\"properties\""));
            for (name, schema) in whole {
                match parts.iter_mut().find(|(known, of, _)| known == name && of == schema) {
                    Some((_, _, of)) => of.push(tool.name),
                    None => parts.push((name.clone(), schema.clone(), vec![tool.name])),
                }
            }
        }
        parts.retain(|(_, _, tools)| tools.len() >= SHARED_BY);
        Self(parts)
    }

    fn contains(&self, name: &str, schema: &Value) -> bool {
        self.0.iter().any(|(known, of, _)| known == name && of == schema)
    }

    fn describe(&self, page: &mut String) {
        page.push_str("\n## Parts that answers share\n");
        let parts = self.0.iter().map(|(name, schema, _)| (name.clone(), schema.clone()));
        let parts = Map::from_iter([("properties".to_owned(), Value::Object(parts.collect()))]);
        write!(page, "\n{}", answer(&parts, &|_, _| false)).unwrap();
    }
}
