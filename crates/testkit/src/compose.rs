//! The server as the binary puts it together, with one tool that writes.

use std::sync::Arc;
use std::time::Duration;

use lavori_domain::env::SystemEnv;
use lavori_http::{App, Config, TrustedProxies};
use lavori_oauth::{AuthorizationServer, Lifetimes, PasswordParameters};
use lavori_store::Store;
use lavori_store::recorder::Recorder;

use crate::add_contact::AddContact;

/// Puts a server together that is reached at `origin`. Two over one database are replicas.
///
/// # Panics
/// When the parts do not fit.
pub fn compose(store: Store, origin: &str) -> App {
    let env = Arc::new(SystemEnv);
    let oauth = Arc::new(AuthorizationServer::new(lavori_oauth::Config {
        origin: origin.to_owned(),
        secret: b"a secret for tests, thirty-two bytes long or more".to_vec(),
        env: env.clone(),
        lifetimes: Lifetimes::default(),
        passwords: PasswordParameters::CHEAP,
    }));
    let mut tools = lavori_tools::catalogue();
    tools.push(lavori_tools::tool::<AddContact>());
    let settings = lavori_tools::Config {
        public_url: origin.to_owned(),
        cursor_key: lavori_tools::CursorKey::new(oauth.cursor_key()),
        record_calls: true,
    };
    let recorder = Recorder::start(store.clone());
    let registry = lavori_tools::Registry::new(store.clone(), recorder, env, settings, tools).expect("the tools fit");
    let config = Config {
        public_url: origin.parse().expect("a URL"),
        allowed_origins: vec!["http://localhost:*".to_owned()],
        call_deadline: Duration::from_secs(30),
        trusted_proxies: TrustedProxies::default(),
    };
    App::new(&config, store, oauth, registry).expect("the parts fit")
}
