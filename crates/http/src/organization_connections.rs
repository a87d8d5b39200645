//! `/settings/organizations/{slug}/connections`: everyone's connections of an organization, for its owners and admins.
//! They see whose each is and may revoke it; what it did stays with its person (PRODUCT.md P24, P30).

use http::Method;
use lavori_accounts::Error as Accounts;
use lavori_oauth::client::Destination;
use lavori_oauth::connections::{Administered, Shown};
use lavori_store::memberships;
use lavori_web as web;

use crate::app::App;
use crate::connections::{confirming_page, destinations, place, position, row};
use crate::error::Error;
use crate::flash::{self, Flash};
use crate::organization_settings::{PATH, Visit};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::session;

/// The organization's slug and what follows the list's path, if a path is one of these pages.
fn parts(path: &str) -> Option<(&str, &str)> {
    let (slug, rest) = path.strip_prefix("/settings/organizations/")?.split_once('/')?;
    let rest = rest.strip_prefix("connections")?;
    (rest.is_empty() || rest.starts_with('/')).then_some((slug, rest))
}

/// Whether a path is one of these pages.
pub(crate) fn is_path(path: &str) -> bool {
    parts(path).is_some()
}

/// Answers a request for one of them.
pub(crate) async fn route(app: &App, request: Request, path: &str) -> Result<Response, Error> {
    let (slug, rest) = parts(path).ok_or(Error::NotFound)?;
    let get = matches!(request.parts.method, Method::GET | Method::HEAD);
    let post = request.parts.method == Method::POST;
    let segments: Vec<&str> = rest.split('/').skip(1).collect();
    match segments.as_slice() {
        [] if get => list(app, request, slug).await,
        [id, "revoke"] if get => ask_to_revoke(app, request, slug, id).await,
        [id, "revoke"] if post => revoke(app, request, slug, id).await,
        [] | [_, "revoke"] => Ok(respond::not_allowed()),
        _ => Err(Error::NotFound),
    }
}

async fn list(app: &App, request: Request, slug: &str) -> Result<Response, Error> {
    let visit = Visit::to_look(app, &request.parts, slug).await?;
    let before = position(&request)?;
    let mut conn = app.store.read().await?;
    let found = app.oauth.organization_connections(&mut conn, visit.person(), slug, before).await?;
    let (organization, list) = match found {
        Administered::Allowed(organization, list) => (organization, list),
        Administered::NotAllowed(administrators) => return Err(not_yours(administrators)),
        Administered::NotFound => return Err(Error::NotFound),
    };
    let role = memberships::role_of(&mut conn, organization.id, visit.person()).await?.ok_or(Error::NotFound)?;
    drop(conn);
    let path = path_of(slug);
    let destinations = destinations(&list.connections)?;
    let rows: Vec<_> =
        list.connections.iter().zip(&destinations).map(|(shown, place)| theirs(shown, place, &path)).collect();
    let next = list.next.map(|id| format!("{path}?before={id}"));
    let page = web::OrganizationConnections {
        place: visit.place(&organization.name, role.as_str()),
        connections: &rows,
        next: next.as_deref(),
    };
    Ok(visit.page(&page.render()))
}

async fn ask_to_revoke(app: &App, request: Request, slug: &str, id: &str) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let mut conn = app.store.read().await?;
    let found = app.oauth.organization_connection(&mut conn, signed_in.session.person, slug, id).await?;
    drop(conn);
    let path = path_of(slug);
    match found {
        Administered::Allowed(_, shown) if shown.is_ended() => Ok(respond::see_other(&path)),
        Administered::Allowed(_, shown) => {
            let place = place(&shown)?;
            Ok(confirming_page(app, &signed_in, &theirs(&shown, &place, &path), &path))
        }
        Administered::NotAllowed(administrators) => Err(not_yours(administrators)),
        Administered::NotFound => Err(Error::NotFound),
    }
}

async fn revoke(app: &App, request: Request, slug: &str, id: &str) -> Result<Response, Error> {
    let (signed_in, form, origin) = session::form(app, request).await?;
    let reason = form.get("reason")?.unwrap_or_default();
    let session = &signed_in.session;
    match app.oauth.revoke_as_administrator(&app.store, session, slug, id, reason, &origin).await? {
        Administered::Allowed(..) => {
            let said = Flash::Done("Revoked. The client has no access any more.".to_owned());
            Ok(flash::see_other(app, &signed_in, &path_of(slug), &said))
        }
        Administered::NotAllowed(administrators) => Err(not_yours(administrators)),
        Administered::NotFound => Err(Error::NotFound),
    }
}

fn path_of(slug: &str) -> String {
    format!("{PATH}/{slug}/connections")
}

/// A row that says whose it is, and does not say what its person calls it: that name is theirs.
fn theirs<'a>(shown: &'a Shown, place: &'a Destination, path: &str) -> web::Connection<'a> {
    let listed = &shown.listed;
    web::Connection {
        whose: Some((&listed.person_name, &listed.person_email)),
        label: None,
        ..row(shown, place, format!("{path}/{}", listed.connection.id))
    }
}

/// For a member who does not administer the organization: who does.
fn not_yours(administrators: Vec<String>) -> Error {
    let what = "Only owners and admins of the organization see everyone's connections and may revoke them.";
    Error::Accounts(Accounts::Forbidden { what, who: administrators })
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn only_the_paths_of_the_list_are_taken() {
        assert_eq!(parts("/settings/organizations/north/connections"), Some(("north", "")));
        assert_eq!(parts("/settings/organizations/north/connections/1/revoke"), Some(("north", "/1/revoke")));
        for other in ["/settings/organizations/north", "/settings/organizations/north/connectionsx", "/settings/mcp"] {
            assert_eq!(parts(other), None, "{other}");
        }
    }
}
