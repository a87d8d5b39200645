//! The trace that a request belongs to (W3C Trace Context), so that its lines in our log are found from the client's.
//!
//! A client may name it twice: in the `traceparent` header, and in the `_meta` of the message (MCP 2026-07-28 basic/index,
//! "_meta"). The message wins: it comes from whoever made the call, unchanged through every bridge and gateway, while the
//! header speaks of the last hop only, whose program may have begun a trace of its own. What is malformed counts as not
//! there, and never fails a request. `tracestate` and `baggage` are for those who pass a trace on: nothing goes out from
//! here in a call's name, so nobody looks at them.

use http::HeaderMap;
use tracing::Span;

const TRACEPARENT: &str = "traceparent";

/// A `traceparent`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TraceContext {
    trace_id: String,
    /// The caller's span.
    parent_id: String,
    /// What the caller decided, such as whether the trace is kept.
    flags: String,
}

impl TraceContext {
    /// What the headers of a request say. Two are none.
    pub(crate) fn of_headers(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => Self::parse(value.to_str().ok()?),
            _ => None,
        }
    }

    /// What its message says, which comes before what the headers say.
    pub(crate) fn of_message(message: Option<&str>, headers: Option<Self>) -> Option<Self> {
        message.and_then(Self::parse).or(headers)
    }

    /// Writes it into the request's span. Once: a second value would stand beside the first.
    pub(crate) fn note(&self) {
        let span = Span::current();
        span.record("trace_id", self.trace_id.as_str());
        span.record("parent_id", self.parent_id.as_str());
        span.record("trace_flags", self.flags.as_str());
    }

    #[cfg(feature = "fuzzing")]
    pub(crate) fn into_ids(self) -> (String, String) {
        (self.trace_id, self.parent_id)
    }

    /// W3C Trace Context section 3.2.2: `VERSION-TRACE_ID-PARENT_ID-FLAGS` in lower-case hexadecimal; later versions may
    /// add to its end.
    fn parse(text: &str) -> Option<Self> {
        let mut fields = text.splitn(5, '-');
        let mut field = |length: usize| fields.next().filter(|field| field.len() == length && is_hexadecimal(field));
        let (version, trace_id, parent_id, flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
        let is_whole = version != "00" || fields.next().is_none();
        let is_named = [trace_id, parent_id].iter().all(|id| id.bytes().any(|digit| digit != b'0'));
        (version != "ff" && is_whole && is_named).then(|| Self {
            trace_id: trace_id.to_owned(),
            parent_id: parent_id.to_owned(),
            flags: flags.to_owned(),
        })
    }
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const PARENT: &str = "00f067aa0ba902b7";

    fn traceparent(version: &str, rest: &str) -> String {
        format!("{version}-{TRACE}-{PARENT}-01{rest}")
    }

    #[test]
    fn a_traceparent_is_read_strictly() {
        let good = TraceContext { trace_id: TRACE.to_owned(), parent_id: PARENT.to_owned(), flags: "01".to_owned() };
        for text in [traceparent("00", ""), traceparent("01", ""), traceparent("cc", "-what-the-future-will-be-like")] {
            assert_eq!(TraceContext::parse(&text).as_ref(), Some(&good), "{text}");
        }
        let whole = traceparent("00", "");
        for text in [
            traceparent("ff", ""),
            traceparent("00", "-"),
            traceparent("00", "-more"),
            traceparent("01", "more"),
            traceparent("0", ""),
            traceparent("000", ""),
            traceparent(" 00", ""),
            whole.to_uppercase(),
            whole.replace('f', "g"),
            whole.replace('-', "_"),
            whole.replace(TRACE, &"0".repeat(32)),
            whole.replace(PARENT, &"0".repeat(16)),
            whole.replace(TRACE, &TRACE[1..]),
            whole.replace(PARENT, &format!("{PARENT}0")),
            format!("{whole} "),
            format!("00-{TRACE}-{PARENT}"),
            format!("00-{TRACE}-{PARENT}-0"),
            format!("00-{TRACE}-{PARENT}-0x"),
            "é".repeat(28),
            String::new(),
        ] {
            assert_eq!(TraceContext::parse(&text), None, "{text:?}");
        }
    }

    #[test]
    fn the_message_comes_before_the_header_and_what_is_malformed_is_not_there() {
        let (message, header) = (traceparent("00", ""), traceparent("00", "").replace("4bf9", "aaaa"));
        let trace = |message: Option<&str>, headers: &[&str]| {
            let mut map = HeaderMap::new();
            for value in headers {
                map.append(TRACEPARENT, value.parse().unwrap());
            }
            TraceContext::of_message(message, TraceContext::of_headers(&map))
                .map(|context| context.trace_id[..4].to_owned())
        };
        assert_eq!(trace(Some(&message), &[&header]).as_deref(), Some("4bf9"));
        assert_eq!(trace(None, &[&header]).as_deref(), Some("aaaa"));
        assert_eq!(trace(Some("nonsense"), &[&header]).as_deref(), Some("aaaa"));
        assert_eq!(trace(Some(&message), &["nonsense"]).as_deref(), Some("4bf9"));
        assert_eq!(trace(None, &[&header, &header]), None, "two are none");
        assert_eq!(trace(None, &[]), None);
    }
}
