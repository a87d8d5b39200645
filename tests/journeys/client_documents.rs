//! Clients whose id is the URL of their metadata document, served over TLS by strangers of the test's own.

use std::time::Duration;

use lavori_testkit::{Answer, CALLBACK, Published, TestApp, apps, encode, parameter};
use serde_json::{Value, json};

const ADA: &str = "ada@demo.example";
const ID: &str = "https://client.example/meta.json";

fn document() -> Value {
    json!({
        "client_id": ID, "client_name": "Test client", "redirect_uris": [CALLBACK],
        "token_endpoint_auth_method": "none",
    })
}

/// A good document with one member changed.
fn document_with(name: &str, value: Value) -> Value {
    let mut document = document();
    document[name] = value;
    document
}

/// The answer of the authorization endpoint to a client.
async fn authorize(app: &TestApp, id: &str) -> Answer {
    app.http().get(&app.authorize_path(id, "/mcp")).await
}

/// A refusal that is told to the person only.
fn assert_page(answer: &Answer, text: &str) {
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert_eq!(answer.location(), "", "nobody is redirected");
    assert!(answer.header("content-type").starts_with("text/html"));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.body.contains(text), "{text:?} is missing in {}", answer.body);
}

/// Ada's way from the consent page to the client's tokens.
async fn allow(app: &TestApp, id: &str) -> Answer {
    let (mut browser, page, action) = app.ask(ADA, id, "/mcp").await;
    let answer = TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
    let code = parameter(answer.location(), "code").expect("a code");
    app.exchange(id, &code).await
}

#[tokio::test]
async fn p7_a_client_is_known_by_its_document_and_connects() {
    for app in apps().await {
        let metadata = app.http().get("/.well-known/oauth-authorization-server").await.json();
        assert_eq!(metadata["client_id_metadata_document_supported"], true);
        app.publish_client(ID, &document()).await;
        let (_, page, _) = app.ask(ADA, ID, "/mcp").await;
        for text in ["Test client", "client.example", "127.0.0.1:9"] {
            assert!(page.body.contains(text), "{text} is missing");
        }
        let tokens = allow(&app, ID).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        assert_eq!(app.fetches_of(ID), 1, "it was read once for both");
    }
}

#[tokio::test]
async fn b1_an_id_that_is_not_in_normal_form_is_refused_before_any_fetch() {
    for app in apps().await {
        app.publish_client(ID, &document()).await;
        for bad in [
            "http://client.example/meta.json",
            "https://client.example",
            "https://client.example/",
            "https://a@client.example/meta.json",
            "https://client.example/meta.json#f",
            "https://client.example/x/../meta.json",
            "https://client.example/%2e%2e/meta.json",
            "https://client.example/meta .json",
            "https://Client.example/meta.json",
            "https://client.example:443/meta.json",
            "https://client.example\\meta.json",
            "https://client.example./meta.json",
            "https://127.1/meta.json",
            "https://[::1]/meta.json",
        ] {
            assert_page(&authorize(&app, bad).await, "client_id");
        }
        assert_page(&authorize(&app, "https://client.example/me\tta.json").await, "control characters");
        assert_eq!(app.fetches(), 0);
    }
}

#[tokio::test]
async fn b2_b3_a_name_that_leads_inside_is_not_asked_and_not_told_from_one_that_leads_nowhere() {
    for app in apps().await {
        app.publish_client(ID, &document()).await;
        app.resolve_to("inside.example", &["169.254.169.254:443".parse().unwrap()]);
        app.resolve_to("mixed.example", &["127.0.0.1:443".parse().unwrap(), "[fd00::1]:443".parse().unwrap()]);
        for host in ["inside.example", "mixed.example", "nowhere.example"] {
            let answer = authorize(&app, &format!("https://{host}/meta.json")).await;
            assert_page(&answer, "cannot be reached over https at a public address");
        }
        assert_eq!(app.fetches(), 0);
        // The name was public when it was asked first; now it leads inside.
        assert_eq!(authorize(&app, ID).await.status, 200);
        app.resolve_to("client.example", &["10.0.0.1:443".parse().unwrap()]);
        assert_page(&authorize(&app, "https://client.example/other.json").await, "cannot be reached");
    }
}

#[tokio::test]
async fn b4_a_redirect_is_not_followed() {
    for app in apps().await {
        app.publish_client("https://elsewhere.example/meta.json", &document()).await;
        for status in [301, 302, 303, 307, 308] {
            let id = format!("https://client.example/{status}");
            let to = Published { status, ..Published::json(&document()) };
            app.publish(&id, to.with_header("location", "https://elsewhere.example/meta.json")).await;
            assert_page(&authorize(&app, &id).await, &format!("status {status}"));
        }
        assert_eq!(app.fetches_of("https://elsewhere.example/meta.json"), 0);
    }
}

#[tokio::test]
async fn b5_what_is_not_one_small_plain_json_document_is_refused() {
    for app in apps().await {
        let good = document().to_string();
        let repeated = good.replacen('{', "{\"client_id\":\"https://other.example/x\",", 1);
        let deep = good.replacen('{', &format!("{{\"x\":{}{},", "[".repeat(500), "]".repeat(500)), 1);
        let json = |body: &[u8]| Published::of_type("application/json", body);
        for (number, (answer, text)) in [
            (Published::of_type("text/html", "<!doctype html><title>Claude</title>"), "content type"),
            (Published::of_type("text/plain", good.clone()), "content type"),
            (json(b"<!doctype html><title>Claude</title>"), "JSON"),
            (json(&[b"\xef\xbb\xbf", good.as_bytes()].concat()), "JSON"),
            (json(&good.replace("Test", "\u{1}").into_bytes()), "JSON"),
            (json(&[good.trim_end_matches('}').as_bytes(), b",\"x\":\"\xff\"}"].concat()), "JSON"),
            (json(repeated.as_bytes()), "JSON"),
            (json(deep.as_bytes()), "JSON"),
            (json(format!("{good}{}", " ".repeat(6000)).as_bytes()), "5 kB"),
            (json(good.as_bytes()).with_header("content-encoding", "gzip"), "compressed"),
            (Published { status: 404, ..json(good.as_bytes()) }, "status 404"),
        ]
        .into_iter()
        .enumerate()
        {
            let id = format!("https://client.example/{number}");
            app.publish(&id, answer).await;
            assert_page(&authorize(&app, &id).await, text);
        }
    }
}

#[tokio::test]
async fn b6_b7_b9_a_doubtful_document_is_refused_whole_and_says_why() {
    for app in apps().await {
        for (number, (name, value, text)) in [
            ("client_id", json!("https://client.example/META.json"), "client_id is not the very same"),
            ("client_secret", json!("s"), "client secret"),
            ("token_endpoint_auth_method", json!("client_secret_post"), "client secret"),
            ("jwks", json!({"keys": [{"kty": "EC", "d": "x"}]}), "public keys"),
            ("redirect_uris", json!([]), "redirect_uris"),
            ("client_name", json!(" \u{200b}"), "client_name"),
            ("redirect_uris", json!([CALLBACK, "javascript:alert(1)"]), "redirect URI number 2"),
            ("redirect_uris", json!([CALLBACK, "http://public.example/cb"]), "redirect URI number 2"),
        ]
        .into_iter()
        .enumerate()
        {
            let id = format!("https://client.example/{number}");
            let mut document = document_with("client_id", json!(id));
            document[name] = value;
            app.publish_client(&id, &document).await;
            assert_page(&authorize(&app, &id).await, text);
        }
    }
}

#[tokio::test]
async fn b8_chatgpts_document_connects_without_a_key_and_one_that_needs_a_key_is_told_so() {
    for app in apps().await {
        let id = "https://chatgpt.com/oauth/IbUR3zxyNQ16/client.json";
        let mut chatgpt = json!({
            "client_id": id, "client_uri": "https://chatgpt.com/", "redirect_uris": [CALLBACK],
            "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "client_name": "ChatGPT", "token_endpoint_auth_signing_alg": "RS256",
            "jwks_uri": "https://chatgpt.com/oauth/jwks.json",
        });
        app.publish_client(id, &chatgpt).await;
        assert_eq!(allow(&app, id).await.status, 200);
        assert_eq!(app.fetches(), 1, "its keys are not asked for");

        let other = "https://chatgpt.com/oauth/other/client.json";
        chatgpt["client_id"] = json!(other);
        chatgpt.as_object_mut().unwrap().remove("token_endpoint_auth_methods_supported");
        app.publish_client(other, &chatgpt).await;
        assert_page(&authorize(&app, other).await, "private_key_jwt is not supported yet");
    }
}

#[tokio::test]
async fn b10_one_fetch_for_all_who_ask_and_a_budget_for_each_host() {
    for app in apps().await {
        let slow = Published { delay: Duration::from_millis(500), ..Published::json(&document()) };
        app.publish(ID, slow).await;
        let ask = |id: String| {
            let app = app.clone();
            tokio::spawn(async move { authorize(&app, &id).await })
        };
        let asking: Vec<_> = (0..200).map(|_| ask(ID.to_owned())).collect();
        for asked in asking {
            assert_eq!(asked.await.unwrap().status, 200);
        }
        assert_eq!(app.fetches_of(ID), 1);

        app.publish_client("https://many.example/x", &document()).await;
        let asking: Vec<_> = (0..200).map(|n| ask(format!("https://many.example/{n}"))).collect();
        let mut waiting = 0;
        for asked in asking {
            let answer = asked.await.unwrap();
            if answer.status == 503 {
                waiting += 1;
                assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
                assert!(answer.header("content-type").starts_with("text/html"));
                assert_eq!(answer.location(), "");
            } else {
                assert_page(&answer, "status 404");
            }
        }
        // Thirty, and what a minute's worth gives while the test runs.
        assert!((150..=170).contains(&waiting), "{waiting} of 200 were told to wait");
        assert_eq!(app.fetches() - 1, 200 - waiting, "one fetch for each that was not");
        assert_eq!(authorize(&app, ID).await.status, 200, "other hosts and known documents go on");
    }
}

#[tokio::test]
async fn b11_what_was_asked_for_is_frozen_at_the_authorization_request() {
    for app in apps().await {
        let fresh = |document: &Value| Published::json(document).with_header("cache-control", "no-store");
        app.publish(ID, fresh(&document())).await;
        let (mut browser, page, action) = app.ask(ADA, ID, "/mcp").await;
        let changed = json!({"client_id": ID, "client_name": "Other", "redirect_uris": ["https://evil.example/cb"]});
        app.publish(ID, fresh(&changed)).await;
        let shown = browser.open(&action).await;
        assert!(shown.body.contains("Test client") && !shown.body.contains("evil.example"));
        let answer = TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
        assert!(answer.location().starts_with(CALLBACK));
        let code = parameter(answer.location(), "code").unwrap();
        assert_eq!(app.exchange(ID, &code).await.status, 200);
        assert_eq!(app.fetches(), 1, "neither consent nor the token endpoint asks again");
    }
}

#[tokio::test]
async fn b12_codes_renewal_and_revocation_need_nobody_else() {
    for app in apps().await {
        app.publish_client(ID, &document()).await;
        let (mut browser, page, action) = app.ask(ADA, ID, "/mcp").await;
        app.strangers_leave();
        let answer = TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
        let code = parameter(answer.location(), "code").unwrap();
        let tokens = app.exchange(ID, &code).await;
        assert_eq!(tokens.status, 200, "{}", tokens.body);
        app.shift_clock(2 * 24 * 3600);
        let refresh_token = tokens.json()["refresh_token"].as_str().unwrap().to_owned();
        let refresh = async |id: &str| {
            let fields = [("grant_type", "refresh_token"), ("client_id", id), ("refresh_token", &refresh_token)];
            app.http().form("/token", &fields).await
        };
        let renewed = refresh(ID).await;
        assert_eq!(renewed.status, 200, "{}", renewed.body);

        // Another document's URL is not asked either: the grant is not its own.
        let other = refresh("https://other.example/meta.json").await;
        assert_eq!((other.status.as_u16(), other.json()["error"].as_str()), (400, Some("invalid_grant")));
        for unknown in ["https://client.example/../meta.json", "http://client.example/meta.json", "nobody", "lvr_dc_x"]
        {
            let unknown = refresh(unknown).await;
            assert_eq!((unknown.status.as_u16(), unknown.json()["error"].as_str()), (401, Some("invalid_client")));
        }
        let revoke = async |id: &str| {
            app.http().form("/revoke", &[("client_id", id), ("token", &refresh_token)]).await.status.as_u16()
        };
        assert_eq!(revoke("nobody").await, 401);
        assert_eq!(revoke("https://other.example/meta.json").await, 200);
        assert_eq!(refresh(ID).await.status, 200, "a stranger revoked nothing");
        assert_eq!(revoke(ID).await, 200);
        assert_eq!(refresh(ID).await.json()["error"], "invalid_grant");
        assert_eq!(app.fetches(), 1);
    }
}

#[tokio::test]
async fn b13_nothing_a_document_links_to_is_fetched_or_shown() {
    for app in apps().await {
        let logo = "https://client.example/logo.png";
        app.publish(logo, Published::of_type("image/png", "x")).await;
        let mut linking = document();
        linking["logo_uri"] = json!(logo);
        linking["client_uri"] = json!("http://169.254.169.254/latest");
        linking["tos_uri"] = json!("javascript:alert(1)");
        linking["policy_uri"] = json!("https://client.example/policy");
        linking["jwks_uri"] = json!("http://10.0.0.1/jwks");
        app.publish_client(ID, &linking).await;
        let (_, page, _) = app.ask(ADA, ID, "/mcp").await;
        for gone in ["logo.png", "169.254", "javascript:", "policy", "10.0.0.1"] {
            assert!(!page.body.contains(gone), "{gone} is on the page");
        }
        assert_eq!((app.fetches(), app.fetches_of(logo)), (1, 0));
    }
}

#[tokio::test]
async fn b14_a_name_cannot_outshine_the_domain() {
    for app in apps().await {
        let long = "x".repeat(3000);
        for (number, (name, shown)) in [
            ("Cl\u{202e}edua\u{200b}\n<img src=x>", "Cledua &#60;img src=x&#62;"),
            ("\u{421}laude", "\u{421}laude"),
            (long.as_str(), &long[..80]),
        ]
        .into_iter()
        .enumerate()
        {
            let id = format!("https://evil.example/{number}");
            let callback = "https://evil.example/cb";
            let document = json!({"client_id": id, "client_name": name, "redirect_uris": [callback]});
            app.publish_client(&id, &document).await;
            let registered = encode(&[("redirect_uri", CALLBACK)]);
            let path = app.authorize_path(&id, "/mcp").replace(&registered, &encode(&[("redirect_uri", callback)]));
            let mut browser = app.browser();
            let page = browser.open(&path).await;
            let page = app.sign_in(&mut browser, &page, ADA).await;
            let heading = page.body.split("<h1").nth(1).unwrap().split("</h1>").next().unwrap();
            assert!(heading.contains("evil.example") && !heading.contains("laude"), "{heading}");
            assert!(page.body.contains(&format!("<bdi>{shown}</bdi>")), "{shown} is missing in {}", page.body);
            assert!(page.body.contains("Verified"), "its domain is");
        }
    }
}

#[tokio::test]
async fn d1_d2_d4_only_redirect_uris_of_the_document_are_believed() {
    for app in apps().await {
        let callback = "https://client.example/cb";
        app.publish_client(ID, &document_with("redirect_uris", json!([callback, "https://client.example/cb2"]))).await;
        let with = |redirect_uri: Option<&str>| {
            let mut fields = vec![("client_id", ID), ("response_type", "code"), ("state", "x")];
            fields.extend(redirect_uri.map(|uri| ("redirect_uri", uri)));
            format!("/authorize?{}", encode(&fields))
        };
        for bad in [
            None,
            Some("http://127.0.0.1:9/callback"),
            Some("http://localhost/cb"),
            Some("https://client.example/cb/x"),
            Some("https://client.example/cb?x"),
            Some("https://client.example:8443/cb"),
            Some("https://client.example@evil.example/cb"),
            Some("https://evil.example/cb"),
        ] {
            assert_page(&app.http().get(&with(bad)).await, "redirect");
        }
        let good = app.http().get(&with(Some(callback))).await;
        assert!(good.location().starts_with(callback), "the rest is told to the client");
    }
}

#[tokio::test]
async fn d3_claude_code_calls_back_at_any_port() {
    for app in apps().await {
        let id = "https://claude.ai/oauth/claude-code-client-metadata";
        let claude_code = json!({
            "client_id": id, "client_name": "Claude Code", "client_uri": "https://claude.ai",
            "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        });
        app.publish_client(id, &claude_code).await;
        let with = |callback: &str| {
            let registered = encode(&[("redirect_uri", CALLBACK)]);
            app.authorize_path(id, "/mcp").replace(&registered, &encode(&[("redirect_uri", callback)]))
        };
        for good in ["http://localhost:51837/callback", "http://127.0.0.1:1/callback", "http://localhost/callback"] {
            assert_eq!(app.http().get(&with(good)).await.status, 200, "{good}");
        }
        for bad in ["http://localhost:51837/other", "http://[::1]:51837/callback", "http://127.0.0.2:1/callback"] {
            assert_page(&app.http().get(&with(bad)).await, "redirect URI");
        }
        // As it really goes: at the port it listens on just now.
        assert_eq!(allow(&app, id).await.status, 200);
    }
}
