//! The token endpoint (RFC 6749 section 3.2): codes become tokens, and tokens become newer ones.

use lavori_audit::Origin;
use lavori_domain::{ConnectionId, OrganizationId, Timestamp, TokenId};
use lavori_policy::{ConnectionStanding, Scopes};
use lavori_store::access_tokens::NewAccessToken;
use lavori_store::refresh_tokens::RefreshToken;
use lavori_store::{Store, Tx, access_tokens, refresh_tokens};
use serde::Serialize;

use crate::error::{Error, ErrorCode, Failure};
use crate::parameters::Parameters;
use crate::secret::{PlainSecret, SecretKind};
use crate::server::AuthorizationServer;

/// The answer of the token endpoint (RFC 6749 section 5.1).
#[derive(Serialize)]
pub struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
    scope: String,
}

impl AuthorizationServer {
    /// Answers a token request. `basic` is whether an `Authorization` header came with it.
    ///
    /// # Errors
    /// A [`Failure`] in the words of RFC 6749 section 5.2, or an error of the store; the latter is never told as
    /// `invalid_grant`, on which clients delete their tokens.
    pub async fn token(
        &self,
        store: &Store,
        body: &[u8],
        authorization_header: bool,
        origin: &Origin,
    ) -> Result<TokenResponse, Error> {
        let parameters = Parameters::parse(body)?;
        // RFC 8707 section 2 lets `resource` be repeated.
        parameters.each_once(&["resource"])?;
        let client_id = self.authenticated_client(&parameters, authorization_header)?;
        let resource = self.requested_resource(&parameters)?;
        match parameters.require("grant_type", "grant_type is missing")? {
            "authorization_code" => self.exchange(store, &parameters, client_id, resource, origin).await,
            "refresh_token" => self.refresh(store, &parameters, client_id, resource, origin).await,
            _ => Err(Failure::new(
                ErrorCode::UnsupportedGrantType,
                "grant_type must be authorization_code or refresh_token",
            )
            .into()),
        }
    }

    /// The id of the client of a token or revocation request; whether the grant is its own is for the caller to see.
    /// Clients are public: whoever brings a secret is not one of them.
    pub(crate) fn authenticated_client<'p>(
        &self,
        parameters: &'p Parameters,
        authorization_header: bool,
    ) -> Result<&'p str, Failure> {
        let refuse = |description| Err(Failure::new(ErrorCode::InvalidClient, description));
        if authorization_header || parameters.get("client_secret")?.is_some() {
            return refuse("this client is public: send client_id in the body and no secret");
        }
        if parameters.get("client_assertion")?.is_some() {
            return refuse("client assertions are not supported: register with token_endpoint_auth_method none");
        }
        let id = parameters.require("client_id", "client_id is missing")?;
        if !self.may_be_client(id) {
            return refuse("this client is not registered here: register again");
        }
        Ok(id)
    }

    /// Makes a fresh access token for a connection whose standing was just read in this transaction.
    pub(crate) async fn issue_access_token(
        &self,
        tx: &mut Tx,
        standing: &ConnectionStanding,
        scopes: Scopes,
        generation: i32,
    ) -> Result<PlainSecret, Error> {
        let token = PlainSecret::new(&*self.env, SecretKind::AccessToken);
        let row = NewAccessToken {
            organization: standing.tenant.organization,
            id: TokenId::new(&*self.env),
            hash: token.hash(),
            connection: standing.connection,
            generation,
            scopes,
            epochs: standing.epochs,
            issued_at: standing.now,
            expires_at: standing.now.plus_seconds(self.lifetimes.access_token).min(standing.expires_at),
        };
        access_tokens::insert(tx, &row).await?;
        Ok(token)
    }

    /// Makes the next link of a connection's refresh chain.
    pub(crate) async fn issue_refresh_token(
        &self,
        tx: &mut Tx,
        organization: OrganizationId,
        connection: ConnectionId,
        generation: i32,
        now: Timestamp,
    ) -> Result<PlainSecret, Error> {
        let token = PlainSecret::new(&*self.env, SecretKind::RefreshToken);
        let row = RefreshToken {
            organization_id: organization,
            id: TokenId::new(&*self.env),
            token_hash: token.hash(),
            connection_id: connection,
            generation,
            issued_at: now,
            expires_at: now.plus_seconds(self.lifetimes.refresh_token_idle),
            rotated_at: None,
            sealed_successor: None,
            retries: 0,
            rotated_ip_address: None,
            rotated_user_agent: None,
        };
        refresh_tokens::insert(tx, &row).await?;
        Ok(token)
    }

    pub(crate) fn response(&self, access: &PlainSecret, refresh: &PlainSecret, scopes: Scopes) -> TokenResponse {
        TokenResponse {
            access_token: access.expose().to_owned(),
            token_type: "Bearer",
            expires_in: self.lifetimes.access_token,
            refresh_token: refresh.expose().to_owned(),
            scope: scopes.to_string(),
        }
    }
}

/// The one description of a grant that is dead: which of its facts is wrong is for the log.
pub(crate) fn invalid_grant() -> Error {
    Failure::new(ErrorCode::InvalidGrant, "the grant is invalid, expired or revoked: ask the person to connect again")
        .into()
}

/// Refuses a resource that is not the grant's own (RFC 8707 section 2.2).
pub(crate) fn same_resource(requested: Option<&crate::Resource>, origin: &str, granted: &str) -> Result<(), Failure> {
    match requested {
        Some(requested) if requested.url(origin) != granted => {
            Err(Failure::new(ErrorCode::InvalidTarget, "the grant is for another resource"))
        }
        _ => Ok(()),
    }
}
