//! The domains whose clients may connect.

use lavori_accounts::{Actor, client_domains};
use lavori_oauth::Parameters;
use lavori_oauth::client::Client;

use super::{Done, connections};
use crate::app::App;
use crate::error::Error;
use crate::forms;

pub(super) async fn save(app: &App, actor: &Actor<'_>, slug: &str, form: &Parameters) -> Result<Done, Error> {
    let text = form.get("domains")?.unwrap_or_default();
    let end_others = forms::toggle(form, "end_others")?;
    let listed = client_domains::set(&app.store, actor, slug, text, end_others, |connection| {
        Client::from_json(&connection.client)?.domain(&connection.redirect_uri)
    })
    .await?;
    let mut said = match listed.domains.len() {
        0 => "All clients may connect.".to_owned(),
        1 => "Clients of 1 domain may connect.".to_owned(),
        count => format!("Clients of {count} domains may connect."),
    };
    if listed.ended > 0 {
        said += &format!(" {} of other clients ended.", connections(listed.ended));
    }
    match listed.going_on {
        0 => {}
        1 => said += " 1 connection of another client goes on: save again with the box ticked to end it.",
        count => {
            said +=
                &format!(" {count} connections of other clients go on: save again with the box ticked to end them.");
        }
    }
    Ok(Done::Said(said))
}
