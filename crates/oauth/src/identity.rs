//! Whom an account at a provider signs in, and which accounts a person has (OAUTH.md J3,
//! docs/decisions/0008-who-an-account-at-a-provider-signs-in.md).

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::organizations::{Person, PersonState, normalize_email};
use lavori_domain::{IdentityId, PersonId};
use lavori_store::identities::{self, Identity};
use lavori_store::sessions::Session;
use lavori_store::{Store, Tx, audit_events, clock, people};

use crate::error::Error;
use crate::provider::ProvenIdentity;
use crate::server::AuthorizationServer;
use crate::sign_in::SignedIn;

/// How linking an account to a person ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linking {
    /// It signs the person in from now on.
    Linked,
    /// It did already.
    AlreadyTheirs,
    /// It signs somebody else in. Nothing was changed.
    SomebodyElses,
}

/// How unlinking an account ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlinking {
    /// It signs nobody in any more.
    Unlinked,
    /// The person has no other way to sign in: a password, or another account. Nothing was changed.
    LastWay,
    /// The person has no such account.
    NotTheirs,
}

impl AuthorizationServer {
    /// Signs in whoever holds an account at a provider. `None`: it belongs to nobody here. Nobody is made by signing
    /// in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sign_in_with(
        &self,
        store: &Store,
        proven: &ProvenIdentity,
        before: Option<&Session>,
        origin: &Origin,
    ) -> Result<Option<SignedIn>, Error> {
        let mut tx = store.begin().await?;
        let Some(person) = self.holder(&mut tx, proven, origin).await? else {
            let details = Details::new().text("provider", &proven.provider).text("reason", "belongs to nobody here");
            let event = Event::new(&*self.env, Action::SignInFailed, origin.clone()).with(details);
            self.record_unattributed(&mut tx, &proven.subject, &event).await?;
            tx.commit().await?;
            return Ok(None);
        };
        let session = self.open_session(&mut tx, person.id, before, &proven.provider, origin).await?;
        tx.commit().await?;
        Ok(Some(SignedIn { session, device: self.new_device_cookie(&person.email) }))
    }

    /// The active person behind an account, whose credentials are locked from here on.
    async fn holder(&self, tx: &mut Tx, proven: &ProvenIdentity, origin: &Origin) -> Result<Option<Person>, Error> {
        let now = clock::now(tx).await?;
        if let Some(identity) = identities::find(tx, &proven.issuer, &proven.subject).await? {
            let person = active(tx, identity.person).await?;
            // Read again: it may have been unlinked while the lock was waited for.
            let linked = identities::find(tx, &proven.issuer, &proven.subject).await?;
            if person.is_none() || linked.is_none_or(|linked| linked.person != identity.person) {
                return Ok(None);
            }
            identities::touch(tx, identity.id, now).await?;
            return Ok(person);
        }
        // By address only for a person who has no account at a provider yet. An address can be given to somebody else,
        // by this provider or another; an account cannot.
        let Some(email) = proven.email.as_deref().filter(|_| proven.email_verified).map(normalize_email) else {
            return Ok(None);
        };
        let Some((found, _)) = people::find_by_email(tx, &email).await? else { return Ok(None) };
        let Some(person) = active(tx, found.id).await? else { return Ok(None) };
        if person.email != email || !identities::list(tx, person.id).await?.is_empty() {
            return Ok(None);
        }
        self.link(tx, person.id, proven, "verified address", origin).await?;
        Ok(Some(person))
    }

    /// Links an account to whoever is signed in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn link_identity(
        &self,
        store: &Store,
        session: &Session,
        proven: &ProvenIdentity,
        origin: &Origin,
    ) -> Result<Linking, Error> {
        let mut tx = store.begin().await?;
        if active(&mut tx, session.person).await?.is_none() {
            return Ok(Linking::SomebodyElses);
        }
        if let Some(identity) = identities::find(&mut tx, &proven.issuer, &proven.subject).await? {
            let theirs = identity.person == session.person;
            return Ok(if theirs { Linking::AlreadyTheirs } else { Linking::SomebodyElses });
        }
        match self.link(&mut tx, session.person, proven, "account page", origin).await {
            Ok(()) => {
                tx.commit().await?;
                Ok(Linking::Linked)
            }
            // Somebody else was quicker.
            Err(Error::Store(lavori_store::Error::Conflict(_))) => Ok(Linking::SomebodyElses),
            Err(error) => Err(error),
        }
    }

    /// Links an account to a person whose credentials are locked; `by` says what made sure that it is theirs.
    async fn link(
        &self,
        tx: &mut Tx,
        person: PersonId,
        proven: &ProvenIdentity,
        by: &str,
        origin: &Origin,
    ) -> Result<(), Error> {
        let now = clock::now(tx).await?;
        let identity = Identity {
            id: IdentityId::new(&*self.env),
            issuer: proven.issuer.clone(),
            subject: proven.subject.clone(),
            person,
            email: proven.email.clone(),
            created_at: now,
            last_used_at: Some(now),
        };
        identities::insert(tx, &identity).await?;
        let details = Details::new().text("provider", &proven.provider).text("by", by);
        let event = Event::new(&*self.env, Action::IdentityLinked, origin.clone()).by(person).with(details);
        audit_events::insert(tx, &event).await?;
        Ok(())
    }

    /// Unlinks an account of whoever is signed in, unless it is their last way to sign in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn unlink_identity(
        &self,
        store: &Store,
        session: &Session,
        identity: IdentityId,
        origin: &Origin,
    ) -> Result<Unlinking, Error> {
        let mut tx = store.begin().await?;
        let Some((_, password)) = people::lock_credentials(&mut tx, session.person).await? else {
            return Ok(Unlinking::NotTheirs);
        };
        let all = identities::list(&mut tx, session.person).await?;
        let Some(found) = all.iter().find(|one| one.id == identity) else { return Ok(Unlinking::NotTheirs) };
        // Another account is a way to sign in only while its provider is configured.
        let usable = |one: &&Identity| one.id != identity && self.provider_of_issuer(&one.issuer).is_some();
        if password.is_none() && all.iter().filter(usable).count() == 0 {
            return Ok(Unlinking::LastWay);
        }
        identities::delete(&mut tx, session.person, identity).await?;
        let details = Details::new().text("issuer", &found.issuer);
        let event = Event::new(&*self.env, Action::IdentityUnlinked, origin.clone()).by(session.person).with(details);
        audit_events::insert(&mut tx, &event).await?;
        tx.commit().await?;
        Ok(Unlinking::Unlinked)
    }
}

/// Locks a person's credentials and gives the person, if they may sign in.
async fn active(tx: &mut Tx, person: PersonId) -> Result<Option<Person>, Error> {
    let found = people::lock_credentials(tx, person).await?;
    Ok(found.map(|(person, _)| person).filter(|person| person.state == PersonState::Active))
}
