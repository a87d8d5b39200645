//! `/settings/mcp`: a person's own connections (PRODUCT.md P24 to P26).

use http::StatusCode;
use lavori_domain::{ConnectionId, TimeZone, Timestamp};
use lavori_oauth::client::{Destination, destination};
use lavori_oauth::connections::{LONGEST_LABEL, Renamed, Shown, Status};
use lavori_policy::Scopes;
use lavori_web as web;

use crate::app::App;
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::session::{self, SignedIn};

/// The path of the list.
const LIST: &str = "/settings/mcp";

/// `GET /settings/mcp`.
pub(crate) async fn list(app: &App, request: Request) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    show(app, &signed_in, position(&request)?, None).await
}

async fn show(
    app: &App,
    signed_in: &SignedIn,
    before: Option<ConnectionId>,
    problem: Option<&str>,
) -> Result<Response, Error> {
    let list = app.oauth.connections(&mut app.store.read().await?, signed_in.session.person, before).await?;
    let destinations = destinations(&list.connections)?;
    let mut active = Vec::new();
    let mut ended = Vec::new();
    for (shown, destination) in list.connections.iter().zip(&destinations) {
        let row = row(shown, destination, format!("{LIST}/{}", shown.listed.connection.id));
        if shown.is_ended() { ended.push(row) } else { active.push(row) }
    }
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let next = list.next.map(|id| format!("{LIST}?before={id}"));
    let page = web::Connections {
        person: web::SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() },
        connector_url: &app.connector_url(),
        active: &active,
        ended: &ended,
        next: next.as_deref(),
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(respond::page(status, page.render()))
}

/// `POST /settings/mcp/{connection}/rename`.
pub(crate) async fn rename(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let (signed_in, form, origin) = session::form(app, request).await?;
    let label = form.get("label")?.unwrap_or_default();
    match app.oauth.rename_connection(&app.store, &signed_in.session, id, label, &origin).await? {
        Renamed::Done => Ok(respond::see_other(LIST)),
        Renamed::NotFound => Err(Error::NotFound),
        Renamed::TooLong => {
            let problem =
                format!("A name has at most {LONGEST_LABEL} characters. Nothing was changed: use a shorter one.");
            show(app, &signed_in, None, Some(&problem)).await
        }
    }
}

/// `GET /settings/mcp/{connection}/revoke`: asks first.
pub(crate) async fn ask_to_revoke(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let found = app.oauth.connection(&mut app.store.read().await?, signed_in.session.person, id).await?;
    let shown = found.ok_or(Error::NotFound)?;
    if shown.is_ended() {
        return Ok(respond::see_other(LIST));
    }
    let destination = place(&shown)?;
    let row = row(&shown, &destination, format!("{LIST}/{}", shown.listed.connection.id));
    Ok(confirming_page(app, &signed_in, &row, LIST))
}

/// `POST /settings/mcp/{connection}/revoke`.
pub(crate) async fn revoke(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let (signed_in, _, origin) = session::form(app, request).await?;
    match app.oauth.revoke_own(&app.store, &signed_in.session, id, &origin).await? {
        true => Ok(respond::see_other(LIST)),
        false => Err(Error::NotFound),
    }
}

/// `GET /settings/mcp/revoke-all`: asks first.
pub(crate) async fn ask_to_revoke_all(app: &App, request: Request) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let count = app.oauth.open_connections(&mut app.store.read().await?, signed_in.session.person).await?;
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let person = web::SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() };
    Ok(respond::page(StatusCode::OK, web::RevokeAll { person, count }.render()))
}

/// `POST /settings/mcp/revoke-all`.
pub(crate) async fn revoke_all(app: &App, request: Request) -> Result<Response, Error> {
    let (signed_in, _, origin) = session::form(app, request).await?;
    app.oauth.revoke_all_own(&app.store, &signed_in.session, &origin).await?;
    Ok(respond::see_other(LIST))
}

/// The page that asks before a connection is revoked.
pub(crate) fn confirming_page(app: &App, signed_in: &SignedIn, row: &web::Connection<'_>, back: &str) -> Response {
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let person = web::SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() };
    respond::page(StatusCode::OK, web::Revoke { person, connection: row, back }.render())
}

/// Where a page of a list begins, from its URL.
///
/// # Errors
/// [`Error::NotFound`] for what no link of ours says.
pub(crate) fn position(request: &Request) -> Result<Option<ConnectionId>, Error> {
    let mut pairs = form_urlencoded::parse(request.query());
    let before = pairs.find(|(name, _)| name == "before");
    before.map(|(_, value)| value.parse().map_err(|_| Error::NotFound)).transpose()
}

/// Where the answers to the clients of a list go.
///
/// # Errors
/// [`Error::Gone`] when a stored redirect URI cannot be read.
pub(crate) fn destinations(connections: &[Shown]) -> Result<Vec<Destination>, Error> {
    connections.iter().map(place).collect()
}

/// Where the answers to a connection's client go.
///
/// # Errors
/// [`Error::Gone`] when a stored redirect URI cannot be read.
pub(crate) fn place(shown: &Shown) -> Result<Destination, Error> {
    destination(&shown.listed.connection.redirect_uri).ok_or(Error::Gone)
}

/// A connection as the pages show it; its forms and pages are under `path`.
pub(crate) fn row<'a>(shown: &'a Shown, destination: &'a Destination, path: String) -> web::Connection<'a> {
    let (listed, tenant) = (&shown.listed, &shown.listed.standing.tenant);
    let zone = tenant.time_zone;
    let (state, idle) = match &shown.status {
        Status::Pending => (web::State::Waiting, false),
        Status::Live { scopes, idle } => (web::State::Works(access(*scopes)), *idle),
        Status::Suspended(why) => (web::State::Suspended(why), false),
        Status::Ended { at, why } => {
            let by = listed.revoked_by.as_ref().map(|(_, name)| name.as_str());
            (web::State::Ended { at: moment(zone, *at), why, by }, false)
        }
    };
    web::Connection {
        path,
        label: listed.connection.label.as_deref(),
        client: web::Client {
            name: &shown.client.name,
            destination: match destination {
                Destination::Web(host) => web::Destination::Web { host },
                Destination::Loopback(host) => web::Destination::Loopback { host },
                Destination::CustomScheme(scheme) => web::Destination::CustomScheme { scheme },
            },
            identity: match shown.client.verified_host() {
                Some(host) => web::Identity::Verified { host },
                None => web::Identity::Unverified,
            },
        },
        organization: &tenant.name,
        team: listed.team.as_deref(),
        whose: None,
        approved: access(listed.connection.approved_scope),
        state,
        idle,
        added: moment(zone, listed.connection.created_at),
        last_used: shown.last_used_at().map(|at| moment(zone, at)),
    }
}

/// A time in a zone, with the exact one behind it.
pub(crate) fn moment(zone: TimeZone, at: Timestamp) -> web::Moment {
    web::Moment { shown: zone.readable(at), exact: at.to_string() }
}

fn access(scopes: Scopes) -> web::Access {
    match scopes {
        Scopes::Read => web::Access::Read,
        Scopes::Write => web::Access::Write,
        Scopes::Billing => web::Access::Billing,
    }
}
