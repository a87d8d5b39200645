//! What a client that was given only the connector URL finds.

use http::Method;
use lavori_testkit::{apps, parameter};

const AUTHORIZATION_SERVER: [&str; 6] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/mcp",
    "/.well-known/oauth-authorization-server/mcp/o/northlight",
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/mcp",
    "/mcp/.well-known/openid-configuration",
];

#[tokio::test]
async fn p7_a_client_discovers_everything_from_the_challenge() {
    for app in apps().await {
        let http = app.http();
        let challenged = http.get("/mcp").await;
        assert_eq!(challenged.status, 401, "an unauthenticated GET is challenged before it is refused");
        let challenge = challenged.header("www-authenticate").to_owned();
        assert!(!challenge.contains("error"), "nothing was wrong yet: {challenge}");
        assert!(challenge.contains("scope=\"mcp:read\""), "{challenge}");
        assert!(challenged.json()["error"]["message"].is_string(), "the body is a JSON-RPC error");

        let metadata = challenge.split("resource_metadata=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(metadata, format!("{}/.well-known/oauth-protected-resource/mcp", app.origin()));
        let resource = http.get(metadata.strip_prefix(app.origin()).unwrap()).await.json();
        assert_eq!(resource["resource"], format!("{}/mcp", app.origin()));
        assert_eq!(resource["authorization_servers"][0], app.origin());
        assert_eq!(resource["scopes_supported"], serde_json::json!(["mcp:read"]));

        let server = http.get(AUTHORIZATION_SERVER[0]).await.json();
        assert_eq!(server["issuer"], app.origin());
        assert_eq!(server["code_challenge_methods_supported"], serde_json::json!(["S256"]));
        assert_eq!(server["authorization_response_iss_parameter_supported"], true);
        for endpoint in ["authorization", "token", "registration", "revocation"] {
            let url = server[format!("{endpoint}_endpoint")].as_str().unwrap();
            assert!(url.starts_with(app.origin()), "{url}");
        }
    }
}

#[tokio::test]
async fn a1_every_alias_answers_the_same_bytes_and_unknown_ones_do_not_exist() {
    for app in apps().await {
        let http = app.http();
        let canonical = http.get(AUTHORIZATION_SERVER[0]).await;
        for alias in AUTHORIZATION_SERVER {
            for method in [Method::GET, Method::HEAD] {
                let answer = http.send(method.clone(), alias, &[], "").await;
                assert_eq!(answer.status, 200, "{method} {alias}");
                assert_eq!(answer.header("content-type"), "application/json");
                assert_eq!(answer.header("access-control-allow-origin"), "*");
                if method == Method::GET {
                    assert_eq!(answer.body, canonical.body, "{alias}");
                }
            }
        }
        for suffix in ["", "/mcp", "/mcp/", "/mcp/o/northlight", "/mcp/o/northlight/t/sound"] {
            let answer = http.get(&format!("/.well-known/oauth-protected-resource{suffix}")).await;
            let expected = if suffix.is_empty() { "/mcp" } else { suffix };
            assert_eq!(answer.json()["resource"], format!("{}{expected}", app.origin()), "{suffix}");
        }
        for unknown in ["/.well-known/oauth-protected-resource/other", "/.well-known/openid-configuration/x", "/x"] {
            assert_eq!(http.get(unknown).await.status, 404, "{unknown}");
        }
    }
}

#[tokio::test]
async fn a2_no_header_changes_who_the_server_says_it_is() {
    for app in apps().await {
        let http = app.http();
        let forged =
            [("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example"), ("x-forwarded-proto", "https")];
        let answer = http.send(Method::GET, AUTHORIZATION_SERVER[0], &forged, "").await;
        assert_eq!(answer.json()["issuer"], app.origin());
        let other = http.send(Method::GET, AUTHORIZATION_SERVER[0], &[("host", "evil.example")], "").await;
        assert_eq!(other.status, 421);
        assert!(!other.body.contains("evil"));
    }
}

#[tokio::test]
async fn a3_a_preflight_needs_no_token_and_never_allows_credentials() {
    for app in apps().await {
        for path in ["/mcp", "/token", "/register", "/revoke", AUTHORIZATION_SERVER[0]] {
            let headers = [("origin", "http://localhost:6274"), ("access-control-request-method", "POST")];
            let answer = app.http().send(Method::OPTIONS, path, &headers, "").await;
            assert_eq!(answer.status, 204, "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
            assert!(answer.header("access-control-allow-headers").contains("Mcp-Method"), "{path}");
            assert!(answer.header("access-control-expose-headers").contains("WWW-Authenticate"), "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
        }
        let page = app.http().send(Method::GET, "/sign-in", &[("origin", "https://evil.example")], "").await;
        assert_eq!(page.header("access-control-allow-origin"), "");
    }
}

#[tokio::test]
async fn a4_a_foreign_origin_gets_no_answer_from_the_endpoint() {
    for app in apps().await {
        let ada = app.connect(&app.ada_reads_northlight()).await;
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"#;
        let foreign = ada.raw(Method::POST, &[("origin", "https://evil.example"), ("accept", "*/*")], body).await;
        assert_eq!(foreign.status, 403);
        let inspector = ada.raw(Method::POST, &[("origin", "http://localhost:6274"), ("accept", "*/*")], body).await;
        assert_eq!(inspector.status, 200, "{}", inspector.body);
    }
}

#[tokio::test]
async fn a8_wrong_methods_and_oversized_bodies_are_refused_in_bounds() {
    for app in apps().await {
        let http = app.http();
        assert_eq!(http.get("/token").await.status, 405);
        assert_eq!(http.send(Method::PUT, "/register", &[], "{}").await.status, 405);
        assert_eq!(http.send(Method::POST, "/authorize", &[], "x=y").await.status, 405);
        let large = "x".repeat(20_000);
        assert_eq!(http.form("/token", &[("code", &large)]).await.status, 413);
        let many = format!("/authorize?{}", "a=1&".repeat(1000));
        assert_eq!(http.get(&many).await.status, 400);
    }
}

#[tokio::test]
async fn c1_registering_and_asking_without_signing_in_grows_nothing() {
    for app in apps().await {
        let before = app.row_counts().await;
        let client = app.register().await;
        let page = app.browser().open(&app.authorize_path(&client, "/mcp")).await;
        assert_eq!(page.status, 200);
        assert!(page.hidden("request").is_some(), "the request travels in the form");
        assert_eq!(app.row_counts().await, before);
        assert_eq!(parameter("https://x.example/?code=1", "code").as_deref(), Some("1"));
    }
}
