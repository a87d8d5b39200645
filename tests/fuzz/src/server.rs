//! The authorization server that targets ask: no network, an empty database, time and chance of a test.

use std::sync::{Arc, LazyLock};

use lavori_domain::env::TestEnv;
use lavori_fetch::{Fetcher, Network, Resolve, Resolving, is_public};
use lavori_oauth::{AuthorizationServer, Config, ConfiguredClients, Lifetimes, Limits, PasswordParameters, Providers};
use lavori_store::{Options, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Its issuer.
pub(crate) const ORIGIN: &str = "https://lavori.example";

/// A network without names.
struct Nowhere;

impl Resolve for Nowhere {
    fn resolve(&self, _host: &str) -> Resolving {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// Where everything that waits runs.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(1).enable_all().build().expect("a runtime starts")
    });
    &RUNTIME
}

/// The server: what it signs is the same in every run.
pub(crate) fn server() -> &'static AuthorizationServer {
    static SERVER: LazyLock<AuthorizationServer> =
        LazyLock::new(|| made_with(b"a secret of at least thirty-two bytes"));
    &SERVER
}

/// A server with another secret: nothing that it signs is good at [`server`].
pub(crate) fn made_with(secret: &[u8]) -> AuthorizationServer {
    let network = Network::for_tests(Arc::new(Nowhere), [], is_public).expect("a network without authorities");
    AuthorizationServer::new(Config {
        origin: ORIGIN.to_owned(),
        secret: secret.to_vec(),
        previous_secrets: Vec::new(),
        env: Arc::new(TestEnv::default()),
        lifetimes: Lifetimes::default(),
        passwords: PasswordParameters::CHEAP,
        limits: Limits::default(),
        clients: ConfiguredClients::default(),
        documents: Fetcher::for_strangers(&network).expect("a fetcher"),
        providers: Providers::default(),
    })
}

/// A migrated database without a row.
pub(crate) fn empty_store() -> &'static Store {
    static STORE: LazyLock<(Store, TempDir)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let url = format!("sqlite:{}", folder.path().join("empty.db").display());
        let store = Store::open(&url, &Options::default()).expect("the URL is well formed");
        runtime().block_on(store.migrate()).expect("SQLite migrates");
        (store, folder)
    });
    &STORE.0
}

/// The id of a client that is registered at [`server`], with one redirect URI on loopback and one on the web.
pub(crate) fn client_id() -> &'static str {
    static ID: LazyLock<String> = LazyLock::new(|| {
        let body =
            r#"{"client_name":"Claude","redirect_uris":["http://localhost/callback","https://claude.ai/cb?x=1"]}"#;
        let answer = server().register(body.as_bytes()).expect("a good client");
        answer["client_id"].as_str().expect("an id is text").to_owned()
    });
    &ID
}

/// The redirect URIs of that client.
pub(crate) const REDIRECT_URIS: [&str; 2] = ["http://localhost/callback", "https://claude.ai/cb?x=1"];

/// Puts the id of that client where `data` says `CLIENT`: no change of bytes would ever find a signature.
pub(crate) fn with_client(data: &[u8]) -> Vec<u8> {
    const MARK: &[u8] = b"CLIENT";
    let mut all = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some(at) = rest.windows(MARK.len()).position(|window| window == MARK) {
        all.extend_from_slice(&rest[..at]);
        all.extend_from_slice(client_id().as_bytes());
        rest = &rest[at + MARK.len()..];
    }
    all.extend_from_slice(rest);
    all
}
