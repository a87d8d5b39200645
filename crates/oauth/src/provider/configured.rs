//! The providers that the operator configured, and the way to reach them.

use std::sync::Arc;

use lavori_fetch::{Fetcher, Network, SetupError};
use url::Url;

use super::metadata::{Known, is_issuer};

/// A provider as the operator configured it.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// Its name in our URLs: a slug.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Its issuer identifier, byte by byte.
    pub issuer: String,
    /// How it knows us.
    pub client_id: String,
    /// The secret it gave us; none for a public client.
    pub client_secret: Option<String>,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
}

impl ProviderConfig {
    /// Whether an issuer may be configured: https, or http on this machine, without query and fragment (OpenID Connect
    /// Discovery section 3).
    pub fn is_issuer(issuer: &str) -> bool {
        is_issuer(issuer)
    }
}

impl std::fmt::Debug for ProviderConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderConfig").field("id", &self.id).field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// The configured providers, and the way to reach them.
#[derive(Default)]
pub struct Providers(pub(super) Vec<Arc<Provider>>);

pub(super) struct Provider {
    pub(super) config: ProviderConfig,
    pub(super) fetcher: Fetcher,
    pub(super) known: Known,
}

impl Providers {
    /// Gets ready to ask these providers. Nothing is asked yet: a provider that is down keeps nobody from starting.
    ///
    /// # Errors
    /// When outgoing requests cannot be set up.
    pub fn new(configs: Vec<ProviderConfig>, network: &Network) -> Result<Self, SetupError> {
        configs
            .into_iter()
            .map(|config| {
                let issuer = Url::parse(&config.issuer).ok();
                let fetcher = Fetcher::for_configured(network, &issuer)?;
                Ok(Arc::new(Provider { config, fetcher, known: Known::default() }))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn find(&self, id: &str) -> Option<&Arc<Provider>> {
        self.0.iter().find(|provider| provider.config.id == id)
    }
}
