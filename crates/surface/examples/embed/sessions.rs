//! The identity source of the other server: whom its own sign-in let in, by the tokens that it gave out.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{PoisonError, RwLock};

use http::HeaderMap;
use http::header::AUTHORIZATION;
use lavori_audit::Origin;
use lavori_domain::env::SystemEnv;
use lavori_domain::{ConnectionId, Env, OrganizationId};
use lavori_policy::{Caller, Scopes};
use lavori_store::{Store, organizations, people};
use lavori_surface::connections::{self, Approval};

/// Tokens, and the connection that each speaks for. Yours are wherever your sessions are.
pub(crate) struct Sessions {
    store: Store,
    open: RwLock<HashMap<String, (OrganizationId, ConnectionId)>>,
}

impl Sessions {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, open: RwLock::default() }
    }

    /// What your sign-in does once it knows who somebody is, and they said what a program may do: it opens a connection
    /// and gives out a token.
    pub(crate) async fn sign_in(
        &self,
        email: &str,
        organization: &str,
        scopes: Scopes,
    ) -> Result<String, Box<dyn Error>> {
        let mut conn = self.store.read().await?;
        let (person, _) = people::find_by_email(&mut conn, email).await?.ok_or("nobody has that address")?;
        let organization = organizations::find_by_slug(&mut conn, organization).await?.ok_or("no such organization")?;
        drop(conn);
        let approval = Approval {
            organization: organization.id,
            person: person.id,
            team: None,
            scopes,
            client: "The Loading Desk's assistant",
            lifetime: 30 * 86_400,
        };
        let connection = connections::open(&self.store, &SystemEnv, &approval, &Origin::default()).await?;
        let token: String = secret().iter().map(|byte| format!("{byte:02x}")).collect();
        self.open.write().unwrap_or_else(PoisonError::into_inner).insert(token.clone(), (organization.id, connection));
        Ok(token)
    }

    /// Who sends a request, and what they may do at this very moment: membership, role and the organization's switches
    /// are read anew.
    pub(crate) async fn caller(&self, token: &str) -> Result<Option<Caller>, lavori_store::Error> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner).get(token).copied();
        let Some((organization, connection)) = open else { return Ok(None) };
        Ok(connections::caller(&self.store, organization, connection).await?.ok())
    }
}

/// The bearer token of a request.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Bytes that nobody can guess.
pub(crate) fn secret() -> [u8; 32] {
    let mut secret = [0; 32];
    SystemEnv.fill(&mut secret);
    secret
}
