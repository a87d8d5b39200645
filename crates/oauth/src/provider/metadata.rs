//! What a provider says about itself (OpenID Connect Discovery), read when needed, checked, and kept for a while.

use std::sync::Arc;

use lavori_domain::{Env, Timestamp};
use lavori_fetch::Fetcher;
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode,
    CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{AdditionalProviderMetadata, DiscoveryError, IssuerUrl, ProviderMetadata};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use super::outgoing::Outgoing;
use super::{ProviderConfig, ProviderError};

/// How long metadata are believed, in seconds.
const METADATA: i64 = 3600;
/// How often keys are fetched again for a key that is not known, at most, in seconds (OAUTH.md J2).
const KEYS: i64 = 60;
/// How long a provider that did not answer is left alone, in seconds: those who come meanwhile are told at once.
const DOWN: i64 = 5;

/// What RFC 9207 section 3 adds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ResponseIssuer {
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for ResponseIssuer {}

pub(super) type Metadata = ProviderMetadata<
    ResponseIssuer,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What is known of a provider. One at a time asks it; the others wait for that answer.
#[derive(Default)]
pub(super) struct Known(Mutex<State>);

#[derive(Default)]
struct State {
    read: Option<Read>,
    failed_at: Option<Timestamp>,
}

struct Read {
    metadata: Arc<Metadata>,
    at: Timestamp,
    keys_at: Timestamp,
}

impl Known {
    /// The provider's metadata with its keys.
    pub(super) async fn metadata(
        &self,
        config: &ProviderConfig,
        fetcher: &Fetcher,
        env: &dyn Env,
    ) -> Result<Arc<Metadata>, ProviderError> {
        let mut state = self.0.lock().await;
        let now = env.now();
        if let Some(read) = &state.read
            && now.seconds_since(read.at) < METADATA
        {
            return Ok(Arc::clone(&read.metadata));
        }
        if state.failed_at.is_some_and(|failed_at| now.seconds_since(failed_at) < DOWN) {
            return Err(ProviderError::Down("it did not answer a moment ago".into()));
        }
        match discover(config, fetcher).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                let read = Read { metadata: Arc::clone(&metadata), at: now, keys_at: now };
                *state = State { read: Some(read), failed_at: None };
                Ok(metadata)
            }
            Err(error) => {
                state.failed_at = Some(env.now());
                Err(error)
            }
        }
    }

    /// The same metadata with keys that are newer than those of `old`, if they may be fetched again yet.
    pub(super) async fn with_new_keys(
        &self,
        fetcher: &Fetcher,
        env: &dyn Env,
        old: &Arc<Metadata>,
    ) -> Result<Arc<Metadata>, ProviderError> {
        let mut state = self.0.lock().await;
        let Some(read) = &mut state.read else { return Ok(Arc::clone(old)) };
        let now = env.now();
        // Somebody else fetched them meanwhile, or just before.
        if !Arc::ptr_eq(&read.metadata, old) || now.seconds_since(read.keys_at) < KEYS {
            return Ok(Arc::clone(&read.metadata));
        }
        read.keys_at = now;
        let http = Outgoing(fetcher);
        let keys = CoreJsonWebKeySet::fetch_async(read.metadata.jwks_uri(), &http).await.map_err(down)?;
        read.metadata = Arc::new(Metadata::clone(&read.metadata).set_jwks(keys));
        Ok(Arc::clone(&read.metadata))
    }
}

async fn discover(config: &ProviderConfig, fetcher: &Fetcher) -> Result<Metadata, ProviderError> {
    let issuer = IssuerUrl::new(config.issuer.clone()).map_err(|_| ProviderError::Metadata("the issuer is no URL"))?;
    let http = Outgoing(fetcher);
    let metadata = Metadata::discover_async(issuer, &http).await.map_err(down)?;
    let own = Url::parse(&config.issuer).map_err(|_| ProviderError::Metadata("the issuer is no URL"))?;
    let token = metadata.token_endpoint().ok_or(ProviderError::Metadata("it names no token endpoint"))?;
    for endpoint in [metadata.authorization_endpoint().url(), token.url(), metadata.jwks_uri().url()] {
        if !may_be_used(endpoint, &own) {
            return Err(ProviderError::Metadata("an endpoint is not https"));
        }
    }
    Ok(metadata)
}

/// Whether an endpoint may be used: https, or the very origin that the operator configured. That a host of https is no
/// private one is seen to where it is asked.
fn may_be_used(endpoint: &Url, own: &Url) -> bool {
    let anonymous = endpoint.username().is_empty() && endpoint.password().is_none();
    anonymous && (endpoint.scheme() == "https" || endpoint.origin() == own.origin())
}

/// Whether an issuer may be configured.
pub(super) fn is_issuer(issuer: &str) -> bool {
    let Ok(url) = Url::parse(issuer) else { return false };
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_plain = url.query().is_none() && url.fragment().is_none();
    is_plain && url.username().is_empty() && (url.scheme() == "https" || (url.scheme() == "http" && is_local))
}

/// Whether the provider takes our secret in the body only (OpenID Connect Core section 9).
pub(super) fn wants_the_secret_in_the_body(metadata: &Metadata) -> bool {
    metadata.token_endpoint_auth_methods_supported().is_some_and(|methods| {
        methods.contains(&CoreClientAuthMethod::ClientSecretPost)
            && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
    })
}

fn down(error: DiscoveryError<lavori_fetch::Error>) -> ProviderError {
    match error {
        DiscoveryError::Request(lavori_fetch::Error::Url | lavori_fetch::Error::NotPublic) => {
            ProviderError::Metadata("an endpoint is not on the public internet")
        }
        DiscoveryError::Validation(_) => ProviderError::Metadata("it names another issuer"),
        // Its text holds the whole answer.
        DiscoveryError::Response(status, ..) => ProviderError::Down(format!("it answered {status}").into()),
        error => ProviderError::Down(Box::new(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn j4_an_issuer_is_https_or_on_this_machine() {
        for (issuer, expected) in [
            ("https://accounts.example", true),
            ("https://accounts.example/realms/work", true),
            ("http://localhost:8080", true),
            ("http://127.0.0.1:8080/a", true),
            ("http://accounts.example", false),
            ("http://localhost.evil.example", false),
            ("https://accounts.example?x", false),
            ("https://accounts.example#x", false),
            ("https://me@accounts.example", false),
            ("accounts.example", false),
        ] {
            assert_eq!(is_issuer(issuer), expected, "{issuer}");
        }
    }

    #[test]
    fn j4_an_endpoint_is_https_or_where_the_operator_said() {
        let url = |text: &str| Url::parse(text).unwrap();
        let (wide, local) = (url("https://accounts.example"), url("http://localhost:8080"));
        assert!(may_be_used(&url("https://tokens.example/t"), &wide));
        assert!(!may_be_used(&url("http://accounts.example/t"), &wide));
        assert!(!may_be_used(&url("https://me@accounts.example/t"), &wide));
        assert!(may_be_used(&url("http://localhost:8080/t"), &local));
        assert!(!may_be_used(&url("http://localhost:8081/t"), &local));
        assert!(!may_be_used(&url("http://169.254.169.254/t"), &local));
    }
}
