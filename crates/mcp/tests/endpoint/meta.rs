//! What a message says about itself in `_meta`, and what every answer says about itself.

use bytes::Bytes;
use http::Request;
use lavori_mcp::code;
use serde_json::{Value, json};

use crate::support::{Caller, call, desk, legacy, modern, modern_body, modern_head, post, with_body};

/// A modern request with more in its `_meta`.
fn with_meta(method: &str, params: Value, more: &Value) -> Request<Bytes> {
    let mut request = modern(method, params);
    let mut body: Value = serde_json::from_slice(request.body()).unwrap();
    for (key, value) in more.as_object().unwrap() {
        body["params"]["_meta"][key] = value.clone();
    }
    *request.body_mut() = body.to_string().into();
    request
}

#[tokio::test]
async fn who_the_client_is_need_not_be_said_and_may_be_said() {
    let desk = desk();
    let info = "io.modelcontextprotocol/clientInfo";
    for more in [json!({}), json!({ info: { "name": "test", "version": "1" } }), json!({ info: { "name": "test" } })] {
        assert_eq!(desk.send(with_meta("tools/list", json!({}), &more)).await.status, 200, "{more}");
    }
    let init =
        json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
    assert_eq!(desk.send(legacy("initialize", &init)).await.status, 200);
}

#[tokio::test]
async fn neither_progress_nor_logging_is_sent_and_asking_for_them_changes_nothing() {
    let desk = desk();
    for more in [
        json!({ "progressToken": 1 }),
        json!({ "progressToken": "p" }),
        json!({ "io.modelcontextprotocol/logLevel": "debug" }),
        json!({ "io.modelcontextprotocol/logLevel": "nonsense" }),
        json!({ "example.com/anything": [1, 2] }),
    ] {
        for (method, params) in [("tools/call", call("echo", &json!({}))), ("tools/list", json!({}))] {
            let asked = desk.send(with_meta(method, params.clone(), &more)).await;
            let plain = desk.send(modern(method, params)).await;
            assert_eq!(asked.json(), plain.json(), "{method} {more}");
        }
        let discovered = desk.send(with_meta("server/discover", json!({}), &more)).await.result();
        assert!(discovered["capabilities"].get("logging").is_none());
    }
}

#[tokio::test]
async fn a_traceparent_reaches_the_layer_above_as_it_is_and_never_fails_a_request() {
    let desk = desk();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for (method, params) in [("tools/call", call("echo", &json!({}))), ("tools/list", json!({}))] {
        let more = json!({ "traceparent": trace, "tracestate": "a=b", "baggage": "k=v" });
        let incoming = desk.read(with_meta(method, params.clone(), &more)).unwrap();
        assert_eq!(incoming.traceparent(), Some(trace), "{method}");
        let mut of_legacy = params.clone();
        of_legacy["_meta"] = more;
        assert_eq!(desk.read(legacy(method, &of_legacy)).unwrap().traceparent(), Some(trace), "{method}");
        for odd in [json!(5), json!(null), json!({ "a": 1 }), json!("nonsense"), json!("")] {
            let more = json!({ "traceparent": odd, "tracestate": odd, "baggage": odd });
            let reply = desk.send(with_meta(method, params.clone(), &more)).await;
            assert_eq!(reply.status, 200, "{method} {odd}");
        }
        assert_eq!(desk.read(modern(method, params)).unwrap().traceparent(), None);
    }
}

#[tokio::test]
async fn every_modern_result_is_one_json_object_that_says_it_is_complete_and_who_answers() {
    let desk = desk();
    for (method, params) in [
        ("server/discover", json!({})),
        ("tools/list", json!({})),
        ("tools/call", call("echo", &json!({}))),
        ("tools/call", call("refuse", &json!({}))),
        ("tools/call", call("who", &json!({}))),
    ] {
        let reply = desk.send(modern(method, params)).await;
        assert_eq!(reply.headers["content-type"], "application/json", "{method}");
        let result = reply.result();
        assert_eq!(result["resultType"], "complete", "{method}");
        let server = &result["_meta"]["io.modelcontextprotocol/serverInfo"];
        assert_eq!((&server["name"], &server["version"]), (&json!("desk"), &json!("1.2.3")), "{method}");
    }
}

#[tokio::test]
async fn the_names_of_prompts_and_resources_are_repeated_in_headers_too() {
    let desk = desk();
    for (method, params) in [("prompts/get", json!({ "name": "x" })), ("resources/read", json!({ "uri": "x:y" }))] {
        let mut missing = modern(method, params.clone());
        missing.headers_mut().remove("mcp-name");
        assert_eq!(desk.send(missing).await.error(), (400, -32020), "{method}");
        let mut lying = modern(method, params.clone());
        lying.headers_mut().insert("mcp-name", "z".parse().unwrap());
        assert_eq!(desk.send(lying).await.error(), (400, -32020), "{method}");
        let agreeing = desk.send(modern(method, params)).await;
        assert_ne!(agreeing.error().1, -32020, "{method}");
    }
}

#[tokio::test]
async fn every_error_code_is_one_that_the_specification_gives_that_meaning() {
    let desk = desk();
    let mut nobody = modern("tools/list", json!({}));
    nobody.extensions_mut().insert(Caller("nobody"));
    let mut elsewhere = modern("tools/list", json!({}));
    elsewhere.headers_mut().insert("mcp-protocol-version", "2099-01-01".parse().unwrap());
    *elsewhere.body_mut() = modern_body("tools/list", json!({})).replace("2026-07-28", "2099-01-01").into();
    for (request, expected) in [
        (with_body(post(), "{"), code::PARSE_ERROR),
        (with_body(post(), "[]"), code::INVALID_REQUEST),
        (with_body(post(), vec![b' '; 5000]), code::INVALID_REQUEST),
        (with_body(modern_head("ping"), modern_body("ping", json!({}))), code::METHOD_NOT_FOUND),
        (with_body(modern_head("other"), modern_body("tools/list", json!({}))), code::HEADER_MISMATCH),
        (modern("tools/call", call("no_such_tool", &json!({}))), code::INVALID_PARAMS),
        (modern("tools/list", json!({ "cursor": "x" })), code::INVALID_PARAMS),
        (modern("tools/call", call("broken", &json!({}))), code::INTERNAL_ERROR),
        (modern("tools/call", call("busy", &json!({}))), code::INTERNAL_ERROR),
        (elsewhere, code::UNSUPPORTED_VERSION),
        (nobody, code::INTERNAL_ERROR),
    ] {
        let told = desk.send(request).await.error().1;
        assert_eq!(told, i64::from(expected));
        let standard = [-32700, -32600, -32601, -32602, -32603].contains(&told);
        assert!(standard || (-32099..=-32020).contains(&told), "{told}");
    }
}

#[tokio::test]
async fn no_tool_needs_a_capability_of_the_client() {
    // So -32021 has no case: whoever declares nothing can call everything.
    let desk = desk();
    for name in ["echo", "who", "refuse"] {
        assert_eq!(desk.send(modern("tools/call", call(name, &json!({})))).await.status, 200, "{name}");
    }
}
