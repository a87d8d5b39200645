//! Replacing the server's secret: what the old one made is good for the overlap, and nobody is signed out.

use lavori_store::Options;
use lavori_testkit::{Consent, Secrets, TestApp, apps};
use serde_json::json;

const OLD: Secrets<'static> = Secrets { current: b"a secret for tests, thirty-two bytes long or more", previous: &[] };
const NEW: &[u8] = b"another secret for tests, as long as the first one";
const OVERLAP: Secrets<'static> = Secrets { current: NEW, previous: &[OLD.current] };
const AFTER: Secrets<'static> = Secrets { current: NEW, previous: &[] };

async fn with(app: &TestApp, secrets: &Secrets<'_>) -> TestApp {
    app.replica_with(secrets, &Options { connections: 4, ..Options::default() }).await
}

#[tokio::test]
async fn j8_sessions_and_tokens_live_on_under_a_new_secret() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let (client, code) = app.code(&app.ada_reads_northlight(), "/mcp").await;
        let (browser, ..) = app.ask("ada@demo.example", &client, "/mcp").await;
        let session = browser.cookie("lavori_session").unwrap().to_owned();
        let (overlap, after) = (with(&app, &OVERLAP).await, with(&app, &AFTER).await);
        for server in [&overlap, &after] {
            let home = server.browser_of(&[("lavori_session", Some(&session))]).open("/").await;
            assert!(home.body.contains("Ada"), "still signed in");
            connected.via(server).ask("get_context", json!({})).await;
        }
        assert_eq!(connected.via(&overlap).refresh().await.status, 200);
        assert_eq!(overlap.exchange(&client, &code).await.status, 200);
    }
}

#[tokio::test]
async fn j8_client_ids_forms_requests_and_cursors_of_the_old_secret_are_good_for_the_overlap_only() {
    for app in apps().await {
        let client = app.register().await;
        // A person has the sign-in page open, and the client holds a cursor.
        let mut browser = app.browser();
        let page = browser.open(&app.authorize_path(&client, "/mcp")).await;
        let connected = app.connect(&Consent::to_read("ada@demo.example", "northlight")).await;
        let cursor = connected.ask("list_tasks", json!({"limit": 1})).await["page"]["next_cursor"].clone();
        let (overlap, after) = (with(&app, &OVERLAP).await, with(&app, &AFTER).await);

        let next = json!({"limit": 1, "cursor": cursor});
        connected.via(&overlap).ask("list_tasks", next.clone()).await;
        assert!(connected.via(&after).refusal("list_tasks", next).await.contains("invalid_cursor"));

        let form = [("lavori_form", browser.cookie("lavori_form"))];
        let (csrf, request) = (page.hidden("csrf").unwrap(), page.hidden("request").unwrap());
        let fields = [
            ("csrf", csrf.as_str()),
            ("email", "ada@demo.example"),
            ("password", "lavori-demo"),
            ("request", &request),
        ];
        assert_eq!(after.browser_of(&form).submit("/sign-in", &fields).await.status, 403, "the form token is not ours");
        let own = after.browser_of(&form).open("/sign-in").await.hidden("csrf").unwrap();
        let mixed = [("csrf", own.as_str()), fields[1], fields[2], fields[3]];
        assert_eq!(after.browser_of(&form).submit("/sign-in", &mixed).await.status, 400, "the request does not open");
        let mut signed_in = overlap.browser_of(&form);
        let consent = signed_in.submit("/sign-in", &fields).await;
        assert!(consent.location().starts_with("/consent/"), "{} {}", consent.status, consent.body);

        // The consent page, made under the old secret, is answered under the new one.
        let (asked, page, action) = app.ask("ada@demo.example", &client, "/mcp").await;
        let session = [("lavori_session", asked.cookie("lavori_session"))];
        let consent = app.ada_reads_northlight();
        let refused = TestApp::decide(&mut after.browser_of(&session), &page, &action, &consent).await;
        assert_eq!(refused.status, 403);
        let allowed = TestApp::decide(&mut overlap.browser_of(&session), &page, &action, &consent).await;
        assert_eq!(allowed.status, 303, "{}", allowed.body);

        assert_eq!(overlap.http().get(&app.authorize_path(&client, "/mcp")).await.status, 200);
        assert_eq!(after.http().get(&app.authorize_path(&client, "/mcp")).await.status, 400);
        let fields = [("grant_type", "refresh_token"), ("client_id", client.as_str()), ("refresh_token", "x")];
        assert_eq!(overlap.http().form("/token", &fields).await.json()["error"], "invalid_grant");
        let unknown = after.http().form("/token", &fields).await;
        assert_eq!((unknown.status.as_u16(), unknown.json()["error"].clone()), (401, "invalid_client".into()));

        // What the overlap makes is of the new secret: it outlives the old one.
        let client = overlap.register().await;
        assert_eq!(after.http().get(&app.authorize_path(&client, "/mcp")).await.status, 200);
        assert_eq!(app.http().get(&app.authorize_path(&client, "/mcp")).await.status, 400);
    }
}
