//! What clients are shown: names, sizes, hints, schemas.

use lavori_policy::Scopes;
use lavori_testkit::stores;
use lavori_tools::{Description, Registry, catalogue};
use serde_json::{Map, Value, json};

use crate::lab::registry;

async fn shipped() -> Registry {
    let store = stores().await.remove(0);
    registry(store.store, catalogue(), true)
}

/// A tool as it goes over the wire, without its output schema (T2).
pub(crate) fn wire(tool: &Description) -> Value {
    let hints = tool.hints;
    let mut wire = json!({
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": *tool.input_schema,
        "annotations": {
            "title": tool.title,
            "readOnlyHint": hints.read_only,
            "destructiveHint": hints.destructive,
            "idempotentHint": hints.idempotent,
            "openWorldHint": hints.open_world,
        },
    });
    if let Some(view) = tool.view {
        wire["_meta"] = json!({ "ui": { "resourceUri": view.uri } });
    }
    wire
}

#[tokio::test(flavor = "multi_thread")]
async fn t1_t2_the_lists_stay_small() {
    let registry = shipped().await;
    for (scopes, most, bytes) in
        [(Scopes::Read, 12, 17_500), (Scopes::Write, 23, 38_500), (Scopes::Billing, 29, 51_000)]
    {
        let tools = registry.list(scopes, false).tools();
        assert!(tools.len() <= most, "T1: {}", tools.len());
        let sizes: Vec<(&str, usize)> = tools.iter().map(|tool| (tool.name, wire(tool).to_string().len())).collect();
        let total: usize = sizes.iter().map(|(_, size)| size + 1).sum::<usize>() + 1;
        println!("{scopes}: {total} bytes {sizes:?}");
        assert!(total <= bytes, "T2: {total} bytes: {sizes:?}");
        assert!(sizes.iter().all(|(_, size)| *size <= 3_000), "T2: {sizes:?}");
        let outputs: Vec<(&str, usize)> = tools
            .iter()
            .map(|tool| (tool.name, Value::Object((*tool.output_schema).clone()).to_string().len()))
            .collect();
        println!("{scopes}: output schemas {outputs:?}");
        // A record may be of fourteen types, and has the fields of all of them.
        let most = |name: &str| if name == "fetch" { 11_100 } else { 6_000 };
        assert!(outputs.iter().all(|(name, size)| *size <= most(name)), "T2: output schemas {outputs:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_argument_says_what_it_is_for() {
    let registry = shipped().await;
    let mut silent = Vec::new();
    for tool in registry.list(Scopes::Billing, false).tools() {
        for (name, argument) in tool.input_schema["properties"].as_object().unwrap() {
            if argument["description"].as_str().unwrap_or_default().trim().is_empty() {
                silent.push(format!("{}.{name}", tool.name));
            }
        }
    }
    assert_eq!(silent, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn t3_names_are_plain() {
    let plain = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    for tool in shipped().await.list(Scopes::Billing, false).tools() {
        assert!(plain(tool.name) && tool.name.len() <= 40 && !tool.name.starts_with('_'), "{}", tool.name);
        let properties = tool.input_schema["properties"].as_object().unwrap();
        for argument in properties.keys() {
            assert!(plain(argument) && (1..=64).contains(&argument.len()), "{} {argument}", tool.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t4_the_list_is_the_same_bytes_every_time() {
    let (one, two) = (shipped().await, shipped().await);
    for scopes in Scopes::ALL {
        for narrowed in [false, true] {
            let list = |registry: &Registry| {
                registry
                    .list(scopes, narrowed)
                    .tools()
                    .iter()
                    .map(wire)
                    .map(|tool| tool.to_string())
                    .collect::<Vec<_>>()
            };
            assert_eq!(list(&one), list(&two));
        }
    }
    // Another process: the list as it was when it was last looked at.
    let shown: Vec<Value> = one.list(Scopes::Billing, false).tools().iter().map(wire).collect();
    insta::assert_json_snapshot!("tools_list", shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn t5_hints_are_whole_and_never_contradict_each_other() {
    for tool in shipped().await.list(Scopes::Billing, false).tools() {
        let hints = tool.hints;
        assert!(!tool.title.is_empty() && tool.title != tool.name);
        assert!(!hints.open_world && hints.idempotent, "{}", tool.name);
        assert!(!(hints.read_only && hints.destructive), "{}", tool.name);
        let reads = ["get_", "search", "fetch", "list_", "check_", "query_", "preview_"];
        let reads = reads.iter().any(|verb| tool.name.starts_with(verb));
        assert_eq!(hints.read_only, reads, "{}", tool.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t6_descriptions_help_and_do_not_order() {
    for tool in shipped().await.list(Scopes::Billing, false).tools() {
        let about = tool.description;
        assert!(about.starts_with("Use ") && about.len() <= 200, "{}: {} bytes", tool.name, about.len());
        for order in ["MUST", "ALWAYS", "NEVER", "must ", "always ", "ignore", "IMPORTANT"] {
            assert!(!about.contains(order), "{}: {order}", tool.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a1_schemas_are_plain_objects() {
    fn walk(schema: &Map<String, Value>, path: &str, input: bool) {
        for keyword in ["$ref", "$defs", "allOf", "if"] {
            assert!(!schema.contains_key(keyword), "{path}: {keyword}");
        }
        if input {
            for keyword in ["anyOf", "oneOf"] {
                assert!(!schema.contains_key(keyword), "{path}: {keyword}");
            }
            assert!(!schema.contains_key("enum") || schema["enum"].as_array().unwrap().iter().all(Value::is_string));
        }
        match schema.get("type") {
            Some(Value::String(kind)) => {
                assert!(kind != "array" || schema.contains_key("items"), "{path}: an array without items");
                let open = schema.get("additionalProperties") != Some(&Value::Bool(false));
                // The arguments of another tool are checked against that tool's schema.
                assert_eq!(kind == "object" && input && open, path == "preview_write.arguments", "{path}");
            }
            // Several types are several schemas: not every host reads a list of types, or a schema that says nothing.
            None if schema.contains_key("anyOf") => {}
            other => panic!("{path}: the type is {other:?}"),
        }
        for part in schema.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
            walk(part.as_object().unwrap(), &format!("{path}|"), input);
        }
        if let Some(Value::Object(properties)) = schema.get("properties") {
            properties
                .iter()
                .for_each(|(name, inner)| walk(inner.as_object().unwrap(), &format!("{path}.{name}"), input));
        }
        if let Some(Value::Object(values)) = schema.get("additionalProperties") {
            walk(values, &format!("{path}.*"), input);
        }
        if let Some(Value::Object(items)) = schema.get("items") {
            walk(items, &format!("{path}[]"), input);
        }
    }
    let registry = shipped().await;
    for narrowed in [false, true] {
        for tool in registry.list(Scopes::Billing, narrowed).tools() {
            walk(&tool.input_schema, tool.name, true);
            walk(&tool.output_schema, tool.name, false);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p13_a_narrowed_connection_is_not_offered_a_choice_of_team() {
    fn chooses(schema: &Value) -> bool {
        let properties = schema.get("properties").and_then(Value::as_object);
        properties.is_some_and(|all| all.contains_key("team") || all.contains_key("teams") || all.values().any(chooses))
            || schema.get("items").is_some_and(chooses)
    }
    let registry = shipped().await;
    let offered = |narrowed| -> Vec<&str> {
        let tools = registry.list(Scopes::Billing, narrowed).tools().iter();
        let chooses = |tool: &&Description| chooses(&Value::Object((*tool.input_schema).clone()));
        tools.filter(chooses).map(|tool| tool.name).collect()
    };
    assert!(offered(false).starts_with(&["list_projects", "list_tasks"]), "{:?}", offered(false));
    assert_eq!(offered(true), [] as [&str; 0]);
}
