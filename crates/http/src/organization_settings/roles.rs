//! What a member may do, and changing it.

use lavori_accounts::{Actor, Error as Accounts, members as changes};
use lavori_domain::organizations::Role;
use lavori_oauth::Parameters;
use lavori_store::connections;
use lavori_web::{ChangeRole, RoleRow};

use super::members::{self, GONE, WHOSE, roles_of};
use super::visit::{Visit, or_problem};
use crate::error::Error;
use crate::respond::Response;

/// Asks for another role of a member, and says what that means.
pub(super) async fn ask(visit: &Visit<'_>, person: &str) -> Result<Response, Error> {
    show(visit, person, None).await
}

async fn show(visit: &Visit<'_>, person: &str, problem: Option<&str>) -> Result<Response, Error> {
    let mut conn = visit.app.store.read().await?;
    let overview = visit.administered(&mut conn, WHOSE).await?;
    let id = overview.organization.id;
    let Some(member) = members::find(&mut conn, &overview, person).await? else {
        drop(conn);
        return members::show(visit, b"", Some(problem.unwrap_or(GONE))).await;
    };
    let live = connections::list_live(&mut conn, id, Some(member.person), overview.now).await?;
    let fixed = changes::why_not_without(&mut conn, id, &member).await?;
    drop(conn);
    let roles: Vec<_> = roles_of(overview.role)
        .into_iter()
        .map(|role| RoleRow { role: role.as_str(), connects: role.may_connect_clients(), chosen: role == member.role })
        .collect();
    let page = ChangeRole {
        place: visit.place_of(&overview),
        action: &format!("{}/members/{}/role", visit.path, member.person),
        name: &member.name,
        is_you: member.person == visit.person(),
        role: member.role.as_str(),
        roles: &roles,
        connections: live.len(),
        problem: problem.or(fixed.as_deref()),
        fixed: fixed.is_some(),
    };
    Ok(visit.page_about(problem.is_some(), &page.render()))
}

pub(super) async fn set(
    visit: &Visit<'_>,
    actor: &Actor<'_>,
    person: &str,
    form: &Parameters,
) -> Result<Response, Error> {
    let id = members::id(person)?;
    let outcome = match named(form) {
        Ok(role) => or_problem(changes::set_role(&visit.app.store, actor, visit.slug, id, role).await)?,
        Err(Error::Accounts(Accounts::Refused(problem))) => Err(problem),
        Err(error) => return Err(error),
    };
    let member = match outcome {
        Ok(member) => member,
        Err(problem) => return show(visit, person, Some(&problem)).await,
    };
    let mut said = format!("{} is {} now.", member.name, member.role.with_article());
    if !member.role.may_connect_clients() {
        let mut conn = visit.app.store.read().await?;
        let overview = visit.overview(&mut conn).await?;
        match connections::list_live(&mut conn, overview.organization.id, Some(id), overview.now).await?.len() {
            0 => {}
            1 => said += " 1 connection of theirs does not work any more, until they have another role.",
            count => {
                said += &format!(" {count} connections of theirs do not work any more, until they have another role.");
            }
        }
    }
    // Who gave up administering sees the list no more.
    let sees_the_list = member.person != visit.person() || member.role.administers();
    Ok(visit.done(if sees_the_list { "/members" } else { "" }, said))
}

/// The role a form names.
pub(super) fn named(form: &Parameters) -> Result<Role, Error> {
    let word = form.get("role")?.unwrap_or_default();
    word.parse().map_err(|_| Accounts::Refused("Choose a role: owner, admin, member or contractor.".to_owned()).into())
}
