//! Dynamic registration, and clients that the operator entered.

use http::Method;
use lavori_testkit::{CALLBACK, CONFIGURED_CLIENT, TestApp, apps, encode, parameter};
use serde_json::json;

const ADA: &str = "ada@demo.example";

#[tokio::test]
async fn c1_no_row_is_written_before_somebody_decides() {
    for app in apps().await {
        let before = app.row_counts().await;
        for n in 0..50 {
            let metadata = json!({"client_name": format!("Client {n}"), "redirect_uris": [CALLBACK]});
            assert_eq!(app.http().json("/register", &[], &metadata).await.status, 201);
        }
        assert_eq!(app.row_counts().await, before);
    }
}

#[tokio::test]
async fn c2_registering_twice_gives_one_client() {
    for app in apps().await {
        assert_eq!(app.register().await, app.register().await);
    }
}

#[tokio::test]
async fn c3_an_id_that_was_not_given_here_is_a_page_for_people_and_invalid_client_for_clients() {
    for app in apps().await {
        let id = app.register().await;
        let cut = &id[..id.len() - 2];
        let tampered = if id.ends_with('A') { format!("{cut}BB") } else { format!("{cut}AA") };
        // Signed by a server with another secret.
        let foreign = "lvr_dc_AAAAAAAAAAAAAAAAAAAAAHsibiI6IkNsYXVkZSIsInIiOlsiaHR0cDovLzEyNy4wLjAuMTo5L2NhbGxiYWNrIl19";
        for unknown in [cut, &tampered, foreign, "lvr_dc_", "nobody"] {
            let page = app.http().get(&app.authorize_path(unknown, "/mcp")).await;
            assert_eq!((page.status.as_u16(), page.location()), (400, ""), "{unknown}");
            assert!(page.body.contains("not registered here"), "{}", page.body);
            let answer = app.exchange(unknown, "lvr_ac_x").await;
            assert_eq!(answer.status, 401, "{unknown}");
            assert_eq!(answer.json()["error"], "invalid_client");
            assert!(answer.header("www-authenticate").starts_with("Basic"));
        }
    }
}

#[tokio::test]
async fn c4_whoever_asks_for_a_secret_becomes_a_public_client() {
    for app in apps().await {
        let metadata = json!({
            "client_name": "", "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "client_secret_post",
            "logo_uri": null, "contacts": [],
        });
        let answer = app.http().json("/register", &[], &metadata).await;
        assert_eq!(answer.status, 201);
        let answer = answer.json();
        assert_eq!(answer["token_endpoint_auth_method"], "none");
        for (name, value) in answer.as_object().unwrap() {
            assert!(!value.is_null() && *value != json!("") && *value != json!([]), "{name} is {value}");
            assert!(!name.contains("secret"), "{name}");
        }
    }
}

#[tokio::test]
async fn c6_bad_redirect_uris_are_refused_with_the_limit_named() {
    for app in apps().await {
        for (uris, limit) in [
            (json!(vec![CALLBACK; 50]), "1 to 10"),
            (json!([format!("https://a.example/{}", "x".repeat(4096))]), "512"),
            (json!([CALLBACK, "javascript:alert(1)"]), "https"),
        ] {
            let answer = app.http().json("/register", &[], &json!({"redirect_uris": uris})).await;
            assert_eq!(answer.status, 400);
            assert_eq!(answer.json()["error"], "invalid_redirect_uri");
            assert!(answer.json()["error_description"].as_str().unwrap().contains(limit), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn c7_who_calls_itself_claude_stays_unverified_and_is_never_the_real_one() {
    for app in apps().await {
        let callback = "https://evil.example/cb";
        let metadata = json!({
            "client_name": "Claude", "client_uri": "https://claude.ai", "redirect_uris": [callback],
            "logo_uri": "https://claude.ai/images/claude_app_icon.png",
        });
        let false_claude = app.http().json("/register", &[], &metadata).await.json()["client_id"].clone();
        let false_claude = false_claude.as_str().unwrap();
        let fields = [
            ("client_id", false_claude),
            ("redirect_uri", callback),
            ("response_type", "code"),
            ("code_challenge", &lavori_testkit::challenge()),
            ("code_challenge_method", "S256"),
        ];
        let mut browser = app.browser();
        let page = browser.open(&format!("/authorize?{}", encode(&fields))).await;
        let page = app.sign_in(&mut browser, &page, ADA).await;
        let heading = page.body.split("<h1").nth(1).unwrap().split("</h1>").next().unwrap();
        assert!(heading.contains("evil.example") && !heading.contains("Claude"), "{heading}");
        assert!(page.body.contains("Unverified") && !page.body.contains("Verified"), "{}", page.body);
        assert!(!page.body.contains("claude_app_icon"));

        // The real one, by its document, is another client: neither can use the other's grants.
        let real = "https://claude.ai/oauth/mcp-oauth-client-metadata";
        let document = json!({"client_id": real, "client_name": "Claude", "redirect_uris": [CALLBACK, callback]});
        app.publish_client(real, &document).await;
        let (mut browser, page, action) = app.ask(ADA, real, "/mcp").await;
        assert!(page.body.contains("claude.ai"), "its domain is named");
        let answer = TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
        let code = parameter(answer.location(), "code").unwrap();
        assert_eq!(app.exchange(false_claude, &code).await.json()["error"], "invalid_grant");
        assert_eq!(app.exchange(real, &code).await.status, 200);
    }
}

#[tokio::test]
async fn c8_what_is_not_a_json_object_of_the_right_types_is_refused() {
    for app in apps().await {
        let good = json!({"redirect_uris": [CALLBACK]}).to_string();
        for (media_type, body) in [
            ("application/x-www-form-urlencoded", "redirect_uris=https%3A%2F%2Fa.example%2Fcb"),
            ("text/plain", good.as_str()),
            ("", good.as_str()),
            ("application/json", "[]"),
            ("application/json", "redirect_uris=x"),
            ("application/json", "{\"redirect_uris\":[1]}"),
            ("application/json", "{\"redirect_uris\":[\"https://a.example/cb\"],\"client_name\":5}"),
        ] {
            let headers = [("content-type", media_type)];
            let answer = app.http().send(Method::POST, "/register", &headers, body.to_owned()).await;
            assert_eq!(answer.status, 400, "{media_type} {body}");
            assert_eq!(answer.json()["error"], "invalid_client_metadata", "{media_type} {body}");
        }
    }
}

#[tokio::test]
async fn p35_a_client_that_the_operator_entered_connects_as_its_domain() {
    for app in apps().await {
        let (mut browser, page, action) = app.ask(ADA, CONFIGURED_CLIENT, "/mcp").await;
        for text in ["Crew Planner", "planner.example"] {
            assert!(page.body.contains(text), "{text} is missing");
        }
        let answer = TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
        let code = parameter(answer.location(), "code").expect("a code");
        assert_eq!(app.exchange("crew-planner-2", &code).await.status, 401);
        assert_eq!(app.exchange(CONFIGURED_CLIENT, &code).await.status, 200);
        assert_eq!(app.fetches(), 0);
    }
}
