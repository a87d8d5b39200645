//! Who we are and which versions we speak, in both eras.

use serde_json::{Value, json};

use crate::support::{Reply, both, desk, legacy, modern, post, with_body};

async fn initialize(version: &str) -> Value {
    let params = json!({
        "protocolVersion": version,
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let body = json!({ "jsonrpc": "2.0", "id": "init", "method": "initialize", "params": params });
    let reply = desk().send(with_body(post(), body.to_string())).await;
    assert_eq!(reply.json()["id"], "init");
    reply.result()
}

#[tokio::test]
async fn initialize_says_who_we_are_and_declares_tools_only() {
    assert_eq!(
        initialize("2025-11-25").await,
        json!({
            "protocolVersion": "2025-11-25",
            "capabilities": { "tools": {} },
            "serverInfo": {
                "name": "desk",
                "title": "The Desk",
                "version": "1.2.3",
                "description": "Answers for tests.",
                "icons": [{ "src": "https://desk.example/icon.png", "mimeType": "image/png", "sizes": ["96x96"] }],
                "websiteUrl": "https://desk.example",
            },
            "instructions": "Ask the desk.",
        })
    );
}

#[tokio::test]
async fn initialize_answers_the_asked_version_or_the_newest_legacy_one() {
    for (asked, answered) in [
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2024-11-05", "2025-11-25"),
        ("2025-03-26", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("2099-01-01", "2025-11-25"),
        ("", "2025-11-25"),
    ] {
        assert_eq!(initialize(asked).await["protocolVersion"], answered, "{asked}");
    }
}

#[tokio::test]
async fn initialize_without_its_params_says_what_is_missing() {
    for params in [json!({}), json!({ "protocolVersion": 1 })] {
        let reply = desk().send(legacy("initialize", &params)).await;
        assert_eq!(reply.error(), (400, -32602), "{params}");
    }
}

#[tokio::test]
async fn initialize_is_an_unknown_method_to_whoever_speaks_the_modern_era() {
    let reply = desk().send(modern("initialize", json!({}))).await;
    assert_eq!(reply.error(), (404, -32601));
}

#[tokio::test]
async fn gap_each_era_has_its_own_greeting() {
    let reply = desk().send(modern("server/discover", json!({}))).await;
    assert_eq!(
        reply.result(),
        json!({
            "resultType": "complete",
            "supportedVersions": ["2026-07-28", "2025-11-25", "2025-06-18"],
            "capabilities": { "tools": {} },
            "instructions": "Ask the desk.",
            "ttlMs": 300_000,
            "cacheScope": "private",
            "_meta": {
                "io.modelcontextprotocol/serverInfo": {
                    "name": "desk",
                    "title": "The Desk",
                    "version": "1.2.3",
                    "description": "Answers for tests.",
                    "icons": [{ "src": "https://desk.example/icon.png", "mimeType": "image/png", "sizes": ["96x96"] }],
                    "websiteUrl": "https://desk.example",
                },
            },
        })
    );
}

#[tokio::test]
async fn discover_belongs_to_the_modern_era() {
    let reply = desk().send(legacy("server/discover", &json!({}))).await;
    assert_eq!(reply.error(), (400, -32602));
}

#[tokio::test]
async fn ping_is_answered_to_legacy_clients_and_unknown_to_modern_ones() {
    let desk = desk();
    assert_eq!(desk.send(legacy("ping", &json!({}))).await.result(), json!({}));
    let reply = desk.send(modern("ping", json!({}))).await;
    assert_eq!(reply.error(), (404, -32601));
}

#[tokio::test]
async fn legacy_requests_may_leave_the_version_out() {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let reply = desk().send(with_body(post(), body.to_string())).await;
    assert_eq!(reply.result(), json!({}));
}

#[tokio::test]
async fn notifications_are_taken_without_an_answer() {
    let desk = desk();
    let methods = ["notifications/initialized", "notifications/cancelled", "notifications/x"];
    for (method, version) in methods.iter().flat_map(|it| [(it, "2025-06-18"), (it, "2026-07-28")]) {
        let body = json!({ "jsonrpc": "2.0", "method": method, "params": { "requestId": 1 } });
        let head = post().header("mcp-protocol-version", version);
        let Reply { status, text, .. } = desk.send(with_body(head, body.to_string())).await;
        assert_eq!((status, text.as_str()), (202, ""), "{method} {version}");
    }
    let lie = post().header("mcp-protocol-version", "2026-07-28").header("mcp-method", "tools/call");
    let body = r#"{"jsonrpc":"2.0","method":"notifications/x"}"#;
    assert_eq!(desk.send(with_body(lie, body)).await.error(), (400, -32020));
}

#[tokio::test]
async fn what_is_not_offered_is_an_unknown_method_in_both_eras() {
    let desk = desk();
    for (method, params) in [
        ("prompts/list", json!({})),
        ("prompts/get", json!({ "name": "x" })),
        ("resources/list", json!({})),
        ("resources/read", json!({ "uri": "x:y" })),
        ("resources/subscribe", json!({ "uri": "x:y" })),
        ("logging/setLevel", json!({ "level": "info" })),
        (
            "completion/complete",
            json!({ "ref": { "type": "ref/prompt", "name": "x" }, "argument": { "name": "a", "value": "b" } }),
        ),
        ("subscriptions/listen", json!({ "notifications": { "toolsListChanged": true } })),
        ("tasks/get", json!({ "taskId": "x" })),
        ("made/up", json!({})),
    ] {
        let mut request = modern(method, params.clone());
        if method.starts_with("tasks/") {
            request.headers_mut().insert("mcp-name", "x".parse().unwrap());
        }
        let reply = desk.send(request).await;
        assert_eq!(reply.error(), (404, -32601), "modern {method}");
        assert_eq!(reply.json()["id"], 7);
        let reply = desk.send(legacy(method, &params)).await;
        assert_eq!(reply.error(), (200, -32601), "legacy {method}");
    }
}

#[tokio::test]
async fn initialize_selects_the_legacy_era_whatever_else_the_request_claims() {
    let params = json!({
        "protocolVersion": "2026-07-28",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let result = desk().send(modern("initialize", params)).await.result();
    assert_eq!(result["protocolVersion"], "2025-11-25");
}

#[tokio::test]
async fn gap_no_session_is_made_or_asked_for() {
    let desk = desk();
    let params = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let begun = desk.send(legacy("initialize", &params)).await;
    assert_eq!(begun.status, 200);
    assert!(!begun.headers.contains_key("mcp-session-id"));
    // A session of another server, or of nobody: ignored, in both eras.
    for mut request in both("tools/list", &json!({})) {
        let unknown = "11111111-1111-1111-1111-111111111111".parse().unwrap();
        request.headers_mut().insert("mcp-session-id", unknown);
        let reply = desk.send(request).await;
        assert_eq!(reply.status, 200);
        assert!(!reply.headers.contains_key("mcp-session-id"));
    }
}
