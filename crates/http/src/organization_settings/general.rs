//! Name, time zone, currency.

use lavori_accounts::Actor;
use lavori_accounts::settings::{self, General};
use lavori_oauth::Parameters;

use super::Done;
use crate::app::App;
use crate::error::Error;

pub(super) async fn save(app: &App, actor: &Actor<'_>, slug: &str, form: &Parameters) -> Result<Done, Error> {
    let field = |name| form.get(name).map(Option::unwrap_or_default);
    let general = General { name: field("name")?, time_zone: field("time_zone")?, currency: field("currency")? };
    let changed = settings::update(&app.store, actor, slug, &general).await?;
    Ok(Done::Said(if changed { "Saved." } else { "Nothing was changed: it was so already." }.to_owned()))
}
