//! Requests that are refused before anyone serves them.

use http::Request;
use serde_json::{Value, json};

use crate::support::{
    LEGACY, MODERN, call, desk, legacy, legacy_body, modern, modern_body, modern_head, post, with_body,
};

async fn error(request: Request<bytes::Bytes>) -> (u16, i64) {
    desk().send(request).await.error()
}

#[tokio::test]
async fn gap_malformed_json_batches_null_ids_and_odd_methods_are_json_errors() {
    for (body, code) in [
        ("{", -32700),
        ("", -32700),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600),
        ("[]", -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":5}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32602),
    ] {
        for head in [post(), modern_head("ping")] {
            assert_eq!(error(with_body(head, body)).await, (400, code), "{body}");
        }
    }
}

#[tokio::test]
async fn errors_carry_the_id_where_it_could_be_read_and_none_otherwise() {
    let desk = desk();
    let broken = desk.send(with_body(post(), "{")).await.json();
    assert!(broken.get("id").is_none());
    let odd = r#"{"jsonrpc":"2.0","id":"x","method":5}"#;
    assert_eq!(desk.send(with_body(post(), odd)).await.json()["id"], "x");
}

#[tokio::test]
async fn gap_unknown_versions_are_json_errors_with_and_without_meta() {
    let desk = desk();
    let bare = post().header("mcp-protocol-version", "2099-01-01");
    let bare = with_body(bare, legacy_body("tools/list", &json!({})));
    let mut full = modern("tools/list", json!({}));
    full.headers_mut().insert("mcp-protocol-version", "2099-01-01".parse().unwrap());
    let body = full.body().to_vec();
    let body = String::from_utf8(body).unwrap().replace(MODERN, "2099-01-01");
    *full.body_mut() = body.into();
    for request in [bare, full] {
        let reply = desk.send(request).await;
        assert_eq!(reply.error(), (400, -32022));
        assert_eq!(
            reply.json()["error"]["data"],
            json!({ "supported": [MODERN, LEGACY, "2025-06-18"], "requested": "2099-01-01" })
        );
    }
}

#[tokio::test]
async fn gap_a_version_that_is_known_but_not_served_is_refused() {
    for version in ["2024-11-05", "2025-03-26"] {
        let head = post().header("mcp-protocol-version", version);
        let request = with_body(head, legacy_body("tools/list", &json!({})));
        assert_eq!(error(request).await, (400, -32022), "{version}");
    }
}

#[tokio::test]
async fn modern_requests_repeat_themselves_in_headers() {
    let params = call("echo", &json!({}));
    for header in ["mcp-protocol-version", "mcp-method", "mcp-name"] {
        let mut missing = modern("tools/call", params.clone());
        missing.headers_mut().remove(header);
        assert_eq!(error(missing).await, (400, -32020), "{header} missing");

        let mut lying = modern("tools/call", params.clone());
        lying.headers_mut().insert(header, LEGACY.parse().unwrap());
        assert_eq!(error(lying).await, (400, -32020), "{header} lying");

        let mut twice = modern("tools/call", params.clone());
        let value = twice.headers()[header].clone();
        twice.headers_mut().append(header, value);
        assert_eq!(error(twice).await, (400, -32020), "{header} twice");
    }
}

#[tokio::test]
async fn encoded_names_are_decoded_before_they_are_compared() {
    let desk = desk();
    let mut request = modern("tools/call", call("echo", &json!({})));
    request.headers_mut().insert("mcp-name", "=?base64?ZWNobw==?=".parse().unwrap());
    assert_eq!(desk.send(request).await.status, 200);
    let mut request = modern("tools/call", call("echo", &json!({})));
    request.headers_mut().insert("mcp-name", "=?base64?ZWNobw?=".parse().unwrap());
    assert_eq!(desk.send(request).await.error(), (400, -32020));
}

fn regional(region: Option<&str>, count: Option<&str>, arguments: &Value) -> Request<bytes::Bytes> {
    let mut request = modern("tools/call", call("regional", arguments));
    for (name, value) in [("mcp-param-region", region), ("mcp-param-count", count)] {
        if let Some(value) = value {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
    }
    request
}

#[tokio::test]
async fn gap_parameter_headers_agree_with_arguments_and_integers_are_numbers() {
    let desk = desk();
    let arguments = json!({ "region": "eu", "count": 42 });
    for (region, count, status) in [
        (Some("eu"), Some("42"), 200),
        (Some("eu"), Some("42.0"), 200),
        (Some("=?base64?ZXU=?="), Some("42"), 200),
        (Some("us"), Some("42"), 400),
        (Some("eu"), Some("43"), 400),
        (None, Some("42"), 400),
    ] {
        let reply = desk.send(regional(region, count, &arguments)).await;
        assert_eq!(reply.status, status, "{region:?} {count:?}");
        if status == 400 {
            assert_eq!(reply.error().1, -32020);
        }
    }
    let none = desk.send(regional(None, None, &json!({ "region": null }))).await;
    assert_eq!(none.status, 200);
    let extra = desk.send(regional(Some("eu"), None, &json!({}))).await;
    assert_eq!(extra.error(), (400, -32020));
    let legacy = desk.send(legacy("tools/call", &call("regional", &arguments))).await;
    assert_eq!(legacy.status, 200);
}

#[tokio::test]
async fn modern_requests_without_their_meta_are_invalid() {
    let body = legacy_body("tools/list", &json!({}));
    assert_eq!(error(with_body(modern_head("tools/list"), body)).await, (400, -32602));
    let body = modern_body("tools/list", json!({})).replace("clientCapabilities", "else");
    assert_eq!(error(with_body(modern_head("tools/list"), body)).await, (400, -32602));
}

#[tokio::test]
async fn gap_get_delete_options_and_the_rest_are_not_allowed_in_json() {
    for method in ["GET", "DELETE", "PUT", "HEAD", "OPTIONS"] {
        for version in [None, Some(LEGACY), Some(MODERN)] {
            let mut request = Request::builder()
                .method(method)
                .uri("/mcp")
                .header("host", "desk.example")
                .header("accept", "text/event-stream")
                .header("mcp-session-id", "abc")
                .header("last-event-id", "1");
            if let Some(version) = version {
                request = request.header("mcp-protocol-version", version);
            }
            let reply = desk().send(with_body(request, "")).await;
            assert_eq!(reply.error().0, 405, "{method}");
            assert_eq!(reply.headers["allow"], "POST");
        }
    }
}

#[tokio::test]
async fn foreign_origins_and_hosts_are_forbidden_before_anything_else() {
    let desk = desk();
    for (origin, status) in [("https://app.example", 200), ("https://evil.example", 403), ("null", 403)] {
        let mut request = modern("tools/list", json!({}));
        request.headers_mut().insert("origin", origin.parse().unwrap());
        let reply = desk.send(request).await;
        assert_eq!(reply.status, status, "{origin}");
        assert!(status == 200 || reply.json().get("id").is_none());
    }
    let mut rebound = modern("tools/list", json!({}));
    rebound.headers_mut().insert("host", "evil.example".parse().unwrap());
    assert_eq!(desk.send(rebound).await.error().0, 403);
    let mut nameless = modern("tools/list", json!({}));
    nameless.headers_mut().remove("host");
    assert_eq!(desk.send(nameless).await.error().0, 400);
    let get = Request::get("/mcp").header("host", "desk.example").header("origin", "https://evil.example");
    assert_eq!(desk.send(with_body(get, "")).await.error().0, 403);
}

#[tokio::test]
async fn gap_any_accept_that_takes_json_is_served_by_every_method() {
    let desk = desk();
    for method in ["tools/list", "server/discover"] {
        for accept in [Some("*/*"), Some("application/json"), None] {
            let mut request = modern(method, json!({}));
            request.headers_mut().remove("accept");
            if let Some(accept) = accept {
                request.headers_mut().insert("accept", accept.parse().unwrap());
            }
            assert_eq!(desk.send(request).await.status, 200, "{method} {accept:?}");
        }
        let mut request = modern(method, json!({}));
        request.headers_mut().insert("accept", "text/html".parse().unwrap());
        assert_eq!(desk.send(request).await.error().0, 406);
    }
}

#[tokio::test]
async fn other_media_types_and_too_much_are_refused_in_json() {
    let mut request = modern("tools/list", json!({}));
    request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(error(request).await.0, 415);
    let large = call("echo", &json!({ "x": "y".repeat(5000) }));
    assert_eq!(error(modern("tools/call", large)).await.0, 413);
}

#[tokio::test]
async fn what_rmcp_cannot_read_is_a_json_error_too() {
    let desk = desk();
    let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
    let body = format!(r#"{{"jsonrpc":"2.0","id":3,"method":"ping","params":{{"x":{deep}}}}}"#);
    let surrogate = r#"{"jsonrpc":"2.0","id":3,"method":"ping","params":{"x":"\ud800"}}"#.to_owned();
    for body in [body, surrogate] {
        let reply = desk.send(with_body(post(), body.clone())).await;
        assert_eq!(reply.error(), (400, -32602), "{body}");
        assert_eq!(reply.json()["id"], 3);
    }
}

#[tokio::test]
async fn no_input_makes_the_endpoint_panic() {
    // Every prefix and every one-byte change of a good request: answered, and as JSON.
    let desk = desk();
    let good = modern_body("tools/call", call("echo", &json!({ "a": "b" })));
    let good = good.as_bytes();
    let cut = (0..good.len()).map(|end| good[..end].to_vec());
    let changed = (0..good.len()).flat_map(|at| {
        [b'"', b'{', b']', b'\\', 0, 0xff].map(|byte| {
            let mut body = good.to_vec();
            body[at] = byte;
            body
        })
    });
    for body in cut.chain(changed) {
        let head = modern_head("tools/call").header("mcp-name", "echo");
        let reply = desk.send(with_body(head, body)).await;
        assert!([200, 202, 400, 404].contains(&reply.status), "{}", reply.text);
        if reply.status != 202 {
            reply.json();
        }
    }
}
