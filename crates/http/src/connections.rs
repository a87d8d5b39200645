//! `/settings/mcp`: a person's own connections (PRODUCT.md P24 to P26).

use http::StatusCode;
use lavori_domain::{ConnectionId, TimeZone, Timestamp};
use lavori_oauth::FixedUrls;
use lavori_oauth::client::{Destination, destination};
use lavori_oauth::connections::{LONGEST_LABEL, Renamed, Shown, Status};
use lavori_policy::Scopes;
use lavori_web as web;

use crate::app::App;
use crate::error::Error;
use crate::flash::{self, Flash};
use crate::forms::{self, Purpose};
use crate::page;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::session::{self, SignedIn};
use crate::shown_client;

/// The path of the list.
const LIST: &str = "/settings/mcp";

/// `GET /settings/mcp`.
pub(crate) async fn list(app: &App, request: Request) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let flash = flash::take(app, &request.parts, &signed_in);
    let before = position(&request)?;
    let person = signed_in.session.person;
    let mut conn = app.store.read().await?;
    let list = app.oauth.connections(&mut conn, person, before).await?;
    let fixed = if before.is_none() { app.oauth.fixed_urls(&mut conn, person).await? } else { Vec::new() };
    drop(conn);
    let destinations = destinations(&list.connections)?;
    let mut active = Vec::new();
    let mut ended = Vec::new();
    for (shown, destination) in list.connections.iter().zip(&destinations) {
        let row = own(shown, destination);
        if shown.is_ended() { ended.push(row) } else { active.push(row) }
    }
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let next = list.next.map(|id| format!("{LIST}?before={id}"));
    let page = web::Connections {
        person: web::SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() },
        connector_url: &app.connector_url(),
        fixed: &fixed.iter().map(fixed_urls).collect::<Vec<_>>(),
        further: before.is_some(),
        active: &active,
        ended: &ended,
        next: next.as_deref(),
        done: flash.as_ref().and_then(Flash::done),
    };
    Ok(flash::said(app, page::answer(app, StatusCode::OK, &page.render()), flash.as_ref()))
}

/// `GET /settings/mcp/{connection}/rename`.
pub(crate) async fn ask_for_a_name(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    naming_page(app, &signed_in, id, None).await
}

/// `POST /settings/mcp/{connection}/rename`.
pub(crate) async fn rename(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let (signed_in, form, origin) = session::form(app, request).await?;
    let label = form.get("label")?.unwrap_or_default();
    match app.oauth.rename_connection(&app.store, &signed_in.session, id, label, &origin).await? {
        Renamed::Done => Ok(done(app, &signed_in, "The new name is saved.")),
        Renamed::NotFound => Err(Error::NotFound),
        Renamed::TooLong => naming_page(app, &signed_in, id, Some(label)).await,
    }
}

/// The page that asks for a name; `refused`: what was typed and is too long.
async fn naming_page(app: &App, signed_in: &SignedIn, id: &str, refused: Option<&str>) -> Result<Response, Error> {
    let found = app.oauth.connection(&mut app.store.read().await?, signed_in.session.person, id).await?;
    let shown = found.ok_or(Error::NotFound)?;
    if shown.is_ended() {
        return Ok(respond::see_other(LIST));
    }
    let destination = place(&shown)?;
    let row = own(&shown, &destination);
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let problem = format!("A name has at most {LONGEST_LABEL} characters. Nothing was changed: use a shorter one.");
    let page = web::Rename {
        person: web::SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() },
        connection: &row,
        typed: refused.or(row.label).unwrap_or_default(),
        longest: LONGEST_LABEL,
        problem: refused.map(|_| problem.as_str()),
    };
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page::answer(app, status, &page.render()))
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
    let row = own(&shown, &destination);
    Ok(confirming_page(app, &signed_in, &row, LIST))
}

/// `POST /settings/mcp/{connection}/revoke`.
pub(crate) async fn revoke(app: &App, request: Request, id: &str) -> Result<Response, Error> {
    let (signed_in, _, origin) = session::form(app, request).await?;
    if !app.oauth.revoke_own(&app.store, &signed_in.session, id, &origin).await? {
        return Err(Error::NotFound);
    }
    let found = app.oauth.connection(&mut app.store.read().await?, signed_in.session.person, id).await?;
    let shown = found.ok_or(Error::NotFound)?;
    Ok(done(app, &signed_in, &revoked(&own(&shown, &place(&shown)?))))
}

/// `GET /settings/mcp/revoke-all`: asks first.
pub(crate) async fn ask_to_revoke_all(app: &App, request: Request) -> Result<Response, Error> {
    let signed_in = session::require(app, &request.parts).await?;
    let count = app.oauth.open_connections(&mut app.store.read().await?, signed_in.session.person).await?;
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let person = web::SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() };
    Ok(page::answer(app, StatusCode::OK, &web::RevokeAll { person, count }.render()))
}

/// `POST /settings/mcp/revoke-all`.
pub(crate) async fn revoke_all(app: &App, request: Request) -> Result<Response, Error> {
    let (signed_in, _, origin) = session::form(app, request).await?;
    app.oauth.revoke_all_own(&app.store, &signed_in.session, &origin).await?;
    Ok(done(app, &signed_in, "All your connections are revoked. No client has access in your name any more."))
}

/// What is said of a connection that was just revoked.
fn revoked(connection: &web::Connection<'_>) -> String {
    format!("{} is revoked. It has no access to {} any more.", connection.called(), connection.organization)
}

fn fixed_urls(of: &FixedUrls) -> web::FixedUrls<'_> {
    web::FixedUrls {
        organization: &of.organization,
        why_not: of.why_not,
        url: &of.url,
        teams: of.teams.iter().map(|(name, url)| web::FixedTeam { name, url }).collect(),
    }
}

/// A connection in its person's own list.
fn own<'a>(shown: &'a Shown, destination: &'a Destination) -> web::Connection<'a> {
    row(shown, destination, format!("{LIST}/{}", shown.listed.connection.id))
}

/// The list, which says what was just done.
fn done(app: &App, signed_in: &SignedIn, what: &str) -> Response {
    flash::see_other(app, signed_in, LIST, &Flash::Done(what.to_owned()))
}

/// The page that asks before a connection is revoked.
pub(crate) fn confirming_page(app: &App, signed_in: &SignedIn, row: &web::Connection<'_>, back: &str) -> Response {
    let csrf = forms::token(app, &signed_in.cookie, Purpose::Session);
    let person = web::SignedIn { name: &signed_in.session.name, csrf: csrf.as_str() };
    page::answer(app, StatusCode::OK, &web::Revoke { person, connection: row, back }.render())
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
        client: shown_client::shown(&shown.client, destination),
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

/// Scopes as the pages show them.
pub(crate) fn access(scopes: Scopes) -> web::Access {
    match scopes {
        Scopes::Read => web::Access::Read,
        Scopes::Write => web::Access::Write,
        Scopes::Billing => web::Access::Billing,
    }
}
