//! What a client that was given only the connector URL finds.

use http::Method;
use lavori_testkit::{apps, parameter};

const AUTHORIZATION_SERVER: [&str; 12] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/",
    "/.well-known/oauth-authorization-server/mcp",
    "/.well-known/oauth-authorization-server/mcp/",
    "/.well-known/oauth-authorization-server/mcp/o/northlight",
    "/.well-known/oauth-authorization-server/mcp/o/northlight/t/sound",
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/mcp",
    "/.well-known/openid-configuration/mcp/",
    "/.well-known/openid-configuration/mcp/o/northlight",
    "/mcp/o/northlight/.well-known/openid-configuration",
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
        for suffix in ["", "/", "/mcp", "/mcp/", "/mcp/o/northlight", "/mcp/o/northlight/", "/mcp/o/northlight/t/sound"]
        {
            let path = format!("/.well-known/oauth-protected-resource{suffix}");
            let answer = http.get(&path).await;
            let expected = if suffix.len() < 2 { "/mcp" } else { suffix };
            assert_eq!(answer.json()["resource"], format!("{}{expected}", app.origin()), "{suffix}");
            assert_eq!(answer.json()["authorization_servers"][0], canonical.json()["issuer"], "{suffix}");
            let head = http.send(Method::HEAD, &path, &[], "").await;
            assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""), "{suffix}");
        }
        assert_eq!(canonical.json()["issuer"], app.origin());
        for unknown in [
            "/.well-known/oauth-protected-resource/other",
            "/.well-known/oauth-protected-resource/mcp/other",
            "/.well-known/oauth-protected-resource/mcp//",
            "/.well-known/oauth-protected-resource/mcp/o/",
            "/.well-known/oauth-protected-resource/https://evil.example",
            "/.well-known/oauth-authorization-server/other",
            "/.well-known/openid-configuration/x",
            "/other/.well-known/openid-configuration",
            "/.well-known/",
            "/x",
        ] {
            assert_eq!(http.get(unknown).await.status, 404, "{unknown}");
        }
    }
}

#[tokio::test]
async fn a2_no_header_changes_who_the_server_says_it_is() {
    const FORGED: [(&str, &str); 7] = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-port", "444"),
        ("x-forwarded-server", "evil.example"),
        ("x-original-host", "evil.example"),
        ("x-host", "evil.example"),
        ("forwarded", "for=192.0.2.1;host=evil.example;proto=https"),
    ];
    for app in apps().await {
        let http = app.http();
        for path in AUTHORIZATION_SERVER.into_iter().chain(["/.well-known/oauth-protected-resource/mcp"]) {
            let plain = http.get(path).await;
            let forged = http.send(Method::GET, path, &FORGED, "").await;
            assert_eq!(forged.body, plain.body, "{path}");
        }
        let challenge = http.send(Method::POST, "/mcp", &FORGED, "{}").await;
        assert!(!challenge.header("www-authenticate").contains("evil"), "{}", challenge.header("www-authenticate"));
        // Redirects and cookies neither.
        let client = app.register().await;
        let path = app.authorize_path(&client, "/mcp").replace("response_type=code", "response_type=token");
        let redirect = http.send(Method::GET, &path, &FORGED, "").await;
        assert_eq!(parameter(redirect.location(), "iss").as_deref(), Some(app.origin()));
        let port = app.origin().rsplit(':').next().unwrap();
        for other in
            ["evil.example", &format!("evil.example:{port}"), &format!("{}.", app.address()), "localhost", "", "a b"]
        {
            let answer = http.send(Method::GET, AUTHORIZATION_SERVER[0], &[("host", other)], "").await;
            assert!([400, 404, 421].contains(&answer.status.as_u16()), "{other}: {}", answer.status);
            assert!(!answer.body.contains("evil") && !answer.body.contains("issuer"));
        }
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
        let send = async |origin: &str| ada.raw(Method::POST, &[("origin", origin), ("accept", "*/*")], body).await;
        let lookalike = app.origin().replace("127.0.0.1", "127.0.0.1.evil.example");
        for foreign in [
            "https://evil.example",
            "null",
            "http://localhost.evil.example:6274",
            "https://localhost:6274",
            "http://evil.localhost:6274",
            "file://",
            &lookalike,
        ] {
            let answer = send(foreign).await;
            assert_eq!(answer.status, 403, "{foreign}");
            assert!(!answer.body.contains("list_tasks"), "{foreign}");
        }
        for known in ["http://localhost:6274", "http://localhost:1", app.origin()] {
            let answer = send(known).await;
            assert_eq!(answer.status, 200, "{known}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn a8_wrong_methods_and_oversized_bodies_are_refused_in_bounds() {
    for app in apps().await {
        let http = app.http();
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::HEAD] {
            for path in ["/token", "/register", "/revoke"] {
                assert_eq!(http.send(method.clone(), path, &[], "").await.status, 405, "{method} {path}");
            }
        }
        let large = "x".repeat(20_000);
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            assert_eq!(http.send(method, "/authorize", &[], large.clone()).await.status, 405);
        }
        for path in ["/token", "/revoke"] {
            assert_eq!(http.form(path, &[("code", &large)]).await.status, 413, "{path}");
            let many: Vec<(&str, &str)> = vec![("a", "1"); 1000];
            assert_eq!(http.form(path, &many).await.status, 400, "{path}");
        }
        assert_eq!(http.json("/register", &[], &serde_json::json!({ "client_name": large })).await.status, 413);
        let deep = format!("{{\"redirect_uris\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
        let answer = http.send(Method::POST, "/register", &[("content-type", "application/json")], deep).await;
        assert_eq!(answer.status, 400);
        assert_eq!(http.get(&format!("/authorize?{}", "a=1&".repeat(1000))).await.status, 400);
        assert_eq!(http.get(&format!("/authorize?state={large}")).await.status, 400);
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
