//! The activity of one connection, for the person who approved it and nobody else (PRODUCT.md P28 to P30); and the
//! record of what was refused before a tool could be reached.

mod position;

use lavori_audit::{Action, Details, Event, Kind, Origin, Severity};
use lavori_domain::{AuditEventId, ConnectionId, OrganizationId, PersonId, Timestamp};
use lavori_policy::{ConnectionStanding, Refusal};
use lavori_store::audit_events::{EventFilter, Recorded};
use lavori_store::sessions::Session;
use lavori_store::{Conn, Store, audit_events};

pub use position::Position;
use position::{MOST_AT_ONCE, MOST_SEEN};

use crate::connections::Shown;
use crate::error::Error;
use crate::server::AuthorizationServer;

/// The events on one page.
pub const PER_PAGE: usize = 25;
/// The most events in one exported file. Older ones are exported from the position that the file names.
pub const PER_EXPORT: usize = 20_000;
/// How long the same refusal of the same connection is not recorded again, in seconds: a client that does not take no
/// for an answer must not fill the log.
const REFUSAL_LAG: i64 = 3600;

/// Which events a person wants to see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of this severity.
    pub severity: Option<Severity>,
    /// Older than this one.
    pub before: Option<AuditEventId>,
}

/// Some events of a connection, newest first.
#[derive(Debug)]
pub struct Activity {
    /// The connection.
    pub connection: Shown,
    /// The events.
    pub events: Vec<Recorded>,
    /// Where older ones begin, if there are any.
    pub older: Option<AuditEventId>,
    /// Where what happens from now on begins.
    pub position: Position,
}

/// A connection whose events are told as they happen.
#[derive(Debug, Clone)]
pub struct Watched {
    organization: OrganizationId,
    connection: ConnectionId,
    person: PersonId,
    wanted: Wanted,
}

/// What happened since a position.
#[derive(Debug)]
pub enum News {
    /// These events, oldest first, each with the position behind it; often none.
    Events(Vec<(Recorded, Position)>),
    /// More than are told one by one: the list is to be read again.
    TooMany,
    /// Nothing is told any more: the session is over.
    SignedOut,
}

/// The connection whose token was refused, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused {
    organization: OrganizationId,
    connection: ConnectionId,
    person: PersonId,
    now: Timestamp,
}

impl From<&ConnectionStanding> for Refused {
    fn from(standing: &ConnectionStanding) -> Self {
        Self {
            organization: standing.tenant.organization,
            connection: standing.connection,
            person: standing.person,
            now: standing.now,
        }
    }
}

fn filter(wanted: Wanted) -> EventFilter {
    EventFilter {
        before: wanted.before,
        actions: wanted.kind.map(|kind| kind.actions().to_vec()).unwrap_or_default(),
        severity: wanted.severity,
    }
}

impl AuthorizationServer {
    /// A page of a connection's events. `None`: this person has no such connection; whoever else has it, and whoever
    /// administers its organization, makes no difference.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn activity(
        &self,
        conn: &mut Conn,
        person: PersonId,
        id: &str,
        wanted: Wanted,
    ) -> Result<Option<Activity>, Error> {
        self.events(conn, person, id, wanted, PER_PAGE).await
    }

    /// The events for a file. That they were exported is recorded before they are read.
    ///
    /// # Errors
    /// When the store fails. Nothing is exported then.
    pub async fn export_activity(
        &self,
        store: &Store,
        session: &Session,
        id: &str,
        wanted: Wanted,
        format: &str,
        origin: &Origin,
    ) -> Result<Option<Activity>, Error> {
        let mut tx = store.begin().await?;
        let Some(connection) = self.connection(&mut tx, session.person, id).await? else { return Ok(None) };
        let row = &connection.listed.connection;
        let event = Event::new(&*self.env, Action::ActivityExported, origin.clone());
        let event = event.by(session.person).on(row.organization_id, row.id);
        audit_events::insert(&mut tx, &event.with(Details::new().text("format", format))).await?;
        tx.commit().await?;
        self.events(&mut store.read().await?, session.person, id, wanted, PER_EXPORT).await
    }

    async fn events(
        &self,
        conn: &mut Conn,
        person: PersonId,
        id: &str,
        wanted: Wanted,
        most: usize,
    ) -> Result<Option<Activity>, Error> {
        let Some(connection) = self.connection(conn, person, id).await? else { return Ok(None) };
        let filter = filter(wanted);
        let row = &connection.listed.connection;
        let asked_at = self.env.now();
        let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
        let mut events = audit_events::list_of_connection(conn, row.organization_id, row.id, &filter, limit).await?;
        let older = (events.len() > most).then(|| events[most - 1].id);
        events.truncate(most);
        let position = Position::behind(events.iter().map(|event| event.id), older.is_none(), asked_at);
        Ok(Some(Activity { connection, events, older, position }))
    }

    /// A connection of this very person, to be asked about again and again. `None`: there is none of that id for them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn watched(
        &self,
        conn: &mut Conn,
        person: PersonId,
        id: &str,
        wanted: Wanted,
    ) -> Result<Option<(Watched, Shown)>, Error> {
        let Some(shown) = self.connection(conn, person, id).await? else { return Ok(None) };
        let row = &shown.listed.connection;
        let watched = Watched { organization: row.organization_id, connection: row.id, person, wanted };
        Ok(Some((watched, shown)))
    }

    /// What happened to a connection since `position`, which moves on. The cookie's session and whose connection it is are
    /// asked anew each time.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn news(
        &self,
        conn: &mut Conn,
        cookie: &str,
        watched: &Watched,
        position: &mut Position,
    ) -> Result<News, Error> {
        let Watched { organization, connection, person, wanted } = *watched;
        if self.session(conn, cookie).await?.is_none_or(|session| session.person != person) {
            return Ok(News::SignedOut);
        }
        let asked_at = self.env.now();
        let (first, limit) = (position.first(), MOST_SEEN + MOST_AT_ONCE + 1);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let filter = filter(wanted);
        let ids = audit_events::ids_since(conn, person, organization, connection, &filter, first, limit).await?;
        let unseen: Vec<_> = ids.iter().copied().filter(|id| !position.saw(*id)).collect();
        if unseen.len() > MOST_AT_ONCE {
            return Ok(News::TooMany);
        }
        let mut told = Vec::with_capacity(unseen.len());
        if !unseen.is_empty() {
            for event in audit_events::find_of_connection(conn, organization, connection, &unseen).await? {
                position.see(event.id);
                told.push((event, position.clone()));
            }
        }
        position.move_on(&ids, asked_at);
        if let Some((_, last)) = told.last_mut() {
            last.clone_from(position);
        }
        Ok(News::Events(told))
    }

    /// Records that a token of a connection was refused, once an hour for each reason. That a token ran out is the
    /// ordinary course of things and is not recorded: the renewal that follows is.
    pub(crate) async fn record_refusal(
        &self,
        store: &Store,
        refused: Refused,
        refusal: Refusal,
        origin: &Origin,
    ) -> Result<(), Error> {
        if refusal == Refusal::TokenExpired {
            return Ok(());
        }
        let Refused { organization, connection, person, now } = refused;
        let reason = refusal.to_string();
        let since = now.plus_seconds(-REFUSAL_LAG);
        let mut conn = store.read().await?;
        let action = Action::CallRefused;
        if audit_events::was_recorded(&mut conn, organization, connection, action, &reason, since).await? {
            return Ok(());
        }
        drop(conn);
        let mut tx = store.begin().await?;
        let event = Event::new(&*self.env, action, origin.clone()).by(person).on(organization, connection);
        audit_events::insert(&mut tx, &event.with(Details::new().text("reason", &reason))).await?;
        tx.commit().await?;
        Ok(())
    }
}
