//! Signing in by e-mail and password (PRODUCT.md P3), and the sessions that come of signing in.

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::organizations::{Person, PersonState, normalize_email};
use lavori_domain::{Env, PersonId, SessionId};
use lavori_store::sessions::{NewSession, Session};
use lavori_store::{Conn, Store, Tx, audit_events, clock, people, sessions};

use crate::attempts::{About, Attempt, Counted};
use crate::device;
use crate::error::Error;
use crate::housekeeping;
use crate::password::{PasswordHashing, Verified};
use crate::secret::{PlainSecret, SecretKind};
use crate::server::AuthorizationServer;

/// The longest e-mail address, in bytes (RFC 5321 section 4.5.3.1.3).
const LONGEST_EMAIL: usize = 254;

/// What a sign-in form and its browser bring.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// The address, as typed.
    pub email: &'a str,
    /// The password, as typed.
    pub password: &'a str,
    /// The browser's device cookie.
    pub device: Option<&'a str>,
    /// The session that the browser has: it ends (fixation, OAUTH.md E5).
    pub before: Option<&'a Session>,
}

/// What a browser gets from signing in.
#[derive(Debug)]
pub struct SignedIn {
    /// The session cookie.
    pub session: PlainSecret,
    /// The device cookie.
    pub device: String,
}

impl AuthorizationServer {
    /// Signs a person in. `None`: the address or the password is wrong, or the person may not sign in; which of them
    /// is not said, and takes the same time.
    ///
    /// # Errors
    /// [`Error::TooMany`] after too many failures on the account or from the address, whether or not there is such an
    /// account; [`Error::Overloaded`] when too many sign in at once; or when the store fails.
    pub async fn sign_in(
        &self,
        store: &Store,
        sign_in: &SignIn<'_>,
        origin: &Origin,
    ) -> Result<Option<SignedIn>, Error> {
        let email = normalize_email(sign_in.email);
        let counted = self.counted_sign_in(&email, sign_in.device, origin);
        let attempt = self.attempt(store, &counted, About::Account(&email), origin).await?;
        match self.try_password(store, &email, sign_in, &attempt, origin).await {
            Err(Error::Overloaded) => {
                let mut tx = store.begin().await?;
                attempt.give_back(&mut tx).await?;
                tx.commit().await?;
                Err(Error::Overloaded)
            }
            tried => tried,
        }
    }

    /// What an attempt is counted for. A browser that the account knows is counted by itself: strangers can neither
    /// use up its attempts nor those of its address.
    fn counted_sign_in(&self, email: &str, device: Option<&str>, origin: &Origin) -> Vec<Counted> {
        match device.and_then(|cookie| device::known(&self.keys, cookie, email)) {
            Some(device) => vec![self.counted("sign-in by device", &device, self.limits.device)],
            None => vec![
                self.counted("sign-in by account", email.as_bytes(), self.limits.account),
                self.counted_address("sign-in by address", origin, self.limits.address),
            ],
        }
    }

    async fn try_password(
        &self,
        store: &Store,
        email: &str,
        sign_in: &SignIn<'_>,
        attempt: &Attempt,
        origin: &Origin,
    ) -> Result<Option<SignedIn>, Error> {
        let found = if email.len() > LONGEST_EMAIL {
            None
        } else {
            people::find_by_email(&mut store.read().await?, email).await?
        };
        let (person, phc) = match found {
            Some((person, phc)) if person.state == PersonState::Active => (Some(person), phc),
            Some((person, _)) => (Some(person), None),
            None => (None, None),
        };
        let verified = self.passwords.verify(sign_in.password, phc.clone()).await?;
        let mut tx = store.begin().await?;
        let (Some(person), Verified::Right | Verified::RightAndRehashed(_)) = (&person, &verified) else {
            let event = Event::new(&*self.env, Action::SignInFailed, origin.clone());
            match &person {
                Some(person) => audit_events::insert(&mut tx, &event.by(person.id)).await?,
                // As much work as for an account that exists, but not as many rows as strangers like.
                None => self.record_unattributed(&mut tx, email, &event).await?,
            }
            tx.commit().await?;
            return Ok(None);
        };
        // Read again: while the password was checked it may have been changed, or its person disabled.
        if !still_stands(&mut tx, person, phc.as_deref()).await? {
            return Ok(None);
        }
        if let Verified::RightAndRehashed(hash) = &verified {
            people::set_password_hash(&mut tx, person.id, hash).await?;
        }
        attempt.give_back(&mut tx).await?;
        let session = self.open_session(&mut tx, person.id, sign_in.before, "password", origin).await?;
        tx.commit().await?;
        Ok(Some(SignedIn { session, device: self.new_device_cookie(email) }))
    }

    /// Opens a session for somebody who has proved who they are, and ends the one their browser had before. `way` is
    /// how they proved it, for the log. The caller has the person's credentials locked.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_session(
        &self,
        tx: &mut Tx,
        person: PersonId,
        before: Option<&Session>,
        way: &str,
        origin: &Origin,
    ) -> Result<PlainSecret, Error> {
        let now = clock::now(tx).await?;
        if let Some(before) = before {
            sessions::end(tx, before.id, now).await?;
        }
        let cookie = PlainSecret::new(&*self.env, SecretKind::Session);
        let session = NewSession {
            id: SessionId::new(&*self.env),
            token: cookie.hash(),
            person,
            created_at: now,
            expires_at: now.plus_seconds(self.lifetimes.session),
            ip_address: origin.ip_address.clone(),
            user_agent: origin.user_agent.clone(),
        };
        sessions::insert(tx, &session).await?;
        housekeeping::sweep_sessions(tx, now).await?;
        let event = Event::new(&*self.env, Action::SignedIn, origin.clone()).by(person);
        let event = event.with(Details::new().text("session", &session.id.to_string()).text("way", way));
        audit_events::insert(tx, &event).await?;
        Ok(cookie)
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

    /// A device cookie for a browser that has just signed in to the account with this address.
    pub fn new_device_cookie(&self, email: &str) -> String {
        device::new(&self.keys, &*self.env, email)
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

/// Whether what was verified outside the transaction holds inside it.
async fn still_stands(tx: &mut Tx, person: &Person, phc: Option<&str>) -> Result<bool, Error> {
    let now = people::lock_credentials(tx, person.id).await?;
    Ok(now.is_some_and(|(person, hash)| person.state == PersonState::Active && hash.as_deref() == phc))
}
