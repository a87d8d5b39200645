//! Organizations that let in clients of certain domains only (OAUTH.md B15).

use lavori_testkit::{Answer, Browser, TestApp, apps, challenge, encode, parameter};
use serde_json::json;

use crate::organization_settings::{ADA, Person};

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

const DOMAINS: &str = "/settings/organizations/northlight/client-domains";

async fn list(person: &mut Person, domains: &str) -> String {
    person.done(DOMAINS, &[("add", domains)]).await.body
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
        let body = list(&mut ada, "SoundTools.example, claude.ai").await;
        assert!(body.contains("Clients of 2 domains may connect"), "{body}");
        for domain in ["claude.ai", "soundtools.example"] {
            assert!(body.contains(&format!("name=\"remove\" value=\"{domain}\"")), "{body}");
        }
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
        list(&mut ada, "claude.ai").await;
        let (_, page, _) = ask(&app, SOUND_TOOLS, "/mcp/o/northlight").await;
        assert!(
            page.body.contains("certain domains only") && page.body.contains("You can only go back"),
            "{}",
            page.body
        );
        assert!(!page.body.contains("value=\"allow\""));
        assert_eq!(refusals(&app).await, 1, "the page was shown for it");
        let body = ada.done(DOMAINS, &[("remove", "claude.ai")]).await.body;
        assert!(body.contains("Any client may connect."), "{body}");
        let (_, page, _) = ask(&app, SOUND_TOOLS, "/mcp/o/northlight").await;
        assert!(page.body.contains("value=\"allow\""), "an empty list lets everybody in");
    }
}

#[tokio::test]
async fn b15_who_is_connected_stays_until_they_are_ended_on_purpose() {
    for app in apps().await {
        let mut ada = Person::signed_in(&app, ADA).await;
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let body = list(&mut ada, "claude.ai").await;
        assert!(body.contains("1 live connection is of a client that is not on the list. It goes on"), "{body}");
        connected.ask("get_context", json!({})).await;
        let renewed = connected.renewed(&connected.refresh().await.json());
        let end_others = format!("{DOMAINS}/end-others");
        let asked = ada.open(&end_others).await;
        assert!(asked.body.contains("of <bdi>Ada Marchetti</bdi>") && asked.body.contains("Test client"));
        let body = ada.done(&end_others, &[]).await.body;
        assert!(body.contains("1 connection of other clients ended"), "{body}");
        assert_eq!(renewed.call("get_context", json!({})).await.status, 401);
        assert_eq!(renewed.refresh().await.status, 400);
        let log = app.organization_log("northlight").await;
        assert_eq!(log.iter().filter(|line| line.starts_with("client_domains.changed")).count(), 1, "{log:?}");
        for bad in ["https://claude.ai", "localhost", "127.0.0.1", "a b@c"] {
            let refused = ada.post(DOMAINS, &[("add", bad)]).await;
            assert!(refused.status == 422 && refused.body.contains("id=\"domain-problem\""), "{bad}");
            assert!(refused.body.contains(&format!("value=\"{bad}\"")), "what was typed stays: {bad}");
        }
        assert_eq!(ada.post(DOMAINS, &[]).await.status, 422, "nothing was typed");
        let many: Vec<String> = (0..50).map(|number| format!("{number}.example.com")).collect();
        let refused = ada.post(DOMAINS, &[("add", &many.join(" "))]).await;
        assert!(refused.status == 422 && refused.body.contains("at most 50"), "with the one that is there");
    }
}
