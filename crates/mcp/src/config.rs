//! What an endpoint is told once, when it is made.

use std::time::Duration;

/// Settings of an [`Endpoint`](crate::Endpoint). Plain values: nothing is read from the environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// Names by which this server may be addressed: `lavori.example` (any port),
    /// `lavori.example:8443`, `[::1]`. A request for another name gets 403, which is what stops DNS
    /// rebinding. Must not be empty.
    pub allowed_hosts: Vec<String>,
    /// Web pages that may call from a browser: `https://app.example` (that scheme's default port),
    /// `http://localhost:*` (any port). May be empty: then no browser page may. Requests without
    /// `Origin` are not concerned.
    pub allowed_origins: Vec<String>,
    /// How long one tool call may run before it is stopped and answered as `unavailable`.
    pub call_deadline: Duration,
    /// Largest body that is read, in bytes.
    pub max_body_bytes: usize,
    /// How long a client may keep a tool list (`ttlMs`). Short: the list follows the switches.
    pub list_ttl: Duration,
    /// How long a client may keep the answer to `server/discover`.
    pub discover_ttl: Duration,
}

impl Config {
    /// Settings for a server with these names: no browser origins, calls of up to 30 seconds,
    /// bodies of up to 1 MiB.
    pub fn new(allowed_hosts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            allowed_hosts: allowed_hosts.into_iter().map(Into::into).collect(),
            allowed_origins: Vec::new(),
            call_deadline: Duration::from_secs(30),
            max_body_bytes: 1024 * 1024,
            list_ttl: Duration::from_secs(30),
            discover_ttl: Duration::from_secs(300),
        }
    }
}

/// A setting that cannot work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// No host is allowed, so no request could be served.
    #[error("no allowed host: name at least the host of the connector URL")]
    NoHost,
    /// An allowed host is not `host` or `host:port`.
    #[error("allowed host {0:?} must look like `lavori.example`, `lavori.example:8443` or `[::1]`")]
    Host(String),
    /// An allowed origin is not `scheme://host`, `scheme://host:port` or `scheme://host:*`.
    #[error("allowed origin {0:?} must look like `https://app.example` or `http://localhost:*`")]
    Origin(String),
}
