//! Connections as people see and end them: a person their own, over all organizations; an owner or admin everyone's of
//! their organization (PRODUCT.md P24 to P26).
//!
//! Revoking marks and never deletes: who did it, when and why stays with the row. What an actor may do is read again in
//! the transaction that does it.

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::organizations::Organization;
use lavori_domain::text::clean;
use lavori_domain::{ConnectionId, OrganizationId, PersonId, Timestamp};
use lavori_policy::{Refusal, Scopes};
use lavori_store::connections::{Listed, Page};
use lavori_store::sessions::Session;
use lavori_store::{Conn, Store, Tx, audit_events, clock, connections, locks, memberships, organizations};

use crate::client::Client;
use crate::error::Error;
use crate::housekeeping::KEPT;
use crate::server::AuthorizationServer;

/// The most connections on one page of a list.
pub const PER_PAGE: usize = 12;
/// The longest name a person may give a connection, in characters.
pub const LONGEST_LABEL: usize = 60;
/// The longest reason an owner or admin may give for revoking, in characters.
pub const LONGEST_REASON: usize = 200;
/// How long nobody used a connection that is marked as idle, in seconds: 30 days.
const IDLE: i64 = 30 * 24 * 60 * 60;

/// A connection with what it is worth at this moment.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Everything that is stored about it.
    pub listed: Listed,
    /// Its client, as it was when the person consented.
    pub client: Client,
    /// Whether it works, and for what.
    pub status: Status,
}

/// Whether a connection works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Approved a moment ago: the client has not fetched its tokens yet.
    Pending,
    /// It works for `scopes`, which may be less than what was approved: the switches and the role decide at every
    /// request. `idle`: nobody has used it for long.
    Live {
        /// What it may be used for now.
        scopes: Scopes,
        /// Unused for 30 days.
        idle: bool,
    },
    /// It is good for nothing now, and works again when the reason is gone.
    Suspended(&'static str),
    /// It is over.
    Ended {
        /// Since when.
        at: Timestamp,
        /// Why, in words for a person.
        why: String,
    },
}

impl Shown {
    /// Whether it is over.
    pub fn is_ended(&self) -> bool {
        matches!(self.status, Status::Ended { .. })
    }

    /// When it was last used; `None`: not since its client fetched its first tokens.
    pub fn last_used_at(&self) -> Option<Timestamp> {
        let connection = &self.listed.connection;
        connection.last_used_at.filter(|used| connection.activated_at.is_none_or(|activated| *used > activated))
    }
}

/// One page of a list.
#[derive(Debug)]
pub struct List {
    /// The connections, newest first.
    pub connections: Vec<Shown>,
    /// Where the next page begins, if there is one.
    pub next: Option<ConnectionId>,
}

/// What somebody may know of an organization's connections.
#[derive(Debug)]
pub enum Administered<T> {
    /// There is no such organization for them.
    NotFound,
    /// They belong to it, but do not administer it; those who do.
    NotAllowed(Vec<String>),
    /// They administer it.
    Allowed(Organization, T),
}

/// What came of renaming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renamed {
    /// It has its new name.
    Done,
    /// The person has no such connection, or it is over.
    NotFound,
    /// The name is too long.
    TooLong,
}

/// Who revokes, and why.
struct Revoker<'a> {
    person: PersonId,
    name: &'a str,
    /// The word in the event: `person` or `administrator`.
    role: &'static str,
    reason: &'a str,
}

impl AuthorizationServer {
    /// A page of a person's connections over all their organizations, with those that ended in the last 90 days.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn connections(
        &self,
        conn: &mut Conn,
        person: PersonId,
        before: Option<ConnectionId>,
    ) -> Result<List, Error> {
        let page = page(clock::now(conn).await?, before);
        self.list(connections::list_of_person(conn, person, page).await?)
    }

    /// A connection of this very person. `None`: there is none of that id for them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn connection(&self, conn: &mut Conn, person: PersonId, id: &str) -> Result<Option<Shown>, Error> {
        let Ok(id) = id.parse() else { return Ok(None) };
        connections::find_of_person(conn, person, id).await?.map(|listed| self.shown(listed)).transpose()
    }

    /// A page of everyone's connections of an organization, for its owners and admins.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn organization_connections(
        &self,
        conn: &mut Conn,
        person: PersonId,
        slug: &str,
        before: Option<ConnectionId>,
    ) -> Result<Administered<List>, Error> {
        let organization = match administered(conn, person, slug).await? {
            Administered::Allowed(organization, ()) => organization,
            Administered::NotAllowed(administrators) => return Ok(Administered::NotAllowed(administrators)),
            Administered::NotFound => return Ok(Administered::NotFound),
        };
        let page = page(clock::now(conn).await?, before);
        let list = self.list(connections::list_of_organization(conn, organization.id, page).await?)?;
        Ok(Administered::Allowed(organization, list))
    }

    /// One connection of an organization, for its owners and admins.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn organization_connection(
        &self,
        conn: &mut Conn,
        person: PersonId,
        slug: &str,
        id: &str,
    ) -> Result<Administered<Shown>, Error> {
        let organization = match administered(conn, person, slug).await? {
            Administered::Allowed(organization, ()) => organization,
            Administered::NotAllowed(administrators) => return Ok(Administered::NotAllowed(administrators)),
            Administered::NotFound => return Ok(Administered::NotFound),
        };
        let Ok(id) = id.parse() else { return Ok(Administered::NotFound) };
        match connections::find_of_organization(conn, organization.id, id).await? {
            None => Ok(Administered::NotFound),
            Some(listed) => Ok(Administered::Allowed(organization, self.shown(listed)?)),
        }
    }

    /// How many connections of a person go on when a session ends.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_connections(&self, conn: &mut Conn, person: PersonId) -> Result<usize, Error> {
        let now = clock::now(conn).await?;
        Ok(connections::list_open(conn, person, now).await?.len())
    }

    /// Gives a person's own connection a name of their choice; an empty one takes it away.
    ///
    /// # Errors
    /// When the store fails. Nothing is changed then.
    pub async fn rename_connection(
        &self,
        store: &Store,
        session: &Session,
        id: &str,
        label: &str,
        origin: &Origin,
    ) -> Result<Renamed, Error> {
        let label = one_line(label);
        if label.chars().count() > LONGEST_LABEL {
            return Ok(Renamed::TooLong);
        }
        let Ok(id) = id.parse() else { return Ok(Renamed::NotFound) };
        let mut tx = store.begin().await?;
        let Some(found) = connections::find_of_person(&mut tx, session.person, id).await? else {
            return Ok(Renamed::NotFound);
        };
        let shown = self.shown(found)?;
        if shown.is_ended() {
            return Ok(Renamed::NotFound);
        }
        let organization = shown.listed.connection.organization_id;
        connections::set_label(&mut tx, organization, id, Some(label.as_str()).filter(|label| !label.is_empty()))
            .await?;
        let event = Event::new(&*self.env, Action::ConnectionRenamed, origin.clone());
        let event = event.by(session.person).on(organization, id).with(Details::new().text("name", &label));
        audit_events::insert(&mut tx, &event).await?;
        tx.commit().await?;
        Ok(Renamed::Done)
    }

    /// Revokes a person's own connection: when this returns, nothing of it commits any more (P25). Revoking what is over
    /// changes nothing. `false`: they have no such connection.
    ///
    /// # Errors
    /// When the store fails. Nothing is revoked then.
    pub async fn revoke_own(&self, store: &Store, session: &Session, id: &str, origin: &Origin) -> Result<bool, Error> {
        let Ok(id) = id.parse() else { return Ok(false) };
        let mut tx = store.begin().await?;
        let Some(found) = connections::find_of_person(&mut tx, session.person, id).await? else { return Ok(false) };
        let by = Revoker {
            person: session.person,
            name: &session.name,
            role: "person",
            reason: "revoked by the person who approved it",
        };
        self.revoke_for_good(&mut tx, found.connection.organization_id, id, &by, origin).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Revokes all connections of a person that are not over, and says how many (OAUTH.md decision 13).
    ///
    /// # Errors
    /// When the store fails. Nothing is revoked then.
    pub async fn revoke_all_own(&self, store: &Store, session: &Session, origin: &Origin) -> Result<usize, Error> {
        let mut tx = store.begin().await?;
        let now = clock::now(&mut tx).await?;
        let by = Revoker {
            person: session.person,
            name: &session.name,
            role: "person",
            reason: "revoked with all others by the person who approved it",
        };
        let mut revoked = 0;
        for (organization, id) in connections::list_open(&mut tx, session.person, now).await? {
            revoked += usize::from(self.revoke_for_good(&mut tx, organization, id, &by, origin).await?);
        }
        tx.commit().await?;
        Ok(revoked)
    }

    /// Revokes anyone's connection of an organization, for its owners and admins. Their role is read in the transaction
    /// that revokes, and cannot change before it ends.
    ///
    /// # Errors
    /// When the store fails. Nothing is revoked then.
    pub async fn revoke_as_administrator(
        &self,
        store: &Store,
        session: &Session,
        slug: &str,
        id: &str,
        reason: &str,
        origin: &Origin,
    ) -> Result<Administered<()>, Error> {
        let mut tx = store.begin().await?;
        let Some(organization) = organizations::find_by_slug(&mut tx, slug).await? else {
            return Ok(Administered::NotFound);
        };
        locks::share_organization(&mut tx, organization.id).await?;
        let organization = match administered(&mut tx, session.person, slug).await? {
            Administered::Allowed(organization, ()) => organization,
            refused => return Ok(refused),
        };
        let Ok(id) = id.parse() else { return Ok(Administered::NotFound) };
        if connections::find_of_organization(&mut tx, organization.id, id).await?.is_none() {
            return Ok(Administered::NotFound);
        }
        let reason: String = one_line(reason).chars().take(LONGEST_REASON).collect();
        let reason = match reason.as_str() {
            "" => "revoked by an administrator".to_owned(),
            given => format!("revoked by an administrator: {given}"),
        };
        let by = Revoker { person: session.person, name: &session.name, role: "administrator", reason: &reason };
        self.revoke_for_good(&mut tx, organization.id, id, &by, origin).await?;
        tx.commit().await?;
        Ok(Administered::Allowed(organization, ()))
    }

    /// The one place where people's revocations meet: row first, then the writes that rely on it, as renewals do.
    async fn revoke_for_good(
        &self,
        tx: &mut Tx,
        organization: OrganizationId,
        id: ConnectionId,
        by: &Revoker<'_>,
        origin: &Origin,
    ) -> Result<bool, Error> {
        connections::lock(tx, organization, id).await?;
        let now = clock::now(tx).await?;
        if !connections::revoke(tx, organization, id, Some(by.person), by.reason, now).await? {
            return Ok(false);
        }
        let details = Details::new().text("by", by.role).text("name", by.name).text("reason", by.reason);
        let event = Event::new(&*self.env, Action::ConnectionRevoked, origin.clone());
        audit_events::insert(tx, &event.by(by.person).on(organization, id).with(details)).await?;
        Ok(true)
    }

    fn list(&self, mut rows: Vec<Listed>) -> Result<List, Error> {
        let next = (rows.len() > PER_PAGE).then(|| rows[PER_PAGE - 1].connection.id);
        rows.truncate(PER_PAGE);
        let connections = rows.into_iter().map(|listed| self.shown(listed)).collect::<Result<_, _>>()?;
        Ok(List { connections, next })
    }

    fn shown(&self, listed: Listed) -> Result<Shown, Error> {
        let client = Client::from_json(&listed.connection.client);
        let client = client.ok_or(Error::Internal("a frozen client cannot be read back"))?;
        let status = self.status(&listed);
        Ok(Shown { listed, client, status })
    }

    /// The same decision as for a request, and what a request does not ask: whether the client stayed away too long.
    fn status(&self, listed: &Listed) -> Status {
        let (connection, standing) = (&listed.connection, &listed.standing);
        let over = |at, why: &str| Status::Ended { at, why: why.to_owned() };
        if let Some(at) = connection.revoked_at {
            return over(at, connection.revoke_reason.as_deref().unwrap_or("revoked"));
        }
        let unfetched = connection.created_at.plus_seconds(self.lifetimes.code);
        let limit = match (connection.activated_at, listed.idle_limit) {
            (None, _) => unfetched,
            (Some(_), Some(limit)) => limit,
            // Its newest refresh token was swept: it ended long ago.
            (Some(at), None) => connection.last_used_at.unwrap_or(at).plus_seconds(self.lifetimes.refresh_token_idle),
        };
        if standing.now >= limit.min(connection.expires_at) {
            return match connection.activated_at {
                None => over(limit, "the client never fetched its access"),
                Some(_) if limit < connection.expires_at => over(limit, "unused for too long"),
                Some(_) => over(connection.expires_at, "it reached the end of its time"),
            };
        }
        match standing.grantable() {
            Err(Refusal::MembershipEnded) => {
                over(standing.membership_ended_at.unwrap_or(standing.now), "the membership ended")
            }
            Err(Refusal::PersonDisabled) => Status::Suspended("The person may not sign in."),
            Err(Refusal::RoleCannotConnect) => Status::Suspended("Contractors cannot use clients."),
            Err(Refusal::OrganizationSuspended) => Status::Suspended("The organization is suspended."),
            Err(_) => Status::Suspended("It cannot be used now."),
            Ok(_) if connection.activated_at.is_none() => Status::Pending,
            Ok(grantable) => {
                let used = connection.last_used_at.unwrap_or(connection.created_at);
                let idle = standing.now.seconds_since(used) >= IDLE;
                Status::Live { scopes: standing.approved.min(grantable), idle }
            }
        }
    }
}

fn page(now: Timestamp, before: Option<ConnectionId>) -> Page {
    // One more than is shown tells whether there is a next page.
    let limit = i64::try_from(PER_PAGE + 1).unwrap_or(i64::MAX);
    Page { before, since: now.plus_seconds(-KEPT), limit }
}

/// Whether a person administers an organization at this moment. To whoever is no member it does not exist.
async fn administered(conn: &mut Conn, person: PersonId, slug: &str) -> Result<Administered<()>, Error> {
    let Some(organization) = organizations::find_by_slug(conn, slug).await? else { return Ok(Administered::NotFound) };
    match memberships::role_of(conn, organization.id, person).await? {
        None => Ok(Administered::NotFound),
        Some(role) if role.administers() => Ok(Administered::Allowed(organization, ())),
        Some(_) => {
            let administrators = memberships::administrators(conn, &[organization.id]).await?;
            Ok(Administered::NotAllowed(administrators.into_iter().map(|(_, name)| name).collect()))
        }
    }
}

fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
