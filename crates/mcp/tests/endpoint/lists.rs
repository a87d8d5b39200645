//! `tools/list`.

use serde_json::json;

use crate::support::{Caller, MODERN, VIEW, both, desk, legacy, modern, modern_head, with_body};

#[tokio::test]
async fn a_modern_list_is_private_short_lived_and_stamped() {
    let mut result = desk().send(modern("tools/list", json!({}))).await.result();
    let tools = result["tools"].take();
    assert_eq!(tools[0]["name"], "echo");
    assert_eq!(tools[0]["title"], "The echo tool");
    assert_eq!(tools[0]["annotations"]["readOnlyHint"], true);
    assert_eq!(
        result,
        json!({
            "resultType": "complete",
            "tools": null,
            "ttlMs": 30_000,
            "cacheScope": "private",
            "_meta": {
                "io.modelcontextprotocol/serverInfo": {
                    "name": "desk",
                    "title": "The Desk",
                    "version": "1.2.3",
                    "websiteUrl": "https://desk.example",
                },
            },
        })
    );
}

#[tokio::test]
async fn a_legacy_list_holds_the_tools_and_nothing_modern() {
    let result = desk().send(legacy("tools/list", &json!({}))).await.result();
    let keys: Vec<_> = result.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["tools"]);
    assert_eq!(result["tools"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_list_is_the_callers() {
    let desk = desk();
    for mut request in both("tools/list", &json!({})) {
        request.extensions_mut().insert(Caller("admin"));
        let result = desk.send(request).await.result();
        assert_eq!(result["tools"].as_array().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn cursors_are_unknown_because_there_is_one_page() {
    let desk = desk();
    for cursor in [json!("x"), json!(""), json!(1)] {
        for request in both("tools/list", &json!({ "cursor": cursor })) {
            assert_eq!(desk.send(request).await.error(), (200, -32602), "{cursor}");
        }
    }
    for request in both("tools/list", &json!({ "cursor": null })) {
        assert_eq!(desk.send(request).await.status, 200);
    }
}

#[tokio::test]
async fn a_service_that_fails_is_an_error_without_its_cause() {
    for mut request in both("tools/list", &json!({})) {
        request.extensions_mut().insert(Caller("nobody"));
        let reply = desk().send(request).await;
        assert_eq!(reply.error(), (200, -32603));
        assert_eq!(reply.json()["error"]["data"], json!({ "request_id": "r-1" }));
    }
}

/// The admin's list, asked for by a modern client with these capabilities.
async fn listed(capabilities: serde_json::Value) -> serde_json::Value {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": capabilities,
    });
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": { "_meta": meta } });
    let mut request = with_body(modern_head("tools/list"), body.to_string());
    request.extensions_mut().insert(Caller("admin"));
    desk().send(request).await.result()["tools"].take()
}

#[tokio::test]
async fn views_are_named_to_hosts_that_declare_that_they_show_them() {
    let declares = |settings| json!({ "extensions": { "io.modelcontextprotocol/ui": settings } });
    let shown = listed(declares(json!({ "mimeTypes": ["text/html", "text/html;profile=mcp-app"] }))).await;
    assert_eq!(shown[2]["_meta"], json!({ "ui": { "resourceUri": VIEW } }));
    assert_eq!(shown[0].get("_meta"), None, "a tool without a view names none");

    let plain = listed(json!({})).await;
    assert!(plain.as_array().unwrap().iter().all(|tool| tool.get("_meta").is_none()), "{plain}");
    for settings in [json!({}), json!({ "mimeTypes": [] }), json!({ "mimeTypes": ["text/html"] })] {
        assert_eq!(listed(declares(settings.clone())).await, plain, "{settings}");
    }
}

#[tokio::test]
async fn views_are_named_to_legacy_clients_whose_capabilities_nobody_remembers() {
    let mut request = legacy("tools/list", &json!({}));
    request.extensions_mut().insert(Caller("admin"));
    let tools = desk().send(request).await.result()["tools"].take();
    assert_eq!(tools[2]["_meta"], json!({ "ui": { "resourceUri": VIEW } }));
}
