//! What every request may use.

use std::sync::Arc;
use std::time::Duration;

use lavori_listener::PlaceLimits;
use lavori_mcp::{Endpoint, ToolListError};
use lavori_oauth::AuthorizationServer;
use lavori_store::Store;
use lavori_surface::McpService;
use lavori_tools::Registry;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use url::{Origin, Url};

use crate::call_limits::{CallLimit, CallLimits};
use crate::event_stream::Streams;
use crate::mcp_identity::identity;
use crate::mcp_service::McpFace;
use crate::proxies::TrustedProxies;
use crate::readiness::Readiness;
use crate::running::Running;
use crate::subscriptions::Subscriptions;

/// How the face to the world is set up.
#[derive(Debug, Clone)]
pub struct Config {
    /// The URL under which people and clients reach the server. Only its origin counts; it is also the issuer.
    pub public_url: Url,
    /// Browser origins, besides the server's own, that may call the MCP endpoint: `https://host`, or with `:*` any port.
    pub allowed_origins: Vec<String>,
    /// How long one tool call may take.
    pub call_deadline: Duration,
    /// How often one connection may call.
    pub calls: CallLimit,
    /// The proxies whose word on a client's address is taken.
    pub trusted_proxies: TrustedProxies,
    /// How many activities may be watched at the same time.
    pub activity_streams: PlaceLimits,
    /// How many subscriptions of MCP clients may be open.
    pub subscriptions: PlaceLimits,
    /// How many requests are answered at once; others wait a moment for their turn and are then told to come back.
    pub requests_at_once: usize,
}

/// For people who watch an activity in a browser: for each person, and in one process.
pub const ACTIVITY_STREAMS: PlaceLimits = PlaceLimits { each: 6, in_all: 256 };
/// For connections whose clients listen for changes of their tools: for each connection, and in one process.
pub const SUBSCRIPTIONS: PlaceLimits = PlaceLimits { each: 4, in_all: 1024 };

/// Why an [`App`] cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Invalid {
    /// The public URL names no origin, or is plain http for others than this machine.
    #[error("the public URL must be https://HOST[:PORT], or http://localhost[:PORT] on this machine only")]
    PublicUrl,
    /// The MCP endpoint refuses its settings.
    #[error("the MCP endpoint cannot be set up")]
    Endpoint(#[from] lavori_mcp::ConfigError),
    /// A tool cannot be listed.
    #[error("a tool cannot be listed")]
    Tools(#[from] ToolListError),
}

/// The application: everything a handler may use, shared by all requests.
pub struct App {
    pub(crate) store: Store,
    pub(crate) oauth: Arc<AuthorizationServer>,
    pub(crate) endpoint: Endpoint,
    pub(crate) running: Arc<Running>,
    pub(crate) streams: Arc<Streams>,
    /// Ends every stream: they would last as long as somebody listens.
    pub(crate) stop: CancellationToken,
    pub(crate) call_limits: Arc<CallLimits>,
    pub(crate) proxies: TrustedProxies,
    /// One permit for each request that may be answered at once.
    pub(crate) requests: Semaphore,
    pub(crate) readiness: Readiness,
    /// The `Host` header that requests must carry.
    pub(crate) host: String,
    /// Whether browsers reach the server over https, which cookies depend on.
    pub(crate) https: bool,
    /// Whether tool calls are recorded, which the activity panel tells (PRODUCT.md P29).
    pub(crate) records_calls: bool,
}

impl App {
    /// Puts the parts together, on the current runtime: it hears from now on what is taken away.
    ///
    /// # Errors
    /// [`Invalid`] when a setting cannot be used.
    pub fn new(
        config: &Config,
        store: Store,
        oauth: Arc<AuthorizationServer>,
        registry: Registry,
    ) -> Result<Self, Invalid> {
        let origin = origin(&config.public_url)?;
        let host = origin.split_once("://").map(|(_, host)| host.to_owned()).ok_or(Invalid::PublicUrl)?;
        let records_calls = registry.records_calls();
        let call_limits = Arc::new(CallLimits::new(config.calls));
        let registry = registry.counted_by(Arc::clone(&call_limits) as _);
        let mut mcp = lavori_mcp::Config::new([host.clone()]);
        mcp.allowed_origins = config.allowed_origins.clone();
        mcp.allowed_origins.push(origin.clone());
        mcp.call_deadline = config.call_deadline;
        let running = Arc::new(Running::default());
        running.follow(&store);
        store.listen();
        let stop = CancellationToken::new();
        let subscriptions = Subscriptions::new(
            config.subscriptions,
            store.clone(),
            Arc::clone(&oauth),
            Arc::clone(&running),
            stop.clone(),
        );
        let service = McpService::new(Arc::new(registry), identity(&oauth))?;
        let service = McpFace::new(service, subscriptions);
        Ok(Self {
            endpoint: Endpoint::new(mcp, Arc::new(service))?,
            running,
            streams: Streams::new(config.activity_streams, stop.clone()),
            stop,
            call_limits,
            proxies: config.trusted_proxies.clone(),
            requests: Semaphore::new(config.requests_at_once),
            readiness: Readiness::default(),
            store,
            oauth,
            host,
            https: origin.starts_with("https://"),
            records_calls,
        })
    }

    /// The same application with the fixtures of the protocol's conformance suite beside its tools.
    ///
    /// # Errors
    /// [`Invalid`] when a setting cannot be used.
    #[cfg(feature = "conformance")]
    pub fn with_fixtures(self) -> Result<Self, Invalid> {
        let endpoint = self.endpoint.with_fixtures()?;
        Ok(Self { endpoint, ..self })
    }

    /// Whether this process should be sent requests.
    ///
    /// # Errors
    /// Why not, as a line.
    pub async fn is_ready(&self) -> Result<(), &'static str> {
        self.readiness.look(&self.store).await
    }

    /// The connector URL that a person pastes into a client.
    pub fn connector_url(&self) -> String {
        lavori_oauth::Resource::Any.url(self.oauth.issuer())
    }
}

fn origin(public_url: &Url) -> Result<String, Invalid> {
    let origin = public_url.origin();
    let is_local = matches!(public_url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match (&origin, public_url.scheme()) {
        (Origin::Tuple(..), "https") => Ok(origin.ascii_serialization()),
        // Browsers treat this machine as trustworthy without TLS; nobody else may be asked for a password over it.
        (Origin::Tuple(..), "http") if is_local => Ok(origin.ascii_serialization()),
        _ => Err(Invalid::PublicUrl),
    }
}

impl Config {
    /// Checks a public URL and gives its origin: the issuer.
    ///
    /// # Errors
    /// [`Invalid::PublicUrl`].
    pub fn check_public_url(public_url: &Url) -> Result<String, Invalid> {
        origin(public_url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine_may_be_the_public_url() {
        for (url, expected) in [
            ("https://lavori.example", Some("https://lavori.example")),
            ("https://lavori.example/", Some("https://lavori.example")),
            ("https://lavori.example:8443/x", Some("https://lavori.example:8443")),
            ("http://localhost:8700", Some("http://localhost:8700")),
            ("http://127.0.0.1:8700", Some("http://127.0.0.1:8700")),
            ("http://lavori.example", None),
            ("http://localhost.evil.example", None),
            ("file:///etc", None),
        ] {
            assert_eq!(origin(&url.parse().unwrap()).ok().as_deref(), expected, "{url}");
        }
    }
}
