//! [`Fetcher`]: one request, one answer, within limits.

use std::net::IpAddr;
use std::time::Duration;

use http::header::CONTENT_ENCODING;
use http::{Request, Response};
use reqwest::redirect::Policy;
use url::{Host, Origin, Url};

use crate::error::{Error, SetupError};
use crate::network::{Names, Network};

/// How the server calls itself to others.
const USER_AGENT: &str = "lavori-server";

/// What one exchange may cost.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// From the name's lookup to the body's last byte.
    time: Duration,
    /// The longest body, in bytes.
    body: usize,
}

/// A document of a stranger.
const STRANGERS: Limits = Limits { time: Duration::from_secs(5), body: 5 * 1024 };
/// An answer of a server that the operator chose: key sets are longer than documents.
const CONFIGURED: Limits = Limits { time: Duration::from_secs(10), body: 256 * 1024 };

/// Sends requests to the outside. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Fetcher {
    limits: Limits,
    is_public: fn(IpAddr) -> bool,
    guarded: reqwest::Client,
    /// The origins that the operator named, and the client that asks them.
    named: Option<(Vec<Origin>, reqwest::Client)>,
}

impl Fetcher {
    /// For URLs that anybody may have given: https, public addresses, 5 seconds in all, 5 kB, each request on a
    /// connection of its own.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn for_strangers(network: &Network) -> Result<Self, SetupError> {
        let guarded = client(network, network.guarded()).https_only(true).pool_max_idle_per_host(0);
        Ok(Self { limits: STRANGERS, is_public: network.is_public, guarded: build(guarded)?, named: None })
    }

    /// For servers that the operator named, such as OpenID Connect issuers: 10 seconds in all, 256 kB, connections are
    /// kept. What has the origin (scheme, host and port) of one of `urls` is asked wherever it is, also over http and
    /// on private addresses: the operator wrote it so. Everything else, such as an endpoint on another host that an
    /// issuer's metadata names, must be https on public addresses as for strangers.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn for_configured<'u>(network: &Network, urls: impl IntoIterator<Item = &'u Url>) -> Result<Self, SetupError> {
        let origins = urls.into_iter().map(Url::origin).collect();
        let guarded = build(client(network, network.guarded()).https_only(true))?;
        let named = build(client(network, network.free()))?;
        Ok(Self { limits: CONFIGURED, is_public: network.is_public, guarded, named: Some((origins, named)) })
    }

    /// Sends a request and reads the whole answer. A redirect is an answer like any other: nothing is followed.
    ///
    /// # Errors
    /// [`Error`]. A status that tells of a failure is none.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Error> {
        tokio::time::timeout(self.limits.time, self.exchange(request)).await.unwrap_or(Err(Error::TimedOut))
    }

    async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Error> {
        let request = reqwest::Request::try_from(request).map_err(|_| Error::Url)?;
        let mut response = self.client_for(request.url())?.execute(request).await.map_err(Error::from_sending)?;
        if response.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return Err(Error::Compressed);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Error::from_sending)? {
            if body.len() + chunk.len() > self.limits.body {
                return Err(Error::TooLarge(self.limits.body));
            }
            body.extend_from_slice(&chunk);
        }
        let mut answer = Response::new(body);
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }

    /// The client that may ask `url`, if any may. Addresses written as the host never reach a resolver and are checked
    /// here; `url` has turned their odd spellings into the usual one.
    fn client_for(&self, url: &Url) -> Result<&reqwest::Client, Error> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Url);
        }
        if let Some((origins, client)) = &self.named
            && origins.contains(&url.origin())
        {
            return Ok(client);
        }
        let address = match url.host().filter(|_| url.scheme() == "https").ok_or(Error::Url)? {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(_) => None,
        };
        match address {
            Some(address) if !(self.is_public)(address) => Err(Error::NotPublic),
            _ => Ok(&self.guarded),
        }
    }
}

fn client(network: &Network, names: Names) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(network.tls.clone())
        .dns_resolver(names)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .user_agent(USER_AGENT)
}

fn build(client: reqwest::ClientBuilder) -> Result<reqwest::Client, SetupError> {
    client.build().map_err(|error| SetupError(error.into()))
}

#[cfg(test)]
mod tests;
