//! Signing in through OpenID Connect providers: the authorization code flow with PKCE (OpenID Connect Core section 3.1,
//! RFC 7636), as their client.
//!
//! What a flow must remember travels sealed in a cookie of its browser (`flow.rs`): the server keeps nothing for
//! somebody it does not know. What a provider says about itself is read once and checked (`metadata.rs`); what it says
//! about a person is checked here, against keys that are never older than needed. Whom a proven account signs in is
//! decided in [`crate::identity`].

pub(crate) mod configured;
mod flow;
mod metadata;
mod outgoing;

use lavori_domain::Env;
use openidconnect::core::{CoreClient, CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJwsSigningAlgorithm};
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
};

use self::configured::Provider;
pub use self::configured::{ProviderConfig, Providers};
use self::flow::Flow;
pub use self::flow::Purpose;
use self::metadata::Metadata;
use self::outgoing::Outgoing;
use crate::parameters::Parameters;
use crate::server::AuthorizationServer;

/// How far ahead of ours a provider's clock may be, in seconds.
const LEEWAY: i64 = 60;

/// What may sign an ID token: keys whose public half the provider publishes. Never `none`, and never a shared secret,
/// which whoever knows the public key could be taken to know (OAUTH.md J2).
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why a sign-in through a provider goes no further, cut by what the person is told.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// There is no such provider.
    #[error("no such provider")]
    Unknown,
    /// The provider does not answer, or not as it should: it may do so later.
    #[error("the provider cannot be used now")]
    Down(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What the provider says about itself is not acceptable (OAUTH.md J4): the operator must look at it.
    #[error("the provider's metadata is not acceptable: {0}")]
    Metadata(&'static str),
    /// The request that waits is too long to be carried past the provider.
    #[error("the waiting request is too long")]
    TooLong,
    /// The answer does not belong to a sign-in that this browser has under way (OAUTH.md J1).
    #[error("the answer belongs to no sign-in of this browser: {0}")]
    Foreign(&'static str),
    /// The provider, or the person there, said no.
    #[error("the provider answered {0}")]
    Declined(String),
    /// The provider's word about the person cannot be believed (OAUTH.md J2).
    #[error("the ID token is refused: {0}")]
    Token(String),
}

/// An answer that led nowhere, with what was waiting for it.
#[derive(Debug)]
pub struct Refused {
    /// Why.
    pub why: ProviderError,
    /// What it was for, if that is known.
    pub purpose: Option<Purpose>,
}

/// The way to a provider.
#[derive(Debug)]
pub struct Departure {
    /// Where the browser goes.
    pub url: String,
    /// What it carries for us, sealed.
    pub cookie: String,
}

/// An account at a provider that somebody has proved to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenIdentity {
    /// The provider's id in our configuration.
    pub provider: String,
    /// Its issuer identifier.
    pub issuer: String,
    /// Its word for the account.
    pub subject: String,
    /// The address it names.
    pub email: Option<String>,
    /// Whether it says that the address is theirs: the JSON boolean `true` and nothing else.
    pub email_verified: bool,
}

/// A sign-in that came back from a provider.
#[derive(Debug)]
pub struct Arrival {
    /// Who it is.
    pub identity: ProvenIdentity,
    /// What it was for.
    pub purpose: Purpose,
}

impl AuthorizationServer {
    /// The providers, by id and name, in the operator's order.
    pub fn providers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.providers.0.iter().map(|provider| (provider.config.id.as_str(), provider.config.name.as_str()))
    }

    /// A provider's name, by its issuer: for the list of a person's identities.
    pub fn provider_of_issuer(&self, issuer: &str) -> Option<(&str, &str)> {
        let found = self.providers.0.iter().find(|provider| provider.config.issuer == issuer)?;
        Some((&found.config.id, &found.config.name))
    }

    /// Where a provider sends people back to. Each has an address of its own, so that the answer of one cannot be taken
    /// for another's (RFC 9700 section 4.4).
    fn callback(&self, id: &str) -> String {
        format!("{}/sign-in/callback/{id}", self.origin)
    }

    /// Begins a sign-in at a provider.
    ///
    /// # Errors
    /// [`ProviderError::Unknown`], [`ProviderError::Down`], [`ProviderError::Metadata`], [`ProviderError::TooLong`].
    pub async fn start_at_provider(&self, id: &str, purpose: Purpose) -> Result<Departure, ProviderError> {
        let provider = self.providers.find(id).ok_or(ProviderError::Unknown)?;
        let metadata = provider.known.metadata(&provider.config, &provider.fetcher, &*self.env).await?;
        let flow = Flow::new(&*self.env, id, purpose, self.lifetimes.request);
        let cookie = flow.seal(&self.keys, &*self.env)?;
        let client = CoreClient::new(client_id(provider), metadata.issuer().clone(), metadata.jwks().clone())
            .set_auth_uri(metadata.authorization_endpoint().clone())
            .set_redirect_uri(self.redirect_url(id)?);
        let (state, nonce) = (flow.state.clone(), flow.nonce.clone());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(flow.verifier));
        let (url, _, _) = client
            .authorize_url(
                openidconnect::core::CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .add_scopes(provider.config.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Departure { url: url.into(), cookie })
    }

    /// Ends a sign-in at a provider: `query` is the authorization response (RFC 6749 section 4.1.2, RFC 9207).
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn arrive_from_provider(
        &self,
        id: &str,
        query: &Parameters,
        cookie: Option<&str>,
    ) -> Result<Arrival, Refused> {
        let nowhere = |why| Refused { why, purpose: None };
        let provider = self.providers.find(id).ok_or_else(|| nowhere(ProviderError::Unknown))?;
        let foreign = |why| nowhere(ProviderError::Foreign(why));
        let flow = cookie
            .and_then(|cookie| Flow::open(&self.keys, &*self.env, cookie))
            .ok_or_else(|| foreign("this browser has none under way"))?;
        if flow.provider != id {
            return Err(foreign("it was begun at another provider"));
        }
        let one = |name| query.get(name).map_err(|_| foreign("a parameter is there twice"));
        let state = one("state")?.unwrap_or_default();
        if !crate::keys::same(state.as_bytes(), flow.state.as_bytes()) {
            return Err(foreign("the state is another"));
        }
        let (issuer, error, code) = (one("iss")?, one("error")?, one("code")?);
        match self.finish(provider, &flow, issuer, error, code).await {
            Ok(identity) => Ok(Arrival { identity, purpose: flow.purpose }),
            Err(why @ ProviderError::Foreign(_)) => Err(nowhere(why)),
            Err(why) => Err(Refused { why, purpose: Some(flow.purpose) }),
        }
    }

    async fn finish(
        &self,
        provider: &Provider,
        flow: &Flow,
        issuer: Option<&str>,
        error: Option<&str>,
        code: Option<&str>,
    ) -> Result<ProvenIdentity, ProviderError> {
        let metadata = provider.known.metadata(&provider.config, &provider.fetcher, &*self.env).await?;
        match issuer {
            Some(issuer) if issuer != provider.config.issuer => {
                return Err(ProviderError::Foreign("another provider answered"));
            }
            None if metadata.additional_metadata().authorization_response_iss_parameter_supported => {
                return Err(ProviderError::Foreign("the answer does not say which provider it is from"));
            }
            _ => {}
        }
        if let Some(error) = error {
            return Err(ProviderError::Declined(error.chars().take(80).collect()));
        }
        let code = code.ok_or(ProviderError::Foreign("the answer holds no code"))?;
        let token = self.exchange_at_provider(provider, &metadata, flow, code).await?;
        let verified = verified(provider, &metadata, &*self.env, &token, &flow.nonce);
        let claims = match verified {
            // The provider may have begun to use a new key.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_),
            )) => {
                let metadata = provider.known.with_new_keys(&provider.fetcher, &*self.env, &metadata).await?;
                verified_claims(provider, &metadata, &*self.env, &token, &flow.nonce)?
            }
            Err(error) => return Err(ProviderError::Token(error.to_string())),
            Ok(claims) => claims,
        };
        Ok(ProvenIdentity {
            provider: provider.config.id.clone(),
            issuer: provider.config.issuer.clone(),
            subject: claims.subject().to_string(),
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified() == Some(true),
        })
    }

    /// Exchanges the code for the ID token.
    async fn exchange_at_provider(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        flow: &Flow,
        code: &str,
    ) -> Result<CoreIdToken, ProviderError> {
        let endpoint = metadata.token_endpoint().ok_or(ProviderError::Metadata("it names no token endpoint"))?;
        let mut client = CoreClient::new(client_id(provider), metadata.issuer().clone(), metadata.jwks().clone())
            .set_token_uri(endpoint.clone())
            .set_redirect_uri(self.redirect_url(&provider.config.id)?);
        if let Some(secret) = &provider.config.client_secret {
            client = client.set_client_secret(ClientSecret::new(secret.clone()));
        }
        if metadata::wants_the_secret_in_the_body(metadata) {
            client = client.set_auth_type(AuthType::RequestBody);
        }
        let http = Outgoing(&provider.fetcher);
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()))
            .request_async(&http)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(refusal) => ProviderError::Declined(refusal.error().to_string()),
                // What cannot be read may hold a claim of a wrong type: the person's account, not the provider's health.
                RequestTokenError::Parse(error, _) => ProviderError::Token(format!("at {}", error.path())),
                RequestTokenError::Request(lavori_fetch::Error::Url | lavori_fetch::Error::NotPublic) => {
                    ProviderError::Metadata("its token endpoint is not on the public internet")
                }
                RequestTokenError::Request(error) => ProviderError::Down(Box::new(error)),
                RequestTokenError::Other(text) => ProviderError::Down(text.into()),
            })?;
        answer.id_token().cloned().ok_or_else(|| ProviderError::Token("there is none".to_owned()))
    }

    fn redirect_url(&self, id: &str) -> Result<RedirectUrl, ProviderError> {
        RedirectUrl::new(self.callback(id)).map_err(|_| ProviderError::Unknown)
    }
}

fn client_id(provider: &Provider) -> ClientId {
    ClientId::new(provider.config.client_id.clone())
}

fn verified_claims<'t>(
    provider: &Provider,
    metadata: &Metadata,
    env: &dyn Env,
    token: &'t CoreIdToken,
    nonce: &str,
) -> Result<&'t CoreIdTokenClaims, ProviderError> {
    verified(provider, metadata, env, token, nonce).map_err(|error| ProviderError::Token(error.to_string()))
}

/// Checks an ID token (OpenID Connect Core section 3.1.3.7).
fn verified<'t>(
    provider: &Provider,
    metadata: &Metadata,
    env: &dyn Env,
    token: &'t CoreIdToken,
    nonce: &str,
) -> Result<&'t CoreIdTokenClaims, ClaimsVerificationError> {
    let now = env.now();
    let verifier =
        CoreIdTokenVerifier::new_public_client(client_id(provider), metadata.issuer().clone(), metadata.jwks().clone())
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(move || now.utc())
            .set_issue_time_verifier_fn(move |issued_at| {
                if issued_at > now.plus_seconds(LEEWAY).utc() {
                    Err("it is issued in the future".to_owned())
                } else {
                    Ok(())
                }
            });
    let claims = token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
    // The library leaves this one to its callers.
    match claims.authorized_party() {
        Some(party) if **party != provider.config.client_id => {
            Err(ClaimsVerificationError::InvalidAudience("the authorized party is another client".to_owned()))
        }
        _ => Ok(claims),
    }
}
