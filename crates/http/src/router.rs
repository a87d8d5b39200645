//! The table of contents: every route of the service.

use http::header::HOST;
use http::{Method, StatusCode};
use lavori_oauth::Resource;

use crate::app::App;
use crate::error::{Audience, Error};
use crate::request::Request;
use crate::respond::{self, Response};
use crate::{
    account, assets, authorize, consent, cors, discovery, home, invitations, mcp, organization_connections,
    organization_settings, providers, register, revoke, set_up, settings, sign_in, token, welcome,
};

/// Answers one request.
pub(crate) async fn route(app: &App, request: Request) -> Response {
    let path = request.parts.uri.path().to_owned();
    let request_id = request.origin.request_id.clone().unwrap_or_default();
    if !is_our_host(app, &request) {
        return respond::text(StatusCode::MISDIRECTED_REQUEST, "This server has another name.\n");
    }
    let wanted = sign_in::page_to_return_to(&request.parts);
    let is_form = request.parts.method == Method::POST;
    let (audience, answer) = dispatch(app, request, &path).await;
    let response = match (answer, wanted) {
        (Err(Error::SignedOut), Some(wanted)) => sign_in::lead_to(app, wanted),
        (Err(Error::SignedOut), None) if is_form => Ok(respond::see_other(sign_in::UNSENT)),
        (answer, _) => answer,
    };
    let response = response.unwrap_or_else(|error| error.into_response(app, audience, &request_id));
    // A person is told by a page.
    let response = match (audience, response.status()) {
        (Audience::Person, StatusCode::METHOD_NOT_ALLOWED) => {
            Error::NotAllowed.into_response(app, audience, &request_id)
        }
        _ => response,
    };
    match audience {
        Audience::Client => cors::open(response),
        Audience::Person => response,
    }
}

async fn dispatch(app: &App, request: Request, path: &str) -> (Audience, Result<Response, Error>) {
    use Audience::Client;
    let get = matches!(request.parts.method, Method::GET | Method::HEAD);
    let options = request.parts.method == Method::OPTIONS;

    if let Some(resource) = connector(path) {
        return (Client, if options { Ok(cors::preflight()) } else { mcp::call(app, request, &resource).await });
    }
    if let Some(document) = discovery::find(app, path) {
        return (Client, if options { Ok(cors::preflight()) } else { method(get, || Ok(document)) });
    }
    // In a box: calls over MCP, which are by far the most, carry no room for what a page takes.
    Box::pin(beside_mcp(app, request, path)).await
}

/// Grants for clients, and the pages for people.
async fn beside_mcp(app: &App, request: Request, path: &str) -> (Audience, Result<Response, Error>) {
    use Audience::{Client, Person};
    let get = matches!(request.parts.method, Method::GET | Method::HEAD);
    let post = request.parts.method == Method::POST;
    let options = request.parts.method == Method::OPTIONS;
    match path {
        "/register" | "/token" | "/revoke" if options => (Client, Ok(cors::preflight())),
        "/register" if post => (Client, register::post(app, request).await),
        "/token" if post => (Client, token::post(app, request).await),
        "/revoke" if post => (Client, revoke::post(app, request).await),
        "/register" | "/token" | "/revoke" => (Client, not_allowed()),

        "/authorize" => (Person, if get { authorize::get(app, request).await } else { not_allowed() }),
        "/sign-in" if get => (Person, sign_in::get(app, request).await),
        "/sign-in" if post => (Person, sign_in::post(app, request).await),
        "/sign-out" if post => (Person, sign_in::sign_out(app, request).await),
        "/sign-in" | "/sign-out" => (Person, not_allowed()),
        "/signed-out" => (Person, method(get, || Ok(account::signed_out(app)))),
        "/set-up" => (Person, set_up::route(app, request).await),
        "/settings/account/identities" if post => (Person, providers::post(app, request).await),
        "/settings/account/identities" => (Person, not_allowed()),
        _ if path.starts_with("/welcome/") => (
            Person,
            match path.strip_prefix("/welcome/") {
                Some(organization) if get => welcome::get(app, request, organization).await,
                _ => not_allowed(),
            },
        ),
        _ if path.starts_with("/invitations/") => (Person, invitations::route(app, request, path).await),
        _ if settings::is_path(path) => (Person, settings::route(app, request, path).await),
        _ if organization_connections::is_path(path) => {
            (Person, organization_connections::route(app, request, path).await)
        }
        _ if path.starts_with(organization_settings::PATH) => {
            (Person, organization_settings::route(app, request, path).await)
        }
        "/" => (Person, if get { home::get(app, request).await } else { not_allowed() }),
        _ if path.starts_with("/sign-in/") => (Person, at_provider(app, request, path, get, post).await),
        _ => match path.strip_prefix("/consent/") {
            Some(handle) if get => (Person, consent::get(app, request, handle).await),
            Some(handle) if post => (Person, consent::post(app, request, handle).await),
            Some(_) => (Person, not_allowed()),
            None => (Person, assets::find(path).ok_or(Error::NotFound)),
        },
    }
}

/// The two addresses of each provider.
async fn at_provider(app: &App, request: Request, path: &str, get: bool, post: bool) -> Result<Response, Error> {
    match (path.strip_prefix("/sign-in/with/"), path.strip_prefix("/sign-in/callback/")) {
        (Some(id), _) if post => providers::start(app, request, id).await,
        (_, Some(id)) if get => Ok(providers::arrive(app, request, id).await),
        (None, None) => Err(Error::NotFound),
        _ => not_allowed(),
    }
}

/// The connector URL that a path is, with or without a trailing slash.
fn connector(path: &str) -> Option<Resource> {
    Resource::from_path(path.strip_suffix('/').unwrap_or(path))
}

fn method(allowed: bool, answer: impl FnOnce() -> Result<Response, Error>) -> Result<Response, Error> {
    if allowed { answer() } else { not_allowed() }
}

#[expect(clippy::unnecessary_wraps, reason = "stands beside handlers that can fail")]
fn not_allowed() -> Result<Response, Error> {
    Ok(respond::not_allowed())
}

/// Whether the request was meant for this server: anything else could come through DNS rebinding or a confused proxy
/// (OAUTH.md A2).
fn is_our_host(app: &App, request: &Request) -> bool {
    let authority = request.parts.uri.authority().map(|authority| authority.as_str());
    let mut hosts = request.parts.headers.get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let host = match (authority, hosts.next(), hosts.next()) {
        (Some(authority), None, None) => authority,
        (None, Some(host), None) => host,
        (Some(authority), Some(host), None) if authority == host => host,
        _ => return false,
    };
    host.eq_ignore_ascii_case(&app.host)
}
