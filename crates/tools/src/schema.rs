//! The schemas that clients are shown: plain objects, without anything that some client cannot read (TOOLS.md A1).

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::usual;

/// The schema of a tool's arguments.
pub(crate) fn of_input<T: JsonSchema>() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let mut schema = plain(settings, true, |generator| generator.into_root_schema_for::<T>());
    usual::describe(&mut schema);
    schema
}

/// The schema of a tool's answer.
pub(crate) fn of_output<T: JsonSchema>() -> Map<String, Value> {
    let mut schema =
        plain(SchemaSettings::draft2020_12().for_serialize(), false, |generator| generator.into_root_schema_for::<T>());
    // Below the first level the names speak for themselves, and every client pays for each word.
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.values_mut().filter_map(Value::as_object_mut).flat_map(Map::values_mut).for_each(undescribe);
    }
    schema
}

fn plain(settings: SchemaSettings, closed: bool, make: fn(SchemaGenerator) -> Schema) -> Map<String, Value> {
    let settings = settings.with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = Value::from(make(settings.into_generator()));
    simplify(&mut schema, closed);
    let Value::Object(mut schema) = schema else { return Map::new() };
    // The tool's own description says it.
    schema.remove("description");
    schema
}

/// What a field of a record may hold. Said type by type: hosts that translate schemas for their models take neither
/// "anything" nor several types in one.
pub(crate) fn value_of_a_field(_: &mut SchemaGenerator) -> Schema {
    let object = json!({ "type": "object" });
    let list = json!({ "type": "array", "items": { "anyOf": [{ "type": "string" }, object] } });
    json_schema!({
        "anyOf": [{ "type": "string" }, { "type": "number" }, { "type": "boolean" }, list, object],
    })
}

/// Takes every description out of what stands inside a property.
fn undescribe(inner: &mut Value) {
    match inner {
        Value::Object(map) => {
            // A property may be called so: then it is a schema, not a text.
            map.retain(|key, value| key != "description" || !value.is_string());
            map.values_mut().for_each(undescribe);
        }
        Value::Array(parts) => parts.iter_mut().for_each(undescribe),
        _ => {}
    }
}

/// Walks through `schema` and takes out what says nothing to a model: titles, `null` beside a type, number formats,
/// and one alternative per word where a list of words says the same.
fn simplify(schema: &mut Value, closed: bool) {
    let Value::Object(map) = schema else { return };
    map.remove("title");
    map.remove("default");
    if let Some(Value::String(description)) = map.get_mut("description") {
        *description = description.replace('\n', " ");
        if description.is_empty() {
            map.remove("description");
        }
    }
    if map
        .get("format")
        .and_then(Value::as_str)
        .is_some_and(|format| format.starts_with("int") || format.starts_with("uint"))
    {
        map.remove("format");
    }
    without_null(map);
    alternatives(map);
    if closed && map.get("type").and_then(Value::as_str) == Some("object") {
        map.entry("properties").or_insert_with(|| Value::Object(Map::new()));
        map.entry("additionalProperties").or_insert(Value::Bool(false));
    }
    for (keyword, inner) in map.iter_mut() {
        match (keyword.as_str(), inner) {
            // Here the keys are names of arguments, not keywords.
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(|property| simplify(property, closed));
            }
            ("items" | "additionalProperties", inner) => {
                simplify(inner, closed);
                // What a list of words is for, the argument says.
                if let Value::Object(items) = inner
                    && items.contains_key("enum")
                {
                    items.remove("description");
                }
            }
            ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(parts)) => {
                parts.iter_mut().for_each(|part| simplify(part, closed));
            }
            _ => {}
        }
    }
}

/// What may be left out need not be `null` as well (A2).
fn without_null(map: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = map.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            map.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(words)) = map.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    for keyword in ["anyOf", "oneOf"] {
        let Some(Value::Array(parts)) = map.get_mut(keyword) else { continue };
        parts.retain(|part| part.get("type").and_then(Value::as_str) != Some("null"));
        if let [Value::Object(only)] = parts.as_slice() {
            let only = only.clone();
            map.remove(keyword);
            only.into_iter().for_each(|(key, value)| {
                map.entry(key).or_insert(value);
            });
        }
    }
}

/// `oneOf` over constants and lists of words becomes one list of words.
fn alternatives(map: &mut Map<String, Value>) {
    let Some(Value::Array(parts)) = map.get("oneOf") else { return };
    let mut words = Vec::new();
    for part in parts {
        match (part.get("const"), part.get("enum")) {
            (Some(word), _) => words.push(word.clone()),
            (None, Some(Value::Array(several))) => words.extend(several.iter().cloned()),
            _ => return,
        }
    }
    map.remove("oneOf");
    map.insert("type".to_owned(), "string".into());
    map.insert("enum".to_owned(), Value::Array(words));
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::tasks::TaskStatus;

    #[derive(JsonSchema, serde::Deserialize)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Input {
        /// The one that must be.
        must: String,
        status: Option<Vec<TaskStatus>>,
        one: Option<TaskStatus>,
        #[schemars(range(min = 1, max = 100))]
        limit: Option<u32>,
        inner: Option<Inner>,
    }

    #[derive(JsonSchema, serde::Deserialize)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Inner {
        flag: Option<bool>,
    }

    #[test]
    fn a1_a_schema_is_closed_inline_and_without_nulls() {
        let words = serde_json::json!(["backlog", "todo", "in_progress", "in_review", "done", "cancelled"]);
        assert_eq!(
            Value::Object(of_input::<Input>()),
            serde_json::json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["must"],
                "properties": {
                    "must": { "type": "string", "description": "The one that must be." },
                    // What it is for, its name says everywhere.
                    "status": { "type": "array", "items": { "type": "string", "enum": words },
                        "description": "As it stands." },
                    "one": { "type": "string", "enum": words },
                    "limit": { "type": "integer", "minimum": 1, "maximum": 100 },
                    "inner": { "type": "object", "additionalProperties": false,
                        "properties": { "flag": { "type": "boolean" } } },
                },
            })
        );
    }
}
