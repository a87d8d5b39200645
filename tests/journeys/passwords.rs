//! A person's password: typed, changed, and what ends with it.

use lavori_audit::Origin;
use lavori_oauth::pending::Wanted;
use lavori_oauth::{PasswordChange, PasswordParameters, WeakPassword};
use lavori_store::sessions::Session;
use lavori_testkit::{Browser, TestApp, apps, apps_with};
use serde_json::json;

const ADA: &str = "ada@demo.example";
const OLD: &str = "lavori-demo";
const NEW: &str = "Citt\u{e0} di notte, sette fari";

async fn try_sign_in(browser: &mut Browser, password: &str) -> u16 {
    let csrf = browser.open("/sign-in").await.hidden("csrf").expect("what the test set up is there");
    let fields = [("csrf", csrf.as_str()), ("email", ADA), ("password", password)];
    browser.submit("/sign-in", &fields).await.status.as_u16()
}

async fn signed_in(app: &TestApp, password: &str) -> Browser {
    let mut browser = app.browser();
    assert_eq!(try_sign_in(&mut browser, password).await, 303);
    browser
}

async fn is_signed_in(browser: &Browser) -> bool {
    browser.clone().open("/").await.body.contains("Ada")
}

async fn session(app: &TestApp, browser: &Browser) -> Session {
    let mut conn = app.store().read().await.expect("what the test set up is there");
    app.oauth()
        .session(&mut conn, browser.cookie("lavori_session").expect("what the test set up is there"))
        .await
        .expect("what the test set up is there")
        .expect("what the test set up is there")
}

async fn change(app: &TestApp, browser: &Browser, current: &str, new: &str) -> PasswordChange {
    let session = session(app, browser).await;
    app.oauth()
        .change_password(app.store(), &session, current, new, &Origin::default())
        .await
        .expect("what the test set up is there")
}

#[tokio::test]
async fn e9_a_changed_password_ends_the_other_sessions_and_leaves_connections() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let (here, elsewhere) = (signed_in(&app, OLD).await, signed_in(&app, OLD).await);
        assert_eq!(change(&app, &here, "not it", NEW).await, PasswordChange::WrongCurrent);
        assert_eq!(change(&app, &here, OLD, "short").await, PasswordChange::Weak(WeakPassword::TooShort));
        assert_eq!(change(&app, &here, OLD, "ada@demo.example").await, PasswordChange::Weak(WeakPassword::Guessable));
        assert!(is_signed_in(&elsewhere).await, "nothing was changed yet");

        let PasswordChange::Changed { ended_sessions } = change(&app, &here, OLD, NEW).await else {
            panic!("a good password was refused")
        };
        assert_eq!(ended_sessions, 2, "the other browser's, and the one the client was connected in");
        assert!(is_signed_in(&here).await);
        assert!(!is_signed_in(&elsewhere).await);
        connected.ask("get_context", json!({})).await;
        assert!(app.account_actions().await.contains(&"password.changed".to_owned()));
        assert_eq!(try_sign_in(&mut app.browser(), OLD).await, 422);
        // E4: the same text, composed by another keyboard.
        assert_eq!(try_sign_in(&mut app.browser(), "Citta\u{300} di notte, sette\u{a0}fari").await, 303);
        let set = app.oauth().set_password(app.store(), &session(&app, &here).await, OLD, &Origin::default()).await;
        assert!(matches!(set, Ok(PasswordChange::Weak(_))), "{set:?}");
        let long = "another good long password";
        let set = app.oauth().set_password(app.store(), &session(&app, &here).await, long, &Origin::default()).await;
        assert!(matches!(set, Ok(PasswordChange::AlreadySet)), "{set:?}");
    }
}

#[tokio::test]
async fn e2_a_stolen_session_cannot_be_used_to_guess_the_password() {
    for app in apps().await {
        let here = signed_in(&app, OLD).await;
        for _ in 0..10 {
            assert_eq!(change(&app, &here, "guess", NEW).await, PasswordChange::WrongCurrent);
        }
        let session = session(&app, &here).await;
        let more = app.oauth().change_password(app.store(), &session, OLD, NEW, &Origin::default()).await;
        assert!(matches!(more, Err(lavori_oauth::Error::TooMany { .. })), "{more:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn e9_no_session_outlives_the_password_it_was_opened_with() {
    for app in apps().await {
        let here = signed_in(&app, OLD).await;
        let racing: Vec<_> = (0..9)
            .map(|_| {
                let mut browser = app.browser();
                tokio::spawn(async move { (try_sign_in(&mut browser, OLD).await, browser) })
            })
            .collect();
        assert!(matches!(change(&app, &here, OLD, NEW).await, PasswordChange::Changed { .. }));
        for one in racing {
            let (status, browser) = one.await.unwrap();
            assert!([303, 422].contains(&status), "{status}");
            assert!(!is_signed_in(&browser).await, "opened with the old password");
        }
        assert!(is_signed_in(&here).await);
    }
}

#[tokio::test]
async fn e9_a_disabled_person_s_sessions_end_at_once() {
    for app in apps().await {
        let browser = signed_in(&app, OLD).await;
        assert!(is_signed_in(&browser).await);
        app.disable(ADA).await;
        assert!(!is_signed_in(&browser).await);
    }
}

#[tokio::test]
async fn p3_a_sign_in_hashes_anew_when_the_parameters_have_changed() {
    let stronger = PasswordParameters { iterations: 2, ..PasswordParameters::CHEAP };
    for app in apps_with(|config| config.passwords = stronger).await {
        let old = lavori_oauth::PasswordHashing::new(
            PasswordParameters::CHEAP,
            std::sync::Arc::new(lavori_domain::env::SystemEnv),
        );
        let hash = old.hash(OLD).await.unwrap();
        let stored = async || {
            let mut conn = app.store().read().await.unwrap();
            lavori_store::people::find_by_email(&mut conn, ADA).await.unwrap().unwrap()
        };
        let mut tx = app.store().begin().await.unwrap();
        lavori_store::people::set_password_hash(&mut tx, stored().await.0.id, &hash).await.unwrap();
        tx.commit().await.unwrap();
        signed_in(&app, OLD).await;
        assert!(stored().await.1.unwrap().starts_with("$argon2id$v=19$m=8,t=2,p=1$"));
        signed_in(&app, OLD).await;
    }
}

#[tokio::test]
async fn e6_browsers_keep_cookies_for_this_host_away_from_scripts_and_the_database_holds_hashes_only() {
    for app in apps().await {
        let mut browser = app.browser();
        let page = browser.open("/sign-in").await;
        let csrf = page.hidden("csrf").unwrap();
        let fields = [("csrf", csrf.as_str()), ("email", ADA), ("password", OLD)];
        let answer = browser.submit("/sign-in", &fields).await;
        for header in answer.headers.get_all("set-cookie") {
            let header = header.to_str().unwrap();
            assert!(header.contains("HttpOnly; SameSite=Lax; Path=/"), "{header}");
            assert!(!header.contains("Domain"), "{header}");
        }
        let cookie = browser.cookie("lavori_session").unwrap();
        assert!(!app.database_holds(cookie).await);
    }
}

#[tokio::test]
async fn e8_a_page_that_needed_somebody_signed_in_is_returned_to_and_nothing_else_is() {
    for app in apps().await {
        let sealed = app.oauth().seal_wanted(&Wanted::Page("/settings/account".to_owned())).unwrap();
        for (cookie, expected) in [
            (sealed.as_str(), "/settings/account"),
            (&sealed[1..], "/"),
            ("https://evil.example", "/"),
            ("/settings/account", "/"),
        ] {
            let mut browser = app.browser_of(&[("lavori_wanted", Some(cookie))]);
            let page = browser.open("/sign-in").await;
            let (csrf, request) = (page.hidden("csrf").unwrap(), page.hidden("request"));
            let mut fields = vec![("csrf", csrf.as_str()), ("email", ADA), ("password", OLD)];
            fields.extend(request.iter().map(|request| ("request", request.as_str())));
            let answer = browser.submit("/sign-in", &fields).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (303, expected));
            assert_eq!(browser.cookie("lavori_wanted"), None);
        }
    }
}
