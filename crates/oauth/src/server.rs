//! The authorization server's configuration and keys: everything a flow needs besides a transaction.

use std::sync::Arc;

use lavori_domain::Env;
use lavori_fetch::Fetcher;

use crate::configured_client::ConfiguredClients;
use crate::keys::Keys;
use crate::limits::Limits;
use crate::metadata_document::Reader;
use crate::password::{PasswordHashing, PasswordParameters};
use crate::provider::configured::Providers;

/// How long things live, in seconds (OAUTH.md decision 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// From the authorization request to the decision.
    pub request: i64,
    /// An authorization code.
    pub code: i64,
    /// An access token.
    pub access_token: i64,
    /// A refresh token that is not used.
    pub refresh_token_idle: i64,
    /// A connection, however much it is used.
    pub connection: i64,
    /// How long a rotated refresh token still answers with its successors, from its first rotation.
    pub refresh_window: i64,
    /// A session.
    pub session: i64,
}

impl Default for Lifetimes {
    fn default() -> Self {
        const DAY: i64 = 24 * 60 * 60;
        Self {
            request: 600,
            code: 60,
            access_token: 3600,
            refresh_token_idle: 90 * DAY,
            connection: 365 * DAY,
            refresh_window: 600,
            session: 14 * DAY,
        }
    }
}

/// What the authorization server is told at start.
pub struct Config {
    /// The issuer: the origin of the public URL, without a trailing slash (RFC 8414 section 2).
    pub origin: String,
    /// At least 32 bytes, the same on every replica.
    pub secret: Vec<u8>,
    /// Secrets it had before: what they made is still accepted, and nothing new is made with them.
    pub previous_secrets: Vec<Vec<u8>>,
    /// Time and chance.
    pub env: Arc<dyn Env>,
    /// How long things live.
    pub lifetimes: Lifetimes,
    /// How hard passwords are hashed.
    pub passwords: PasswordParameters,
    /// What strangers may do how often.
    pub limits: Limits,
    /// The clients that the operator entered.
    pub clients: ConfiguredClients,
    /// Fetches clients' metadata documents: made by [`Fetcher::for_strangers`].
    pub documents: Fetcher,
    /// Where people may sign in besides here.
    pub providers: Providers,
}

/// The authorization server. Its flows are in the modules named after them.
pub struct AuthorizationServer {
    pub(crate) origin: String,
    pub(crate) env: Arc<dyn Env>,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) keys: Keys,
    pub(crate) passwords: PasswordHashing,
    pub(crate) limits: Limits,
    pub(crate) configured_clients: ConfiguredClients,
    pub(crate) documents: Arc<Reader>,
    pub(crate) providers: Providers,
}

impl AuthorizationServer {
    /// Derives the keys and gets ready.
    pub fn new(config: Config) -> Self {
        Self {
            keys: Keys::derive(&config.secret, &config.previous_secrets),
            passwords: PasswordHashing::new(config.passwords, Arc::clone(&config.env)),
            configured_clients: config.clients,
            documents: Reader::new(config.documents, Arc::clone(&config.env)),
            origin: config.origin,
            env: config.env,
            lifetimes: config.lifetimes,
            limits: config.limits,
            providers: config.providers,
        }
    }

    /// The issuer identifier (RFC 8414 section 2).
    pub fn issuer(&self) -> &str {
        &self.origin
    }

    /// The key under which tools sign their cursors: derived here so that the server has one secret.
    pub fn cursor_key(&self) -> [u8; 32] {
        self.keys.cursor()
    }

    /// The keys of cursors that are still accepted.
    pub fn previous_cursor_keys(&self) -> Vec<[u8; 32]> {
        self.keys.previous_cursors()
    }
}

impl std::fmt::Debug for AuthorizationServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationServer").field("origin", &self.origin).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use lavori_domain::env::TestEnv;
    use lavori_fetch::{Network, Resolve, Resolving, is_public};

    /// A network without names.
    struct Nowhere;

    impl Resolve for Nowhere {
        fn resolve(&self, _host: &str) -> Resolving {
            Box::pin(async { Ok(Vec::new()) })
        }
    }

    pub(crate) fn config(secret: &[u8]) -> Config {
        Config {
            origin: "https://lavori.example".to_owned(),
            secret: secret.to_vec(),
            previous_secrets: Vec::new(),
            env: Arc::new(TestEnv::default()),
            lifetimes: Lifetimes::default(),
            passwords: PasswordParameters::CHEAP,
            limits: Limits::default(),
            clients: ConfiguredClients::default(),
            documents: Fetcher::for_strangers(&Network::for_tests(Arc::new(Nowhere), [], is_public).unwrap()).unwrap(),
            providers: Providers::default(),
        }
    }

    pub(crate) fn server() -> AuthorizationServer {
        AuthorizationServer::new(config(b"a secret of at least thirty-two bytes"))
    }
}
