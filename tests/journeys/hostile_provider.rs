//! Providers that lie, about people and about themselves.

pub(crate) mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::Method;
use lavori_domain::env::SystemEnv;
use lavori_domain::{Env, Timestamp};
use lavori_fetch::Network;
use lavori_oauth::{ProviderConfig, Providers};
use lavori_testkit::{Answer, Browser, TestApp, apps_with, parameter};
use serde_json::{Value, json};

use server::{Alg, CLIENT_SECRET, Hostile};

/// The machine's time, and a little more.
#[derive(Default)]
struct Later(AtomicI64);

impl Later {
    fn by(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Env for Later {
    fn now(&self) -> Timestamp {
        SystemEnv.now().plus_seconds(self.0.load(Ordering::Relaxed))
    }

    fn fill(&self, bytes: &mut [u8]) {
        SystemEnv.fill(bytes);
    }
}

async fn apps(hostile: &Hostile, later: &Arc<Later>) -> Vec<TestApp> {
    apps_with(|config| {
        let provider = |id: &str| ProviderConfig {
            id: id.to_owned(),
            name: "Work account".to_owned(),
            issuer: hostile.issuer.clone(),
            client_id: "lavori".to_owned(),
            client_secret: Some(CLIENT_SECRET.to_owned()),
            scopes: vec!["email".to_owned()],
        };
        let both = vec![provider("work"), provider("other")];
        config.providers = Providers::new(both, &Network::system().expect("what the test set up is there"))
            .expect("what the test set up is there");
        config.env = later.clone();
        config.limits.address.most = 1000;
    })
    .await
}

async fn press(browser: &mut Browser) -> Answer {
    let csrf = browser.open("/sign-in").await.hidden("csrf").expect("what the test set up is there");
    browser.submit("/sign-in/with/work", &[("csrf", &csrf)]).await
}

/// Comes back from the provider, which gives out a token with `claims` for the nonce of this very sign-in.
async fn sign_in(app: &TestApp, hostile: &Hostile, alg: Alg, claims: impl Fn(&mut Value)) -> (Browser, Answer) {
    let mut browser = app.browser();
    let departure = press(&mut browser).await;
    assert_eq!(departure.status, 303, "{}", departure.body);
    let (state, nonce) = (
        parameter(departure.location(), "state").expect("what the test set up is there"),
        parameter(departure.location(), "nonce").expect("what the test set up is there"),
    );
    let now = SystemEnv.now().millis() / 1000;
    let mut all = json!({
        "iss": hostile.issuer, "aud": "lavori", "sub": "1", "nonce": nonce, "iat": now, "exp": now + 3600,
        "email": "ada@demo.example", "email_verified": true,
    });
    claims(&mut all);
    hostile.give(alg, &all);
    let answer = browser.send(Method::GET, &format!("/sign-in/callback/work?code=x&state={state}"), &[], "").await;
    (browser, answer)
}

#[tokio::test]
async fn j2_an_id_token_that_is_not_right_in_every_part_signs_nobody_in() {
    let hostile = Hostile::start().await;
    type Change = Box<dyn Fn(&mut Value)>;
    let now = || SystemEnv.now().millis() / 1000;
    let hour_ago = now() - 3600;
    let hour_ahead = now() + 3600;
    let wrong: Vec<(&str, Alg, Change)> = vec![
        ("alg none", Alg::None, Box::new(|_| {})),
        ("HS256 with the public key", Alg::Hs256WithThePublicKey, Box::new(|_| {})),
        ("HS256 with the client secret", Alg::Hs256WithTheClientSecret, Box::new(|_| {})),
        ("an unknown key", Alg::Es256(9), Box::new(|_| {})),
        ("another audience", Alg::Es256(1), Box::new(|claims| claims["aud"] = json!("somebody else"))),
        ("a second audience", Alg::Es256(1), Box::new(|claims| claims["aud"] = json!(["lavori", "somebody else"]))),
        ("another authorized party", Alg::Es256(1), Box::new(|claims| claims["azp"] = json!("somebody else"))),
        ("another issuer", Alg::Es256(1), Box::new(|claims| claims["iss"] = json!("https://accounts.example"))),
        ("the issuer with a slash", Alg::Es256(1), {
            let issuer = format!("{}/", hostile.issuer);
            Box::new(move |claims| claims["iss"] = json!(issuer))
        }),
        ("another nonce", Alg::Es256(1), Box::new(|claims| claims["nonce"] = json!("of before"))),
        ("no nonce", Alg::Es256(1), Box::new(|claims| drop(claims.as_object_mut().unwrap().remove("nonce")))),
        ("expired", Alg::Es256(1), Box::new(move |claims| claims["exp"] = json!(hour_ago))),
        ("issued in the future", Alg::Es256(1), Box::new(move |claims| claims["iat"] = json!(hour_ahead))),
        ("no subject", Alg::Es256(1), Box::new(|claims| drop(claims.as_object_mut().unwrap().remove("sub")))),
    ];
    for app in apps(&hostile, &Arc::default()).await {
        for (what, alg, change) in &wrong {
            let (browser, answer) = sign_in(&app, &hostile, *alg, change).await;
            assert_eq!(answer.status, 422, "{what}: {}", answer.body);
            assert!(answer.body.contains("cannot be believed"), "{what}: {}", answer.body);
            assert_eq!(browser.cookie("lavori_session"), None, "{what}");
        }
        let good: [Change; 2] = [Box::new(|_| {}), Box::new(|claims| claims["azp"] = json!("lavori"))];
        for change in good {
            let (browser, answer) = sign_in(&app, &hostile, Alg::Es256(1), change).await;
            assert_eq!(answer.status, 303, "and what is right does: {}", answer.body);
            assert!(browser.cookie("lavori_session").is_some());
        }
    }
}

#[tokio::test]
async fn j2_keys_are_fetched_again_for_an_unknown_one_but_at_most_once_a_minute() {
    let hostile = Hostile::start().await;
    let later = Arc::<Later>::default();
    for app in apps(&hostile, &later).await {
        hostile.publish(&[1]);
        let before = hostile.hits("/jwks");
        let fetched = || hostile.hits("/jwks") - before;
        assert_eq!(sign_in(&app, &hostile, Alg::Es256(1), |_| {}).await.1.status, 303);
        assert_eq!(fetched(), 1);
        hostile.publish(&[2]);
        for _ in 0..5 {
            assert_eq!(sign_in(&app, &hostile, Alg::Es256(2), |_| {}).await.1.status, 422);
        }
        assert_eq!(fetched(), 1, "they were fetched less than a minute ago");
        later.by(61);
        let fresh = |claims: &mut Value| claims["exp"] = json!(claims["exp"].as_i64().unwrap() + 10_000);
        assert_eq!(sign_in(&app, &hostile, Alg::Es256(2), fresh).await.1.status, 303);
        assert_eq!(sign_in(&app, &hostile, Alg::Es256(1), fresh).await.1.status, 422, "the old key is gone");
        assert_eq!(fetched(), 2);
        later.by(3601);
        assert_eq!(sign_in(&app, &hostile, Alg::Es256(2), fresh).await.1.status, 303);
        assert_eq!(fetched(), 3, "all of it is read again after an hour");
        later.by(-3662);
    }
}

#[tokio::test]
async fn j3_an_address_that_is_not_verified_by_a_boolean_links_nobody() {
    let hostile = Hostile::start().await;
    for app in apps(&hostile, &Arc::default()).await {
        for verified in [json!(false), json!("true"), json!("false"), json!(1), json!(null), json!(["true"])] {
            let (browser, answer) =
                sign_in(&app, &hostile, Alg::Es256(1), |claims| claims["email_verified"] = verified.clone()).await;
            assert_eq!(answer.status, 422, "{verified}");
            assert_eq!(browser.cookie("lavori_session"), None);
        }
        let (_, answer) = sign_in(&app, &hostile, Alg::Es256(1), |claims| {
            drop(claims.as_object_mut().unwrap().remove("email_verified"));
        })
        .await;
        assert_eq!(answer.status, 422);
        assert!(!app.account_actions().await.iter().any(|action| action == "identity.linked"));
    }
}

#[tokio::test]
async fn j1_an_answer_after_ten_minutes_or_at_another_providers_address_is_refused() {
    let hostile = Hostile::start().await;
    let later = Arc::<Later>::default();
    for app in apps(&hostile, &later).await {
        let mut browser = app.browser();
        let departure = press(&mut browser).await;
        let state = parameter(departure.location(), "state").unwrap();
        let flow = browser.cookie("lavori_flow").unwrap().to_owned();
        let back = format!("/sign-in/callback/work?code=x&state={state}");
        let mut elsewhere = app.browser_of(&[("lavori_flow", Some(&flow))]);
        let mixed_up = elsewhere.send(Method::GET, &back.replace("work", "other"), &[], "").await;
        assert_eq!(mixed_up.status, 400);
        assert!(mixed_up.body.contains("cannot be finished"), "{}", mixed_up.body);
        later.by(601);
        assert_eq!(browser.send(Method::GET, &back, &[], "").await.status, 400);
        later.by(-601);
    }
    assert_eq!(hostile.hits("/token"), 0, "nobody asked the provider");
}

#[tokio::test]
async fn j4_metadata_of_another_issuer_or_with_endpoints_that_are_not_public_are_refused() {
    let hostile = Hostile::start().await;
    type Change = fn(&mut Value);
    let wrong: [(&str, Change); 6] = [
        ("another issuer", |metadata| metadata["issuer"] = json!("https://accounts.example")),
        ("http authorization endpoint", |metadata| metadata["authorization_endpoint"] = json!("http://evil.example/a")),
        ("http token endpoint", |metadata| metadata["token_endpoint"] = json!("http://evil.example/t")),
        ("no token endpoint", |metadata| drop(metadata.as_object_mut().unwrap().remove("token_endpoint"))),
        ("keys in the cloud's own network", |metadata| metadata["jwks_uri"] = json!("https://169.254.169.254/keys")),
        ("keys on this machine", |metadata| metadata["jwks_uri"] = json!("http://127.0.0.1:1/keys")),
    ];
    for (what, change) in wrong {
        let mut metadata = hostile.metadata();
        change(&mut metadata);
        hostile.say("/.well-known/openid-configuration", metadata);
        for app in apps(&hostile, &Arc::default()).await {
            let answer = press(&mut app.browser()).await;
            assert_eq!(answer.status, 502, "{what}");
            assert!(answer.body.contains("not set up rightly"), "{what}");
        }
    }
    // A token endpoint on a private address shows itself when it would be asked: it is not.
    let mut metadata = hostile.metadata();
    metadata["token_endpoint"] = json!("https://10.0.0.1/token");
    hostile.say("/.well-known/openid-configuration", metadata);
    for app in apps(&hostile, &Arc::default()).await {
        assert_eq!(sign_in(&app, &hostile, Alg::Es256(1), |_| {}).await.1.status, 502);
    }
}
