//! A person's sessions, as the account page lists and ends them (PRODUCT.md P3).

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::{PersonId, SessionId, Timestamp};
use lavori_store::sessions::{ListedSession, Session};
use lavori_store::{Conn, Store, Tx, audit_events, clock, people, sessions};

use crate::error::Error;
use crate::server::AuthorizationServer;

/// How long a session's "last seen" may lag behind, in seconds: a write per page would cost more than it tells.
const LAST_SEEN_LAG: i64 = 300;

impl AuthorizationServer {
    /// The live sessions of a person, the last used first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sessions(&self, conn: &mut Conn, person: PersonId) -> Result<Vec<ListedSession>, Error> {
        let now = clock::now(conn).await?;
        Ok(sessions::list_of(conn, person, now).await?)
    }

    /// Whether the person signs in by a password, so that it can be changed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn has_password(&self, conn: &mut Conn, session: &Session) -> Result<bool, Error> {
        let found = people::find_by_email(conn, &session.email).await?;
        Ok(found.is_some_and(|(_, hash)| hash.is_some()))
    }

    /// Notes that a session was used, if that was not noted for a while.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn note_use(&self, store: &Store, session: &Session) -> Result<(), Error> {
        if session.unseen_for < LAST_SEEN_LAG {
            return Ok(());
        }
        let mut tx = store.begin().await?;
        let now = clock::now(&mut tx).await?;
        sessions::touch(&mut tx, session.id, now, LAST_SEEN_LAG).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Ends one session of the person. `false`: they have no such live session.
    ///
    /// # Errors
    /// When the store fails. Nothing is ended then.
    pub async fn end_session(
        &self,
        store: &Store,
        session: &Session,
        id: &str,
        origin: &Origin,
    ) -> Result<bool, Error> {
        let Ok(id) = id.parse() else { return Ok(false) };
        let mut tx = store.begin().await?;
        let now = clock::now(&mut tx).await?;
        let ended = self.end_one(&mut tx, session, id, now, origin).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Ends all sessions of the person but this one, and says how many.
    ///
    /// # Errors
    /// When the store fails. Nothing is ended then.
    pub async fn end_other_sessions(&self, store: &Store, session: &Session, origin: &Origin) -> Result<usize, Error> {
        let mut tx = store.begin().await?;
        let now = clock::now(&mut tx).await?;
        let mut ended = 0;
        for other in sessions::list_of(&mut tx, session.person, now).await? {
            if other.id != session.id {
                ended += usize::from(self.end_one(&mut tx, session, other.id, now, origin).await?);
            }
        }
        tx.commit().await?;
        Ok(ended)
    }

    async fn end_one(
        &self,
        tx: &mut Tx,
        session: &Session,
        id: SessionId,
        now: Timestamp,
        origin: &Origin,
    ) -> Result<bool, Error> {
        if !sessions::end_of(tx, session.person, id, now).await? {
            return Ok(false);
        }
        let details = Details::new().text("session", &id.to_string());
        let event = Event::new(&*self.env, Action::SessionEnded, origin.clone()).by(session.person).with(details);
        audit_events::insert(tx, &event).await?;
        Ok(true)
    }
}
