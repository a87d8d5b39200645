//! The authorization endpoint over HTTP; its rules are tested one by one in the crate `oauth`.

use lavori_testkit::{Answer, CALLBACK, TestApp, apps, challenge, encode, parameter};
use serde_json::json;

/// Registers a client with these redirect URIs.
async fn registered(app: &TestApp, redirect_uris: &[&str]) -> String {
    let answer = app.http().json("/register", &[], &json!({ "redirect_uris": redirect_uris })).await;
    assert_eq!(answer.status, 201, "{redirect_uris:?}: {}", answer.body);
    answer.json()["client_id"].as_str().expect("an id").to_owned()
}

/// An authorization request of a client, with some parameters replaced, or left out where `None` is given.
fn request(client: &str, redirect_uri: &str, changes: &[(&str, Option<&str>)]) -> String {
    let challenge = challenge();
    let mut fields = vec![
        ("client_id", client),
        ("redirect_uri", redirect_uri),
        ("response_type", "code"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("state", "the state"),
    ];
    for (name, value) in changes {
        fields.retain(|(other, _)| other != name);
        fields.extend(value.map(|value| (*name, value)));
    }
    format!("/authorize?{}", encode(&fields))
}

/// Our page, and no redirect.
fn is_a_page(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 400, "{what}");
    assert_eq!(answer.location(), "", "{what}");
    assert!(answer.header("content-type").starts_with("text/html"), "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    assert!(answer.body.contains("Nothing was sent to the client"), "{what}: the page says what happened");
}

/// A redirect to the client with this error, the state and exactly one issuer.
fn is_a_redirect_error(app: &TestApp, answer: &Answer, error: &str, what: &str) {
    assert_eq!(answer.status, 303, "{what}: {}", answer.body);
    let location = answer.location();
    assert!(location.starts_with(CALLBACK), "{what}: {location}");
    assert_eq!(parameter(location, "error").as_deref(), Some(error), "{what}");
    assert_eq!(location.matches("iss=").count(), 1, "{what}");
    assert_eq!(parameter(location, "iss").as_deref(), Some(app.origin()), "{what}");
    assert!(!location.contains("code="), "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
}

#[tokio::test]
async fn d1_a_doubtful_request_gets_a_page_and_never_a_redirect() {
    for app in apps().await {
        let client = app.register().await;
        let two = registered(&app, &[CALLBACK, "https://claude.ai/cb"]).await;
        for (bad, what) in [
            (request("lvr_dc_unknown", CALLBACK, &[]), "unknown client"),
            (request("https://claude.example/client.json", CALLBACK, &[]), "unknown client"),
            (request(&client.replace("lvr_dc_", "lvr_dc_x"), CALLBACK, &[]), "tampered client"),
            (request(&client, CALLBACK, &[("client_id", None)]), "no client"),
            (request(&client, "https://evil.example/cb", &[]), "unregistered redirect URI"),
            (request(&client, "http://127.0.0.1:9/callback2", &[]), "unregistered path"),
            (request(&two, CALLBACK, &[("redirect_uri", None)]), "several registered and none sent"),
            ("/authorize".to_owned(), "nothing at all"),
        ] {
            is_a_page(&app.http().get(&bad).await, what);
        }
        // The one that is registered need not be sent.
        let alone = app.http().get(&request(&client, CALLBACK, &[("redirect_uri", None)])).await;
        assert_eq!(alone.status, 200, "{}", alone.body);
    }
}

#[tokio::test]
async fn d2_d4_a_web_redirect_uri_is_the_registered_text_or_nothing() {
    const REGISTERED: &str = "https://claude.ai/api/cb";
    for app in apps().await {
        let client = registered(&app, &[REGISTERED]).await;
        assert_eq!(app.http().get(&request(&client, REGISTERED, &[])).await.status, 200);
        for bad in [
            "https://claude.ai/api/cb/x",
            "https://claude.ai/api/cb/",
            "https://claude.ai/api/cb?x",
            "https://claude.ai/api/cb#x",
            "https://claude.ai/api/cb/../evil",
            "https://claude.ai/api/../api/cb",
            "https://claude.ai/api/%2e%2e/api/cb",
            "https://claude.ai/api%2fcb",
            "https://claude.ai/api%2Fcb",
            "https://Claude.ai/api/cb",
            "HTTPS://claude.ai/api/cb",
            "https://claude.ai/API/cb",
            "https://claude.ai:443/api/cb",
            "https://claude.ai:8443/api/cb",
            "https://claude.ai./api/cb",
            "https://claude.ai@evil.example/api/cb",
            "https://claude.ai/api/cb@evil.example",
            "https://evil\\@claude.ai/api/cb",
            "https://evil.example\\@claude.ai/api/cb",
            "https://claude.ai.evil.example/api/cb",
            "https://claude.ai/api/cb ",
            " https://claude.ai/api/cb",
            "http://claude.ai/api/cb",
            "http://localhost/api/cb",
            "http://127.0.0.1:4711/api/cb",
            "http://[::1]/api/cb",
        ] {
            is_a_page(&app.http().get(&request(&client, bad, &[])).await, bad);
        }
    }
}

#[tokio::test]
async fn d3_of_a_loopback_redirect_uri_only_the_port_may_differ() {
    for app in apps().await {
        let registered = [
            registered(&app, &["http://127.0.0.1/callback"]).await,
            registered(&app, &["http://[::1]:1234/callback"]).await,
            registered(&app, &["http://localhost/callback"]).await,
        ];
        for (client, host) in registered.iter().zip(["127.0.0.1", "[::1]", "localhost"]) {
            for port in ["", ":1", ":4711", ":65535"] {
                let uri = format!("http://{host}{port}/callback");
                assert_eq!(app.http().get(&request(client, &uri, &[])).await.status, 200, "{uri}");
            }
            for other in ["127.0.0.1", "[::1]", "localhost", "127.0.0.2", "127.0.0.1.evil", "evil.example", "0.0.0.0"] {
                if other != host {
                    let uri = format!("http://{other}:4711/callback");
                    is_a_page(&app.http().get(&request(client, &uri, &[])).await, &uri);
                }
            }
            for rest in [
                ":4711/other",
                ":4711/callback/",
                ":4711/callback?x=y",
                ":4711/callback#x",
                ":4711/Callback",
                ":0/callback",
                ":65536/callback",
                ":-1/callback",
                ":x/callback",
                ":4711@evil.example/callback",
            ] {
                let uri = format!("http://{host}{rest}");
                is_a_page(&app.http().get(&request(client, &uri, &[])).await, &uri);
            }
            for uri in [
                format!("http://a@{host}/callback"),
                format!("http://a:b@{host}:1/callback"),
                format!("https://{host}/callback"),
            ] {
                is_a_page(&app.http().get(&request(client, &uri, &[])).await, &uri);
            }
        }
    }
}

#[tokio::test]
async fn d5_what_calls_no_app_back_is_refused_at_registration_and_again_here() {
    for app in apps().await {
        let client = app.register().await;
        for bad in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,<script>1</script>",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://x.example/y",
            "//evil.example/cb",
            "about:blank",
            "view-source:https://x.example",
            "http://public.example/cb",
            "",
        ] {
            let answer = app.http().json("/register", &[], &json!({ "redirect_uris": [bad] })).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()["error"].clone()),
                (400, "invalid_redirect_uri".into()),
                "{bad}"
            );
            if !bad.is_empty() {
                is_a_page(&app.http().get(&request(&client, bad, &[])).await, bad);
            }
        }
    }
}

#[tokio::test]
async fn d6_a_custom_scheme_matches_to_the_letter_and_is_called_an_app_on_this_computer() {
    const CURSOR: &str = "cursor://anysphere.cursor-mcp/oauth/callback";
    for app in apps().await {
        let client = registered(&app, &[CURSOR]).await;
        for bad in [
            "cursor://anysphere.cursor-mcp/oauth/callback/",
            "cursor://anysphere.cursor-mcp:1/oauth/callback",
            "cursor://anysphere.cursor-mcp/oauth/callback?x",
            "cursor://other/oauth/callback",
            "Cursor://anysphere.cursor-mcp/oauth/callback",
            "vscode://anysphere.cursor-mcp/oauth/callback",
        ] {
            is_a_page(&app.http().get(&request(&client, bad, &[])).await, bad);
        }
        let mut browser = app.browser();
        let page = browser.open(&request(&client, CURSOR, &[])).await;
        let page = app.sign_in(&mut browser, &page, "ada@demo.example").await;
        assert!(page.body.to_lowercase().contains("an app on this computer"), "{}", page.body);
    }
}

#[tokio::test]
async fn d7_what_could_be_read_in_two_ways_is_refused() {
    for app in apps().await {
        let client = app.register().await;
        let good = request(&client, CALLBACK, &[("scope", Some("mcp:read")), ("prompt", Some("consent"))]);
        for name in ["client_id", "redirect_uri"] {
            for again in [format!("{name}=x"), format!("{name}[]=x"), format!("{name}[b]=x")] {
                is_a_page(&app.http().get(&format!("{good}&{again}")).await, &again);
            }
            is_a_page(
                &app.http()
                    .get(&request(&client, CALLBACK, &[(name, Some("")), ("state", None)]).replace("client_id", "x"))
                    .await,
                name,
            );
        }
        is_a_page(&app.http().get(&request("", CALLBACK, &[])).await, "an empty client_id");
        for name in ["state", "code_challenge", "code_challenge_method", "response_type", "scope", "prompt"] {
            for again in [format!("{name}=x"), format!("{name}[]=x"), format!("{name}[b]=x")] {
                let answer = app.http().get(&format!("{good}&{again}")).await;
                is_a_redirect_error(&app, &answer, "invalid_request", &again);
            }
        }
        // A parameter without a value is a missing one (RFC 6749 section 3.1).
        for name in ["code_challenge", "code_challenge_method", "response_type"] {
            let answer = app.http().get(&request(&client, CALLBACK, &[(name, Some(""))])).await;
            is_a_redirect_error(&app, &answer, "invalid_request", name);
        }
        assert_eq!(app.http().get(&request(&client, CALLBACK, &[("scope", Some(""))])).await.status, 200);
    }
}

#[tokio::test]
async fn d9_d10_d11_d12_what_is_not_offered_comes_back_as_an_error_and_nothing_is_fetched() {
    for app in apps().await {
        let client = app.register().await;
        let (short, long) = ("a".repeat(42), "a".repeat(129));
        let padded = format!("{}=", &challenge()[..42]);
        for (name, value, error) in [
            ("code_challenge", None, "invalid_request"),
            ("code_challenge_method", None, "invalid_request"),
            ("code_challenge_method", Some("plain"), "invalid_request"),
            ("code_challenge_method", Some("s256"), "invalid_request"),
            ("code_challenge_method", Some("S512"), "invalid_request"),
            ("code_challenge", Some(short.as_str()), "invalid_request"),
            ("code_challenge", Some(long.as_str()), "invalid_request"),
            ("code_challenge", Some(padded.as_str()), "invalid_request"),
            ("response_type", Some("token"), "unsupported_response_type"),
            ("response_type", Some("id_token"), "unsupported_response_type"),
            ("response_type", Some("code token"), "unsupported_response_type"),
            ("response_mode", Some("fragment"), "invalid_request"),
            ("response_mode", Some("form_post"), "invalid_request"),
            ("response_mode", Some("jwt"), "invalid_request"),
            ("request", Some("eyJhbGciOiJub25lIn0.e30."), "request_not_supported"),
            ("request_uri", Some("http://127.0.0.1:9/request"), "request_uri_not_supported"),
            ("authorization_details", Some("[]"), "invalid_request"),
            ("claims", Some("{}"), "invalid_request"),
            ("prompt", Some("none"), "interaction_required"),
            ("prompt", Some("login none"), "interaction_required"),
        ] {
            let answer = app.http().get(&request(&client, CALLBACK, &[(name, value)])).await;
            is_a_redirect_error(&app, &answer, error, &format!("{name}={value:?}"));
            assert_eq!(parameter(answer.location(), "state").as_deref(), Some("the state"));
        }
        // Also for somebody who is signed in and has connected this client before: consent is never skipped.
        let (mut browser, page, action) = app.ask("ada@demo.example", &client, "/mcp").await;
        TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
        let silent = browser.open(&request(&client, CALLBACK, &[("prompt", Some("none"))])).await;
        is_a_redirect_error(&app, &silent, "interaction_required", "prompt=none, signed in");
        let again = browser.open(&request(&client, CALLBACK, &[])).await;
        assert!(again.body.contains("action=\"/consent/"), "asked again: {}", again.body);
    }
}

#[tokio::test]
async fn d13_a_state_comes_back_byte_by_byte_or_the_request_is_refused() {
    for app in apps().await {
        let client = app.register().await;
        let with =
            |state: Option<&str>| request(&client, CALLBACK, &[("state", state), ("response_type", Some("token"))]);
        let long = "x".repeat(4096);
        for state in ["a b+c%2B&=#?é日本", "\"<script>'", "%0d%0aSet-Cookie: x=y", &long] {
            let answer = app.http().get(&with(Some(state))).await;
            is_a_redirect_error(&app, &answer, "unsupported_response_type", state);
            assert_eq!(parameter(answer.location(), "state").as_deref(), Some(state));
            assert_eq!(answer.header("set-cookie"), "", "no header was made of it");
        }
        let absent = app.http().get(&with(None)).await;
        is_a_redirect_error(&app, &absent, "unsupported_response_type", "no state");
        assert_eq!(parameter(absent.location(), "state"), None);
        let too_long = app.http().get(&with(Some(&"x".repeat(4097)))).await;
        is_a_redirect_error(&app, &too_long, "invalid_request", "4097 bytes");
        assert_eq!(parameter(too_long.location(), "state"), None);
        for state in ["a\r\nSet-Cookie: x=y", "a\0b"] {
            let answer = app.http().get(&with(Some(state))).await;
            is_a_page(&answer, state);
            assert_eq!(answer.header("set-cookie"), "");
        }
    }
}

#[tokio::test]
async fn d14_every_answer_comes_by_303_with_one_issuer_and_the_state() {
    for app in apps().await {
        let client = app.register().await;
        let metadata = app.http().get("/.well-known/oauth-authorization-server").await.json();
        let refused = app.http().get(&request(&client, CALLBACK, &[("response_type", Some("token"))])).await;
        let (mut browser, page, action) = app.ask("ada@demo.example", &client, "/mcp").await;
        let allowed = TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
        for answer in [&refused, &allowed] {
            assert_eq!(answer.status, 303);
            let location = answer.location();
            assert!(location.starts_with(&format!("{CALLBACK}?")), "{location}");
            assert!(
                !location.contains('#') && !location.contains("lvr_at_") && !location.contains("lvr_rt_"),
                "{location}"
            );
            assert_eq!(location.matches("iss=").count(), 1);
            assert_eq!(parameter(location, "iss").as_deref(), metadata["issuer"].as_str());
            assert_eq!(parameter(location, "state").as_deref(), Some("the state"));
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.header("referrer-policy"), "", "nothing on the way there overrides what browsers do");
        }
        assert!(parameter(allowed.location(), "code").is_some_and(|code| code.starts_with("lvr_ac_")));
    }
}

#[tokio::test]
async fn d15_the_resource_is_one_of_a_closed_set_and_stored_in_one_spelling() {
    for app in apps().await {
        let client = app.register().await;
        let at = |path: &str| format!("{}{path}", app.origin());
        let upper = at("/mcp").replace("http://", "HTTP://");
        for resource in [None, Some(at("/mcp")), Some(at("/mcp/")), Some(at("")), Some(at("/")), Some(upper)] {
            let path = request(&client, CALLBACK, &[("resource", resource.as_deref())]);
            let mut browser = app.browser();
            let page = browser.open(&path).await;
            assert_eq!(page.status, 200, "{resource:?}");
            app.sign_in(&mut browser, &page, "ada@demo.example").await;
            let stored = "SELECT resource AS value FROM authorization_requests ORDER BY created_at DESC LIMIT 1";
            assert_eq!(app.texts(stored).await, [at("/mcp")], "{resource:?}");
        }
        for bad in [
            "https://evil.example/mcp".to_owned(),
            at(".evil.example/mcp"),
            at("@evil.example/mcp"),
            at("/mcp#x"),
            at("/mcp?x"),
            at("/elsewhere"),
            at("/mcp/o/Nobody"),
            "mcp".to_owned(),
        ] {
            let answer = app.http().get(&request(&client, CALLBACK, &[("resource", Some(&bad))])).await;
            is_a_redirect_error(&app, &answer, "invalid_target", &bad);
        }
        let good = request(&client, CALLBACK, &[("resource", Some(&at("/mcp")))]);
        let twice = |other: &str| format!("{good}&{}", encode(&[("resource", other)]));
        assert_eq!(app.http().get(&twice(&at("/mcp/"))).await.status, 200, "the same one twice is one");
        let answer = app.http().get(&twice(&at("/mcp/o/northlight"))).await;
        is_a_redirect_error(&app, &answer, "invalid_target", "two resources");
    }
}
