//! The set-up of a server where nobody is yet (PRODUCT.md P2).

use lavori_testkit::{Answer, Browser, apps, empty_apps};

const PASSWORD: &str = "correct horse battery staple";

async fn set_up(browser: &mut Browser, code: &str, change: &[(&str, &str)]) -> Answer {
    let csrf = opened(browser).await;
    submit(browser, &csrf, code, change).await
}

async fn opened(browser: &mut Browser) -> String {
    browser.open("/set-up").await.hidden("csrf").unwrap_or_default()
}

async fn submit(browser: &mut Browser, csrf: &str, code: &str, change: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("csrf", csrf),
        ("code", code),
        ("name", "Città & Luce"),
        ("slug", ""),
        ("time_zone", "Europe/Rome"),
        ("currency", "EUR"),
        ("owner", "Ada Lovelace"),
        ("email", "Ada@Luce.Example"),
        ("password", PASSWORD),
    ];
    for (name, value) in change {
        fields.retain(|(other, _)| other != name);
        fields.push((name, value));
    }
    browser.submit("/set-up", &fields).await
}

#[tokio::test]
async fn p2_whoever_knows_the_code_makes_the_first_organization_and_owns_it() {
    for app in empty_apps().await {
        let first = app.set_up_code().await.expect("nobody is there");
        let second = app.set_up_code().await.expect("another replica");
        assert_ne!(first, second);
        let home = app.http().get("/").await;
        assert_eq!((home.status.as_u16(), home.location()), (303, "/set-up"));
        assert!(!app.database_holds(&first.replace('-', "")).await, "only its hash is stored");

        let mut browser = app.browser();
        for (name, value) in [
            ("name", " "),
            ("slug", "Not A Slug"),
            ("time_zone", "Rome"),
            ("currency", "XXX"),
            ("owner", ""),
            ("email", "ada"),
            ("password", "short"),
            ("password", "ada@luce.example"),
        ] {
            let refused = set_up(&mut browser, &first, &[(name, value)]).await;
            assert_eq!(refused.status, 422, "{name} {value}");
            assert!(refused.body.contains("role=\"alert\"") && refused.body.contains(&first), "what was typed stays");
            assert!(!refused.body.contains(PASSWORD));
        }
        // All mistakes at once, each at its field.
        let wrong = [("slug", "Not A Slug"), ("time_zone", "Rome"), ("owner", " "), ("password", "short")];
        let refused = set_up(&mut browser, &first, &wrong).await;
        for id in ["slug", "time-zone", "owner", "password"] {
            assert!(refused.body.contains(&format!("id=\"{id}-wrong\"")), "{id}: {}", refused.body);
        }
        assert_eq!(refused.body.matches("aria-invalid").count(), wrong.len());
        assert!(refused.body.contains("value=\"Not A Slug\"") && refused.body.contains("value=\"Rome\""));
        // The first replica's code is as good as the last one's.
        let done = set_up(&mut browser, &first.to_lowercase(), &[]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, "/welcome/citta-luce"), "{}", done.body);
        let welcome = browser.open(done.location()).await.body;
        assert!(welcome.contains("is ready") && welcome.contains("Invite people"), "{welcome}");
        assert!(welcome.contains(&format!("{}/mcp", app.origin())));
        let settings = browser.open("/settings/organizations/citta-luce").await;
        assert!(settings.body.contains("You are an owner here"), "{}", settings.body);
        assert!(settings.body.contains("value=\"Europe/Rome\" selected"), "{}", settings.body);
        assert!(browser.open("/settings/organizations/citta-luce/members").await.body.contains("ada@luce.example"));
        let access = browser.open("/settings/organizations/citta-luce/access").await;
        assert_eq!(access.body.matches("data-state=\"off\"").count(), 2, "writing is off until it is turned on");

        assert_eq!(app.set_up_code().await.as_deref(), None, "it is set up");
        let over = app.http().get("/set-up").await;
        assert!(over.status == 404 && over.body.contains("set up already"), "{}", over.body);
        assert_eq!(app.http().get("/").await.status, 200);
        let log = app.organization_log("citta-luce").await;
        assert!(log.len() == 1 && log[0].starts_with("organization.created"), "{log:?}");
        assert!(app.row_counts().await.contains(&"set_up_codes 0".to_owned()));
    }
}

#[tokio::test]
async fn p2_guessing_the_code_is_slowed_and_grows_nothing() {
    for app in empty_apps().await {
        let code = app.set_up_code().await.expect("nobody is there");
        let mut browser = app.browser();
        for guess in ["", "0000-0000-0000-0000", &code[1..], &format!("{code}0"), "é"] {
            assert_eq!(set_up(&mut browser, guess, &[]).await.status, 422, "{guess}");
        }
        let waits = set_up(&mut browser, &code, &[]).await;
        assert_eq!(waits.status, 429, "even the right one waits");
        let seconds: i64 = waits.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds) && waits.body.contains("bootstrap"), "{seconds} {}", waits.body);
        let counts = app.row_counts().await;
        assert!(counts.contains(&"set_up_guesses 1".to_owned()) && counts.contains(&"account_events 0".to_owned()));
        app.shift_clock(61);
        assert_eq!(set_up(&mut browser, &code, &[]).await.status, 303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_of_two_who_set_up_at_once_one_does() {
    for app in empty_apps().await {
        let code = app.set_up_code().await.expect("nobody is there");
        // Both have the form before either sends it: where it is set up, there is no form to open.
        let (mut ada, mut eve) = (app.browser(), app.browser());
        let (csrf, csrf_of_eve) = (opened(&mut ada).await, opened(&mut eve).await);
        let (one, other) = tokio::join!(
            submit(&mut ada, &csrf, &code, &[]),
            submit(&mut eve, &csrf_of_eve, &code, &[("email", "eve@luce.example")])
        );
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 404]);
        assert_eq!(app.organization_log("citta-luce").await.len(), 1);
    }
}

#[tokio::test]
async fn p2_a_server_with_people_has_no_set_up() {
    for app in apps().await {
        assert_eq!(app.set_up_code().await, None);
        assert_eq!(app.http().get("/set-up").await.status, 404);
        assert_eq!(app.http().get("/").await.status, 200);
        // A form kept from before.
        let mut browser = app.browser();
        let csrf = browser.open("/sign-in").await.hidden("csrf").unwrap();
        assert_eq!(browser.submit("/set-up", &[("csrf", &csrf)]).await.status, 403);
    }
}
