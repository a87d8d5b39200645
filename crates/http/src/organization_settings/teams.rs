//! Teams and who is in them.

use std::collections::HashSet;

use lavori_accounts::{Actor, teams as changes};
use lavori_oauth::Parameters;
use lavori_store::memberships::{self, Member};
use lavori_store::teams;
use lavori_web::{NewTeam, OrganizationTeam, OrganizationTeams, Somebody, TeamRow, Typed};

use super::members;
use super::visit::{Visit, field, or_problem};
use crate::error::Error;
use crate::respond::Response;

/// Whose these pages are.
const WHOSE: &str = "Only owners and admins make teams, and decide who is in them.";

/// Why the page of a team is shown again.
pub(super) enum Again<'a> {
    /// It is not.
    Not,
    /// This name was typed, and this is wrong with it.
    Name(&'a str, &'a str),
    /// Nobody was added or taken out.
    Members(&'a str),
}

/// Shows the teams; `again` has what was typed for a new one, and what is wrong with it.
pub(super) async fn list(visit: &Visit<'_>, again: Option<NewTeam<'_>>) -> Result<Response, Error> {
    let mut conn = visit.app.store.read().await?;
    let overview = visit.administered(&mut conn, WHOSE).await?;
    let members = memberships::list(&mut conn, overview.organization.id).await?;
    let placed: HashSet<_> = teams::list_members(&mut conn, overview.organization.id).await?.into_iter().collect();
    drop(conn);
    let page = OrganizationTeams {
        place: visit.place_of(&overview),
        teams: overview
            .teams
            .iter()
            .map(|team| TeamRow {
                slug: &team.slug,
                name: &team.name,
                members: members
                    .iter()
                    .filter(|member| placed.contains(&(team.id, member.person)))
                    .map(|member| member.name.as_str())
                    .collect(),
            })
            .collect(),
        new: again.unwrap_or(NewTeam { name: "".into(), slug: "".into() }),
    };
    Ok(visit.page_about(again.is_some(), &page.render()))
}

/// Shows a team.
pub(super) async fn show(visit: &Visit<'_>, slug: &str, again: Again<'_>) -> Result<Response, Error> {
    let mut conn = visit.app.store.read().await?;
    let overview = visit.administered(&mut conn, WHOSE).await?;
    let team = overview.teams.iter().find(|team| team.slug == slug).ok_or(Error::NotFound)?;
    let members = memberships::list(&mut conn, overview.organization.id).await?;
    let placed: HashSet<_> = teams::list_members(&mut conn, overview.organization.id).await?.into_iter().collect();
    drop(conn);
    let ids: Vec<String> = members.iter().map(|member| member.person.to_string()).collect();
    let (inside, outside): (Vec<_>, Vec<_>) =
        members.iter().zip(&ids).partition(|(member, _)| placed.contains(&(team.id, member.person)));
    let (name, problem) = match again {
        Again::Not => (Typed::from(team.name.as_str()), None),
        Again::Name(text, problem) => (Typed { text, problem: Some(problem) }, None),
        Again::Members(problem) => (Typed::from(team.name.as_str()), Some(problem)),
    };
    let is_again = name.problem.is_some() || problem.is_some();
    let page = OrganizationTeam {
        place: visit.place_of(&overview),
        path: &format!("{}/teams/{}", visit.path, team.slug),
        called: &team.name,
        name,
        connector_url: &format!("{}/o/{}/t/{}", visit.app.connector_url(), overview.organization.slug, team.slug),
        members: inside.into_iter().map(somebody).collect(),
        others: outside.into_iter().map(somebody).collect(),
        problem,
    };
    Ok(visit.page_about(is_again, &page.render()))
}

fn somebody<'m>((member, id): (&'m Member, &'m String)) -> Somebody<'m> {
    Somebody { id, name: &member.name, email: &member.email }
}

pub(super) async fn create(visit: &Visit<'_>, actor: &Actor<'_>, form: &Parameters) -> Result<Response, Error> {
    let (name, slug) = (field(form, "name")?, field(form, "slug")?);
    let wrong = match changes::mistakes(name, slug) {
        (None, None) => match or_problem(changes::create(&visit.app.store, actor, visit.slug, name, slug).await)? {
            Ok(team) => {
                return Ok(visit.done(&format!("/teams/{}", team.slug), format!("The team {} is there.", team.name)));
            }
            // What could not be seen before: the short name is another team's.
            Err(taken) => (None, Some(taken)),
        },
        wrong => wrong,
    };
    let name = Typed { text: name, problem: wrong.0.as_deref() };
    let slug = Typed { text: slug, problem: wrong.1.as_deref() };
    list(visit, Some(NewTeam { name, slug })).await
}

pub(super) async fn rename(
    visit: &Visit<'_>,
    actor: &Actor<'_>,
    team: &str,
    form: &Parameters,
) -> Result<Response, Error> {
    let name = field(form, "name")?;
    match or_problem(changes::rename(&visit.app.store, actor, visit.slug, team, name).await)? {
        Ok(team) => Ok(visit.done(&format!("/teams/{}", team.slug), format!("The team is called {} now.", team.name))),
        Err(problem) => show(visit, team, Again::Name(name, &problem)).await,
    }
}

pub(super) async fn add(
    visit: &Visit<'_>,
    actor: &Actor<'_>,
    team: &str,
    form: &Parameters,
) -> Result<Response, Error> {
    let outcome = match field(form, "person")?.parse() {
        Ok(person) => or_problem(changes::add_member(&visit.app.store, actor, visit.slug, team, person).await)?,
        Err(_) => Err("Choose a member to add to the team.".to_owned()),
    };
    match outcome {
        Ok(()) => Ok(visit.done(&format!("/teams/{team}"), "Added to the team.")),
        Err(problem) => show(visit, team, Again::Members(&problem)).await,
    }
}

pub(super) async fn take_out(
    visit: &Visit<'_>,
    actor: &Actor<'_>,
    team: &str,
    person: &str,
) -> Result<Response, Error> {
    let person = members::id(person)?;
    match or_problem(changes::remove_member(&visit.app.store, actor, visit.slug, team, person).await)? {
        Ok(()) => Ok(visit.done(&format!("/teams/{team}"), "Taken out of the team.")),
        Err(problem) => show(visit, team, Again::Members(&problem)).await,
    }
}
