//! Signing in, sessions and forms.

use http::Method;
use lavori_testkit::{TestApp, apps, encode};

async fn try_password(app: &TestApp, email: &str, password: &str) -> (u16, String) {
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let csrf = page.hidden("csrf").expect("a form token");
    let answer = browser.submit("/sign-in", &[("csrf", &csrf), ("email", email), ("password", password)]).await;
    if answer.status == 303 {
        return (303, String::new());
    }
    // The page shows the address again and a form token: neither tells anything.
    (answer.status.as_u16(), answer.apart_from_chance().replace(email, "").replace(&csrf, ""))
}

#[tokio::test]
async fn e1_a_wrong_password_an_unknown_and_a_disabled_person_get_the_same_answer() {
    for app in apps().await {
        app.disable("ben@demo.example").await;
        let wrong = try_password(&app, "ada@demo.example", "not it").await;
        assert_eq!(wrong.0, 422);
        assert_eq!(try_password(&app, "nobody@demo.example", "not it").await, wrong);
        assert_eq!(try_password(&app, "ben@demo.example", "lavori-demo").await, wrong);
        assert_eq!(try_password(&app, "ada@demo.example", &"x".repeat(10_000)).await, wrong);
    }
}

#[tokio::test]
async fn p3_the_address_has_no_case_and_sign_in_is_audited() {
    for app in apps().await {
        let answer = try_password(&app, " ADA@demo.example ", "lavori-demo").await;
        assert_eq!(answer.0, 303);
        try_password(&app, "ada@demo.example", "wrong").await;
        assert_eq!(app.account_actions().await, ["session.signed_in", "session.sign_in_failed"]);
    }
}

#[tokio::test]
async fn e5_signing_in_gives_a_new_session_and_ends_the_old_one() {
    for app in apps().await {
        let mut browser = app.browser();
        let page = browser.open("/sign-in").await;
        browser.set_cookie("lavori_session", "lvr_se_chosen-by-somebody-else");
        app.sign_in(&mut browser, &page, "ada@demo.example").await;
        let first = browser.cookie("lavori_session").unwrap().to_owned();
        assert!(first.starts_with("lvr_se_") && !first.contains("chosen"));
        assert!(browser.open("/").await.body.contains("Ada"));

        // Somebody opens the sign-in form in another tab and signs in again.
        let page = app.browser_of(&[("lavori_form", browser.cookie("lavori_form"))]).open("/sign-in").await;
        let csrf = page.hidden("csrf").unwrap();
        let form_cookie = page.header("set-cookie").split(['=', ';']).nth(1).unwrap().to_owned();
        browser.set_cookie("lavori_form", &form_cookie);
        let fields = [("csrf", csrf.as_str()), ("email", "ada@demo.example"), ("password", "lavori-demo")];
        assert_eq!(browser.submit("/sign-in", &fields).await.status, 303);
        assert_ne!(browser.cookie("lavori_session").unwrap(), first);
        let stale = app.browser_of(&[("lavori_session", Some(&first))]).open("/").await;
        assert!(!stale.body.contains("Ada"), "the old session is dead");
    }
}

#[tokio::test]
async fn e7_a_form_that_no_page_of_ours_sent_is_refused() {
    for app in apps().await {
        let mut browser = app.browser();
        let csrf = browser.open("/sign-in").await.hidden("csrf").unwrap();
        let fields = encode(&[("csrf", &csrf), ("email", "ada@demo.example"), ("password", "lavori-demo")]);
        let form = ("content-type", "application/x-www-form-urlencoded");
        for headers in [
            vec![form, ("origin", "https://evil.example")],
            vec![form, ("origin", "null")],
            vec![form, ("sec-fetch-site", "cross-site")],
            vec![form, ("sec-fetch-site", "same-site")],
        ] {
            let answer = browser.send(Method::POST, "/sign-in", &headers, fields.clone()).await;
            assert_eq!(answer.status, 403, "{headers:?}");
        }
        for media_type in ["text/plain", "application/json", "multipart/form-data"] {
            let answer = browser.send(Method::POST, "/sign-in", &[("content-type", media_type)], fields.clone()).await;
            assert_eq!(answer.status, 415, "{media_type}");
        }
        // Without the form token, with another one, or from a browser that was never shown the form.
        for (mut sender, token) in [(browser.clone(), ""), (browser.clone(), "AAAA"), (app.browser(), csrf.as_str())] {
            let fields = [("csrf", token), ("email", "ada@demo.example"), ("password", "lavori-demo")];
            assert_eq!(sender.submit("/sign-in", &fields).await.status, 403, "{token}");
            assert_eq!(sender.cookie("lavori_session"), None);
        }
    }
}

#[tokio::test]
async fn e8_nothing_but_a_request_of_ours_is_followed_after_sign_in() {
    for app in apps().await {
        let mut browser = app.browser();
        let csrf = browser.open("/sign-in?return_to=https://evil.example").await.hidden("csrf").unwrap();
        let fields = [
            ("csrf", csrf.as_str()),
            ("email", "ada@demo.example"),
            ("password", "lavori-demo"),
            ("return_to", "https://evil.example"),
        ];
        assert_eq!(browser.submit("/sign-in", &fields).await.location(), "/");
        let mut browser = app.browser();
        let csrf = browser.open("/sign-in").await.hidden("csrf").unwrap();
        let fields = [("csrf", csrf.as_str()), ("email", "ada@demo.example"), ("request", "https://evil.example")];
        assert_eq!(browser.submit("/sign-in", &fields).await.status, 400);
    }
}

#[tokio::test]
async fn e9_signing_out_ends_the_session_and_leaves_connections() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let mut browser = app.browser();
        let page = browser.open("/sign-in").await;
        let home = app.sign_in(&mut browser, &page, "ada@demo.example").await;
        let cookie = browser.cookie("lavori_session").unwrap().to_owned();
        let csrf = home.hidden("csrf").unwrap();
        assert_eq!(browser.submit("/sign-out", &[("csrf", &csrf)]).await.status, 303);
        assert_eq!(browser.cookie("lavori_session"), None);
        let stale = app.browser_of(&[("lavori_session", Some(&cookie))]).open("/").await;
        assert!(!stale.body.contains("Ada"), "the session is dead on the server, not only in the browser");
        connected.ask("get_context", serde_json::json!({})).await;
    }
}

#[tokio::test]
async fn f1_pages_cannot_be_framed_or_kept_and_run_no_inline_script() {
    for app in apps().await {
        let page = app.browser().open("/sign-in").await;
        let policy = page.header("content-security-policy");
        for rule in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        let stylesheet = page.body.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
        let asset = app.http().get(stylesheet).await;
        assert_eq!(asset.status, 200);
        assert!(asset.header("cache-control").contains("immutable"));
    }
}
