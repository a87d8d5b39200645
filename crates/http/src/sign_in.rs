//! `/sign-in` and `/sign-out`.

use http::StatusCode;
use http::request::Parts;
use lavori_web::SignIn;

use crate::app::App;
use crate::cookies::{self, Name};
use crate::error::Error;
use crate::forms::Purpose;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::{forms, session};

/// How long the form cookie lives, in seconds.
const FORM_COOKIE: i64 = 3600;
/// How long browsers keep the session cookie; the session itself may end earlier.
const SESSION_COOKIE: i64 = 14 * 24 * 3600;

/// What the sign-in page shows.
#[derive(Default)]
pub(crate) struct Form<'a> {
    pub(crate) request: Option<&'a str>,
    pub(crate) client_name: Option<&'a str>,
    pub(crate) email: &'a str,
    pub(crate) problem: Option<&'a str>,
}

/// `GET /sign-in`: for somebody who comes by themselves, not from a client.
pub(crate) async fn get(app: &App, request: Request) -> Result<Response, Error> {
    match session::find(app, &request.parts).await? {
        Some(_) => Ok(respond::see_other("/")),
        None => Ok(show(app, &request.parts, &Form::default())),
    }
}

/// The sign-in page. Its form is tied to the browser by a cookie, set if it is not there yet.
pub(crate) fn show(app: &App, parts: &Parts, form: &Form<'_>) -> Response {
    let cookie = cookies::get(parts, Name::Form, app.https).unwrap_or_else(|| app.oauth.new_form_cookie());
    let csrf = forms::token(app, &cookie, Purpose::SignIn);
    let page = SignIn {
        csrf: csrf.as_str(),
        request: form.request,
        email: form.email,
        problem: form.problem,
        client_name: form.client_name.filter(|name| !name.is_empty()),
    };
    let status = if form.problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    cookies::set(respond::page(status, page.render()), Name::Form, &cookie, FORM_COOKIE, app.https)
}

/// `POST /sign-in`.
pub(crate) async fn post(app: &App, request: Request) -> Result<Response, Error> {
    let parts = request.parts.clone();
    let origin = request.origin.clone();
    let form = forms::read(app, request).await?;
    let cookie = cookies::get(&parts, Name::Form, app.https).ok_or(Error::Forged)?;
    forms::believe(app, &form, &cookie, Purpose::SignIn)?;
    let sealed = form.get("request")?;
    let pending = match sealed {
        None => None,
        Some(sealed) => Some(app.oauth.open(sealed).ok_or(Error::Gone)?),
    };
    let email = form.get("email")?.unwrap_or_default();
    let password = form.get("password")?.unwrap_or_default();
    let before = session::find(app, &parts).await?;
    let before = before.as_ref().map(|signed_in| &signed_in.session);
    let Some(session_cookie) = app.oauth.sign_in(&app.store, email, password, before, &origin).await? else {
        let problem = Some("That e-mail address and password do not belong together. Check both and try again.");
        let client_name = pending.as_ref().map(|pending| pending.client.name.as_str());
        return Ok(show(app, &parts, &Form { request: sealed, client_name, email, problem }));
    };
    let location = match pending {
        None => "/".to_owned(),
        Some(pending) => {
            let mut conn = app.store.read().await?;
            let session = app.oauth.session(&mut conn, session_cookie.expose()).await?.ok_or(Error::Gone)?;
            drop(conn);
            format!("/consent/{}", app.oauth.ask(&app.store, &pending, &session).await?.expose())
        }
    };
    let response =
        cookies::set(respond::see_other(&location), Name::Session, session_cookie.expose(), SESSION_COOKIE, app.https);
    Ok(cookies::set(response, Name::Form, "", 0, app.https))
}

/// `POST /sign-out`: ends the session; with a request in hand, on to sign in as somebody else.
pub(crate) async fn sign_out(app: &App, request: Request) -> Result<Response, Error> {
    let parts = request.parts.clone();
    let origin = request.origin.clone();
    let form = forms::read(app, request).await?;
    let Some(signed_in) = session::find(app, &parts).await? else { return Ok(respond::see_other("/sign-in")) };
    forms::believe(app, &form, &signed_in.cookie, Purpose::Session)?;
    app.oauth.sign_out(&app.store, &signed_in.session, &origin).await?;
    let response = match form.get("request")? {
        None => respond::see_other("/"),
        Some(sealed) => {
            let pending = app.oauth.open(sealed).ok_or(Error::Gone)?;
            let client_name = Some(pending.client.name.as_str());
            show(app, &parts, &Form { request: Some(sealed), client_name, ..Form::default() })
        }
    };
    Ok(cookies::set(response, Name::Session, "", 0, app.https))
}
