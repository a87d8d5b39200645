//! Signing in through a provider that others wrote and that runs beside the server.

use std::process::Stdio;

use http::Method;
use lavori_domain::env::SystemEnv;
use lavori_domain::organizations::{Person, PersonState};
use lavori_domain::{Env, Id};
use lavori_fetch::Network;
use lavori_oauth::{PasswordChange, ProviderConfig, Providers};
use lavori_store::{identities, people};
use lavori_testkit::{Answer, Browser, TestApp, apps_with, parameter};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::foreign_clients::installed;

const ADA: &str = "ada@demo.example";
const MALLORY: &str = "mallory@demo.example";

/// A provider's process. It ends with the test.
pub(crate) struct Provider {
    process: Child,
    issuer: String,
}

impl Provider {
    /// `None` in the quick run, whose closing lines say so.
    pub(crate) async fn start() -> Option<Self> {
        let (node, folder) = (installed("LAVORI_TEST_NODE")?, installed("LAVORI_TEST_PROVIDER")?);
        let mut process = Command::new(node)
            .arg(format!("{folder}/provider.mjs"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the provider starts");
        let mut line = String::new();
        let output = process.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut line).await.expect("the provider says where it is");
        let said: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        Some(Self { process, issuer: said["issuer"].as_str().expect("an issuer").to_owned() })
    }

    pub(crate) async fn apps(&self) -> Vec<TestApp> {
        apps_with(|config| {
            let provider = ProviderConfig {
                id: "work".to_owned(),
                name: "Work account".to_owned(),
                issuer: self.issuer.clone(),
                client_id: "lavori".to_owned(),
                client_secret: Some("a secret between the provider and lavori".to_owned()),
                scopes: vec!["email".to_owned()],
            };
            config.providers =
                Providers::new(vec![provider], &Network::system().expect("what the test set up is there"))
                    .expect("what the test set up is there");
        })
        .await
    }

    /// Signs in at the provider as `account`, or refuses, and gives the path of the way back.
    async fn visit(&self, location: &str, account: Option<&str>) -> String {
        let mut browser = Browser::at(&self.issuer);
        let mut location = location.to_owned();
        while let Some(path) = location.strip_prefix(&self.issuer).or(location.strip_prefix('/').map(|_| &*location)) {
            let mut path = path.to_owned();
            if let (true, Some(account)) = (path.starts_with("/interaction/"), account) {
                path = format!("{path}?account={account}");
            }
            let answer = browser.send(Method::GET, &path, &[], "").await;
            assert!(answer.status.is_redirection(), "{path}: {} {}", answer.status, answer.body);
            location = answer.location().to_owned();
        }
        let at = location.find("/sign-in/callback/").expect("the way back leads to the server");
        location[at..].to_owned()
    }
}

/// Presses the provider's button on a sign-in page.
async fn press(browser: &mut Browser, page: &Answer) -> Answer {
    let (csrf, request) = (page.hidden("csrf").expect("a form token"), page.hidden("request"));
    let mut fields = vec![("csrf", csrf.as_str())];
    fields.extend(request.iter().map(|request| ("request", request.as_str())));
    browser.submit("/sign-in/with/work", &fields).await
}

/// The whole way for somebody who comes by themselves: gives what the callback answered.
async fn sign_in(app: &TestApp, provider: &Provider, account: &str) -> (Browser, Answer) {
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    assert!(page.body.contains("Continue with <bdi>Work account</bdi>"));
    let departure = press(&mut browser, &page).await;
    assert_eq!(departure.status, 303, "{}", departure.body);
    let back = provider.visit(departure.location(), Some(account)).await;
    let answer = browser.send(Method::GET, &back, &[], "").await;
    assert_eq!(browser.cookie("lavori_flow"), None, "the flow is over whatever came of it");
    (browser, answer)
}

/// The account page's form: it stands on every page of somebody who is signed in.
async fn post_identities(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    let csrf = browser.open("/").await.hidden("csrf").expect("somebody is signed in");
    let mut all = vec![("csrf", csrf.as_str())];
    all.extend_from_slice(fields);
    browser.submit("/settings/account/identities", &all).await
}

#[tokio::test]
async fn p3_p7_a_person_signs_in_at_a_provider_and_lands_on_the_request_that_waited() {
    let Some(provider) = Provider::start().await else { return };
    for app in provider.apps().await {
        let client = app.register().await;
        let mut browser = app.browser();
        let page = browser.open(&app.authorize_path(&client, "/mcp")).await;
        let departure = press(&mut browser, &page).await;
        let location = departure.location();
        assert_eq!(parameter(location, "code_challenge_method").as_deref(), Some("S256"));
        assert_eq!(parameter(location, "response_type").as_deref(), Some("code"));
        assert!(parameter(location, "nonce").is_some() && parameter(location, "state").is_some());
        let back = provider.visit(location, Some("ada")).await;
        assert!(back.contains("&iss="), "RFC 9207 is under test: {back}");
        let page = browser.open(&back).await;
        assert!(page.body.contains("action=\"/consent/"), "{}", page.body);
        assert!(page.body.contains("Test client"));
        let mut actions = app.account_actions().await;
        actions.sort();
        assert_eq!(actions, ["identity.linked", "session.signed_in"]);
    }
}

#[tokio::test]
async fn j3_an_account_is_known_by_issuer_and_subject_and_linked_by_a_verified_address_once() {
    let Some(provider) = Provider::start().await else { return };
    for app in provider.apps().await {
        let (mut browser, answer) = sign_in(&app, &provider, "ada").await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/"));
        assert!(browser.open("/").await.body.contains("Ada"));
        assert_eq!(sign_in(&app, &provider, "ada").await.1.status, 303, "known by now");
        // The same address with another subject; an address that is not verified; an address that nobody has.
        let mut pages = Vec::new();
        for account in ["ada-elsewhere", "ben", "mallory"] {
            let (browser, answer) = sign_in(&app, &provider, account).await;
            assert_eq!(answer.status, 422, "{account}");
            assert!(answer.body.contains("not linked to anybody here"), "{}", answer.body);
            assert_eq!(browser.cookie("lavori_session"), None);
            pages.push(answer.apart_from_chance().replace(&answer.hidden("csrf").unwrap(), ""));
        }
        assert!(pages.iter().all(|page| *page == pages[0]), "nobody learns whether there is such an account");
        app.disable(ADA).await;
        assert_eq!(sign_in(&app, &provider, "ada").await.1.status, 422);
    }
}

#[tokio::test]
async fn j1_an_answer_that_belongs_to_no_sign_in_of_this_browser_is_refused() {
    let Some(provider) = Provider::start().await else { return };
    for app in provider.apps().await {
        let mut browser = app.browser();
        let page = browser.open("/sign-in").await;
        let departure = press(&mut browser, &page).await;
        let flow = browser.cookie("lavori_flow").unwrap().to_owned();
        let back = provider.visit(departure.location(), Some("ada")).await;
        let state = parameter(&format!("http://x{back}"), "state").unwrap();
        let iss = back.split("&iss=").nth(1).unwrap().to_owned();
        let with_flow = || app.browser_of(&[("lavori_flow", Some(&flow))]);
        for (what, mut browser, path) in [
            ("no cookie", app.browser(), back.clone()),
            ("another state", with_flow(), back.replace(&state, "AAAA")),
            ("no state", with_flow(), back.replace("state=", "stat=")),
            ("two states", with_flow(), format!("{back}&state={state}")),
            ("another provider's address", with_flow(), back.replace("/work?", "/other?")),
            ("another issuer", with_flow(), back.replace(&iss, "https%3A%2F%2Fevil.example")),
            ("no issuer, though the provider names it", with_flow(), back.replace("&iss=", "&is=")),
            ("no code", with_flow(), back.replace("code=", "cod=")),
        ] {
            let answer = browser.send(Method::GET, &path, &[], "").await;
            assert!([400, 404].contains(&answer.status.as_u16()), "{what}: {}", answer.status);
            assert_eq!(browser.cookie("lavori_session"), None, "{what}");
        }
        // Another browser with a sign-in of its own under way.
        let mut other = app.browser();
        let page = other.open("/sign-in").await;
        press(&mut other, &page).await;
        assert_eq!(other.send(Method::GET, &back, &[], "").await.status, 400);
        // The right one is let in, once.
        assert_eq!(browser.send(Method::GET, &back, &[], "").await.status, 303);
        assert_eq!(browser.send(Method::GET, &back, &[], "").await.status, 400);
        let mut kept = with_flow();
        let again = kept.send(Method::GET, &back, &[], "").await;
        assert_eq!(again.status, 422, "whoever kept the cookie finds the code spent");
        assert_eq!(kept.cookie("lavori_session"), None);
    }
}

#[tokio::test]
async fn j6_when_the_provider_says_no_or_is_down_the_request_is_kept() {
    let Some(mut provider) = Provider::start().await else { return };
    let apps = provider.apps().await;
    let mut waiting = Vec::new();
    for app in &apps {
        let client = app.register().await;
        let mut browser = app.browser();
        let page = browser.open(&app.authorize_path(&client, "/mcp")).await;
        let departure = press(&mut browser, &page).await;
        let back = provider.visit(departure.location(), None).await;
        assert!(back.contains("error=access_denied"), "{back}");
        let page = browser.send(Method::GET, &back, &[], "").await;
        assert_eq!(page.status, 422);
        assert!(page.body.contains("did not sign you in"));
        // Pressed while the provider is up; it goes down before the person is back.
        let departure = press(&mut browser, &page).await;
        waiting.push((browser, provider.visit(departure.location(), Some("ada")).await));
    }
    provider.process.kill().await.unwrap();
    for (app, (mut browser, back)) in apps.iter().zip(waiting) {
        let page = browser.send(Method::GET, &back, &[], "").await;
        assert_eq!(page.status, 503);
        assert!(!page.header("retry-after").is_empty());
        assert!(page.body.contains("cannot be reached"), "{}", page.body);
        let page = app.sign_in(&mut browser, &page, ADA).await;
        assert!(page.body.contains("action=\"/consent/"), "the same request, by password");
    }
    // A server that has not read the provider's metadata before.
    for app in provider.apps().await {
        let client = app.register().await;
        let mut browser = app.browser();
        let page = browser.open(&app.authorize_path(&client, "/mcp")).await;
        let page = press(&mut browser, &page).await;
        assert_eq!(page.status, 503);
        let page = app.sign_in(&mut browser, &page, ADA).await;
        assert!(page.body.contains("action=\"/consent/"));
    }
}

#[tokio::test]
async fn j3_accounts_are_added_and_removed_by_whoever_is_signed_in_but_the_last_way_in_stays() {
    let Some(provider) = Provider::start().await else { return };
    for app in provider.apps().await {
        let person = Person {
            id: Id::new(&SystemEnv),
            email: MALLORY.to_owned(),
            name: "Mallory".to_owned(),
            state: PersonState::Active,
            created_at: SystemEnv.now(),
        };
        let mut tx = app.store().begin().await.unwrap();
        people::insert(&mut tx, &person, None).await.unwrap();
        tx.commit().await.unwrap();
        let (mut browser, answer) = sign_in(&app, &provider, "mallory").await;
        assert_eq!(answer.status, 303);
        // A second account, whose address is not even verified: being signed in is what counts.
        let departure = post_identities(&mut browser, &[("provider", "work")]).await;
        let back = provider.visit(departure.location(), Some("ben")).await;
        assert_eq!(browser.send(Method::GET, &back, &[], "").await.location(), "/settings/account");
        let of_mallory = async || identities::list(&mut app.store().read().await.unwrap(), person.id).await.unwrap();
        let [first, second] = &of_mallory().await[..] else { panic!("two accounts") };
        // It is Mallory's now, and nobody else's.
        let mut ada = app.browser();
        let page = ada.open("/sign-in").await;
        app.sign_in(&mut ada, &page, ADA).await;
        let departure = post_identities(&mut ada, &[("provider", "work")]).await;
        let back = provider.visit(departure.location(), Some("ben")).await;
        assert_eq!(ada.send(Method::GET, &back, &[], "").await.status, 409);
        // Begun by one person, ended by another: linked to neither.
        let departure = post_identities(&mut ada, &[("provider", "work")]).await;
        let back = provider.visit(departure.location(), Some("ada")).await;
        let (flow, session) = (ada.cookie("lavori_flow").unwrap(), browser.cookie("lavori_session").unwrap());
        let mut mixed = app.browser_of(&[("lavori_flow", Some(flow)), ("lavori_session", Some(session))]);
        assert_eq!(mixed.send(Method::GET, &back, &[], "").await.status, 400);
        assert_eq!(post_identities(&mut ada, &[("unlink", &first.id.to_string())]).await.status, 404, "not hers");

        assert_eq!(post_identities(&mut browser, &[("unlink", &second.id.to_string())]).await.status, 303);
        let last = [("unlink", &*first.id.to_string())];
        assert_eq!(post_identities(&mut browser, &last).await.status, 409);
        let cookie = browser.cookie("lavori_session").unwrap().to_owned();
        let oauth = app.oauth();
        let session = oauth.session(&mut app.store().read().await.unwrap(), &cookie).await.unwrap().unwrap();
        let origin = lavori_audit::Origin::default();
        let set = oauth.set_password(app.store(), &session, "correct horse battery", &origin).await.unwrap();
        assert_eq!(set, PasswordChange::Changed { ended_sessions: 0 });
        assert_eq!(post_identities(&mut browser, &last).await.status, 303);
        assert!(of_mallory().await.is_empty());
    }
}
