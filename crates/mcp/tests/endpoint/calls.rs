//! `tools/call`: answers, failures, cancellation, deadline.

use std::time::Duration;

use lavori_mcp::{Era, ToolAnswer};
use serde_json::{Value, json};

use crate::support::{Caller, Event, both, call, desk, legacy, modern, modern_body, modern_head, with_body};

#[tokio::test]
async fn a_modern_result_is_stamped_text_and_structure_from_the_same_bytes() {
    let arguments = json!({ "quote\"d": "back\\slash\n", "emoji": "ß→🦀", "n": [1, 2.5] });
    let reply = desk().send(modern("tools/call", call("echo", &arguments))).await;
    let bytes = json!({ "got": arguments }).to_string();
    assert!(reply.text.contains(&format!(r#""structuredContent":{bytes},"#)));
    assert_eq!(
        reply.json(),
        json!({
            "jsonrpc": "2.0",
            "id": 7,
            "result": {
                "resultType": "complete",
                "content": [{ "type": "text", "text": bytes }],
                "structuredContent": { "got": arguments },
                "isError": false,
                "_meta": {
                    "io.modelcontextprotocol/serverInfo": {
                        "name": "desk",
                        "title": "The Desk",
                        "version": "1.2.3",
                        "websiteUrl": "https://desk.example",
                    },
                },
            },
        })
    );
}

#[tokio::test]
async fn a_legacy_result_has_the_same_content_and_nothing_modern() {
    let reply = desk().send(legacy("tools/call", &call("echo", &json!({ "a": 1 })))).await;
    assert_eq!(
        reply.json(),
        json!({
            "jsonrpc": "2.0",
            "id": 7,
            "result": {
                "content": [{ "type": "text", "text": r#"{"got":{"a":1}}"# }],
                "structuredContent": { "got": { "a": 1 } },
                "isError": false,
            },
        })
    );
}

#[tokio::test]
async fn a_tools_error_is_text_without_structure() {
    for request in both("tools/call", &call("refuse", &json!({}))) {
        let result = desk().send(request).await.result();
        assert_eq!(result["isError"], true);
        assert_eq!(result["content"], json!([{ "type": "text", "text": r#"{"code":"not_found"}"# }]));
        assert!(result.get("structuredContent").is_none());
    }
}

#[tokio::test]
async fn gap_the_servers_name_is_on_every_modern_result() {
    let desk = desk();
    for (method, params) in [
        ("server/discover", json!({})),
        ("tools/list", json!({})),
        ("tools/call", call("echo", &json!({}))),
        ("tools/call", call("refuse", &json!({}))),
    ] {
        let result = desk.send(modern(method, params.clone())).await.result();
        let server = &result["_meta"]["io.modelcontextprotocol/serverInfo"];
        assert_eq!(server["title"], "The Desk", "{method} {params}");
    }
}

#[tokio::test]
async fn the_id_comes_back_as_it_was_written() {
    let desk = desk();
    for id in [r#""a\u0062\"c""#, "-5", "9007199254740993", "\"\""] {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"echo"}}}}"#);
        let reply = desk.send(with_body(crate::support::post(), body)).await;
        assert!(reply.text.contains(&format!(r#""id":{id},"#)), "{}", reply.text);
        assert_eq!(reply.result()["structuredContent"], json!({ "got": {} }));
    }
}

#[tokio::test]
async fn the_caller_reaches_the_tool_and_credentials_do_not() {
    let desk = desk();
    for mut request in both("tools/call", &call("who", &json!({}))) {
        request.extensions_mut().insert(Caller("grace"));
        for name in ["authorization", "cookie", "proxy-authorization", "mcp-session-id", "last-event-id"] {
            request.headers_mut().insert(name, "secret".parse().unwrap());
        }
        let incoming = desk.read(request).unwrap();
        assert_eq!(incoming.tool_name(), Some("who"));
        assert_eq!(incoming.method(), "tools/call");
        assert_eq!(incoming.id().unwrap().as_json(), "7");
        assert!(incoming.headers().values().all(|value| value != "secret"));
        assert!(incoming.headers().contains_key("host"));
        let reply = crate::support::Reply::of(desk.endpoint.serve(incoming).await).await;
        assert_eq!(reply.result()["structuredContent"], json!({ "name": "grace" }));
    }
}

#[tokio::test]
async fn both_eras_are_told_apart_before_serving() {
    let desk = desk();
    let [new, old] = both("tools/list", &json!({}));
    assert_eq!(desk.read(new).unwrap().era(), Era::Modern);
    let old = desk.read(old).unwrap();
    assert_eq!((old.era(), old.tool_name()), (Era::Legacy, None));
}

#[tokio::test]
async fn arguments_may_be_absent_or_null_but_nothing_else_than_an_object() {
    let desk = desk();
    for params in [json!({ "name": "echo" }), json!({ "name": "echo", "arguments": null })] {
        for request in both("tools/call", &params) {
            assert_eq!(desk.send(request).await.result()["structuredContent"], json!({ "got": {} }));
        }
    }
    for arguments in [json!([]), json!("x"), json!(1)] {
        for request in both("tools/call", &call("echo", &arguments)) {
            assert_eq!(desk.send(request).await.error(), (400, -32602), "{arguments}");
        }
    }
    let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
    let body = modern_body("tools/call", call("echo", &json!({ "x": "deep" }))).replace("\"deep\"", &deep);
    let head = modern_head("tools/call").header("mcp-name", "echo");
    assert_eq!(desk.send(with_body(head, body)).await.error(), (400, -32602));
}

#[tokio::test]
async fn a_call_names_a_tool() {
    for params in [json!({}), json!({ "name": 1 }), json!({ "name": null })] {
        for request in both("tools/call", &params) {
            assert_eq!(desk().send(request).await.error(), (400, -32602), "{params}");
        }
    }
}

#[tokio::test]
async fn an_unknown_tool_is_invalid_params() {
    for request in both("tools/call", &call("<secret>", &json!({}))) {
        let reply = desk().send(request).await;
        assert_eq!(reply.error(), (200, -32602));
        assert_eq!(reply.json()["id"], 7);
        assert!(!reply.text.contains("secret"));
    }
}

#[tokio::test]
async fn gap_internal_errors_tell_where_to_look_and_nothing_else() {
    for request in both("tools/call", &call("broken", &json!({}))) {
        let reply = desk().send(request).await;
        assert_eq!(reply.error(), (200, -32603));
        assert_eq!(reply.json()["error"]["data"], json!({ "request_id": "r-2" }));
    }
}

#[tokio::test]
async fn a_panic_is_one_failed_request() {
    for request in both("tools/call", &call("panic", &json!({}))) {
        let reply = desk().send(request).await;
        assert_eq!(reply.error(), (200, -32603));
        assert!(!reply.text.contains("mistake"));
    }
}

#[tokio::test]
async fn a_busy_service_says_when_to_come_back() {
    let reply = desk().send(modern("tools/call", call("busy", &json!({})))).await;
    assert_eq!(reply.error(), (503, -32603));
    assert_eq!(reply.headers["retry-after"], "2");
    assert_eq!(reply.json()["error"]["data"]["retry_after_seconds"], 2);
}

#[tokio::test]
async fn a_service_may_answer_in_http() {
    let reply = desk().send(modern("tools/call", call("revoked", &json!({})))).await;
    assert_eq!(reply.status, 401);
}

#[tokio::test]
async fn gap_a_disconnect_drops_the_call_and_fires_its_token() {
    for request in both("tools/call", &call("wait", &json!({}))) {
        let mut desk = desk();
        let incoming = desk.read(request).unwrap();
        let endpoint = desk.endpoint.clone();
        let served = tokio::spawn(async move { endpoint.serve(incoming).await });
        assert_eq!(desk.event().await, Some(Event::Started));
        // What a server does when the connection closes.
        served.abort();
        assert_eq!(desk.event().await, Some(Event::Dropped));
        assert_eq!(desk.event().await, Some(Event::Cancelled));
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_stops_a_call_and_says_so() {
    for request in both("tools/call", &call("wait", &json!({}))) {
        let mut desk = desk();
        let started = tokio::time::Instant::now();
        let result = desk.send(request).await.result();
        assert_eq!(started.elapsed().as_secs(), Duration::from_secs(30).as_secs());
        assert_eq!(result["isError"], true);
        assert!(result.get("structuredContent").is_none());
        let text = result["content"][0]["text"].as_str().unwrap();
        let answer: Value = serde_json::from_str(text).unwrap();
        assert_eq!(answer["code"], "unavailable");
        assert!(answer["message"].as_str().unwrap().contains("30 seconds"));
        for expected in [Event::Started, Event::Dropped, Event::Cancelled] {
            assert_eq!(desk.event().await, Some(expected));
        }
    }
}

#[test]
#[should_panic(expected = "must be one JSON object")]
fn a_tool_that_answers_no_object_is_found_in_debug_builds() {
    ToolAnswer::success("[1]".to_owned());
}
