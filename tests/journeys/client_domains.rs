//! Organizations that let in clients of certain domains only (OAUTH.md B15).

use lavori_testkit::{Answer, Browser, TestApp, apps, challenge, encode, parameter};
use serde_json::json;

use crate::organization_settings::{ADA, NORTHLIGHT, Person};

const SOUND_TOOLS: &str = "https://app.soundtools.example/callback";

/// Registers a client with this redirect URI, and opens its request's consent page.
async fn ask(app: &TestApp, redirect_uri: &str, path: &str) -> (Browser, Answer, String) {
    let metadata = json!({"client_name": "Some client", "redirect_uris": [redirect_uri]});
    let registered = app.http().json("/register", &[], &metadata).await.json();
    let client = registered["client_id"].as_str().expect("an id").to_owned();
    let fields = [
        ("client_id", client.as_str()),
        ("redirect_uri", redirect_uri),
        ("response_type", "code"),
        ("code_challenge", &challenge()),
        ("code_challenge_method", "S256"),
        ("resource", &format!("{}{path}", app.origin())),
    ];
    let mut browser = app.browser();
    let page = browser.open(&format!("/authorize?{}", encode(&fields))).await;
    let page = app.sign_in(&mut browser, &page, ADA).await;
    let action = page.body.split("action=\"/consent/").nth(1).and_then(|rest| rest.split('"').next());
    let action = format!("/consent/{}", action.expect("the consent page has a form"));
    (browser, page, action)
}

async fn list(person: &mut Person, fields: &[(&str, &str)]) -> (u16, String) {
    let answer = person.post(&format!("{NORTHLIGHT}/client-domains"), fields).await;
    (answer.status.as_u16(), answer.body)
}

async fn refusals(app: &TestApp) -> usize {
    let log = app.organization_log("northlight").await;
    log.iter().filter(|line| line.starts_with("connection.refused") && line.contains("domain")).count()
}

#[tokio::test]
async fn b15_a_client_of_another_domain_is_stopped_on_our_page_and_in_the_grant() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        // The page was open before the list was made: the grant decides.
        let (mut browser, page, action) = ask(&app, "https://evil.example/cb", "/mcp").await;
        let (status, body) = list(&mut ada, &[("domains", "SoundTools.example, claude.ai")]).await;
        assert!(status == 200 && body.contains("Clients of 2 domains may connect"), "{body}");
        assert!(body.contains("value=\"claude.ai soundtools.example\""), "{body}");
        let consent = app.ada_reads_northlight();
        let refused = TestApp::decide(&mut browser, &page, &action, &consent).await;
        assert!(refused.status == 422 && refused.body.contains("certain domains only"), "{}", refused.body);
        assert_eq!(refusals(&app).await, 1, "and the organization's log says so");

        for redirect_uri in
            ["https://evil.example/cb", "https://soundtools.example.evil.example/", "http://127.0.0.1:9/cb"]
        {
            let (_, page, _) = ask(&app, redirect_uri, "/mcp").await;
            assert!(page.body.contains("certain domains only"), "{redirect_uri}");
            assert!(page.body.contains("Harbor Crew"), "another organization can be chosen");
        }
        assert_eq!(refusals(&app).await, 1, "nobody asked for it yet");
        let (mut browser, page, action) = ask(&app, SOUND_TOOLS, "/mcp").await;
        assert!(!page.body.contains("certain domains only"));
        let allowed = TestApp::decide(&mut browser, &page, &action, &consent).await;
        assert!(parameter(allowed.location(), "code").is_some(), "a subdomain of a listed one: {}", allowed.body);
    }
}

#[tokio::test]
async fn b15_where_the_url_fixes_the_organization_the_person_can_only_go_back() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        list(&mut ada, &[("domains", "claude.ai")]).await;
        let (_, page, _) = ask(&app, SOUND_TOOLS, "/mcp/o/northlight").await;
        assert!(
            page.body.contains("certain domains only") && page.body.contains("You can only go back"),
            "{}",
            page.body
        );
        assert!(!page.body.contains("value=\"allow\""));
        assert_eq!(refusals(&app).await, 1, "the page was shown for it");
        let (status, _) = list(&mut ada, &[("domains", "")]).await;
        assert_eq!(status, 200);
        let (_, page, _) = ask(&app, SOUND_TOOLS, "/mcp/o/northlight").await;
        assert!(page.body.contains("value=\"allow\""), "an empty list lets everybody in");
    }
}

#[tokio::test]
async fn b15_who_is_connected_stays_until_they_are_ended_on_purpose() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let (_, body) = list(&mut ada, &[("domains", "claude.ai")]).await;
        assert!(body.contains("1 connection of another client goes on"), "{body}");
        connected.ask("get_context", json!({})).await;
        let renewed = connected.renewed(&connected.refresh().await.json());
        let (_, body) = list(&mut ada, &[("domains", "claude.ai"), ("end_others", "on")]).await;
        assert!(body.contains("1 connection of other clients ended"), "{body}");
        assert_eq!(renewed.call("get_context", json!({})).await.status, 401);
        assert_eq!(renewed.refresh().await.status, 400);
        let log = app.organization_log("northlight").await;
        assert_eq!(log.iter().filter(|line| line.starts_with("client_domains.changed")).count(), 1, "{log:?}");
        for bad in ["https://claude.ai", "localhost", "127.0.0.1", "a b@c"] {
            assert_eq!(list(&mut ada, &[("domains", bad)]).await.0, 422, "{bad}");
        }
    }
}
