//! Teams and who is in them.

use lavori_accounts::{Actor, Error as Accounts, teams};
use lavori_oauth::Parameters;

use super::{Done, members};
use crate::app::App;
use crate::error::Error;

pub(super) async fn create(app: &App, actor: &Actor<'_>, slug: &str, form: &Parameters) -> Result<Done, Error> {
    let field = |name| form.get(name).map(Option::unwrap_or_default);
    let team = teams::create(&app.store, actor, slug, field("name")?, field("slug")?).await?;
    Ok(Done::Said(format!("The team {} is there.", team.name)))
}

pub(super) async fn rename(
    app: &App,
    actor: &Actor<'_>,
    slug: &str,
    team: &str,
    form: &Parameters,
) -> Result<Done, Error> {
    let name = form.get("name")?.unwrap_or_default();
    let team = teams::rename(&app.store, actor, slug, team, name).await?;
    Ok(Done::Said(format!("The team is called {} now.", team.name)))
}

pub(super) async fn add(
    app: &App,
    actor: &Actor<'_>,
    slug: &str,
    team: &str,
    form: &Parameters,
) -> Result<Done, Error> {
    let person = form.get("person")?.and_then(|text| text.parse().ok());
    let person = person.ok_or_else(|| Accounts::Refused("Choose a member to add to the team.".to_owned()))?;
    teams::add_member(&app.store, actor, slug, team, person).await?;
    Ok(Done::Said("Added to the team.".to_owned()))
}

pub(super) async fn take_out(
    app: &App,
    actor: &Actor<'_>,
    slug: &str,
    team: &str,
    person: &str,
) -> Result<Done, Error> {
    teams::remove_member(&app.store, actor, slug, team, members::id(person)?).await?;
    Ok(Done::Said("Taken out of the team.".to_owned()))
}
