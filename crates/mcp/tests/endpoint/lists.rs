//! `tools/list`.

use serde_json::json;

use crate::support::{Caller, both, desk, legacy, modern};

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
