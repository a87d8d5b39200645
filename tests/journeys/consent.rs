//! The consent page and what comes of it.

use http::Method;
use lavori_policy::Scopes;
use lavori_testkit::{CALLBACK, Consent, TestApp, apps, parameter};

const ADA: &str = "ada@demo.example";

#[tokio::test]
async fn p8_the_page_names_the_client_and_offers_organizations_and_teams() {
    for app in apps().await {
        let client = app.register().await;
        let (_, page, _) = app.ask(ADA, &client, "/mcp").await;
        for text in ["Test client", "127.0.0.1:9", "nverified", "Northlight Productions", "Harbor Crew", "Sound", ADA] {
            assert!(page.body.contains(text), "{text} is missing");
        }
        assert!(!page.body.contains("checked") || !page.body.contains("name=\"allow_write\" checked"));
        // Harbor's owner is told to whom the switch belongs.
        assert!(page.body.contains("Hana"), "who can enable write in Harbor Crew is named");
    }
}

#[tokio::test]
async fn p11_allow_returns_a_code_and_the_answer_names_the_granted_scope() {
    for app in apps().await {
        for (scopes, expected) in [
            (Scopes::Read, "mcp:read"),
            (Scopes::Write, "mcp:read mcp:write"),
            (Scopes::Billing, "mcp:read mcp:write mcp:write:billing"),
        ] {
            let connected = app.connect(&Consent::to_read(ADA, "northlight").with(scopes)).await;
            assert_eq!(connected.scope, expected);
        }
        assert_eq!(
            app.connection_actions(ADA).await,
            ["connection.approved", "access.issued"].repeat(3),
            "each step of each connection is in its activity"
        );
    }
}

#[tokio::test]
async fn p9_billing_without_write_is_nothing_but_read() {
    for app in apps().await {
        let client = app.register().await;
        let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
        let csrf = page.hidden("csrf").unwrap();
        let fields =
            [("csrf", csrf.as_str()), ("organization", "northlight"), ("allow_billing", "on"), ("decision", "allow")];
        let answer = browser.submit(&action, &fields).await;
        let code = parameter(answer.location(), "code").unwrap();
        assert_eq!(app.exchange(&client, &code).await.json()["scope"], "mcp:read");
    }
}

#[tokio::test]
async fn p10_write_where_the_switch_is_off_is_refused_clearly_with_two_ways_on() {
    for app in apps().await {
        let client = app.register().await;
        let consent = Consent::to_read(ADA, "harbor").with(Scopes::Write);
        let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
        let refused = TestApp::decide(&mut browser, &page, &action, &consent).await;
        assert_eq!(refused.status, 403);
        for text in ["Harbor Crew", "Hana", "read-only", "Cancel"] {
            assert!(refused.body.contains(text), "{text} is missing");
        }
        // On, read-only: the page's own form.
        let csrf = refused.hidden("csrf").unwrap();
        let fields = [("csrf", csrf.as_str()), ("organization", "harbor"), ("decision", "allow")];
        let answer = browser.submit(&action, &fields).await;
        let code = parameter(answer.location(), "code").expect("a code");
        assert_eq!(app.exchange(&client, &code).await.json()["scope"], "mcp:read");
    }
}

#[tokio::test]
async fn p8_a_team_is_chosen_in_its_own_organization_only() {
    for app in apps().await {
        let client = app.register().await;
        for team in ["team-harbor", "team", "team-northlight"] {
            let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
            let csrf = page.hidden("csrf").unwrap();
            let fields =
                [("csrf", csrf.as_str()), ("organization", "northlight"), (team, "sound"), ("decision", "allow")];
            assert_eq!(browser.submit(&action, &fields).await.status, 303, "{team}");
        }
        let teams = "SELECT COALESCE(slug, 'all') AS value FROM connections LEFT JOIN teams ON teams.id = team_id \
                     ORDER BY connections.id";
        assert_eq!(app.texts(teams).await, ["all", "all", "sound"]);
    }
}

#[tokio::test]
async fn p9_a_form_that_was_sent_without_a_decision_is_asked_again_with_its_choices_and_no_toggle() {
    for app in apps().await {
        let client = app.register().await;
        let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
        let csrf = page.hidden("csrf").unwrap();
        let fields = [
            ("csrf", csrf.as_str()),
            ("organization", "northlight"),
            ("team-northlight", "sound"),
            ("allow_write", "on"),
            ("decision", "neither"),
        ];
        let again = browser.submit(&action, &fields).await;
        assert_eq!(again.status, 422);
        for text in ["Choose Allow or Cancel.", "is off again", "value=\"sound\" selected"] {
            assert!(again.body.contains(text), "{text} is missing");
        }
        assert_eq!(again.body.matches(" checked").count(), 1, "the organization");
        assert!(app.connection_actions(ADA).await.is_empty());
        let answer = TestApp::decide(&mut browser, &again, &action, &app.ada_reads_northlight()).await;
        assert_eq!(answer.status, 303, "the request still waits");
    }
}

#[tokio::test]
async fn f7_cancel_returns_access_denied_with_state_and_issuer() {
    for app in apps().await {
        let client = app.register().await;
        let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
        let csrf = page.hidden("csrf").unwrap();
        let answer = browser.submit(&action, &[("csrf", &csrf), ("decision", "deny"), ("allow_write", "on")]).await;
        assert_eq!(answer.status, 303);
        assert!(answer.location().starts_with(CALLBACK));
        for (name, value) in [("error", "access_denied"), ("state", "the state"), ("iss", app.origin())] {
            assert_eq!(parameter(answer.location(), name).as_deref(), Some(value));
        }
        assert_eq!(parameter(answer.location(), "code"), None);
        let denied = "SELECT action AS value FROM account_events WHERE action = 'connection.denied'";
        assert_eq!(app.texts(denied).await.len(), 1, "the refusal is in the person's log");
        assert_eq!(browser.submit(&action, &[("csrf", &csrf), ("decision", "allow")]).await.status, 400, "and final");
    }
}

#[tokio::test]
async fn p1_a_contractor_is_shown_why_not_and_cannot_connect() {
    for app in apps().await {
        let client = app.register().await;
        let (mut browser, page, action) = app.ask("dan@demo.example", &client, "/mcp").await;
        assert!(page.body.contains("contractor"), "the reason is on the page");
        let consent = Consent::to_read("dan@demo.example", "northlight");
        let answer = TestApp::decide(&mut browser, &page, &action, &consent).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("contractor"));
        assert!(app.connection_actions("dan@demo.example").await.is_empty());
    }
}

#[tokio::test]
async fn f2_a_decision_is_believed_once_from_the_page_that_was_shown() {
    for app in apps().await {
        let client = app.register().await;
        let (mut ada, page, action) = app.ask(ADA, &client, "/mcp").await;
        let csrf = page.hidden("csrf").unwrap();
        let allow = |csrf: &'static str| [("csrf", csrf), ("organization", "northlight"), ("decision", "allow")];
        assert_eq!(ada.submit(&action, &allow("")).await.status, 403, "no form token");
        let by_address = format!(
            "{action}?{}",
            lavori_testkit::encode(&[("csrf", &csrf), ("organization", "northlight"), ("decision", "allow")])
        );
        assert_eq!(ada.open(&by_address).await.location(), "", "a GET shows the page and grants nothing");
        assert_eq!(ada.submit(&by_address, &[("csrf", "")]).await.status, 403);
        assert!(app.connection_actions(ADA).await.is_empty());
        // Hana holds her own session and Ada's handle and token: she is not Ada.
        let (mut hana, _, _) = app.ask("hana@demo.example", &client, "/mcp").await;
        let fields = [("csrf", csrf.as_str()), ("organization", "harbor"), ("decision", "allow")];
        assert_eq!(hana.submit(&action, &fields).await.status, 403);
        assert_eq!(hana.open(&action).await.status, 400, "nor is the page hers");
        assert_eq!(app.browser().open(&action).await.status, 400);

        let fields = [("csrf", csrf.as_str()), ("organization", "northlight"), ("decision", "allow")];
        assert_eq!(ada.submit(&action, &fields).await.status, 303);
        assert_eq!(ada.submit(&action, &fields).await.status, 400, "the second answer counts for nothing");
        assert_eq!(ada.send(Method::PUT, &action, &[], "").await.status, 405);
    }
}

#[tokio::test]
async fn f2_a_request_that_waited_too_long_is_over() {
    for app in apps().await {
        let client = app.register().await;
        let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
        app.shift_clock(601);
        let answer = TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
        assert_eq!(answer.status, 400);
        assert!(answer.body.contains("ten minutes"), "the page says why");
    }
}

#[tokio::test]
async fn f3_an_organization_or_team_that_is_not_the_persons_is_refused() {
    for app in apps().await {
        let client = app.register().await;
        for (email, organization, team) in [
            ("ben@demo.example", "harbor", None),
            ("ben@demo.example", "nowhere", None),
            (ADA, "harbor", Some("sound")),
            (ADA, "northlight", Some("nothing")),
        ] {
            let (mut browser, page, action) = app.ask(email, &client, "/mcp").await;
            let consent = Consent { email, organization, team, scopes: Scopes::Read };
            let answer = TestApp::decide(&mut browser, &page, &action, &consent).await;
            assert_eq!(answer.status, 422, "{email} {organization} {team:?}");
        }
        let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
        app.end_membership(ADA, "northlight").await;
        let answer = TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
        assert_eq!(answer.status, 422, "choices are read again when they are granted");
    }
}

#[tokio::test]
async fn f4_what_the_switches_or_the_role_forbid_is_not_granted_whatever_the_body_says() {
    for app in apps().await {
        let client = app.register().await;
        let both = [("allow_write", "on"), ("allow_billing", "on")];
        app.set_switches("northlight", true, false).await;
        for (email, organization, asked, status, told) in [
            (ADA, "harbor", &both[..1], 403, "Hana"),
            (ADA, "harbor", &both[..], 403, "Hana"),
            (ADA, "northlight", &both[..], 403, "illing"),
            ("dan@demo.example", "northlight", &both[..], 422, "contractor"),
            ("dan@demo.example", "northlight", &[][..], 422, "contractor"),
        ] {
            let (mut browser, page, action) = app.ask(email, &client, "/mcp").await;
            let csrf = page.hidden("csrf").unwrap();
            let fields =
                [&[("csrf", csrf.as_str()), ("organization", organization), ("decision", "allow")], asked].concat();
            let answer = browser.submit(&action, &fields).await;
            assert_eq!(answer.status, status, "{email} {organization} {asked:?}");
            assert!(answer.body.contains(told), "{email} {organization}: {}", answer.body);
        }
        assert_eq!(app.texts("SELECT client_id AS value FROM connections").await, [""; 0], "nothing was granted");
    }
}

#[tokio::test]
async fn f4_the_database_itself_holds_no_billing_without_write() {
    for app in apps().await {
        app.connect(&app.ada_reads_northlight()).await;
        let mut conn = app.store().read().await.unwrap();
        for change in [
            "UPDATE connections SET approved_scope = 'mcp:read mcp:write:billing'",
            "UPDATE access_tokens SET scope = 'mcp:write:billing'",
            "UPDATE organizations SET allow_write = false, allow_billing = true",
        ] {
            let refused = lavori_store::inspect::execute(&mut conn, change).await;
            assert!(matches!(refused, Err(lavori_store::Error::Conflict(_))), "{change}: {refused:?}");
        }
    }
}

#[tokio::test]
async fn f5_a_switch_turned_off_between_page_and_answer_counts_and_the_person_is_told() {
    for app in apps().await {
        let client = app.register().await;
        let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
        app.set_switches("northlight", false, false).await;
        let consent = app.ada_reads_northlight().with(Scopes::Write);
        let answer = TestApp::decide(&mut browser, &page, &action, &consent).await;
        assert_eq!(answer.status, 403);
        assert!(answer.body.contains("Northlight") && answer.body.contains("read-only"), "{}", answer.body);
        assert!(app.events(ADA, "connection.approved").await.is_empty());
        assert_eq!(app.events(ADA, "connection.refused").await.len(), 1);
    }
}

#[tokio::test]
async fn f6_hidden_fields_cannot_change_the_request() {
    for app in apps().await {
        let client = app.register().await;
        let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
        let csrf = page.hidden("csrf").unwrap();
        let fields = [
            ("csrf", csrf.as_str()),
            ("organization", "northlight"),
            ("decision", "allow"),
            ("scope", "mcp:write"),
            ("redirect_uri", "https://evil.example/"),
            ("client_id", "evil"),
            ("resource", "https://evil.example/mcp"),
        ];
        let answer = browser.submit(&action, &fields).await;
        assert!(answer.location().starts_with(CALLBACK));
        let code = parameter(answer.location(), "code").unwrap();
        assert_eq!(app.exchange(&client, &code).await.json()["scope"], "mcp:read");
    }
}

#[tokio::test]
async fn f8_a_client_that_is_connected_is_asked_again_and_keeps_its_other_connections() {
    for app in apps().await {
        let first = app.connect(&app.ada_reads_northlight()).await;
        let (mut browser, page, action) = app.ask(ADA, &first.client_id, "/mcp").await;
        let answer = TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
        let code = parameter(answer.location(), "code").unwrap();
        assert_eq!(app.exchange(&first.client_id, &code).await.status, 200);
        first.ask("get_context", serde_json::json!({})).await;
        assert_eq!(first.refresh().await.status, 200);
        assert_eq!(app.texts("SELECT client_id AS value FROM connections").await.len(), 2);
    }
}

#[tokio::test]
async fn f9_an_app_on_this_computer_and_an_unverified_client_are_called_that_with_their_host() {
    for app in apps().await {
        for (redirect_uri, shown) in [
            (CALLBACK, "127.0.0.1:9"),
            ("http://localhost:33418/", "localhost:33418"),
            ("cursor://anysphere.cursor-mcp/oauth/callback", "cursor"),
        ] {
            let metadata = serde_json::json!({"client_name": "Claude", "redirect_uris": [redirect_uri]});
            let client =
                app.http().json("/register", &[], &metadata).await.json()["client_id"].as_str().unwrap().to_owned();
            let path = app.authorize_path(&client, "/mcp").replace(
                &lavori_testkit::encode(&[("redirect_uri", CALLBACK)]),
                &lavori_testkit::encode(&[("redirect_uri", redirect_uri)]),
            );
            let mut browser = app.browser();
            let page = browser.open(&path).await;
            let page = app.sign_in(&mut browser, &page, ADA).await;
            let text = page.body.to_lowercase();
            for warning in ["an app on this computer", "unverified", shown] {
                assert!(text.contains(warning), "{redirect_uri}: {warning} is missing");
            }
        }
    }
}
