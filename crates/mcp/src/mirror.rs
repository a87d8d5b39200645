//! Headers that repeat the body, so that proxies can route on them, and must tell the truth.
//!
//! `MCP 2026-07-28 basic/transports/streamable-http`, "Standard Request Headers", "Custom Headers
//! from Tool Parameters", "Server Validation". Done here and not by rmcp because it comes before
//! authorization, and because rmcp compares integers as strings.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use http::HeaderMap;
use serde_json::{Map, Value};

use crate::{code::HEADER_MISMATCH, response::Refusal};

/// The only value of a header; two are as bad as a contradiction, since others may read the other.
pub(crate) fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(mismatch(name, "stands twice"));
    }
    match value.to_str() {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(mismatch(name, "contains characters that are not allowed")),
    }
}

/// `Mcp-Method` of a request: required, and the body's method.
pub(crate) fn method(headers: &HeaderMap, method: &str) -> Result<(), Refusal> {
    match single(headers, "Mcp-Method")? {
        Some(value) if value == method => Ok(()),
        Some(_) => Err(mismatch("Mcp-Method", "is not the method in the body")),
        None => Err(mismatch("Mcp-Method", "is missing")),
    }
}

/// `Mcp-Method` of a notification: not required, but no lie.
pub(crate) fn method_if_sent(headers: &HeaderMap, body: &str) -> Result<(), Refusal> {
    if headers.contains_key("Mcp-Method") { method(headers, body) } else { Ok(()) }
}

/// `Mcp-Name`: required where the body names a tool, prompt or resource.
pub(crate) fn name(headers: &HeaderMap, body: &str) -> Result<(), Refusal> {
    let Some(raw) = single(headers, "Mcp-Name")? else {
        return Err(mismatch("Mcp-Name", "is missing"));
    };
    match decoded(raw) {
        Some(value) if value == body => Ok(()),
        Some(_) => Err(mismatch("Mcp-Name", "is not the name in the body")),
        None => Err(mismatch("Mcp-Name", "is not valid Base64 of UTF-8")),
    }
}

/// For each tool that has any: the parameters its callers repeat in headers (`x-mcp-header`).
#[derive(Debug, Default)]
pub(crate) struct Params(HashMap<String, Vec<Param>>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Param {
    /// Property names from the arguments' root.
    path: Vec<String>,
    /// `Mcp-Param-..` in full.
    header: String,
}

impl Params {
    pub(crate) fn new<'a>(tools: impl Iterator<Item = (&'a str, &'a [Param])>) -> Self {
        Self(
            tools
                .filter(|(_, params)| !params.is_empty())
                .map(|(name, params)| (name.to_owned(), params.to_vec()))
                .collect(),
        )
    }

    pub(crate) fn of(&self, tool: &str) -> Option<&[Param]> {
        self.0.get(tool).map(Vec::as_slice)
    }
}

/// The annotated properties of an input schema, along `properties` alone; `Err` is what is wrong.
pub(crate) fn params(schema: &Map<String, Value>) -> Result<Vec<Param>, String> {
    let mut found = Vec::new();
    collect(schema, &mut Vec::new(), &mut found)?;
    let mut names: Vec<_> = found.iter().map(|param: &Param| param.header.to_ascii_lowercase()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("{} stands for two parameters", pair[0])),
        None => Ok(found),
    }
}

fn collect(schema: &Map<String, Value>, path: &mut Vec<String>, found: &mut Vec<Param>) -> Result<(), String> {
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return Ok(());
    };
    for (name, property) in properties {
        let Value::Object(property) = property else {
            continue;
        };
        path.push(name.clone());
        if let Some(header) = property.get("x-mcp-header") {
            let header = header
                .as_str()
                .filter(|name| !name.is_empty())
                .map(|name| format!("Mcp-Param-{name}"))
                .filter(|name| http::HeaderName::try_from(name).is_ok())
                .ok_or_else(|| format!("the x-mcp-header of {name} is not a header name"))?;
            if !matches!(property.get("type").and_then(Value::as_str), Some("string" | "integer" | "boolean")) {
                return Err(format!("{name} has an x-mcp-header, so it must be a string, an integer or a boolean"));
            }
            found.push(Param { path: path.clone(), header });
        }
        collect(property, path, found)?;
        path.pop();
    }
    Ok(())
}

/// Every annotated value is in its header, and no header stands for a value that is not there.
pub(crate) fn arguments(headers: &HeaderMap, params: &[Param], arguments: &Map<String, Value>) -> Result<(), Refusal> {
    for param in params {
        let header = single(headers, &param.header)?;
        let body = param.value(arguments);
        let problem = match (header, body) {
            (None, None) => continue,
            (None, Some(_)) => "is missing, though the arguments have the value",
            (Some(_), None) => "is there, though the arguments have no such value",
            (Some(header), Some(body)) => match decoded(header) {
                None => "is not valid Base64 of UTF-8",
                Some(header) if equal(&header, body) => continue,
                Some(_) => "is not the value in the arguments",
            },
        };
        return Err(mismatch(&param.header, problem));
    }
    Ok(())
}

impl Param {
    fn value<'a>(&self, arguments: &'a Map<String, Value>) -> Option<&'a Value> {
        let (first, rest) = self.path.split_first()?;
        rest.iter()
            .try_fold(arguments.get(first)?, |value, key| value.get(key))
            .filter(|value| value.is_string() || value.is_boolean() || value.is_number())
    }
}

fn equal(header: &str, body: &Value) -> bool {
    match body {
        Value::String(text) => header == text,
        Value::Bool(true) => header == "true",
        Value::Bool(false) => header == "false",
        Value::Number(number) => match (header.parse::<i64>(), number.as_i64()) {
            (Ok(header), Some(body)) => header == body,
            // `42.0` and `42` are the same integer.
            _ => header.parse().ok() == number.as_f64(),
        },
        _ => false,
    }
}

/// Undoes `=?base64?..?=`; other values stand for themselves.
fn decoded(value: &str) -> Option<String> {
    match value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) {
        None => Some(value.to_owned()),
        Some(encoded) => String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok(),
    }
}

fn mismatch(header: &str, problem: &str) -> Refusal {
    Refusal::bad(HEADER_MISMATCH, format!("Header mismatch: {header} {problem}."))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn headers(pairs: &[(&'static str, &[u8])]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        map
    }

    fn object(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn method_and_name_are_the_bodys() {
        let ok = |map: &HeaderMap| method(map, "tools/call").is_ok();
        assert!(ok(&headers(&[("mcp-method", b"tools/call")])));
        assert!(!ok(&headers(&[])));
        assert!(!ok(&headers(&[("mcp-method", b"Tools/Call")])));
        assert!(!ok(&headers(&[("mcp-method", b"tools/call"), ("mcp-method", b"tools/call")])));
        assert!(!ok(&headers(&[("mcp-method", b"tools/call\xff")])));
        assert!(method_if_sent(&headers(&[]), "notifications/x").is_ok());
        assert!(method_if_sent(&headers(&[("mcp-method", b"ping")]), "notifications/x").is_err());

        let named = |value: &[u8], body| name(&headers(&[("mcp-name", value)]), body).is_ok();
        assert!(named(b"fetch", "fetch"));
        assert!(!named(b"fetch", "search"));
        assert!(named(b"=?base64?Z3LDvMOfZQ==?=", "grüße"));
        assert!(!named(b"=?BASE64?Z3LDvMOfZQ==?=", "grüße"));
        assert!(!named(b"=?base64?!!?=", "fetch"));
        assert!(!named(b"=?base64?/w==?=", "\u{fffd}"));
        assert!(name(&headers(&[]), "fetch").is_err());
    }

    #[test]
    fn annotations_are_found_and_checked() {
        let schema = json!({ "type": "object", "properties": {
            "region": { "type": "string", "x-mcp-header": "Region" },
            "page": { "type": "object", "properties": {
                "size": { "type": "integer", "x-mcp-header": "Size" },
            }},
            "free": true,
        }});
        let found = params(&object(schema)).unwrap();
        assert_eq!(found.len(), 2);
        assert!(found.iter().any(|it| it.header == "Mcp-Param-Size" && it.path == ["page", "size"]));

        for wrong in [
            json!({ "a": { "type": "number", "x-mcp-header": "A" } }),
            json!({ "a": { "type": "string", "x-mcp-header": "" } }),
            json!({ "a": { "type": "string", "x-mcp-header": "a b" } }),
            json!({ "a": { "type": "string", "x-mcp-header": 1 } }),
            json!({ "a": { "type": "string", "x-mcp-header": "X" }, "b": { "type": "string", "x-mcp-header": "x" } }),
        ] {
            assert!(params(&object(json!({ "properties": wrong }))).is_err(), "{wrong}");
        }
    }

    fn mirrored(kind: &str, header: Option<&[u8]>, value: Value) -> bool {
        let schema = json!({ "properties": { "x": { "type": kind, "x-mcp-header": "X" } } });
        let sent: Vec<_> = header.map(|it| ("mcp-param-x", it)).into_iter().collect();
        let params = params(&object(schema)).unwrap();
        arguments(&headers(&sent), &params, &object(value)).is_ok()
    }

    #[test]
    fn parameters_and_their_headers_agree() {
        assert!(mirrored("string", Some(b"eu"), json!({ "x": "eu" })));
        assert!(!mirrored("string", Some(b"us"), json!({ "x": "eu" })));
        assert!(!mirrored("string", None, json!({ "x": "eu" })));
        assert!(!mirrored("string", Some(b"eu"), json!({})));
        assert!(!mirrored("string", Some(b"eu\xff"), json!({ "x": "eu" })));
        assert!(mirrored("string", None, json!({})));
        assert!(mirrored("string", None, json!({ "x": null })));
        assert!(mirrored("string", Some(b"=?base64?IGV1?="), json!({ "x": " eu" })));
        assert!(mirrored("boolean", Some(b"true"), json!({ "x": true })));
        assert!(!mirrored("boolean", Some(b"True"), json!({ "x": true })));
    }

    #[test]
    fn gap_integers_are_compared_as_numbers() {
        assert!(mirrored("integer", Some(b"42"), json!({ "x": 42 })));
        assert!(mirrored("integer", Some(b"42.0"), json!({ "x": 42 })));
        assert!(mirrored("integer", Some(b"42"), json!({ "x": 42.0 })));
        assert!(mirrored("integer", Some(b"-7"), json!({ "x": -7 })));
        assert!(!mirrored("integer", Some(b"43"), json!({ "x": 42 })));
        assert!(!mirrored("integer", Some(b"NaN"), json!({ "x": 42 })));
        assert!(!mirrored("integer", Some(b""), json!({ "x": 42 })));
        assert!(!mirrored("integer", Some(b"9007199254740993"), json!({ "x": 9_007_199_254_740_992_i64 })));
    }
}
