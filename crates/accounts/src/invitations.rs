//! Invitations: a link that expires and works once (PRODUCT.md P4). This server sends no mail: whoever invites hands
//! the link over.

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::organizations::{Organization, OrganizationState, Person, PersonState, Role, normalize_email};
use lavori_domain::{Env, InvitationId, PersonId, Timestamp};
use lavori_store::invitations::{self, Invitation};
use lavori_store::{Conn, SecretHash, Store, Tx, audit_events, clock, locks, memberships, organizations, people};

use crate::actor::{Actor, Hold};
use crate::checked;
use crate::error::Error;

/// How long a link is good, in seconds.
pub const LIFETIME: i64 = 7 * 24 * 60 * 60;

/// What an invitation that is good leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The organization.
    pub organization: Organization,
    /// What its bearer becomes there.
    pub role: Role,
    /// Whom it is for.
    pub email: String,
    /// Who made it.
    pub invited_by: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether somebody has an account under that address: they sign in first.
    pub has_account: bool,
}

/// Invites somebody. `token` is the hash of the secret in the link. An earlier invitation for the same address that is
/// still open is withdrawn.
///
/// # Errors
/// [`Error::Forbidden`] where it is not the actor's to do, [`Error::Refused`] for somebody who is a member.
pub async fn invite(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    email: &str,
    role: Role,
    token: SecretHash,
) -> Result<Invitation, Error> {
    let mut desk = actor.administer(store, organization, Hold::Together).await?;
    let email = checked::email(email)?;
    if role == Role::Owner {
        desk.owners_only().await?;
    }
    let id = desk.organization.id;
    if let Some((person, _)) = people::find_by_email(&mut desk.tx, &email).await?
        && memberships::role_of(&mut desk.tx, id, person.id).await?.is_some()
    {
        return Err(Error::refused("That person is a member already."));
    }
    for open in invitations::list_open(&mut desk.tx, id).await? {
        if open.email == email && invitations::withdraw(&mut desk.tx, id, open.id, desk.now).await?.is_some() {
            let details = Details::new().text("email", &email).text("reason", "a new invitation was made");
            desk.record(Action::InvitationWithdrawn, details).await?;
        }
    }
    let invitation = Invitation {
        organization_id: id,
        id: InvitationId::new(actor.env),
        token_hash: token,
        email,
        role,
        invited_by: actor.person,
        created_at: desk.now,
        expires_at: desk.now.plus_seconds(LIFETIME),
    };
    let twice = "Somebody else has just invited that address. Load the page again.";
    invitations::insert(&mut desk.tx, &invitation).await.map_err(|error| Error::taken(error, twice))?;
    let details = Details::new().text("email", &invitation.email).text("role", role.as_str());
    desk.record(Action::MemberInvited, details).await?;
    desk.commit().await?;
    Ok(invitation)
}

/// Takes an invitation back: its link leads nowhere any more.
///
/// # Errors
/// [`Error::Refused`] for one that is not open any more.
pub async fn withdraw(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    invitation: InvitationId,
) -> Result<String, Error> {
    let mut desk = actor.administer(store, organization, Hold::Together).await?;
    let withdrawn = invitations::withdraw(&mut desk.tx, desk.organization.id, invitation, desk.now).await?;
    let over = "That invitation was accepted or withdrawn already. Load the page again.";
    let email = withdrawn.ok_or_else(|| Error::refused(over))?;
    desk.record(Action::InvitationWithdrawn, Details::new().text("email", &email)).await?;
    desk.commit().await?;
    Ok(email)
}

/// What the link with this secret leads to. `None`: nowhere, because it was never made, was used or withdrawn, has
/// expired, or who made it may not invite any more.
///
/// # Errors
/// When the store fails.
pub async fn find(conn: &mut Conn, token: SecretHash) -> Result<Option<Offer>, Error> {
    Ok(good(conn, token).await?.map(|(_, offer)| offer))
}

/// Makes somebody who is signed in a member. `None`: the link leads nowhere, as [`find`] says.
///
/// # Errors
/// [`Error::Refused`] when the invitation is for another address, or they are a member.
pub async fn accept(store: &Store, actor: &Actor<'_>, token: SecretHash) -> Result<Option<Offer>, Error> {
    let mut tx = store.begin().await?;
    let Some((invitation, offer)) = held(&mut tx, token).await? else { return Ok(None) };
    let person = people::find(&mut tx, actor.person).await?;
    let Some(person) = person.filter(|person| person.state == PersonState::Active && person.email == offer.email)
    else {
        return Err(Error::refused(format!(
            "This invitation is for {}. Sign out, and sign in with that address.",
            offer.email
        )));
    };
    join(tx, actor.env, &invitation, person.id, actor.origin).await?;
    Ok(Some(offer))
}

/// Makes an account for the invited address and its person a member. `None`: the link leads nowhere, as [`find`] says.
/// `password_hash` is a PHC string.
///
/// # Errors
/// [`Error::Refused`] for a name that cannot be, or when somebody has an account under that address.
pub async fn accept_as_newcomer(
    store: &Store,
    env: &dyn Env,
    token: SecretHash,
    name: &str,
    password_hash: &str,
    origin: &Origin,
) -> Result<Option<Offer>, Error> {
    let mut tx = store.begin().await?;
    let Some((invitation, offer)) = held(&mut tx, token).await? else { return Ok(None) };
    let person = Person {
        id: PersonId::new(env),
        email: offer.email.clone(),
        name: checked::name(name, "yourself")?,
        state: PersonState::Active,
        created_at: clock::now(&mut tx).await?,
    };
    let known = "Somebody has an account with that address. Sign in, and open the link again.";
    people::insert(&mut tx, &person, Some(password_hash)).await.map_err(|error| Error::taken(error, known))?;
    join(tx, env, &invitation, person.id, origin).await?;
    Ok(Some(offer))
}

/// The name a newcomer typed, as it will be kept.
///
/// # Errors
/// [`Error::Refused`] for a name that cannot be.
pub fn check_name(name: &str) -> Result<String, Error> {
    checked::name(name, "yourself")
}

async fn join(
    mut tx: Tx,
    env: &dyn Env,
    invitation: &Invitation,
    person: PersonId,
    origin: &Origin,
) -> Result<(), Error> {
    let (organization, role) = (invitation.organization_id, invitation.role);
    let now = clock::now(&mut tx).await?;
    // Whoever comes back gets their row again, which what they did refers to.
    let back = memberships::reopen(&mut tx, organization, person, role).await?;
    if !back {
        let there = "You are a member of this organization already.";
        let inserted = memberships::insert(&mut tx, organization, person, role, now).await;
        inserted.map_err(|error| Error::taken(error, there))?;
    }
    if !invitations::accept(&mut tx, organization, invitation.id, person, now).await? {
        return Err(Error::refused("This invitation was used or withdrawn a moment ago. Ask for a new one."));
    }
    let details = Details::new().text("email", &invitation.email).text("role", role.as_str());
    let details = details.text("before", if back { "former member" } else { "no member" });
    let event = Event::new(env, Action::InvitationAccepted, origin.clone()).by(person).within(organization);
    audit_events::insert(&mut tx, &event.with(details)).await?;
    tx.commit().await?;
    Ok(())
}

/// The same as [`good`], with the organization held: roles there stay as they are until the transaction ends.
async fn held(tx: &mut Tx, token: SecretHash) -> Result<Option<(Invitation, Offer)>, Error> {
    let Some((invitation, _)) = good(tx, token).await? else { return Ok(None) };
    locks::share_organization(tx, invitation.organization_id).await?;
    good(tx, token).await
}

async fn good(conn: &mut Conn, token: SecretHash) -> Result<Option<(Invitation, Offer)>, Error> {
    let Some(invitation) = invitations::find_open(conn, token).await? else { return Ok(None) };
    if clock::now(conn).await? >= invitation.expires_at {
        return Ok(None);
    }
    let Some(organization) = organizations::find(conn, invitation.organization_id).await? else { return Ok(None) };
    let inviter = people::find(conn, invitation.invited_by).await?;
    let role = memberships::role_of(conn, organization.id, invitation.invited_by).await?;
    let Some(inviter) =
        inviter.filter(|inviter| inviter.state == PersonState::Active && may_invite(role, invitation.role))
    else {
        return Ok(None);
    };
    if organization.state != OrganizationState::Active {
        return Ok(None);
    }
    let has_account = people::find_by_email(conn, &normalize_email(&invitation.email)).await?.is_some();
    let offer = Offer {
        organization,
        role: invitation.role,
        email: invitation.email.clone(),
        invited_by: inviter.name,
        expires_at: invitation.expires_at,
        has_account,
    };
    Ok(Some((invitation, offer)))
}

/// Whether somebody with this role now may make others become `offered`: an invitation outlives neither the membership
/// nor the rank of who made it.
pub(crate) fn may_invite(role: Option<Role>, offered: Role) -> bool {
    match role {
        Some(Role::Owner) => true,
        Some(Role::Admin) => offered != Role::Owner,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p4_nobody_invites_above_their_own_rank() {
        for (role, offers) in [
            (Some(Role::Owner), &[Role::Owner, Role::Admin, Role::Member, Role::Contractor][..]),
            (Some(Role::Admin), &[Role::Admin, Role::Member, Role::Contractor]),
            (Some(Role::Member), &[]),
            (Some(Role::Contractor), &[]),
            (None, &[]),
        ] {
            let may: Vec<Role> = Role::ALL.iter().copied().filter(|offered| may_invite(role, *offered)).collect();
            assert_eq!(may, offers, "{role:?}");
        }
    }
}
