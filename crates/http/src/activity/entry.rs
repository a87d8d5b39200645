//! One event in words.

use lavori_audit::{Action, Severity};
use lavori_domain::TimeZone;
use lavori_store::audit_events::Recorded;
use lavori_web as web;
use serde_json::Value;

/// An event as the pages show it.
pub(super) fn shown(event: &Recorded, zone: TimeZone) -> web::ActivityEvent {
    let action = Action::parse(&event.action);
    let details = event.details.as_object().into_iter().flatten();
    web::ActivityEvent {
        id: event.id.to_string(),
        title: action.map_or_else(|| event.action.clone(), |action| action.title().to_owned()),
        about: action.and_then(|action| about(action, &event.details)),
        severity: Severity::parse(&event.severity).map_or(web::Severity::Low, weight),
        at: web::EventTime {
            day: format!("{}, {}", zone.weekday(event.occurred_at), zone.long_date(event.occurred_at)),
            clock: zone.clock(event.occurred_at),
            exact: event.occurred_at.to_string(),
        },
        ip_address: event.ip_address.clone(),
        user_agent: event.user_agent.clone(),
        details: details
            .map(|(name, value)| detail(name, value))
            .chain(event.request_id.clone().map(|id| ("Request".to_owned(), id)))
            .collect(),
    }
}

/// A severity as the pages show it.
pub(super) fn weight(severity: Severity) -> web::Severity {
    match severity {
        Severity::Info => web::Severity::Info,
        Severity::Low => web::Severity::Low,
        Severity::Medium => web::Severity::Medium,
        Severity::High => web::Severity::High,
    }
}

/// What one wants to know first of such an event.
fn about(action: Action, details: &Value) -> Option<String> {
    let text = |name: &str| details[name].as_str().filter(|text| !text.is_empty());
    let about = match action {
        Action::ToolCalled => match (text("tool")?, text("outcome")) {
            (tool, None | Some("ok")) => tool.to_owned(),
            (tool, Some(_)) => format!("{tool}, without success"),
        },
        Action::CallRefused => match (text("tool"), reason(text("reason")?)) {
            (Some(tool), reason) => format!("{tool}: {reason}"),
            (None, reason) => reason.to_owned(),
        },
        Action::ConnectionRevoked => match (text("by")?, text("name")) {
            ("person", _) => "by you".to_owned(),
            ("client", _) => "by the client".to_owned(),
            ("operator", _) => "by the operator of this server".to_owned(),
            (_, Some(name)) => format!("by {name}"),
            (_, None) => text("reason")?.to_owned(),
        },
        Action::ConnectionApproved => scopes(text("scope")?),
        Action::ScopeReduced | Action::ScopeRestored => format!("to {}", scopes(text("scope")?)),
        Action::ConnectionRenamed => format!("to {}", text("name")?),
        Action::ActivityExported => format!("as {}", text("format")?.to_uppercase()),
        Action::ReplayDetected | Action::ConnectionExpired => text("reason")?.to_owned(),
        _ => return None,
    };
    Some(about)
}

/// A detail's name in words, and its value on one line.
fn detail(name: &str, value: &Value) -> (String, String) {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let value = match (name, value) {
        ("duration_ms", value) => format!("{value} ms"),
        ("scope", Value::String(words)) => scopes(words),
        ("reason", Value::String(word)) => reason(word).to_owned(),
        ("outcome", Value::String(word)) => outcome(word).to_owned(),
        ("by", Value::String(word)) if word == "person" => "you".to_owned(),
        (_, Value::Array(values)) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        (_, value) => text(value),
    };
    let name = match name {
        "duration_ms" => "Took".to_owned(),
        "scope" => "Access".to_owned(),
        "generation" => "Renewals before".to_owned(),
        "redirect_uri" => "Sent back to".to_owned(),
        "changed" => "Changed records".to_owned(),
        name => sentence(&name.replace('_', " ")),
    };
    (name, value)
}

/// Scopes in words.
fn scopes(words: &str) -> String {
    let words = words.split(' ').map(|word| match word {
        "mcp:read" => "read",
        "mcp:write" => "write",
        "mcp:write:billing" => "billing",
        other => other,
    });
    sentence(&words.collect::<Vec<_>>().join(", "))
}

fn reason(word: &str) -> &str {
    match word {
        "unknown_tool" => "there is no such tool",
        "insufficient_scope" => "it needs access that you did not approve",
        "rate_limited" => "it called too often",
        other => other,
    }
}

fn outcome(word: &str) -> &str {
    match word {
        "ok" => "done",
        "busy" => "not done: the server was busy",
        "internal" => "not done: something failed on our side",
        "not_found" => "refused: there was no such record",
        "insufficient_scope" => "refused: it needs access that you did not approve",
        "invalid_argument"
        | "unknown_argument"
        | "missing_argument"
        | "ambiguous_reference"
        | "invalid_date"
        | "invalid_cursor" => "refused: the client asked wrongly",
        other => other,
    }
}

/// With a capital at the beginning.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn p28_events_say_in_words_what_happened() {
        for (action, details, expected) in [
            (Action::ToolCalled, json!({"tool": "search", "outcome": "ok"}), Some("search")),
            (Action::ToolCalled, json!({"tool": "fetch", "outcome": "not_found"}), Some("fetch, without success")),
            (Action::CallRefused, json!({"tool": "x", "reason": "unknown_tool"}), Some("x: there is no such tool")),
            (Action::CallRefused, json!({"reason": "the connection was revoked"}), Some("the connection was revoked")),
            (Action::CallRefused, json!({"reason": "rate_limited"}), Some("it called too often")),
            (Action::ConnectionRevoked, json!({"by": "person", "name": "Ada", "reason": ""}), Some("by you")),
            (Action::ConnectionRevoked, json!({"by": "administrator", "name": "Ada"}), Some("by Ada")),
            (Action::ConnectionRevoked, json!({"by": "client"}), Some("by the client")),
            (Action::ScopeReduced, json!({"scope": "mcp:read"}), Some("to Read")),
            (Action::ScopeRestored, json!({"scope": "mcp:read mcp:write"}), Some("to Read, write")),
            (Action::ConnectionRenamed, json!({"name": ""}), None),
            (Action::AccessIssued, json!({"scope": "mcp:read"}), None),
            (Action::ToolCalled, json!({}), None),
        ] {
            assert_eq!(about(action, &details).as_deref(), expected, "{action:?} {details}");
        }
    }

    #[test]
    fn p28_details_have_names_and_values_that_people_read() {
        let shown = |name: &str, value: Value| {
            let (name, value) = detail(name, &value);
            format!("{name}: {value}")
        };
        assert_eq!(shown("duration_ms", json!(12)), "Took: 12 ms");
        assert_eq!(shown("changed", json!(["T-1", "T-2"])), "Changed records: T-1, T-2");
        assert_eq!(shown("some_thing", json!({"a": 1})), r#"Some thing: {"a":1}"#);
        assert_eq!(shown("", json!("")), ": ");
    }
}
