//! The token endpoint: codes.

use http::Method;
use lavori_testkit::{CALLBACK, VERIFIER, apps, encode};

#[tokio::test]
async fn g1_a_code_used_twice_revokes_what_it_gave() {
    for app in apps().await {
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let tokens = app.exchange(&client, &code).await;
        assert_eq!(tokens.status, 200);
        let again = app.exchange(&client, &code).await;
        assert_eq!((again.status.as_u16(), again.json()["error"].clone()), (400, "invalid_grant".into()));
        let token = tokens.json()["access_token"].as_str().unwrap().to_owned();
        let refused =
            app.http().send(Method::POST, "/mcp", &[("authorization", &format!("Bearer {token}"))], "{}").await;
        assert_eq!(refused.status, 401);
        assert_eq!(
            app.connection_actions("ada@demo.example").await,
            ["connection.approved", "access.issued", "replay.detected"]
        );
    }
}

#[tokio::test]
async fn g4_g5_g6_a_code_is_good_for_its_client_verifier_redirect_uri_resource_and_minute() {
    for app in apps().await {
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let other = app.http().json("/register", &[], &serde_json::json!({"redirect_uris": [CALLBACK]})).await;
        let other = other.json()["client_id"].as_str().unwrap().to_owned();
        let wrong = "x".repeat(43);
        let fields = |client: &str, verifier: &str, redirect_uri: &str, resource: &str| {
            let mut fields = vec![
                ("grant_type", "authorization_code".to_owned()),
                ("client_id", client.to_owned()),
                ("code", code.clone()),
                ("code_verifier", verifier.to_owned()),
            ];
            for (name, value) in [("redirect_uri", redirect_uri), ("resource", resource)] {
                if !value.is_empty() {
                    fields.push((name, value.to_owned()));
                }
            }
            fields
        };
        let foreign = format!("{}/mcp/o/harbor", app.origin());
        let cases = [
            (fields(&other, VERIFIER, CALLBACK, ""), "invalid_grant"),
            (fields(&client, &wrong, CALLBACK, ""), "invalid_grant"),
            (fields(&client, "short", CALLBACK, ""), "invalid_request"),
            (fields(&client, VERIFIER, "http://127.0.0.1:9/other", ""), "invalid_grant"),
            (fields(&client, VERIFIER, "", ""), "invalid_grant"),
            (fields(&client, VERIFIER, CALLBACK, "https://evil.example/mcp"), "invalid_target"),
            (fields(&client, VERIFIER, CALLBACK, &foreign), "invalid_target"),
        ];
        for (fields, error) in cases {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = app.http().form("/token", &fields).await;
            assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str().unwrap()), (400, error), "{fields:?}");
        }
        app.shift_clock(61);
        assert_eq!(app.exchange(&client, &code).await.json()["error"], "invalid_grant");
        app.shift_clock(-61);
        assert_eq!(app.exchange(&client, &code).await.status, 200, "none of that consumed the code");
    }
}

#[tokio::test]
async fn g7_a_client_that_is_unknown_or_brings_a_secret_is_not_one_of_ours() {
    for app in apps().await {
        let client = app.register().await;
        for fields in [
            vec![("client_id", "lvr_dc_unknown")],
            vec![("client_id", client.as_str()), ("client_secret", "x")],
            vec![("client_id", client.as_str()), ("client_assertion", "x")],
        ] {
            let mut all = vec![("grant_type", "authorization_code"), ("code", "x")];
            all.extend(fields);
            let answer = app.http().form("/token", &all).await;
            assert_eq!((answer.status.as_u16(), answer.json()["error"].clone()), (401, "invalid_client".into()));
        }
        let headers = [("authorization", "basic eA=="), ("content-type", "application/x-www-form-urlencoded")];
        let body = encode(&[("grant_type", "refresh_token"), ("client_id", &client)]);
        let answer = app.http().send(Method::POST, "/token", &headers, body).await;
        assert_eq!(answer.status, 401);
        assert!(answer.header("www-authenticate").starts_with("Basic"));
    }
}

#[tokio::test]
async fn g8_g9_other_bodies_and_grants_are_refused() {
    for app in apps().await {
        let client = app.register().await;
        let answer = app.http().json("/token", &[], &serde_json::json!({"grant_type": "refresh_token"})).await;
        assert_eq!(answer.status, 415);
        for grant in ["password", "client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:token-exchange"] {
            let answer = app.http().form("/token", &[("grant_type", grant), ("client_id", &client)]).await;
            assert_eq!(answer.json()["error"], "unsupported_grant_type", "{grant}");
        }
        for fields in [vec![("client_id", client.as_str())], vec![("grant_type", "a"), ("grant_type", "b")]] {
            let answer = app.http().form("/token", &fields).await;
            assert_eq!(answer.json()["error"], "invalid_request", "{fields:?}");
        }
    }
}

#[tokio::test]
async fn g10_what_ended_between_consent_and_exchange_is_not_granted() {
    for app in apps().await {
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        app.end_membership("ada@demo.example", "northlight").await;
        let answer = app.exchange(&client, &code).await;
        assert_eq!(answer.json()["error"], "invalid_grant");
        assert_eq!(app.connection_actions("ada@demo.example").await, ["connection.approved", "call.refused"]);
    }
}

#[tokio::test]
async fn g11_the_answer_is_what_rfc_6749_says_and_may_not_be_kept() {
    for app in apps().await {
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let answer = app.exchange(&client, &code).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "application/json");
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 3600);
        assert_eq!(tokens["scope"], "mcp:read");
        assert!(tokens["access_token"].as_str().unwrap().starts_with("lvr_at_"));
        assert!(tokens["refresh_token"].as_str().unwrap().starts_with("lvr_rt_"));
        assert!(!app.database_holds(tokens["access_token"].as_str().unwrap()).await, "only hashes are stored");
    }
}
