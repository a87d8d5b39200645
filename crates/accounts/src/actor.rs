//! Who acts, and their place in the organization as it is in the transaction that acts.

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::organizations::{Organization, Role};
use lavori_domain::{Env, OrganizationId, PersonId, Timestamp};
use lavori_policy::Scopes;
use lavori_store::locks::{self, Guarded};
use lavori_store::{CutOff, Store, Tx, audit_events, clock, memberships, organizations};

use crate::error::Error;

/// Who acts, and from where.
#[derive(Clone, Copy)]
pub struct Actor<'a> {
    /// Time and chance.
    pub env: &'a dyn Env,
    /// The person.
    pub person: PersonId,
    /// Where their request came from.
    pub origin: &'a Origin,
}

/// How the organization is held while somebody acts in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// Together with running calls: nothing is taken away from them.
    Together,
    /// Alone: what running calls rely on may be taken away (PRODUCT.md P23).
    Alone,
    /// Alone, once what may do more than this has been told to stop.
    AloneBeyond(Scopes),
}

/// An open transaction in an organization, and the actor's role there as it stays until the transaction ends.
pub(crate) struct Desk<'a> {
    pub(crate) tx: Tx,
    pub(crate) actor: Actor<'a>,
    pub(crate) organization: Organization,
    pub(crate) role: Role,
    pub(crate) now: Timestamp,
}

impl<'a> Actor<'a> {
    /// Begins a change in an organization that the actor belongs to.
    pub(crate) async fn enter(&self, store: &Store, slug: &str, hold: Hold) -> Result<Desk<'a>, Error> {
        self.begin(store, slug, hold, |_| true).await
    }

    /// The same, for what only owners and admins may do.
    pub(crate) async fn administer(&self, store: &Store, slug: &str, hold: Hold) -> Result<Desk<'a>, Error> {
        self.begin(store, slug, hold, Role::administers).await
    }

    async fn begin(
        &self,
        store: &Store,
        slug: &str,
        hold: Hold,
        may: impl Fn(Role) -> bool,
    ) -> Result<Desk<'a>, Error> {
        let mut tx = store.begin().await?;
        let organization = organizations::find_by_slug(&mut tx, slug).await?.ok_or(Error::NotFound)?.id;
        // Asked once before the lock, so that whoever may not do this disturbs no running call.
        self.role(&mut tx, organization, &may).await?;
        match hold {
            Hold::Together => locks::share_organization(&mut tx, organization).await?,
            Hold::Alone => locks::take_alone(&mut tx, Guarded::Organization(organization), None).await?,
            Hold::AloneBeyond(scopes) => {
                let cut = CutOff::scopes(organization, scopes);
                locks::take_alone(&mut tx, Guarded::Organization(organization), Some(cut)).await?;
            }
        }
        // And once after it, in new statements: whoever held it may have changed everything.
        let role = self.role(&mut tx, organization, &may).await?;
        let organization = organizations::find_by_slug(&mut tx, slug).await?.ok_or(Error::NotFound)?;
        let now = clock::now(&mut tx).await?;
        Ok(Desk { tx, actor: *self, organization, role, now })
    }

    async fn role(&self, tx: &mut Tx, organization: OrganizationId, may: impl Fn(Role) -> bool) -> Result<Role, Error> {
        let role = memberships::role_of(tx, organization, self.person).await?.ok_or(Error::NotFound)?;
        if may(role) {
            return Ok(role);
        }
        let who = memberships::administrators(tx, &[organization]).await?;
        let who = who.into_iter().map(|(_, name)| name).collect();
        Err(Error::Forbidden { what: "Only owners and admins of the organization can do this.", who })
    }
}

impl Desk<'_> {
    /// Refuses what is an owner's alone.
    pub(crate) async fn owners_only(&mut self) -> Result<(), Error> {
        if self.role == Role::Owner {
            return Ok(());
        }
        let members = memberships::list(&mut self.tx, self.organization.id).await?;
        let owners = members.into_iter().filter(|member| member.role == Role::Owner);
        let who = owners.map(|owner| owner.name).collect();
        Err(Error::Forbidden { what: "Only an owner can make, change or remove an owner.", who })
    }

    /// Writes what the actor did into the organization's log.
    pub(crate) async fn record(&mut self, action: Action, details: Details) -> Result<(), Error> {
        let event = Event::new(self.actor.env, action, self.actor.origin.clone());
        let event = event.by(self.actor.person).within(self.organization.id).with(details);
        audit_events::insert(&mut self.tx, &event).await?;
        Ok(())
    }

    /// Keeps the change and its event.
    pub(crate) async fn commit(self) -> Result<(), Error> {
        Ok(self.tx.commit().await?)
    }
}
