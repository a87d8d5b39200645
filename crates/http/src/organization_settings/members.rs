//! Members: their roles, and how they leave.

use lavori_accounts::{Actor, Error as Accounts, members};
use lavori_domain::PersonId;
use lavori_domain::organizations::Role;
use lavori_oauth::Parameters;

use super::{Done, connections};
use crate::app::App;
use crate::error::Error;

pub(super) async fn set_role(
    app: &App,
    actor: &Actor<'_>,
    slug: &str,
    person: &str,
    form: &Parameters,
) -> Result<Done, Error> {
    let role = role(form)?;
    let member = members::set_role(&app.store, actor, slug, id(person)?, role).await?;
    Ok(Done::Said(format!("{} is {} now.", member.name, with_article(role))))
}

pub(super) async fn remove(app: &App, actor: &Actor<'_>, slug: &str, person: &str) -> Result<Done, Error> {
    let left = members::remove(&app.store, actor, slug, id(person)?).await?;
    let said = format!("{} is no member any more. {} ended.", left.name, connections(left.connections));
    Ok(Done::Said(said))
}

pub(super) async fn leave(app: &App, actor: &Actor<'_>, slug: &str) -> Result<Done, Error> {
    let left = members::leave(&app.store, actor, slug).await?;
    Ok(Done::Left(format!("You left the organization. {} of yours ended.", connections(left.connections))))
}

/// The role a form names.
pub(super) fn role(form: &Parameters) -> Result<Role, Error> {
    let word = form.get("role")?.unwrap_or_default();
    word.parse().map_err(|_| Accounts::Refused("Choose a role: owner, admin, member or contractor.".to_owned()).into())
}

/// The id of a person; one that cannot be is answered like one that is not there.
pub(super) fn id(text: &str) -> Result<PersonId, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

fn with_article(role: Role) -> String {
    let article = if matches!(role, Role::Owner | Role::Admin) { "an" } else { "a" };
    format!("{article} {role}")
}
