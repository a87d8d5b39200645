//! The account page: sessions, password, and what goes on when they end (PRODUCT.md P3, OAUTH.md decision 13, E9).

use lavori_testkit::{Browser, TestApp, apps};
use serde_json::json;

const ADA: &str = "ada@demo.example";
const PAGE: &str = "/settings/account";

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.open("/").await.body.contains("Ada Marchetti")
}

/// The path that ends the only other session on the page.
async fn other_session(browser: &mut Browser) -> String {
    let page = browser.open(PAGE).await.body;
    let id = page.split("/settings/account/sessions/").nth(1).and_then(|rest| rest.split('/').next());
    format!("{PAGE}/sessions/{}/end", id.expect("another session"))
}

#[tokio::test]
async fn p3_a_person_sees_their_sessions_and_ends_one_from_another() {
    for app in apps().await {
        let mut here = app.signed_in(ADA).await;
        let mut there = app.signed_in(ADA).await;
        app.signed_in("ben@demo.example").await;
        let page = here.open(PAGE).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.body.matches("Signed in</dt>").count(), 2, "Ben's is not hers");
        assert_eq!(page.body.matches("This browser").count(), 1);
        assert!(page.body.contains("127.0.0.1"));
        let end = other_session(&mut here).await;
        assert!(here.open(&end).await.body.contains("Sign out"), "it asks first");
        assert!(is_signed_in(&mut there).await, "and asking ends nothing");
        let ended = here.act(PAGE, &end, &[]).await;
        assert_eq!((ended.status.as_u16(), ended.location()), (303, PAGE));
        assert!(here.open(PAGE).await.body.contains("is signed out."), "the page says so");
        assert!(!here.open(PAGE).await.body.contains("is signed out."), "once");
        assert!(!is_signed_in(&mut there).await && is_signed_in(&mut here).await);
        assert_eq!(here.act(PAGE, &end, &[]).await.status, 404, "it is over");
        assert_eq!(here.open(&end).await.status, 404);
        assert!(app.account_actions().await.contains(&"session.ended".to_owned()));
    }
}

#[tokio::test]
async fn i12_a_session_of_somebody_else_answers_like_one_that_does_not_exist() {
    for app in apps().await {
        let mut ada = app.signed_in(ADA).await;
        app.signed_in(ADA).await;
        let end = other_session(&mut ada).await;
        let mut ben = app.signed_in("ben@demo.example").await;
        let theirs = ben.act(PAGE, &end, &[]).await;
        let missing = ben.act(PAGE, &format!("{PAGE}/sessions/01890a5d-ac96-774b-bcce-b302099a8057/end"), &[]).await;
        assert_eq!((theirs.status.as_u16(), missing.status.as_u16()), (404, 404));
        let strip = |answer: &lavori_testkit::Answer| answer.apart_from_chance();
        assert_eq!(strip(&theirs), strip(&missing));
        let (theirs, missing) = (ben.open(&end).await, ben.open(&format!("{PAGE}/sessions/x/end")).await);
        assert_eq!((theirs.status.as_u16(), strip(&theirs)), (404, strip(&missing)), "nor does it ask");
        assert!(is_signed_in(&mut ada).await);
    }
}

#[tokio::test]
async fn p3_all_other_sessions_end_in_one_go() {
    for app in apps().await {
        let mut here = app.signed_in(ADA).await;
        let mut others = [app.signed_in(ADA).await, app.signed_in(ADA).await];
        let path = format!("{PAGE}/sessions/end-others");
        assert!(here.open(&path).await.body.contains("2 other browsers"), "it asks first");
        assert_eq!(here.act(PAGE, &path, &[]).await.status, 303);
        assert!(here.open(PAGE).await.body.contains("2 other browsers are signed out"));
        assert!(here.open(&path).await.body.contains("nowhere else"));
        for other in &mut others {
            assert!(!is_signed_in(other).await);
        }
        assert!(is_signed_in(&mut here).await);
        let ended = app.account_actions().await;
        assert_eq!(ended.iter().filter(|action| *action == "session.ended").count(), 2, "an event each");
    }
}

#[tokio::test]
async fn p3_last_seen_is_kept_roughly_true_without_a_write_per_page() {
    for app in apps().await {
        let mut ada = app.signed_in(ADA).await;
        let seen = "SELECT CAST(last_seen_at AS TEXT) AS value FROM sessions";
        let first = app.texts(seen).await;
        ada.open(PAGE).await;
        ada.open("/").await;
        assert_eq!(app.texts(seen).await, first, "nothing is written for minutes");
        app.shift_clock(301);
        ada.open("/").await;
        let later = app.texts(seen).await;
        assert_ne!(later, first);
        ada.open("/").await;
        assert_eq!(app.texts(seen).await, later);
    }
}

#[tokio::test]
async fn e9_signing_out_tells_that_connections_go_on_and_leads_to_revoking_them_all() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let mut ada = app.signed_in(ADA).await;
        let answer = ada.act("/", "/sign-out", &[]).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/signed-out"));
        let told = ada.open("/signed-out").await;
        assert!(told.body.contains("go on working") && told.body.contains("/settings/mcp/revoke-all"));
        connected.ask("get_context", json!({})).await;
        // The offer leads through sign-in to the page that asks.
        let page = ada.open("/settings/mcp/revoke-all").await;
        let asks = app.sign_in(&mut ada, &page, ADA).await;
        assert!(asks.body.contains("Revoke your connection?"), "{}", asks.body);
        let csrf = asks.hidden("csrf").unwrap();
        assert_eq!(ada.submit("/settings/mcp/revoke-all", &[("csrf", &csrf)]).await.status, 303);
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
    }
}

async fn change(browser: &mut Browser, current: &str, new: &str) -> lavori_testkit::Answer {
    browser.act(PAGE, &format!("{PAGE}/password"), &[("current", current), ("new", new)]).await
}

#[tokio::test]
async fn e9_changing_the_password_ends_other_sessions_and_tells_that_connections_go_on() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let mut here = app.signed_in(ADA).await;
        let mut there = app.signed_in(ADA).await;
        let new = "correct horse battery staple";
        let wrong = change(&mut here, "not it", new).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("That is not your current password"));
        let weak = change(&mut here, "lavori-demo", "short").await;
        assert_eq!(weak.status, 422);
        assert!(weak.body.contains("at least 12 characters"));
        assert!(is_signed_in(&mut there).await, "nothing was changed");

        let changed = change(&mut here, "lavori-demo", new).await;
        assert_eq!((changed.status.as_u16(), changed.location()), (303, "/settings/account/password-changed"));
        let told = here.open(changed.location()).await.body;
        assert!(told.contains("go on working") && told.contains("/settings/mcp/revoke-all"));
        assert!(told.contains("2 other browsers were signed out"), "the client came with one, too: {told}");
        assert!(!here.open(changed.location()).await.body.contains("is changed"), "it is told once");
        assert!(is_signed_in(&mut here).await && !is_signed_in(&mut there).await);
        connected.ask("get_context", json!({})).await;
        assert!(app.account_actions().await.contains(&"password.changed".to_owned()));
        assert_eq!(sign_in_status(&app, "lavori-demo").await, 422);
        assert_eq!(sign_in_status(&app, new).await, 303);
    }
}

async fn sign_in_status(app: &TestApp, password: &str) -> u16 {
    let mut browser = app.browser();
    browser.act("/sign-in", "/sign-in", &[("email", ADA), ("password", password)]).await.status.as_u16()
}

#[tokio::test]
async fn e9_a_person_who_is_disabled_is_signed_out_at_once_and_their_connections_stop() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let mut ada = app.signed_in(ADA).await;
        let csrf = ada.open("/").await.hidden("csrf").unwrap();
        app.disable(ADA).await;
        assert_eq!(ada.open(PAGE).await.hidden("password"), None);
        assert!(!is_signed_in(&mut ada).await);
        let id = app.connection_ids(ADA).await.remove(0);
        let answer = ada.submit(&format!("/settings/mcp/{id}/rename"), &[("csrf", &csrf), ("label", "x")]).await;
        assert_eq!(answer.location(), "/sign-in?signed-out");
        assert!(ada.open(answer.location()).await.body.contains("was not done"));
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
    }
}
