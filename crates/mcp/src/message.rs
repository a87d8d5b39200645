//! The JSON-RPC shape of a body, read once and without building a tree.
//!
//! `MCP 2026-07-28 basic/index`, "Messages": one request or notification, an id that is a string
//! or an integer, parameters that are an object. rmcp answers every breach with a bare 415; here
//! each gets its JSON-RPC code.

use std::borrow::Cow;

use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};
use serde_json::value::RawValue;

use crate::{
    code::{INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR},
    response::Refusal,
};

/// The id of a request, exactly as the client wrote it.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Id(Box<RawValue>);

impl Id {
    /// The id as JSON: a quoted string or an integer.
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    fn read(raw: &RawValue) -> Option<Self> {
        let text = raw.get();
        // Half a surrogate pair passes for a string until somebody reads it: the client that gets it back.
        let is_text = || serde_json::from_str::<Cow<'_, str>>(text).is_ok();
        (is_text() || text.parse::<i64>().is_ok()).then(|| Self(raw.to_owned()))
    }
}

/// A request or a notification whose envelope is sound.
#[derive(Debug)]
pub(crate) struct Message {
    /// `None` for a notification.
    pub(crate) id: Option<Id>,
    pub(crate) method: String,
    /// An object, as it stands in the body.
    pub(crate) params: Option<Bytes>,
}

/// A message that cannot be served, and whom to tell.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) id: Option<Id>,
    pub(crate) refusal: Refusal,
}

/// Keys that decide anything; a value may be `null`, which is not the same as being absent.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    method: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
    #[serde(default)]
    result: Option<IgnoredAny>,
    #[serde(default)]
    error: Option<IgnoredAny>,
}

/// Keeps `null` as a value.
pub(crate) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Reads a body.
pub(crate) fn read(body: &Bytes) -> Result<Message, Unreadable> {
    let envelope = envelope(body).map_err(|refusal| Unreadable { id: None, refusal })?;
    let id = envelope.id.and_then(Id::read);
    match check(&envelope, id.is_some()) {
        Ok((method, params)) => {
            Ok(Message { id, method, params: params.map(|raw| body.slice_ref(raw.get().as_bytes())) })
        }
        Err(refusal) => Err(Unreadable { id, refusal }),
    }
}

fn envelope(body: &[u8]) -> Result<Envelope<'_>, Refusal> {
    let not_json = || Refusal::bad(PARSE_ERROR, "The body is not JSON in UTF-8. Send one JSON-RPC message.");
    let text = str::from_utf8(body).map_err(|_| not_json())?;
    // A struct may be read from an array as well, so what it is has to be looked at first.
    let first = body.trim_ascii_start().first();
    if first == Some(&b'{')
        && let Ok(envelope) = serde_json::from_str(text)
    {
        return Ok(envelope);
    }
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return Err(not_json());
    }
    Err(match first {
        Some(b'[') => invalid("Batches are not served: send each message in a POST of its own."),
        Some(b'{') => invalid("The message names one of its keys twice."),
        _ => invalid("The body must be one JSON-RPC request or notification object."),
    })
}

fn check<'a>(envelope: &Envelope<'a>, id_is_sound: bool) -> Result<(String, Option<&'a RawValue>), Refusal> {
    if envelope.jsonrpc.map(RawValue::get) != Some(r#""2.0""#) {
        return Err(invalid(r#"The message must say "jsonrpc": "2.0"."#));
    }
    if envelope.id.is_some() && !id_is_sound {
        return Err(invalid("The id must be a string or an integer. Leave it out only in notifications."));
    }
    let Some(method) = envelope.method else {
        return Err(invalid(if envelope.result.is_some() || envelope.error.is_some() {
            "This server sends no requests, so it takes no responses."
        } else {
            "The message has no method."
        }));
    };
    let Ok(method) = serde_json::from_str::<Cow<'_, str>>(method.get()) else {
        return Err(invalid("The method must be a string."));
    };
    let params = envelope.params.filter(|raw| raw.get() != "null");
    if params.is_some_and(|raw| !raw.get().starts_with('{')) {
        return Err(Refusal::bad(INVALID_PARAMS, "The params must be an object with named values."));
    }
    Ok((method.into_owned(), params))
}

fn invalid(message: &'static str) -> Refusal {
    Refusal::bad(INVALID_REQUEST, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The id that is answered, and the code; `Ok` for what is served.
    fn outcome(body: &[u8]) -> Result<String, (Option<String>, i32)> {
        read(&Bytes::copy_from_slice(body))
            .map(|message| message.method)
            .map_err(|it| (it.id.map(|id| id.as_json().to_owned()), it.refusal.code))
    }

    #[test]
    fn sound_messages_are_read_without_copying_params() {
        let body = Bytes::from_static(
            b" {\"params\": {\"a\": [1]}, \"id\": \"x\\u0041\", \"jsonrpc\":\"2.0\", \"method\":\"ping\", \"more\": {}} ",
        );
        let message = read(&body).unwrap();
        assert_eq!(message.method, "ping");
        assert_eq!(message.id.unwrap().as_json(), r#""x\u0041""#);
        let params = message.params.unwrap();
        assert_eq!(params, r#"{"a": [1]}"#);
        assert!(body.as_ptr_range().contains(&params.as_ptr()));

        let notification = br#"{"jsonrpc":"2.0","method":"notifications/initialized","params":null}"#;
        let message = read(&Bytes::from_static(notification)).unwrap();
        assert!(message.id.is_none() && message.params.is_none());
    }

    #[test]
    fn gap_malformed_json_is_a_parse_error() {
        for body in [
            &b""[..],
            b"  ",
            b"{",
            b"{\"jsonrpc\":\"2.0\",}",
            b"[1,",
            b"nonsense",
            b"{} {}",
            b"\xff\xfe",
            b"\xef\xbb\xbf{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"p\xffng\"}",
        ] {
            assert_eq!(outcome(body), Err((None, -32700)), "{body:?}");
        }
    }

    #[test]
    fn gap_wrong_shapes_are_invalid_requests_that_answer_a_readable_id() {
        let no_id = |code| Err((None, code));
        let id_7 = |code| Err((Some("7".to_owned()), code));
        for (body, expected) in [
            (r#"[{"jsonrpc":"2.0","id":7,"method":"ping"}]"#, no_id(-32600)),
            (r#"["2.0",7,"ping"]"#, no_id(-32600)),
            ("[]", no_id(-32600)),
            ("1", no_id(-32600)),
            ("\"ping\"", no_id(-32600)),
            ("null", no_id(-32600)),
            ("{}", no_id(-32600)),
            (r#"{"id":7,"method":"ping"}"#, id_7(-32600)),
            (r#"{"jsonrpc":"1.0","id":7,"method":"ping"}"#, id_7(-32600)),
            (r#"{"jsonrpc":2.0,"id":7,"method":"ping"}"#, id_7(-32600)),
            (r#"{"jsonrpc":"2.0","id":7}"#, id_7(-32600)),
            (r#"{"jsonrpc":"2.0","id":7,"result":{}}"#, id_7(-32600)),
            (r#"{"jsonrpc":"2.0","id":7,"error":{}}"#, id_7(-32600)),
            (r#"{"jsonrpc":"2.0","id":7,"id":8,"method":"ping"}"#, no_id(-32600)),
            (r#"{"jsonrpc":"2.0","id":7,"method":"ping","method":"initialize"}"#, no_id(-32600)),
            (r#"{"jsonrpc":"2.0","id":7,"method":"ping","params":[1]}"#, id_7(-32602)),
            (r#"{"jsonrpc":"2.0","id":7,"method":"ping","params":"x"}"#, id_7(-32602)),
        ] {
            assert_eq!(outcome(body.as_bytes()), expected, "{body}");
        }
    }

    #[test]
    fn gap_null_and_other_odd_ids_are_invalid_requests() {
        for id in ["null", "true", "1.5", "1e3", "{}", "[1]", "9223372036854775808", "\"\\ud800\""] {
            let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
            assert_eq!(outcome(body.as_bytes()), Err((None, -32600)), "{id}");
        }
        for id in ["0", "-3", "\"\"", "\"a\\\"b\"", "9223372036854775807"] {
            let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
            assert_eq!(outcome(body.as_bytes()), Ok("ping".to_owned()), "{id}");
        }
    }

    #[test]
    fn gap_methods_that_are_not_strings_are_invalid_requests() {
        for method in ["1", "null", "{}", "[\"ping\"]", "true"] {
            let body = format!(r#"{{"jsonrpc":"2.0","id":"a","method":{method}}}"#);
            let expected = Err((Some("\"a\"".to_owned()), -32600));
            assert_eq!(outcome(body.as_bytes()), expected, "{method}");
        }
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(outcome(deep.as_bytes()), Err((None, -32600)));
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"x":{deep}}}}}"#);
        assert_eq!(outcome(body.as_bytes()), Ok("ping".to_owned()));
    }
}
