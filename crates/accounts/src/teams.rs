//! Teams and who is in them. A team's name in URLs stays: connector URLs hold it.

use lavori_audit::{Action, Details};
use lavori_domain::organizations::Team;
use lavori_domain::{Id, PersonId};
use lavori_store::{Store, memberships, people, teams};

use crate::actor::{Actor, Desk, Hold};
use crate::checked;
use crate::error::Error;

/// Makes a team. Without a `slug` one is made from its name.
///
/// # Errors
/// [`Error::Refused`] for a name that cannot be, or that another team has in URLs.
pub async fn create(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    name: &str,
    slug: &str,
) -> Result<Team, Error> {
    let mut desk = actor.administer(store, organization, Hold::Together).await?;
    let name = checked::name(name, "the team")?;
    let slug = checked::slug(slug, &name)?;
    let team = Team { organization: desk.organization.id, id: Id::new(actor.env), slug, name };
    let taken = "Another team has that short name for URLs. Choose another one.";
    teams::insert(&mut desk.tx, &team).await.map_err(|error| Error::taken(error, taken))?;
    desk.record(Action::TeamCreated, of(&team)).await?;
    desk.commit().await?;
    Ok(team)
}

/// What is wrong with a new team's name and with its name in URLs, each if something is.
pub fn mistakes(name: &str, slug: &str) -> (Option<String>, Option<String>) {
    match checked::name(name, "the team") {
        Err(error) => (Some(error.to_string()), None),
        Ok(name) => (None, checked::slug(slug, &name).err().map(|error| error.to_string())),
    }
}

/// Gives a team another name.
///
/// # Errors
/// [`Error::Refused`] for a name that cannot be.
pub async fn rename(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    team: &str,
    name: &str,
) -> Result<Team, Error> {
    let mut desk = actor.administer(store, organization, Hold::Together).await?;
    let team = find(&mut desk, team).await?;
    let name = checked::name(name, "the team")?;
    if name == team.name {
        return Ok(team);
    }
    teams::rename(&mut desk.tx, desk.organization.id, team.id, &name).await?;
    let details = Details::new().text("team", &team.slug).text("before", &team.name).text("after", &name);
    desk.record(Action::TeamRenamed, details).await?;
    desk.commit().await?;
    Ok(Team { name, ..team })
}

/// Puts a member into a team.
///
/// # Errors
/// [`Error::Refused`] for somebody who is no member, or is in it.
pub async fn add_member(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    team: &str,
    person: PersonId,
) -> Result<(), Error> {
    let mut desk = actor.administer(store, organization, Hold::Together).await?;
    let team = find(&mut desk, team).await?;
    if memberships::role_of(&mut desk.tx, desk.organization.id, person).await?.is_none() {
        return Err(Error::refused("Only members of the organization can be in its teams. Invite the person first."));
    }
    let there = "That person is in the team already.";
    let added = teams::add_member(&mut desk.tx, desk.organization.id, team.id, person).await;
    added.map_err(|error| Error::taken(error, there))?;
    let details = with_member(&mut desk, &team, person).await?;
    desk.record(Action::TeamMemberAdded, details).await?;
    desk.commit().await
}

/// Takes a member out of a team. Connections that are narrowed to the team go on: they are the person's, not the
/// team's.
///
/// # Errors
/// [`Error::Refused`] for somebody who is not in it.
pub async fn remove_member(
    store: &Store,
    actor: &Actor<'_>,
    organization: &str,
    team: &str,
    person: PersonId,
) -> Result<(), Error> {
    let mut desk = actor.administer(store, organization, Hold::Together).await?;
    let team = find(&mut desk, team).await?;
    if !teams::remove_member(&mut desk.tx, desk.organization.id, team.id, person).await? {
        return Err(Error::refused("That person is not in the team any more. Load the page again."));
    }
    let details = with_member(&mut desk, &team, person).await?;
    desk.record(Action::TeamMemberRemoved, details).await?;
    desk.commit().await
}

async fn find(desk: &mut Desk<'_>, slug: &str) -> Result<Team, Error> {
    teams::find_by_slug(&mut desk.tx, desk.organization.id, slug).await?.ok_or(Error::NotFound)
}

fn of(team: &Team) -> Details {
    Details::new().text("team", &team.slug).text("name", &team.name)
}

async fn with_member(desk: &mut Desk<'_>, team: &Team, person: PersonId) -> Result<Details, Error> {
    let member = people::find(&mut desk.tx, person).await?;
    Ok(of(team).text("member", &member.map(|member| member.name).unwrap_or_default()))
}
