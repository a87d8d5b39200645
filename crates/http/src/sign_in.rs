//! `/sign-in` and `/sign-out`.

use http::header::{HeaderValue, RETRY_AFTER};
use http::request::Parts;
use http::{Method, StatusCode};
use lavori_oauth::pending::Wanted;
use lavori_oauth::sign_in::SignedIn;
use lavori_web::{Provider, SignIn, Waiting};

use crate::app::App;
use crate::cookies::{self, Name};
use crate::error::Error;
use crate::forms::Purpose;
use crate::page;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::{forms, session};

/// How long browsers keep the session cookie; the session itself may end earlier.
const SESSION_COOKIE: i64 = 14 * 24 * 3600;
/// How long browsers keep the device cookie: the longest they do (RFC 6265bis section 5.5).
const DEVICE_COOKIE: i64 = 400 * 24 * 3600;
/// How long a page waits for its person to sign in.
const WANTED_COOKIE: i64 = 600;

/// The pages that somebody may be led back to. Every path begins with one of these.
const PAGES: [&str; 1] = ["/settings/"];
/// The longest path that somebody is led back to, in bytes.
const LONGEST_PATH: usize = 200;

/// The sign-in page for somebody whose form came after their session had ended.
pub(crate) const UNSENT: &str = "/sign-in?signed-out";

/// What the sign-in page shows.
#[derive(Default)]
pub(crate) struct Form<'a> {
    pub(crate) request: Option<&'a str>,
    pub(crate) waiting: Waiting<'a>,
    pub(crate) email: &'a str,
    pub(crate) problem: Option<&'a str>,
}

/// The path of a page that needs somebody signed in and may be returned to. A form that was sent too late is not:
/// its answer is no page.
pub(crate) fn page_to_return_to(parts: &Parts) -> Option<String> {
    let path = parts.uri.path();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
    let is_ours = PAGES.iter().any(|start| path.starts_with(start)) && path.len() <= LONGEST_PATH;
    (parts.method == Method::GET && is_ours && path.bytes().all(is_plain)).then(|| path.to_owned())
}

/// To the sign-in page, which knows where to go afterwards: from a sealed cookie, so that no parameter of a URL says it
/// (OAUTH.md E8).
pub(crate) fn lead_to(app: &App, page: String) -> Result<Response, Error> {
    remember(app, respond::see_other("/sign-in"), &Wanted::Page(page))
}

/// Lets the browser carry, sealed, where to go once its person has signed in.
pub(crate) fn remember(app: &App, response: Response, wanted: &Wanted) -> Result<Response, Error> {
    let sealed = app.oauth.seal_wanted(wanted)?;
    Ok(cookies::set(response, Name::Wanted, &sealed, WANTED_COOKIE, app.https))
}

/// What the sign-in page says about what waits.
pub(crate) fn waiting(wanted: Option<&Wanted>) -> Waiting<'_> {
    match wanted {
        None => Waiting::Nothing,
        Some(Wanted::Request(pending)) => Waiting::Client(&pending.client.name),
        Some(Wanted::Page(path)) if path.starts_with("/invitations/") => Waiting::Invitation,
        Some(Wanted::Page(_)) => Waiting::Page,
    }
}

/// `GET /sign-in`: for somebody who does not come from a client.
pub(crate) async fn get(app: &App, request: Request) -> Result<Response, Error> {
    if session::find(app, &request.parts).await?.is_some() {
        return Ok(respond::see_other("/"));
    }
    // Where nobody is yet, nobody can sign in.
    if lavori_accounts::set_up::is_open(&mut app.store.read().await?).await? {
        return Ok(respond::see_other("/set-up"));
    }
    let sealed = cookies::get(&request.parts, Name::Wanted, app.https);
    let wanted = sealed.as_deref().and_then(|sealed| app.oauth.open(sealed));
    let request_field = sealed.as_deref().filter(|_| wanted.is_some());
    let unsent = request.parts.uri.path_and_query().is_some_and(|uri| uri == UNSENT);
    let waiting = if unsent { Waiting::Unsent } else { waiting(wanted.as_ref()) };
    let form = Form { request: request_field, waiting, ..Form::default() };
    Ok(show(app, &request.parts, &form))
}

/// The sign-in page. Its form is tied to the browser by a cookie, set if it is not there yet.
pub(crate) fn show(app: &App, parts: &Parts, form: &Form<'_>) -> Response {
    let cookie = forms::cookie(app, parts);
    let csrf = forms::token(app, &cookie, Purpose::SignIn);
    let providers: Vec<_> = app.oauth.providers().map(|(id, name)| Provider { id, name }).collect();
    let page = SignIn {
        providers: &providers,
        csrf: csrf.as_str(),
        request: form.request,
        email: form.email,
        problem: form.problem,
        waiting: form.waiting,
    };
    let status = if form.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    forms::with_cookie(app, page::answer(app, status, &page.render()), &cookie)
}

/// `POST /sign-in`.
pub(crate) async fn post(app: &App, request: Request) -> Result<Response, Error> {
    let parts = request.parts.clone();
    let origin = request.origin.clone();
    let form = forms::of_stranger(app, request, Purpose::SignIn).await?;
    let sealed = form.get("request")?;
    let wanted = match sealed {
        None => None,
        Some(sealed) => Some(app.oauth.open(sealed).ok_or(Error::Gone)?),
    };
    let before = session::find(app, &parts).await?;
    let device = cookies::get(&parts, Name::Device, app.https);
    let sign_in = lavori_oauth::sign_in::SignIn {
        email: form.get("email")?.unwrap_or_default(),
        password: form.get("password")?.unwrap_or_default(),
        device: device.as_deref(),
        before: before.as_ref().map(|signed_in| &signed_in.session),
    };
    let again = |problem: &str| {
        let waiting = waiting(wanted.as_ref());
        show(app, &parts, &Form { request: sealed, waiting, email: sign_in.email, problem: Some(problem) })
    };
    match app.oauth.sign_in(&app.store, &sign_in, &origin).await {
        Ok(Some(signed_in)) => lead_on(app, &signed_in, wanted).await,
        Ok(None) => Ok(again("That e-mail address and password do not belong together. Check both and try again.")),
        // The form stays, and with it the request that waits.
        Err(lavori_oauth::Error::TooMany { retry_after }) => Ok(slowed_down(retry_after.as_secs(), again)),
        Err(error) => Err(error.into()),
    }
}

/// The sign-in page for somebody who failed too often, or whose account or address did.
fn slowed_down(seconds: u64, again: impl FnOnce(&str) -> Response) -> Response {
    let minutes = seconds.div_ceil(60);
    let plural = if minutes == 1 { "" } else { "s" };
    let mut response = again(&format!("Too many attempts failed. Wait {minutes} minute{plural} and try again."));
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    response
}

/// Gives the browser its cookies and leads to what its person wanted.
pub(crate) async fn lead_on(app: &App, signed_in: &SignedIn, wanted: Option<Wanted>) -> Result<Response, Error> {
    let location = match wanted {
        None => "/".to_owned(),
        Some(Wanted::Page(path)) => path,
        Some(Wanted::Request(pending)) => {
            let mut conn = app.store.read().await?;
            let session = app.oauth.session(&mut conn, signed_in.session.expose()).await?.ok_or(Error::Gone)?;
            drop(conn);
            format!("/consent/{}", app.oauth.ask(&app.store, &pending, &session).await?.expose())
        }
    };
    let response = respond::see_other(&location);
    let response = cookies::set(response, Name::Session, signed_in.session.expose(), SESSION_COOKIE, app.https);
    let response = cookies::set(response, Name::Device, &signed_in.device, DEVICE_COOKIE, app.https);
    let response = cookies::set(response, Name::Wanted, "", 0, app.https);
    Ok(cookies::set(response, Name::Form, "", 0, app.https))
}

/// `POST /sign-out`: ends the session, and leads to the page that tells what goes on; with a client's request in hand, on
/// to sign in as somebody else; with a page of ours, back to that page.
pub(crate) async fn sign_out(app: &App, request: Request) -> Result<Response, Error> {
    let parts = request.parts.clone();
    let origin = request.origin.clone();
    let form = forms::read(app, request).await?;
    let Some(signed_in) = session::find(app, &parts).await? else { return Ok(respond::see_other("/sign-in")) };
    forms::believe(app, &form, &signed_in.cookie, Purpose::Session)?;
    app.oauth.sign_out(&app.store, &signed_in.session, &origin).await?;
    let response = match form.get("request")? {
        None => respond::see_other("/signed-out"),
        Some(sealed) => match app.oauth.open(sealed).ok_or(Error::Gone)? {
            Wanted::Page(path) => respond::see_other(&path),
            wanted => {
                let waiting = waiting(Some(&wanted));
                show(app, &parts, &Form { request: Some(sealed), waiting, ..Form::default() })
            }
        },
    };
    Ok(cookies::set(response, Name::Session, "", 0, app.https))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e8_only_pages_on_the_list_are_returned_to_and_only_by_their_plain_path() {
        for (method, uri, expected) in [
            ("GET", "/settings/account", Some("/settings/account")),
            (
                "GET",
                "/settings/organizations/north-light?tab=https://evil.example",
                Some("/settings/organizations/north-light"),
            ),
            ("POST", "/settings/account", None),
            ("GET", "/consent/lvr_rq_x", None),
            ("GET", "/", None),
            ("GET", "//evil.example/settings/", None),
            ("GET", "/settings/..%2f..%2fevil", None),
            ("GET", "/settings/\\evil.example", None),
            ("GET", "/settings/@evil.example", None),
        ] {
            let Ok(request) = http::Request::builder().method(method).uri(uri).body(()) else { continue };
            let (parts, ()) = request.into_parts();
            assert_eq!(page_to_return_to(&parts).as_deref(), expected, "{method} {uri}");
        }
        let long = format!("/settings/{}", "x".repeat(LONGEST_PATH));
        let (parts, ()) = http::Request::builder().uri(long).body(()).unwrap().into_parts();
        assert_eq!(page_to_return_to(&parts), None);
    }
}
