//! The trace that a message says it belongs to (`MCP 2026-07-28 basic/index`, "_meta": `traceparent` as W3C Trace Context
//! writes it). It is found here and understood by the layer above, which knows the header of the same name.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::message::present;

#[derive(Default, Deserialize)]
struct Meta<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    traceparent: Option<&'a RawValue>,
}

/// The `traceparent` in a request's `_meta`. What is no text, or stands twice, is not there: a trace never fails a call.
pub(crate) fn parent(meta: Option<&RawValue>) -> Option<String> {
    let meta = meta?.get();
    // Most have none.
    if !(meta.starts_with('{') && meta.contains("traceparent")) {
        return None;
    }
    let meta: Meta<'_> = serde_json::from_str(meta).ok()?;
    serde_json::from_str(meta.traceparent?.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(meta: &str) -> Option<String> {
        let meta: Box<RawValue> = serde_json::from_str(meta).unwrap();
        parent(Some(&meta))
    }

    #[test]
    fn only_one_text_is_a_traceparent() {
        assert_eq!(found(r#"{"a":1,"traceparent":"00-\u0061b"}"#).as_deref(), Some("00-ab"));
        for none in [
            r#"{"traceparent":5}"#,
            r#"{"traceparent":null}"#,
            r#"{"traceparent":"a","traceparent":"a"}"#,
            r#"{"nested":{"traceparent":"a"}}"#,
            r#"["traceparent"]"#,
            r#"{"a":"traceparent"}"#,
        ] {
            assert_eq!(found(none), None, "{none}");
        }
        assert_eq!(parent(None), None);
    }
}
