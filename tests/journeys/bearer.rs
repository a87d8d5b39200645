//! Access tokens at the connector URL.

use http::Method;
use lavori_policy::Scopes;
use lavori_testkit::{Consent, apps};
use serde_json::json;

#[tokio::test]
async fn i1_a_token_anywhere_but_in_the_authorization_header_is_not_seen() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let token = &connected.access_token;
        let cookie = format!("access_token={token}; lavori_session={token}; authorization=Bearer {token}");
        let bearer = format!("Bearer {token}");
        let form = ("content-type", "application/x-www-form-urlencoded");
        let query = format!("/mcp?access_token={token}");
        let cases: [(&str, Vec<(&str, &str)>); 6] = [
            (&query, vec![]),
            (&query, vec![form]),
            ("/mcp", vec![form]),
            ("/mcp", vec![("cookie", &cookie)]),
            ("/mcp", vec![("x-authorization", &bearer), ("x-access-token", token), ("x-api-key", token)]),
            ("/mcp", vec![("proxy-authorization", &bearer)]),
        ];
        for (path, headers) in cases {
            for method in [Method::POST, Method::GET] {
                let answer = app.http().send(method, path, &headers, format!("access_token={token}")).await;
                assert_eq!(answer.status, 401, "{path} {headers:?}");
                assert!(!answer.header("www-authenticate").contains("error="), "{path}: no token was seen");
                assert!(!answer.body.contains(token.as_str()) && !answer.header("www-authenticate").contains("lvr_"));
            }
        }
    }
}

#[tokio::test]
async fn i2_there_is_one_way_to_write_the_authorization_header() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let token = connected.access_token.as_str();
        let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}"#;
        let send = async |values: &[String]| {
            let mut headers =
                vec![("content-type", "application/json"), ("accept", "application/json, text/event-stream")];
            headers.extend(values.iter().map(|value| ("authorization", value.as_str())));
            app.http().send(Method::POST, "/mcp", &headers, ping).await
        };
        for good in ["Bearer", "bearer", "BEARER", "bEaReR", "Bearer  "] {
            let answer = send(&[format!("{good} {token}")]).await;
            assert_eq!(answer.status, 200, "{good}: {}", answer.body);
        }
        let bearer = format!("Bearer {token}");
        for bad in [
            vec![bearer.clone(), bearer.clone()],
            vec![bearer.clone(), "Basic eA==".to_owned()],
            vec!["Basic eA==".to_owned(), bearer.clone()],
            vec![format!("{bearer}, {bearer}")],
            vec![format!("{bearer},")],
            vec![format!("Basic eA==, {bearer}")],
            vec![format!("Bearer {token} {token}")],
            vec![format!("Bearer token={token}")],
            vec![format!("Bearer \"{token}\"")],
            vec![format!("Bearer:{token}")],
            vec![format!("Bearer\t{token}")],
            vec![format!("Bearer{token}")],
            vec![token.to_owned()],
            vec![format!("Token {token}")],
            vec!["Bearer".to_owned()],
            vec![String::new()],
            vec![format!("Bearer {}", "x".repeat(20_000))],
            vec![format!("Bearer {token}{}", "x".repeat(20_000))],
            vec![format!("Bearer {token}é")],
            vec![format!("Béarer {token}")],
        ] {
            let answer = send(&bad).await;
            assert!([400, 401].contains(&answer.status.as_u16()), "{}: {}", answer.status, bad[0]);
            assert!(!answer.body.contains("lvr_at_") && !answer.header("www-authenticate").contains("lvr_at_"));
        }
    }
}

#[tokio::test]
async fn i3_only_a_live_access_token_opens_the_door() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let (browser, page, action) = app.ask("ada@demo.example", &client, "/mcp").await;
        let session = browser.cookie("lavori_session").unwrap().to_owned();
        let handle = action.trim_start_matches("/consent/").to_owned();
        let csrf = page.hidden("csrf").unwrap();
        let id_token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmV4YW1wbGUifQ.c2lnbmF0dXJl".to_owned();
        let renamed = connected.refresh_token.replace("lvr_rt_", "lvr_at_");
        let made_up = connected.access_token.replace(&connected.access_token[10..14], "AAAA");
        let nobodys = lavori_testkit::secret_of("lvr_at_", &[7; 32]);
        let others = [&connected.refresh_token, &connected.client_id, &code, &session, &handle, &csrf, &id_token];
        for bad in others.into_iter().chain([&renamed, &made_up, &nobodys, &"lvr_at_".to_owned()]) {
            let answer = connected.with_token(bad).call("get_context", json!({})).await;
            assert_eq!(answer.status, 401, "{bad}");
            let challenge = answer.header("www-authenticate");
            assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
            assert!(challenge.contains("resource_metadata="), "{challenge}");
        }
        // And an access token is nothing else.
        let token = &connected.access_token;
        let fields = [("grant_type", "refresh_token"), ("client_id", &*connected.client_id), ("refresh_token", token)];
        assert_eq!(app.http().form("/token", &fields).await.json()["error"], "invalid_grant");
        assert_eq!(app.exchange(&client, token).await.json()["error"], "invalid_grant");
        assert_eq!(app.exchange(&client, &connected.refresh_token).await.json()["error"], "invalid_grant");
        let page = app.browser_of(&[("lavori_session", Some(token))]).open("/").await;
        assert!(!page.body.contains("Ada"));
        assert_ne!(app.http().get(&format!("/consent/{token}")).await.status, 200);
        connected.ask("get_context", json!({})).await;
    }
}

#[tokio::test]
async fn an_expired_token_is_refused_and_the_client_renews() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        app.shift_clock(3601);
        let answer = connected.call("get_context", json!({})).await;
        assert_eq!(answer.status, 401);
        assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
        connected.renewed(&connected.refresh().await.json()).ask("get_context", json!({})).await;
    }
}

#[tokio::test]
async fn i4_a_token_is_good_for_its_own_connector_url_only() {
    for app in apps().await {
        let anywhere = app.connect(&app.ada_reads_northlight()).await;
        let pinned = app.connect_at(&app.ada_reads_northlight(), "/mcp/o/northlight").await;
        let team = Consent::to_read("ada@demo.example", "northlight").in_team("sound");
        let team = app.connect_at(&team, "/mcp/o/northlight/t/sound").await;
        for (connected, home) in
            [(&anywhere, "/mcp"), (&pinned, "/mcp/o/northlight"), (&team, "/mcp/o/northlight/t/sound")]
        {
            connected.ask("get_context", json!({})).await;
            for path in ["/mcp", "/mcp/o/northlight", "/mcp/o/harbor", "/mcp/o/northlight/t/sound"] {
                let expected = if path == home { 200 } else { 401 };
                let answer = connected.at(path).call("get_context", json!({})).await;
                assert_eq!(answer.status, expected, "{home} at {path}");
            }
        }
        assert_eq!(
            anywhere.at("/mcp/").call("get_context", json!({})).await.status,
            200,
            "a slash is no other resource"
        );
        for path in ["/mcp-other", "/mcp/other", "/MCP", "/mcp/o/", "/mcp/o/northlight/t/", "//mcp"] {
            assert_eq!(anywhere.at(path).call("get_context", json!({})).await.status, 404, "{path}");
        }
        assert_eq!(anywhere.at("/mcp-other").call("get_context", json!({})).await.status, 404);
    }
}

/// What `connected` is answered: the status, and the scope that the context names.
async fn seen(connected: &lavori_testkit::Connected) -> u16 {
    connected.call("get_context", json!({})).await.status.as_u16()
}

#[tokio::test]
async fn p20_i6_every_request_sees_the_switches_as_they_are_now() {
    for app in apps().await {
        let connect = async |scopes| app.connect(&app.ada_reads_northlight().with(scopes)).await;
        let (reader, writer, biller) =
            (connect(Scopes::Read).await, connect(Scopes::Write).await, connect(Scopes::Billing).await);
        let all = async || (seen(&reader).await, seen(&writer).await, seen(&biller).await);
        assert_eq!(all().await, (200, 200, 200));

        app.set_switches("northlight", true, false).await;
        assert_eq!(all().await, (200, 200, 401), "billing went off");
        app.set_switches("northlight", false, false).await;
        assert_eq!(all().await, (200, 401, 401), "write went off");
        app.set_switches("northlight", true, true).await;
        assert_eq!(all().await, (200, 401, 401), "p21: what a switch cut off stays dead");

        // Switched on again, a renewal restores what was consented, and no more.
        for (connected, scope) in
            [(&reader, "mcp:read"), (&writer, "mcp:read mcp:write"), (&biller, "mcp:read mcp:write mcp:write:billing")]
        {
            let renewed = connected.renewed(&connected.refresh().await.json());
            assert_eq!(renewed.scope, scope);
            assert_eq!(seen(&renewed).await, 200);
        }
        let added = reader.call("add_contact", json!({"name": "Teatro Nuovo"})).await;
        assert_eq!(added.status, 403, "the reader was never allowed to write");
    }
}

#[tokio::test]
async fn p20_i6_every_request_sees_role_membership_organization_and_person_as_they_are_now() {
    const STATE: &str = "UPDATE organizations SET state = 'STATE' WHERE slug = 'northlight'";
    for app in apps().await {
        let ada = app.connect(&app.ada_reads_northlight()).await;
        let team = app.connect(&app.ada_reads_northlight().in_team("sound")).await;
        let elsewhere = app.connect(&Consent::to_read("ada@demo.example", "harbor")).await;
        let all = async || (seen(&ada).await, seen(&team).await, seen(&elsewhere).await);
        assert_eq!(all().await, (200, 200, 200));

        app.set_role("ada@demo.example", "northlight", "contractor").await;
        assert_eq!(all().await, (401, 401, 200), "the role was lowered, in one organization");
        app.set_role("ada@demo.example", "northlight", "member").await;
        assert_eq!(all().await, (200, 200, 200));

        app.execute(&STATE.replace("STATE", "suspended")).await;
        assert_eq!(all().await, (401, 401, 200), "the organization was suspended");
        app.execute(&STATE.replace("STATE", "active")).await;
        assert_eq!(all().await, (200, 200, 200));

        app.end_membership("ada@demo.example", "northlight").await;
        assert_eq!(all().await, (401, 401, 200), "the person left");
        assert_eq!(ada.refresh().await.json()["error"], "invalid_grant");

        app.disable("ada@demo.example").await;
        assert_eq!(all().await, (401, 401, 401), "the person was disabled");
        assert_eq!(elsewhere.refresh().await.json()["error"], "invalid_grant");
    }
}
