//! Signing in by e-mail and password (PRODUCT.md P3), and the sessions that come of it.

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::organizations::{PersonState, normalize_email};
use lavori_domain::{Env, SessionId};
use lavori_store::sessions::{NewSession, Session};
use lavori_store::{Conn, Store, audit_events, clock, people, sessions};

use crate::error::Error;
use crate::housekeeping;
use crate::password::{PasswordHashing, Verified};
use crate::secret::{PlainSecret, SecretKind};
use crate::server::AuthorizationServer;

/// The longest e-mail address, in bytes (RFC 5321 section 4.5.3.1.3).
const LONGEST_EMAIL: usize = 254;

impl AuthorizationServer {
    /// Signs a person in. `None`: the address or the password is wrong, or the person may not sign in; which of them
    /// is not said, and takes the same time. A session that the browser had before ends (fixation, OAUTH.md E5).
    ///
    /// # Errors
    /// [`Error::Overloaded`] when too many sign in at once, or when the store fails.
    pub async fn sign_in(
        &self,
        store: &Store,
        email: &str,
        password: &str,
        before: Option<&Session>,
        origin: &Origin,
    ) -> Result<Option<PlainSecret>, Error> {
        let email = normalize_email(email);
        let found = if email.len() > LONGEST_EMAIL {
            None
        } else {
            people::find_by_email(&mut store.read().await?, &email).await?
        };
        let (person, phc) = match found {
            Some((person, phc)) if person.state == PersonState::Active => (Some(person), phc),
            Some((person, _)) => (Some(person), None),
            None => (None, None),
        };
        let verified = self.passwords.verify(password, phc).await?;
        let mut tx = store.begin().await?;
        let (Some(person), Verified::Right | Verified::RightAndRehashed(_)) = (&person, &verified) else {
            let event = Event::new(&*self.env, Action::SignInFailed, origin.clone());
            let event = person.iter().fold(event, |event, person| event.by(person.id));
            audit_events::insert(&mut tx, &event).await?;
            tx.commit().await?;
            return Ok(None);
        };
        let now = clock::now(&mut tx).await?;
        if let Some(before) = before {
            sessions::end(&mut tx, before.id, now).await?;
        }
        if let Verified::RightAndRehashed(hash) = &verified {
            people::set_password_hash(&mut tx, person.id, hash).await?;
        }
        let cookie = PlainSecret::new(&*self.env, SecretKind::Session);
        let session = NewSession {
            id: SessionId::new(&*self.env),
            token: cookie.hash(),
            person: person.id,
            created_at: now,
            expires_at: now.plus_seconds(self.lifetimes.session),
            ip_address: origin.ip_address.clone(),
            user_agent: origin.user_agent.clone(),
        };
        sessions::insert(&mut tx, &session).await?;
        housekeeping::sweep_sessions(&mut tx, now).await?;
        let event = Event::new(&*self.env, Action::SignedIn, origin.clone()).by(person.id);
        let event = event.with(Details::new().text("session", &session.id.to_string()));
        audit_events::insert(&mut tx, &event).await?;
        tx.commit().await?;
        Ok(Some(cookie))
    }

    /// The live session behind a cookie.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn session(&self, conn: &mut Conn, cookie: &str) -> Result<Option<Session>, Error> {
        match PlainSecret::parse(SecretKind::Session, cookie) {
            Some(cookie) => Ok(sessions::find(conn, cookie.hash()).await?),
            None => Ok(None),
        }
    }

    /// Ends a session. The person's connections go on (OAUTH.md decision 13).
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_out(&self, store: &Store, session: &Session, origin: &Origin) -> Result<(), Error> {
        let mut tx = store.begin().await?;
        let now = clock::now(&mut tx).await?;
        sessions::end(&mut tx, session.id, now).await?;
        let event = Event::new(&*self.env, Action::SignedOut, origin.clone()).by(session.person);
        audit_events::insert(&mut tx, &event).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A random value for the cookie that ties a form to a browser before sign-in.
    pub fn new_form_cookie(&self) -> String {
        PlainSecret::new(&*self.env, SecretKind::Session).expose().to_owned()
    }

    /// Hashes passwords with this server's parameters.
    pub fn passwords(&self) -> &PasswordHashing {
        &self.passwords
    }

    /// Time and chance, as this server was given them.
    pub fn env(&self) -> &dyn Env {
        &*self.env
    }
}
