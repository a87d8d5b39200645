//! Values out of earlier answers: `$0/data/1/id` is that of the first answer.
//!
//! Where a model picks a row by reading, a step `[title=Rigger call]` is the first row with that title, `[title~Rigger]`
//! the first whose title holds the word. `*` is every row.

use serde_json::Value;

/// The value at `path` of one of the answers.
///
/// # Errors
/// When there is none.
pub(crate) fn value(path: &str, answers: &[Value]) -> Result<Value, String> {
    let (index, steps) = path.strip_prefix('$').and_then(|path| path.split_once('/')).unwrap_or((path, ""));
    let index: usize = index.parse().map_err(|_| format!("{path} begins with no answer"))?;
    let answer = answers.get(index).ok_or_else(|| format!("{path}: there is no such answer"))?;
    at(answer, steps).ok_or_else(|| format!("{path} is not in {answer}"))
}

/// The value at `steps` below `value`.
pub(crate) fn at(value: &Value, steps: &str) -> Option<Value> {
    if steps.is_empty() {
        return Some(value.clone());
    }
    // What a row is picked by may hold a slash.
    let end = if steps.starts_with('[') { steps.find(']')? + 1 } else { steps.find('/').unwrap_or(steps.len()) };
    let (step, rest) = (&steps[..end], steps[end..].trim_start_matches('/'));
    if step == "*" {
        return value.as_array()?.iter().map(|row| at(row, rest)).collect();
    }
    if let Some(wanted) = step.strip_prefix('[').and_then(|step| step.strip_suffix(']')) {
        return at(value.as_array()?.iter().find(|row| fits(row, wanted))?, rest);
    }
    let inner = match value {
        Value::Array(rows) => rows.get(step.parse::<usize>().ok()?)?,
        other => other.get(step)?,
    };
    at(inner, rest)
}

/// Whether a row is the wanted one: `name=text` or `name~word`, where the name may be a path with dots.
fn fits(row: &Value, wanted: &str) -> bool {
    let Some(sign) = wanted.find(['=', '~']) else { return false };
    let (name, text) = (wanted[..sign].replace('.', "/"), &wanted[sign + 1..]);
    at(row, &name).is_some_and(|found| {
        let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
        if wanted[sign..].starts_with('=') { found == text } else { found.contains(text) }
    })
}

/// `arguments` with every `$` replaced.
///
/// # Errors
/// When one of them is not there.
pub(crate) fn filled(arguments: &Value, answers: &[Value]) -> Result<Value, String> {
    match arguments {
        Value::String(path) if path.starts_with('$') => value(path, answers),
        Value::Array(items) => items.iter().map(|item| filled(item, answers)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| Ok((name.clone(), filled(field, answers)?)))
            .collect::<Result<_, String>>()
            .map(Value::Object),
        other => Ok(other.clone()),
    }
}

#[test]
fn values_are_picked_as_a_reader_picks_them() {
    let answers = [serde_json::json!({ "data": [
        { "id": "a", "title": "Load-in", "project": { "name": "Gala" } },
        { "id": "b", "title": "Load-out, 1/2", "project": { "name": "Gala" } },
    ] })];
    for (path, expected) in [
        ("$0/data/1/id", "\"b\""),
        ("$0/data/[title=Load-in]/id", "\"a\""),
        ("$0/data/[title~out, 1/2]/id", "\"b\""),
        ("$0/data/[project.name=Gala]/id", "\"a\""),
        ("$0/data/*/id", "[\"a\",\"b\"]"),
    ] {
        assert_eq!(value(path, &answers).unwrap().to_string(), expected, "{path}");
    }
    for path in ["$1/data", "$0/data/2", "$0/data/[title=Load]/id", "$0/data/*/key", "data"] {
        assert!(value(path, &answers).is_err(), "{path}");
    }
}
