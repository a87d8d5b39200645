//! The network as outgoing requests see it: names, addresses that may be reached, and who may vouch for a server.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use rustls::crypto::ring;
#[cfg(any(test, feature = "testing"))]
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::Semaphore;

use crate::address::is_public;
use crate::error::{NotPublic, SetupError};

/// Lookups of one [`crate::Fetcher`] at the same time. A lookup cannot be stopped: slow name servers of strangers must
/// not take all the threads that files and databases need too.
const MOST_LOOKUPS: usize = 16;

/// Every address of a name; port 0 stands for the URL's.
pub type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Turns names into addresses.
pub trait Resolve: Send + Sync + 'static {
    /// All addresses of `host`.
    fn resolve(&self, host: &str) -> Resolving;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, host: &str) -> Resolving {
        let host = host.to_owned();
        Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.collect()) })
    }
}

/// What may be reached, and how: the machine's network for everything that ships.
#[derive(Clone)]
pub struct Network {
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) is_public: fn(IpAddr) -> bool,
    pub(crate) tls: ClientConfig,
}

impl Network {
    /// The machine's resolver and certificate authorities, and the guard over public addresses.
    ///
    /// # Errors
    /// When TLS cannot be set up. A machine without certificate authorities is warned about in the log, and reaches
    /// nobody.
    pub fn system() -> Result<Self, SetupError> {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            tracing::warn!(
                "no certificate authorities were found on this machine (package ca-certificates): \
                 clients' documents and identity providers cannot be read over https"
            );
        }
        Ok(Self { resolver: Arc::new(SystemResolver), is_public, tls: tls(roots)? })
    }

    /// A network for tests: its own names, its own certificate authorities, its own idea of what is public.
    ///
    /// # Errors
    /// When an authority cannot be read.
    #[cfg(any(test, feature = "testing"))]
    pub fn for_tests(
        resolver: Arc<dyn Resolve>,
        authorities: impl IntoIterator<Item = CertificateDer<'static>>,
        is_public: fn(IpAddr) -> bool,
    ) -> Result<Self, SetupError> {
        let mut roots = RootCertStore::empty();
        for authority in authorities {
            roots.add(authority).map_err(|error| SetupError(error.into()))?;
        }
        Ok(Self { resolver, is_public, tls: tls(roots)? })
    }

    /// The resolver for names that strangers give.
    pub(crate) fn guarded(&self) -> Names {
        Names { resolver: Arc::clone(&self.resolver), allowed: self.is_public, lookups: lookups() }
    }

    /// The resolver for names that the operator gave.
    pub(crate) fn free(&self) -> Names {
        Names { resolver: Arc::clone(&self.resolver), allowed: |_| true, lookups: lookups() }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}

fn tls(roots: RootCertStore) -> Result<ClientConfig, SetupError> {
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| SetupError(error.into()))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn lookups() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(MOST_LOOKUPS))
}

/// Names as one fetcher resolves them. The connection goes to the very addresses that were checked here.
pub(crate) struct Names {
    resolver: Arc<dyn Resolve>,
    allowed: fn(IpAddr) -> bool,
    lookups: Arc<Semaphore>,
}

impl reqwest::dns::Resolve for Names {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let (resolver, allowed, lookups) = (Arc::clone(&self.resolver), self.allowed, Arc::clone(&self.lookups));
        Box::pin(async move {
            let permit = lookups.acquire_owned().await?;
            // A task of its own: it goes on, and holds its place, when the request is given up.
            let lookup = tokio::spawn(async move {
                let found = resolver.resolve(name.as_str()).await;
                drop(permit);
                found
            });
            let addresses = lookup.await??;
            if addresses.iter().any(|address| !allowed(address.ip())) {
                return Err(NotPublic.into());
            }
            Ok(Box::new(addresses.into_iter()) as reqwest::dns::Addrs)
        })
    }
}
