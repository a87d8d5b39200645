//! Renewal by the sealed successor chain (OAUTH.md 4.2): a rotated token's row holds its successor, sealed with a key
//! that only the rotated token itself gives. So a lost answer or a race gets the same successor again, and a dump of
//! the database opens nothing.

use std::time::Duration;

use lavori_audit::{Action, Details, Event, Origin};
use lavori_policy::{ConnectionStanding, Refusal, Scopes};
use lavori_store::refresh_tokens::RefreshToken;
use lavori_store::{Store, Tx, access_tokens, audit_events, connections, refresh_tokens, standing};

use crate::error::{Error, ErrorCode, Failure};
use crate::housekeeping;
use crate::keys;
use crate::network;
use crate::parameters::Parameters;
use crate::resource::Resource;
use crate::secret::{PlainSecret, SecretKind};
use crate::server::AuthorizationServer;
use crate::token::{TokenResponse, invalid_grant, same_resource};

/// How often a rotated token may be presented again within the length of one window (OAUTH.md H9). A client whose
/// answers keep getting lost gets as many again for each further window's length: it waits, and is not locked out.
const MOST_RETRIES: i64 = 256;

/// The link that answers a renewal, with its token in clear.
struct Head {
    token: PlainSecret,
    generation: i32,
    action: Action,
}

/// What the chain says to whoever presents one of its links.
enum Presented {
    /// The grant lives, and this is its head.
    Alive(Head),
    /// The grant is dead, which is recorded.
    Dead,
    /// Too many retries for now, which is recorded.
    TooOften(Duration),
}

impl AuthorizationServer {
    pub(crate) async fn refresh(
        &self,
        store: &Store,
        parameters: &Parameters,
        client_id: &str,
        resource: Option<Resource>,
        origin: &Origin,
    ) -> Result<TokenResponse, Error> {
        let requested = parameters.get("scope")?.and_then(Scopes::parse);
        let presented = parameters.require("refresh_token", "refresh_token is missing")?;
        let presented = PlainSecret::parse(SecretKind::RefreshToken, presented).ok_or_else(invalid_grant)?;

        let mut tx = store.begin().await?;
        let row = refresh_tokens::find(&mut tx, presented.hash()).await?.ok_or_else(invalid_grant)?;
        let connection = connections::lock(&mut tx, row.organization_id, row.connection_id).await?;
        if connection.client_id != client_id {
            return Err(invalid_grant());
        }
        let standing = standing::of_connection(&mut tx, row.organization_id, row.connection_id)
            .await?
            .ok_or_else(invalid_grant)?;
        let grantable = match standing.grantable() {
            Ok(grantable) => grantable,
            Err(Refusal::ConnectionExpired) => {
                self.end(&mut tx, &standing, Action::ConnectionExpired, "its longest time is over", origin).await?;
                tx.commit().await?;
                return Err(invalid_grant());
            }
            Err(refusal) => {
                tx.rollback().await?;
                self.record_refusal(store, (&standing).into(), refusal, origin).await?;
                return Err(invalid_grant());
            }
        };
        same_resource(resource.as_ref(), &self.origin, &connection.resource)?;
        if requested.is_some_and(|requested| requested > connection.approved_scope) {
            return Err(Failure::new(ErrorCode::InvalidScope, "the scope is wider than what was approved").into());
        }
        // Read again: while this request waited for the lock another one may have rotated the token.
        let chain = refresh_tokens::list_from(&mut tx, row.organization_id, row.connection_id, row.generation).await?;
        let head = match self.head(&mut tx, &presented, &chain, &standing, origin).await? {
            Presented::Alive(head) => head,
            Presented::Dead => {
                tx.commit().await?;
                return Err(invalid_grant());
            }
            Presented::TooOften(retry_after) => {
                tx.commit().await?;
                return Err(Error::TooMany { retry_after });
            }
        };

        let allowed = connection.approved_scope.min(grantable);
        let scopes = requested.map_or(allowed, |requested| requested.min(allowed));
        let before = access_tokens::newest_scopes(&mut tx, row.organization_id, row.connection_id).await?;
        let access = self.issue_access_token(&mut tx, &standing, scopes, head.generation).await?;
        let details = Details::new().text("scope", &scopes.to_string()).number("generation", head.generation.into());
        audit_events::insert(&mut tx, &self.event(head.action, &standing, origin).with(details)).await?;
        if let Some(action) = change_of_scope(before, scopes) {
            let details = Details::new().text("scope", &scopes.to_string());
            audit_events::insert(&mut tx, &self.event(action, &standing, origin).with(details)).await?;
        }
        connections::touch(&mut tx, row.organization_id, row.connection_id, standing.now).await?;
        tx.commit().await?;
        Ok(self.response(&access, &head.token, scopes))
    }

    /// The head of the chain for whoever presents its first link.
    async fn head(
        &self,
        tx: &mut Tx,
        presented: &PlainSecret,
        chain: &[RefreshToken],
        standing: &ConnectionStanding,
        origin: &Origin,
    ) -> Result<Presented, Error> {
        let (Some(first), Some(last)) = (chain.first(), chain.last()) else { return Ok(Presented::Dead) };
        let now = standing.now;
        if now >= last.expires_at {
            self.end(tx, standing, Action::ConnectionExpired, "unused for too long", origin).await?;
            return Ok(Presented::Dead);
        }
        let Some(rotated_at) = first.rotated_at else {
            return Ok(Presented::Alive(self.rotate(tx, presented, first, standing, origin).await?));
        };
        // From the first rotation, and never from a retry: nobody keeps the window open (OAUTH.md H9).
        let elapsed = now.seconds_since(rotated_at).max(0);
        if elapsed >= self.lifetimes.refresh_window && self.successor_was_used(tx, chain, standing).await? {
            self.end(tx, standing, Action::ReplayDetected, "a refresh token was used again", origin).await?;
            return Ok(Presented::Dead);
        }
        if let Some(retry_after) = self.count_retry(tx, first, elapsed, standing, origin).await? {
            return Ok(Presented::TooOften(retry_after));
        }
        let mut token = presented.clone();
        for link in chain {
            let Some(sealed) = &link.sealed_successor else { break };
            let successor = keys::open_successor(token.expose(), sealed);
            token = successor
                .and_then(|successor| PlainSecret::parse(SecretKind::RefreshToken, &successor))
                .ok_or(Error::Internal("a sealed successor does not open"))?;
        }
        let action = if came_from_elsewhere(first, origin) {
            Action::AccessRenewedElsewhere
        } else {
            Action::AccessRenewedAgain
        };
        Ok(Presented::Alive(Head { token, generation: last.generation, action }))
    }

    /// Counts a retry `elapsed` seconds after the rotation; or says how long to wait, which is recorded once.
    async fn count_retry(
        &self,
        tx: &mut Tx,
        link: &RefreshToken,
        elapsed: i64,
        standing: &ConnectionStanding,
        origin: &Origin,
    ) -> Result<Option<Duration>, Error> {
        let window = self.lifetimes.refresh_window.max(1);
        let (allowed, retries) = (MOST_RETRIES * (1 + elapsed / window), i64::from(link.retries));
        if retries <= allowed {
            refresh_tokens::count_retry(tx, link).await?;
        }
        if retries < allowed {
            return Ok(None);
        }
        if retries == allowed {
            let details = Details::new().number("retries", retries).number("generation", link.generation.into());
            audit_events::insert(tx, &self.event(Action::AccessLimited, standing, origin).with(details)).await?;
        }
        Ok(Some(Duration::from_secs((window - elapsed % window).unsigned_abs())))
    }

    async fn rotate(
        &self,
        tx: &mut Tx,
        presented: &PlainSecret,
        link: &RefreshToken,
        standing: &ConnectionStanding,
        origin: &Origin,
    ) -> Result<Head, Error> {
        let (organization, connection) = (link.organization_id, link.connection_id);
        let generation = link.generation + 1;
        let token = self.issue_refresh_token(tx, organization, connection, generation, standing.now).await?;
        let sealed = keys::seal_successor(&*self.env, presented.expose(), token.expose())
            .ok_or(Error::Internal("a successor cannot be sealed"))?;
        refresh_tokens::rotate(tx, link, &sealed, origin, standing.now).await?;
        housekeeping::sweep_grants(tx, organization, standing.now).await?;
        // What came before the link that is rotated now is over, and its use is witnessed by this rotation.
        access_tokens::delete_expired(tx, organization, connection, link.generation, standing.now).await?;
        Ok(Head { token, generation, action: Action::AccessRenewed })
    }

    /// Whether anything that came after the first link was ever used: then its answer was not lost.
    async fn successor_was_used(
        &self,
        tx: &mut Tx,
        chain: &[RefreshToken],
        standing: &ConnectionStanding,
    ) -> Result<bool, Error> {
        let [first, later @ ..] = chain else { return Ok(false) };
        if later.iter().any(|link| link.rotated_at.is_some()) {
            return Ok(true);
        }
        let organization = standing.tenant.organization;
        Ok(access_tokens::any_used_since(tx, organization, standing.connection, first.generation + 1).await?)
    }

    async fn end(
        &self,
        tx: &mut Tx,
        standing: &ConnectionStanding,
        action: Action,
        reason: &str,
        origin: &Origin,
    ) -> Result<(), Error> {
        let event = self.event(action, standing, origin).with(Details::new().text("reason", reason));
        audit_events::insert(tx, &event).await?;
        let organization = standing.tenant.organization;
        connections::revoke(tx, organization, standing.connection, None, reason, standing.now).await?;
        Ok(())
    }

    fn event(&self, action: Action, standing: &ConnectionStanding, origin: &Origin) -> Event {
        let event = Event::new(&*self.env, action, origin.clone());
        event.by(standing.person).on(standing.tenant.organization, standing.connection)
    }
}

/// Whether a retry comes from another network or another program than the rotation (OAUTH.md H11).
fn came_from_elsewhere(rotated: &RefreshToken, origin: &Origin) -> bool {
    // Rotated before this was noted: nothing can be said.
    let Some(address) = &rotated.rotated_ip_address else { return false };
    let same_network = origin.ip_address.as_ref().is_some_and(|other| network::same(address, other));
    !same_network || rotated.rotated_user_agent != origin.user_agent
}

fn change_of_scope(before: Option<Scopes>, now: Scopes) -> Option<Action> {
    match before {
        Some(before) if now < before => Some(Action::ScopeReduced),
        Some(before) if now > before => Some(Action::ScopeRestored),
        _ => None,
    }
}
