//! Bearer tokens at the resource (RFC 6750): one query, one decision.

use std::time::Duration;

use lavori_audit::Origin;
use lavori_policy::{Caller, Refusal, Scopes, decide};
use lavori_store::{SecretHash, Store, access_tokens, connections, locks, standing};

use crate::activity::Refused;
use crate::error::Error;
use crate::resource::Resource;
use crate::secret::{PlainSecret, SecretKind};
use crate::server::AuthorizationServer;

/// How long a connection's "last used" may lag behind, in seconds: a write per request would cost more than it tells.
const LAST_USED_LAG: i64 = 60;

/// Why a request is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// No token of this server's making.
    Unknown,
    /// A token that is not good here and now.
    Refused(Refusal),
}

/// An access token that something goes on depending on: it is looked at again and again.
#[derive(Debug, Clone)]
pub struct Watch {
    token: SecretHash,
    resource: String,
}

/// How a watched token stands.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// What it lets its bearer do now.
    pub caller: Caller,
    /// What the newest token of its connection lets its bearer do: after a renewal that is what the client uses.
    pub newest: Scopes,
    /// How long it is good if nothing is taken away before.
    pub remaining: Duration,
}

impl AuthorizationServer {
    /// Decides on an access token for a resource, as everything stands at this moment (PRODUCT.md P20).
    ///
    /// # Errors
    /// When the store fails, which must not be told as a bad token.
    pub async fn authenticate(
        &self,
        store: &Store,
        token: &str,
        resource: &Resource,
        origin: &Origin,
    ) -> Result<Result<Caller, Denied>, Error> {
        let Some(token) = PlainSecret::parse(SecretKind::AccessToken, token) else { return Ok(Err(Denied::Unknown)) };
        let mut conn = store.read().await?;
        let Some(presented) = standing::find(&mut conn, token.hash()).await? else { return Ok(Err(Denied::Unknown)) };
        drop(conn);
        let connection = Refused::from(&presented.standing.of);
        let caller = match decide(presented.standing, &resource.url(&self.origin)) {
            Ok(caller) => caller,
            Err(refusal) => {
                self.record_refusal(store, connection, refusal, origin).await?;
                return Ok(Err(Denied::Refused(refusal)));
            }
        };
        let lagging = presented.last_used_at.is_none_or(|at| caller.now.seconds_since(at) >= LAST_USED_LAG);
        if !presented.used || lagging {
            let mut tx = store.begin().await?;
            if !presented.used {
                access_tokens::mark_used(&mut tx, caller.tenant.organization, presented.token, caller.now).await?;
            }
            connections::touch(&mut tx, caller.tenant.organization, caller.connection, caller.now).await?;
            tx.commit().await?;
        }
        Ok(Ok(caller))
    }

    /// Whether an access token whose call was cut off is still good: notices go out before what they tell of is
    /// decided, and it may come to nothing. Waits until whoever takes something away has finished.
    ///
    /// # Errors
    /// When the store fails, or that takes too long.
    pub async fn still_good(
        &self,
        store: &Store,
        token: &str,
        resource: &Resource,
        caller: &Caller,
    ) -> Result<bool, Error> {
        let Some(token) = PlainSecret::parse(SecretKind::AccessToken, token) else { return Ok(false) };
        let mut tx = store.begin().await?;
        locks::share(&mut tx, caller.tenant.organization, caller.person, caller.connection).await?;
        let presented = standing::find(&mut tx, token.hash()).await?;
        tx.rollback().await?;
        let decided = presented.map(|presented| decide(presented.standing, &resource.url(&self.origin)));
        Ok(matches!(decided, Some(Ok(now)) if now.scopes == caller.scopes))
    }

    /// Keeps what is needed to look at an access token again. `None`: no token of this server's making.
    pub fn watch(&self, token: &str, resource: &Resource) -> Option<Watch> {
        let token = PlainSecret::parse(SecretKind::AccessToken, token)?;
        Some(Watch { token: token.hash(), resource: resource.url(&self.origin) })
    }

    /// Looks at a watched token as everything stands at this moment. That is no use of it, and a refusal no event.
    ///
    /// # Errors
    /// When the store fails, which must not be told as a bad token.
    pub async fn look(&self, store: &Store, watch: &Watch) -> Result<Result<Outlook, Denied>, Error> {
        let mut conn = store.read().await?;
        let Some(presented) = standing::find(&mut conn, watch.token).await? else { return Ok(Err(Denied::Unknown)) };
        let (expires_at, approved) = (presented.standing.expires_at, presented.standing.of.approved);
        let caller = match decide(presented.standing, &watch.resource) {
            Ok(caller) => caller,
            Err(refusal) => return Ok(Err(Denied::Refused(refusal))),
        };
        let newest = access_tokens::newest_scopes(&mut conn, caller.tenant.organization, caller.connection).await?;
        let remaining = u64::try_from(expires_at.millis() - caller.now.millis()).unwrap_or_default();
        Ok(Ok(Outlook {
            newest: newest.map_or(caller.scopes, |newest| newest.min(approved).min(caller.grantable)),
            remaining: Duration::from_millis(remaining),
            caller,
        }))
    }
}
