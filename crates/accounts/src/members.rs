//! Members: their roles, and how they leave (PRODUCT.md P4).

use lavori_audit::{Action, Details};
use lavori_domain::organizations::{PersonState, Role};
use lavori_domain::{OrganizationId, PersonId};
use lavori_store::memberships::{self, Member};
use lavori_store::{Conn, Store, connections, teams};

use crate::actor::{Actor, Desk, Hold};
use crate::cut::Cut;
use crate::error::Error;

/// What ended with a membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Whose membership it was.
    pub name: String,
    /// How many of their connections to the organization were live, and ended.
    pub connections: usize,
}

/// Gives a member another role.
///
/// # Errors
/// [`Error::Forbidden`] where it is not the actor's to do, [`Error::Refused`] where the organization would be left
/// without an owner.
pub async fn set_role(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    person: PersonId,
    role: Role,
) -> Result<Member, Error> {
    let mut desk = actor.administer(store, organization, Hold::Alone).await?;
    let member = member(&mut desk, person).await?;
    if member.role == role {
        return Ok(member);
    }
    if member.role == Role::Owner || role == Role::Owner {
        desk.owners_only().await?;
    }
    keep_an_owner(&mut desk, &member).await?;
    memberships::set_role(&mut desk.tx, desk.organization.id, person, role).await?;
    let details = of(&member).text("before", member.role.as_str()).text("after", role.as_str());
    desk.record(Action::RoleChanged, details).await?;
    desk.commit().await?;
    Ok(Member { role, ..member })
}

/// Ends somebody else's membership: their connections to the organization are revoked, and they are in none of its
/// teams any more.
///
/// # Errors
/// As [`set_role`].
pub async fn remove(store: &Store, actor: &Actor<'_>, organization: &str, person: PersonId) -> Result<Left, Error> {
    let mut desk = actor.administer(store, organization, Hold::Alone).await?;
    let member = member(&mut desk, person).await?;
    if member.role == Role::Owner {
        desk.owners_only().await?;
    }
    end(desk, member, "an owner or admin", "the person was removed from the organization").await
}

/// Ends the actor's own membership, as [`remove`] does.
///
/// # Errors
/// [`Error::Refused`] for the last owner.
pub async fn leave(store: &Store, actor: &Actor<'_>, organization: &str) -> Result<Left, Error> {
    let mut desk = actor.enter(store, organization, Hold::Alone).await?;
    let member = member(&mut desk, actor.person).await?;
    end(desk, member, "the person", "the person left the organization").await
}

async fn end(mut desk: Desk<'_>, member: Member, by_whom: &str, reason: &str) -> Result<Left, Error> {
    keep_an_owner(&mut desk, &member).await?;
    let Desk { tx, actor, organization, now, .. } = &mut desk;
    let live = connections::list_live(tx, organization.id, Some(member.person), *now).await?;
    let unrevoked = connections::list_unrevoked(tx, organization.id, Some(member.person)).await?;
    let cut = Cut { env: actor.env, origin: actor.origin, by: Some(actor.person), by_whom, reason, now: *now };
    let ended = cut.end(tx, &unrevoked).await?;
    teams::remove_from_all(tx, organization.id, member.person).await?;
    memberships::end(tx, organization.id, member.person, *now).await?;
    let connections = i64::try_from(ended).unwrap_or(i64::MAX);
    let details = of(&member).text("role", member.role.as_str()).text("by", by_whom).number("connections", connections);
    desk.record(Action::MemberRemoved, details).await?;
    desk.commit().await?;
    Ok(Left { name: member.name, connections: live.len() })
}

/// The member of that id.
async fn member(desk: &mut Desk<'_>, person: PersonId) -> Result<Member, Error> {
    let members = memberships::list(&mut desk.tx, desk.organization.id).await?;
    let found = members.into_iter().find(|member| member.person == person);
    found.ok_or_else(|| Error::refused("That person is not a member any more. Load the page again."))
}

/// Why an organization cannot go on without a member as its owner. `None`: it can.
///
/// # Errors
/// When the store fails.
pub async fn why_not_without(
    conn: &mut Conn,
    organization: OrganizationId,
    member: &Member,
) -> Result<Option<String>, Error> {
    let counts = member.role == Role::Owner && member.state == PersonState::Active;
    if !counts || memberships::has_other_owner(conn, organization, member.person).await? {
        return Ok(None);
    }
    Ok(Some(format!(
        "{} is the last owner, and an organization has at least one. Make somebody else an owner first.",
        member.name
    )))
}

/// Refuses to take its last owner from an organization. The organization is held alone: two owners who demote each
/// other at the same time come one after the other, and the second is refused.
async fn keep_an_owner(desk: &mut Desk<'_>, member: &Member) -> Result<(), Error> {
    let organization = desk.organization.id;
    match why_not_without(&mut desk.tx, organization, member).await? {
        Some(why) => Err(Error::refused(why)),
        None => Ok(()),
    }
}

fn of(member: &Member) -> Details {
    Details::new().text("member", &member.name).text("email", &member.email)
}
