//! Connections of people whom the embedder identified by itself, without our authorization server.
//!
//! A connection is one person's approval for one program in one organization. It is what the activity log, the change
//! feed, repeated writes and every revocation hang on, so an identity source of one's own has connections as well: it
//! opens one when somebody allows a program in, asks for its caller at every request, and closes it when they take that
//! back. Who somebody is stays the embedder's business; what they may do is decided here as for everybody: membership,
//! role and both switches, as they are at that moment.

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::{ConnectionId, Env, OrganizationId, PersonId, TeamId};
use lavori_policy::{Caller, Refusal, Scopes};
use lavori_store::connections::{self, Connection};
use lavori_store::{Error, Store, audit_events, clock, standing};
use serde_json::json;

/// What a person allows a program.
#[derive(Debug, Clone, Copy)]
pub struct Approval<'a> {
    /// Where.
    pub organization: OrganizationId,
    /// Who allows it.
    pub person: PersonId,
    /// The one team that the program is limited to.
    pub team: Option<TeamId>,
    /// The most it may do.
    pub scopes: Scopes,
    /// What the program is called.
    pub client: &'a str,
    /// When it ends whatever happens, in seconds from now.
    pub lifetime: i64,
}

/// Opens a connection, and records who allowed it.
///
/// # Errors
/// [`Error::Conflict`] when the person is no member of the organization, or the team is not the organization's.
pub async fn open(
    store: &Store,
    env: &dyn Env,
    approval: &Approval<'_>,
    origin: &Origin,
) -> Result<ConnectionId, Error> {
    let Approval { organization, person, team, scopes, client, lifetime } = *approval;
    let mut tx = store.begin().await?;
    let now = clock::now(&mut tx).await?;
    let connection = Connection {
        organization_id: organization,
        id: ConnectionId::new(env),
        person_id: person,
        team_id: team,
        client_id: client.to_owned(),
        client: json!({ "id": client, "name": client, "redirect_uris": [] }),
        // No answer is sent anywhere, and no token of ours is good for it.
        redirect_uri: String::new(),
        resource: String::new(),
        approved_scope: scopes,
        created_at: now,
        activated_at: None,
        last_used_at: None,
        label: None,
        expires_at: now.plus_seconds(lifetime),
        revoked_at: None,
        revoke_reason: None,
    };
    connections::insert(&mut tx, &connection).await?;
    connections::activate(&mut tx, organization, connection.id, now).await?;
    let details = Details::new().text("client", client).text("scope", &scopes.to_string());
    let event = Event::new(env, Action::ConnectionApproved, origin.clone());
    let event = event.by(person).on(organization, connection.id).with(details);
    audit_events::insert(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(connection.id)
}

/// Who calls over a connection and what they may do at this moment; `Err` inside: nothing, and why. To be asked at every
/// request: it is one query, and what is taken away counts at once.
///
/// # Errors
/// When the database is out of reach.
pub async fn caller(
    store: &Store,
    organization: OrganizationId,
    connection: ConnectionId,
) -> Result<Result<Caller, Refusal>, Error> {
    let mut conn = store.read().await?;
    let standing = standing::of_connection(&mut conn, organization, connection).await?;
    // What never was is told as what is over.
    Ok(standing.ok_or(Refusal::ConnectionRevoked).and_then(|standing| standing.caller()))
}

/// Closes a connection for good, and records who did it. A write that is on its way over it is either done before this
/// returns, or not at all. `false`: it was closed before.
///
/// # Errors
/// [`Error::NotFound`] when there is no such connection.
pub async fn close(
    store: &Store,
    env: &dyn Env,
    organization: OrganizationId,
    connection: ConnectionId,
    by: PersonId,
    origin: &Origin,
) -> Result<bool, Error> {
    let mut tx = store.begin().await?;
    connections::lock(&mut tx, organization, connection).await?;
    let now = clock::now(&mut tx).await?;
    let closed = connections::revoke(&mut tx, organization, connection, Some(by), "closed", now).await?;
    if closed {
        let event = Event::new(env, Action::ConnectionRevoked, origin.clone());
        audit_events::insert(&mut tx, &event.by(by).on(organization, connection)).await?;
    }
    tx.commit().await?;
    Ok(closed)
}
