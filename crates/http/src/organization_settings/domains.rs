//! The domains whose clients may connect.

use lavori_accounts::client_domains::{self, Listed as Domains};
use lavori_accounts::{Actor, overview};
use lavori_oauth::Parameters;
use lavori_oauth::client::Client;
use lavori_web::Others;

use super::access::{self, Again, WHOSE};
use super::connections;
use super::live::{Listed, others};
use super::visit::{Visit, field, or_problem};
use crate::error::Error;
use crate::respond::Response;

/// Adds domains to the list, or takes one off it.
pub(super) async fn change(visit: &Visit<'_>, actor: &Actor<'_>, form: &Parameters) -> Result<Response, Error> {
    let (store, slug, typed) = (&visit.app.store, visit.slug, field(form, "add")?);
    let outcome = match form.get("remove")? {
        Some(domain) => or_problem(client_domains::remove(store, actor, slug, domain).await)?
            .map(|listed| said(&listed, "is off the list", "are off the list")),
        None => or_problem(client_domains::add(store, actor, slug, typed).await)?
            .map(|listed| said(&listed, "is on the list", "are on the list")),
    };
    match outcome {
        Ok(said) => Ok(visit.done("/access", said)),
        Err(problem) => access::show(visit, Again::Domain(typed, &problem)).await,
    }
}

fn said(listed: &Domains, is: &str, are: &str) -> String {
    let changed = match listed.changed.as_slice() {
        [one] => format!("{one} {is} now."),
        several => format!("{} {are} now.", several.join(", ")),
    };
    let now = match listed.count {
        0 => "Any client may connect.".to_owned(),
        1 => "Clients of 1 domain may connect.".to_owned(),
        count => format!("Clients of {count} domains may connect."),
    };
    format!("{changed} {now}")
}

/// Asks before the connections of clients that are not on the list are ended.
pub(super) async fn ask(visit: &Visit<'_>) -> Result<Response, Error> {
    let mut conn = visit.app.store.read().await?;
    let overview = visit.administered(&mut conn, WHOSE).await?;
    let access = overview::access(&mut conn, overview.organization.id, overview.now).await?;
    drop(conn);
    let others = others(&access.live, &access.client_domains);
    let listed = Listed::of(&others, access.switches)?;
    let page = Others { place: visit.place_of(&overview), rows: listed.rows(), total: others.len() };
    Ok(visit.page(&page.render()))
}

pub(super) async fn end_others(visit: &Visit<'_>, actor: &Actor<'_>) -> Result<Response, Error> {
    let ended = client_domains::end_others(&visit.app.store, actor, visit.slug, |connection| {
        Client::from_json(&connection.client)?.domain(&connection.redirect_uri)
    })
    .await?;
    Ok(visit.done("/access", format!("{} of other clients ended.", connections(ended))))
}
