//! The server as the binary puts it together, with one tool that writes.

use std::sync::Arc;
use std::time::Duration;

use lavori_domain::env::SystemEnv;
use lavori_fetch::Fetcher;
use lavori_http::{ACTIVITY_STREAMS, App, CallLimit, Config, SUBSCRIPTIONS, TrustedProxies};
use lavori_oauth::{
    AuthorizationServer, ConfiguredClient, ConfiguredClients, Lifetimes, Limits, PasswordParameters, Providers,
};
use lavori_store::Store;
use lavori_store::recorder::Recorder;

use crate::add_contact::AddContact;
use crate::strangers::Strangers;

/// The id of the client that the operator of every [`TestApp`](crate::TestApp) entered.
pub const CONFIGURED_CLIENT: &str = "crew-planner";
/// Where the test client wants its answers.
pub const CALLBACK: &str = "http://127.0.0.1:9/callback";

/// Puts a server together that is reached at `origin`. Two over one database are replicas.
///
/// # Panics
/// When the parts do not fit.
pub fn compose(store: Store, origin: &str) -> App {
    compose_with(
        store,
        Arc::new(AuthorizationServer::new(oauth_config(origin, &Strangers::default()))),
        &Settings::default(),
    )
}

/// What a test may want otherwise.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether tool calls are recorded.
    pub record_calls: bool,
    /// How long one tool call may take.
    pub call_deadline: Duration,
    /// How often one connection may call. Tests call quicker than clients do, so it is no limit unless it is the point.
    pub calls: CallLimit,
    /// How many requests are answered at once.
    pub requests_at_once: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let calls = CallLimit::per_second(1_000_000, 1_000_000);
        Self { record_calls: true, call_deadline: Duration::from_secs(30), calls, requests_at_once: 1_000 }
    }
}

const SECRET: &[u8] = b"a secret for tests, thirty-two bytes long or more";

/// The secrets of a server.
#[derive(Debug, Clone)]
pub struct Secrets<'s> {
    /// What it signs and seals with.
    pub current: &'s [u8],
    /// What it accepts besides.
    pub previous: &'s [&'s [u8]],
}

impl Default for Secrets<'_> {
    fn default() -> Self {
        Self { current: SECRET, previous: &[] }
    }
}

/// The authorization server's settings for tests, where `strangers` are all there is on the internet.
pub(crate) fn oauth_config(origin: &str, strangers: &Strangers) -> lavori_oauth::Config {
    lavori_oauth::Config {
        origin: origin.to_owned(),
        secret: SECRET.to_vec(),
        previous_secrets: Vec::new(),
        env: Arc::new(SystemEnv),
        lifetimes: Lifetimes::default(),
        passwords: PasswordParameters::CHEAP,
        limits: Limits::default(),
        clients: ConfiguredClients::new([ConfiguredClient {
            id: CONFIGURED_CLIENT.to_owned(),
            name: "Crew Planner".to_owned(),
            redirect_uris: vec![CALLBACK.to_owned(), "https://planner.example/cb".to_owned()],
            domain: Some("planner.example".to_owned()),
        }])
        .expect("a client"),
        providers: Providers::default(),
        documents: Fetcher::for_strangers(&strangers.network()).expect("a fetcher"),
    }
}

/// The same around an authorization server.
pub(crate) fn compose_with(store: Store, oauth: Arc<AuthorizationServer>, wanted: &Settings) -> App {
    let mut tools = lavori_tools::catalogue();
    tools.push(lavori_tools::tool::<AddContact>());
    let settings = lavori_tools::Config {
        public_url: oauth.issuer().to_owned(),
        cursor_key: lavori_tools::CursorKey::new(oauth.cursor_key()).accepting(oauth.previous_cursor_keys()),
        record_calls: wanted.record_calls,
    };
    let recorder = Recorder::start(store.clone());
    let registry = lavori_tools::Registry::new(store.clone(), recorder, Arc::new(SystemEnv), settings, tools);
    let config = Config {
        public_url: oauth.issuer().parse().expect("a URL"),
        allowed_origins: vec!["http://localhost:*".to_owned()],
        call_deadline: wanted.call_deadline,
        calls: wanted.calls,
        // Whoever speaks https for the tests stands on this machine.
        trusted_proxies: match oauth.issuer().starts_with("https:") {
            true => TrustedProxies {
                networks: vec!["127.0.0.0/8".parse().expect("a network")],
                ..TrustedProxies::default()
            },
            false => TrustedProxies::default(),
        },
        activity_streams: ACTIVITY_STREAMS,
        subscriptions: SUBSCRIPTIONS,
        requests_at_once: wanted.requests_at_once,
    };
    App::new(&config, store, oauth, registry.expect("the tools fit")).expect("the parts fit")
}
