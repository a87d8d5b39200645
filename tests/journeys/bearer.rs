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
        let cookie = format!("access_token={token}");
        let cases: [(&str, Vec<(&str, &str)>); 3] = [
            (&format!("/mcp?access_token={token}"), vec![]),
            ("/mcp", vec![("cookie", &cookie)]),
            ("/mcp", vec![("x-authorization", token)]),
        ];
        for (path, headers) in cases {
            let answer = app.http().send(Method::POST, path, &headers, format!("access_token={token}")).await;
            assert_eq!(answer.status, 401, "{path}");
            assert!(!answer.header("www-authenticate").contains("error="), "{path}: no token was seen");
        }
    }
}

#[tokio::test]
async fn i3_only_a_live_access_token_opens_the_door() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let made_up = connected.access_token.replace(&connected.access_token[10..14], "AAAA");
        for bad in [&connected.refresh_token, &connected.client_id, "x", "lvr_at_", &made_up] {
            let answer = connected.with_token(bad).call("get_context", json!({})).await;
            assert_eq!(answer.status, 401, "{bad}");
            let challenge = answer.header("www-authenticate");
            assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
            assert!(challenge.contains("resource_metadata="), "{challenge}");
        }
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
        assert_eq!(anywhere.at("/mcp-other").call("get_context", json!({})).await.status, 404);
    }
}

#[tokio::test]
async fn p20_i6_every_request_sees_the_world_as_it_is_now() {
    for app in apps().await {
        let connect = async |scopes| app.connect(&app.ada_reads_northlight().with(scopes)).await;
        let status = async |connected: &lavori_testkit::Connected| {
            connected.call("get_context", json!({})).await.status.as_u16()
        };
        let (reader, writer) = (connect(Scopes::Read).await, connect(Scopes::Write).await);
        assert_eq!((status(&reader).await, status(&writer).await), (200, 200));

        app.set_switches("northlight", false, false).await;
        assert_eq!((status(&reader).await, status(&writer).await), (200, 401), "a switch went off");
        app.set_switches("northlight", true, true).await;
        assert_eq!(status(&writer).await, 401, "p21: what it cut off stays dead");

        app.set_role("ada@demo.example", "northlight", "contractor").await;
        assert_eq!(status(&reader).await, 401, "the role was lowered");
        app.set_role("ada@demo.example", "northlight", "owner").await;
        assert_eq!(status(&reader).await, 200);
        app.disable("ada@demo.example").await;
        assert_eq!(status(&reader).await, 401, "the person was disabled");
    }
}
