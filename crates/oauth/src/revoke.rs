//! Token revocation by the client (RFC 7009).

use lavori_audit::{Action, Details, Event, Origin};
use lavori_store::{Store, access_tokens, audit_events, clock, connections, refresh_tokens};

use crate::error::Error;
use crate::parameters::Parameters;
use crate::secret::{PlainSecret, SecretKind};
use crate::server::AuthorizationServer;

impl AuthorizationServer {
    /// Revokes what the client presents: a refresh token ends its connection, an access token ends by itself. Unknown
    /// and foreign tokens are answered as success (RFC 7009 section 2.2).
    ///
    /// # Errors
    /// `invalid_client`, `invalid_request`, or an error of the store.
    pub async fn revoke(
        &self,
        store: &Store,
        body: &[u8],
        authorization_header: bool,
        origin: &Origin,
    ) -> Result<(), Error> {
        let parameters = Parameters::parse(body)?;
        parameters.each_once(&[])?;
        let client_id = self.authenticated_client(&parameters, authorization_header)?;
        let token = parameters.require("token", "token is missing")?;
        let mut tx = store.begin().await?;
        let now = clock::now(&mut tx).await?;
        let refresh = PlainSecret::parse(SecretKind::RefreshToken, token);
        let access = PlainSecret::parse(SecretKind::AccessToken, token);
        let found = match (&refresh, &access) {
            (Some(token), _) => {
                refresh_tokens::find(&mut tx, token.hash()).await?.map(|row| (row.organization_id, row.connection_id))
            }
            (None, Some(token)) => access_tokens::connection_of(&mut tx, token.hash()).await?,
            (None, None) => None,
        };
        let Some((organization, connection)) = found else { return Ok(()) };
        let row = connections::lock(&mut tx, organization, connection).await?;
        if row.client_id != client_id {
            return Ok(());
        }
        let revoked = match &access {
            Some(token) => access_tokens::revoke(&mut tx, token.hash(), now).await?,
            None => connections::revoke(&mut tx, organization, connection, None, "revoked by the client", now).await?,
        };
        if revoked {
            let what = if access.is_some() { "access token" } else { "connection" };
            let details = Details::new().text("by", "client").text("what", what);
            let event = Event::new(&*self.env, Action::ConnectionRevoked, origin.clone());
            let event = event.by(row.person_id).on(organization, connection).with(details);
            audit_events::insert(&mut tx, &event).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
