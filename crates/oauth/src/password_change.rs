//! A person's own password: changed, or set for the first time (OAUTH.md E9).

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::organizations::Person;
use lavori_store::sessions::Session;
use lavori_store::{Store, Tx, audit_events, clock, people, sessions};

use crate::attempts::About;
use crate::error::Error;
use crate::password::{Verified, WeakPassword, check_new_password};
use crate::server::AuthorizationServer;

/// How a change of password ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordChange {
    /// It is changed. The person's connections go on (decision 13).
    Changed {
        /// How many other sessions of the person ended with it.
        ended_sessions: usize,
    },
    /// The password given as the one of now is not. Nothing was changed.
    WrongCurrent,
    /// The new password is refused. Nothing was changed.
    Weak(WeakPassword),
    /// To be set for the first time, but there is one: change it. Nothing was changed.
    AlreadySet,
}

impl AuthorizationServer {
    /// Changes the password of whoever is signed in, and ends their other sessions. Their connections go on.
    ///
    /// # Errors
    /// [`Error::TooMany`] after too many wrong current passwords, [`Error::Overloaded`], or when the store fails.
    pub async fn change_password(
        &self,
        store: &Store,
        session: &Session,
        current: &str,
        new: &str,
        origin: &Origin,
    ) -> Result<PasswordChange, Error> {
        let known = [session.email.as_str(), session.name.as_str()];
        if let Err(weak) = check_new_password(new, &known) {
            return Ok(PasswordChange::Weak(weak));
        }
        let counted = [self.counted("password change", session.person.to_string().as_bytes(), self.limits.device)];
        let attempt = self.attempt(store, &counted, About::Account(&session.email), origin).await?;
        let found = people::find_by_email(&mut store.read().await?, &session.email).await?;
        let phc = found.and_then(|(_, phc)| phc);
        if self.passwords.verify(current, phc.clone()).await? == Verified::Wrong {
            return Ok(PasswordChange::WrongCurrent);
        }
        let hash = self.passwords.hash(new).await?;
        let mut tx = store.begin().await?;
        attempt.give_back(&mut tx).await?;
        // Read again: another change may have come first.
        match people::lock_credentials(&mut tx, session.person).await? {
            Some((person, now)) if now == phc => self.keep(tx, &person, session, &hash, "changed", origin).await,
            _ => Ok(PasswordChange::WrongCurrent),
        }
    }

    /// Sets the first password of whoever is signed in, and ends their other sessions. Their connections go on.
    ///
    /// # Errors
    /// [`Error::Overloaded`], or when the store fails.
    pub async fn set_password(
        &self,
        store: &Store,
        session: &Session,
        new: &str,
        origin: &Origin,
    ) -> Result<PasswordChange, Error> {
        let hash = match self.passwords.hash_new(new, &[&session.email, &session.name]).await? {
            Ok(hash) => hash,
            Err(weak) => return Ok(PasswordChange::Weak(weak)),
        };
        let mut tx = store.begin().await?;
        match people::lock_credentials(&mut tx, session.person).await? {
            Some((person, None)) => self.keep(tx, &person, session, &hash, "set", origin).await,
            _ => Ok(PasswordChange::AlreadySet),
        }
    }

    async fn keep(
        &self,
        mut tx: Tx,
        person: &Person,
        session: &Session,
        hash: &str,
        what: &str,
        origin: &Origin,
    ) -> Result<PasswordChange, Error> {
        people::set_password_hash(&mut tx, person.id, hash).await?;
        let now = clock::now(&mut tx).await?;
        let ended_sessions = sessions::end_others(&mut tx, person.id, session.id, now).await?;
        let details = Details::new()
            .text("password", what)
            .number("sessions_ended", i64::try_from(ended_sessions).unwrap_or(i64::MAX))
            .text("connections", "kept");
        let event = Event::new(&*self.env, Action::PasswordChanged, origin.clone()).by(person.id).with(details);
        audit_events::insert(&mut tx, &event).await?;
        tx.commit().await?;
        Ok(PasswordChange::Changed { ended_sessions })
    }
}
