//! What the fixtures' tools are called, and what they take.

use serde_json::{Value, json};

use crate::ToolDescription;

/// Every fixture that is a tool.
pub(super) fn all() -> Vec<ToolDescription> {
    let nothing = || json!({ "type": "object", "properties": {} });
    let plain = [
        ("test_simple_text", "Answers with a line of text"),
        ("test_image_content", "Answers with an image"),
        ("test_audio_content", "Answers with a sound"),
        ("test_embedded_resource", "Answers with a resource inside"),
        ("test_multiple_content_types", "Answers with text, an image and a resource"),
        ("test_error_handling", "Always fails, as a tool does"),
        ("test_tool_with_progress", "Tells how far it is"),
        ("test_tool_with_logging", "Logs while it works"),
        ("test_logging_tool", "Logs while it works, to whoever asked for it"),
        ("test_streaming_elicitation", "Tells how far it is, then asks a question"),
        ("test_missing_capability", "Cannot do without sampling"),
        ("test_trigger_tool_change", "Tells subscribers that the tools have changed"),
        ("test_input_required_result_elicitation", "Asks for a name"),
        ("test_input_required_result_sampling", "Asks a model"),
        ("test_input_required_result_list_roots", "Asks for roots"),
        ("test_input_required_result_request_state", "Asks, and knows its own state again"),
        ("test_input_required_result_multiple_inputs", "Asks three things at once"),
        ("test_input_required_result_multi_round", "Asks twice, one after the other"),
        ("test_input_required_result_tampered_state", "Asks, and refuses a state that is not its own"),
        ("test_input_required_result_capabilities", "Asks only what the client can answer"),
        ("failing_job", "A task that ends as a failing tool"),
        ("protocol_error_job", "A task that ends in an error of the protocol"),
        ("multi_input", "A task that asks two things at once"),
        ("test_tool_with_task", "A task that asks for one thing"),
    ];
    let mut all: Vec<_> = plain.map(|(name, about)| tool(name, about, nothing())).into();
    let text = |about: &str| json!({ "type": "string", "description": about });
    all.push(tool(
        "test_mirrored_header",
        "Takes an argument that is repeated in a header",
        json!({ "type": "object", "properties": {
            "region": { "type": "string", "description": "Where", "x-mcp-header": "Region" },
        }, "required": ["region"] }),
    ));
    all.push(tool(
        "greet",
        "Greets somebody",
        json!({ "type": "object", "properties": { "name": text("Whom") }, "required": ["name"] }),
    ));
    all.push(tool(
        "slow_compute",
        "A task that takes its time",
        json!({ "type": "object", "properties": {
            "seconds": { "type": "number", "description": "How long it takes" },
            "label": text("What stands in its answer"),
        }, "required": ["seconds"] }),
    ));
    all.push(tool(
        "confirm_delete",
        "A task that asks before it goes on",
        json!({ "type": "object", "properties": { "filename": text("What it asks about") }, "required": ["filename"] }),
    ));
    all.push(tool("json_schema_2020_12_tool", "Has a schema with most of what 2020-12 has", schema_2020_12()));
    all
}

fn tool(name: &str, about: &str, input_schema: Value) -> ToolDescription {
    let Value::Object(input_schema) = input_schema else { unreachable!("the schemas above are objects") };
    ToolDescription {
        name: name.to_owned(),
        title: about.to_owned(),
        description: format!("{about}. A fixture of the conformance suite."),
        input_schema: input_schema.into(),
        output_schema: None,
        read_only: true,
        destructive: false,
        idempotent: true,
        open_world: false,
        view: None,
    }
}

/// Keywords that a careless server drops when it passes a schema on (SEP-1613, SEP-2106).
fn schema_2020_12() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": { "address": { "$anchor": "address", "type": "object", "properties": {
            "street": { "type": "string" },
            "city": { "type": "string" },
        } } },
        "properties": { "name": { "type": "string" }, "address": { "$ref": "#/$defs/address" } },
        "allOf": [{ "anyOf": [{ "required": ["name"] }, { "required": ["address"] }] }],
        "if": { "required": ["address"] },
        "then": { "properties": { "address": { "required": ["city"] } } },
        "else": { "required": ["name"] },
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ToolList;

    #[test]
    fn the_fixtures_can_be_listed() {
        let list = ToolList::new(all()).unwrap();
        assert!(list.names().any(|name| name == "test_simple_text"));
    }
}
