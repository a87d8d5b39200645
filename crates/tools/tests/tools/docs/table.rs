//! A schema as the rows of a table: arguments one by one, however deep; of an answer its parts, each in one line.

use std::fmt::Write;

use serde_json::{Map, Value};

/// The rows of a tool's arguments, with a head; nothing if there are none.
pub(crate) fn arguments(schema: &Map<String, Value>) -> String {
    let mut rows = String::new();
    below(schema, "", &mut rows);
    if rows.is_empty() { rows } else { format!("| Argument | Type | Required | |\n|---|---|---|---|\n{rows}") }
}

/// The rows of an answer; `is_elsewhere`: whether a part is described elsewhere.
pub(crate) fn answer(schema: &Map<String, Value>, is_elsewhere: &dyn Fn(&str, &Value) -> bool) -> String {
    let mut rows = "| Answer | | |\n|---|---|---|\n".to_owned();
    for (name, inner, required) in properties(schema) {
        let optional = if required { "" } else { "?" };
        let (shape, text) = match is_elsewhere(name, inner) {
            true => (String::new(), "See [above](#parts-that-answers-share)."),
            false => (shape(inner), inner.get("description").and_then(Value::as_str).unwrap_or_default()),
        };
        let shape = if shape.is_empty() { shape } else { format!("`{shape}`") };
        let kind = if inner.to_string().contains("\"properties\"") { shape } else { kind(inner) };
        writeln!(rows, "| `{name}{optional}` | {kind} | {} |", cell(text)).unwrap();
    }
    rows
}

/// The arguments below `path`, the required ones first.
fn below(schema: &Map<String, Value>, path: &str, rows: &mut String) {
    for (name, inner, required) in properties(schema) {
        let path = format!("{path}{name}");
        let required = if required { "yes" } else { "" };
        let text = inner.get("description").and_then(Value::as_str).unwrap_or_default();
        writeln!(rows, "| `{path}` | {} | {required} | {} |", kind(inner), cell(text)).unwrap();
        let (inside, path) = match inner.get("items") {
            Some(items) => (items, format!("{path}[].")),
            None => (inner, format!("{path}.")),
        };
        if let Value::Object(inside) = inside {
            below(inside, &path, rows);
        }
    }
}

/// What an object holds, the required ones first, and whether each of them is.
fn properties(schema: &Map<String, Value>) -> Vec<(&str, &Value, bool)> {
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let held = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let mut held: Vec<_> =
        held.map(|(name, inner)| (name.as_str(), inner, required.contains(&name.as_str()))).collect();
    held.sort_by_key(|(name, _, _)| required.iter().position(|one| one == name).unwrap_or(usize::MAX));
    held
}

/// What a part of an answer looks like: names, with what stands inside them.
fn shape(schema: &Value) -> String {
    let Value::Object(map) = schema else { return String::new() };
    if let Some(items) = map.get("items") {
        return format!("[{}]", shape(items));
    }
    if let Some(Value::Array(parts)) = map.get("anyOf").or_else(|| map.get("oneOf")) {
        return parts.iter().map(shape).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" or ");
    }
    let mut inside: Vec<String> = properties(map)
        .into_iter()
        .map(|(name, inner, required)| {
            let inner = shape(inner);
            let optional = if required { "" } else { "?" };
            let of = if inner.is_empty() { "" } else { ": " };
            format!("{name}{optional}{of}{inner}")
        })
        .collect();
    if let Some(named @ Value::Object(_)) = map.get("additionalProperties") {
        let named = shape(named);
        inside.push(if named.is_empty() { "*".to_owned() } else { format!("*: {named}") });
    }
    if inside.is_empty() { String::new() } else { format!("{{ {} }}", inside.join(", ")) }
}

/// A text that may stand in a table.
pub(crate) fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// What a value may be, in words.
fn kind(schema: &Value) -> String {
    if let Some(Value::Array(words)) = schema.get("enum") {
        let words: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_str().unwrap_or_default())).collect();
        return words.join(", ");
    }
    if let Some(Value::Array(parts)) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
        return parts.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let number = |word: &str| schema.get(word).and_then(Value::as_i64);
    let range = |least: Option<i64>, most: Option<i64>, unit: &str| match (least, most) {
        (None | Some(0), Some(most)) => format!(", at most {most}{unit}"),
        (Some(least), Some(most)) => format!(", {least} to {most}{unit}"),
        (Some(least), None) if least > 0 => format!(", at least {least}{unit}"),
        _ => String::new(),
    };
    let named = schema.get("type").and_then(Value::as_str).unwrap_or("anything");
    match named {
        "array" => {
            let of = schema.get("items").map_or_else(|| "anything".to_owned(), kind);
            let many = range(number("minItems"), number("maxItems"), "");
            if of.contains('`') { format!("list{many}: {of}") } else { format!("list of {of}{many}") }
        }
        "string" => match schema.get("format").and_then(Value::as_str) {
            Some(format) => format!("text, {format}"),
            None => format!("text{}", range(number("minLength"), number("maxLength"), " characters")),
        },
        "integer" => format!("integer{}", range(number("minimum"), number("maximum"), "")),
        "boolean" => "true or false".to_owned(),
        other => other.to_owned(),
    }
}
