//! Forms of our own pages: read only when they came from one (OAUTH.md E7, F2).

use http::header::ORIGIN;
use http::request::Parts;
use lavori_oauth::{CsrfToken, Parameters};

use crate::app::App;
use crate::cookies::{self, Name};
use crate::error::Error;
use crate::request::{self, LONGEST_FORM, Request};
use crate::respond::Response;

/// The name of the field that brings the form token back.
const CSRF: &str = "csrf";
/// How long the form cookie lives, in seconds.
const FORM_COOKIE: i64 = 3600;

/// Reads a form that a page of ours sent. The caller must still check its token with [`believe`].
///
/// # Errors
/// [`Error::Forged`] when the browser says that another site sent it; [`Error::MediaType`] for what no form of ours
/// is; and what reading can fail with.
pub(crate) async fn read(app: &App, request: Request) -> Result<Parameters, Error> {
    if !came_from_us(app, &request.parts) {
        return Err(Error::Forged);
    }
    if !request.is_of_type("application/x-www-form-urlencoded") {
        return Err(Error::MediaType("application/x-www-form-urlencoded"));
    }
    let body = request::collect(request.body, LONGEST_FORM).await?;
    Ok(Parameters::parse(&body)?)
}

/// Reads a form that a page of ours sent for somebody who is not signed in, and believes it by the form cookie.
///
/// # Errors
/// [`Error::Forged`], and as [`read`].
pub(crate) async fn of_stranger(app: &App, request: Request, purpose: Purpose) -> Result<Parameters, Error> {
    let cookie = cookies::get(&request.parts, Name::Form, app.https);
    let form = read(app, request).await?;
    believe(app, &form, &cookie.ok_or(Error::Forged)?, purpose)?;
    Ok(form)
}

/// The cookie that ties a form to the browser before there is a session, or a new one.
pub(crate) fn cookie(app: &App, parts: &Parts) -> String {
    cookies::get(parts, Name::Form, app.https).unwrap_or_else(|| app.oauth.new_form_cookie())
}

/// A page with a form that is tied to the browser by this cookie.
pub(crate) fn with_cookie(app: &App, page: Response, cookie: &str) -> Response {
    cookies::set(page, Name::Form, cookie, FORM_COOKIE, app.https)
}

/// What a form token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The sign-in form, tied to the form cookie.
    SignIn,
    /// The set-up form, tied to the form cookie.
    SetUp,
    /// The form of an invitation's newcomer, tied to the form cookie.
    Invitation,
    /// Every form of somebody who is signed in, tied to the session cookie. One token for all of them: a consent is
    /// named by a handle that is secret and bound to the session as well.
    Session,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SetUp => "set-up",
            Self::Invitation => "invitation",
            Self::Session => "session",
        }
    }
}

/// The token for a form.
pub(crate) fn token(app: &App, cookie: &str, purpose: Purpose) -> CsrfToken {
    app.oauth.csrf_token(cookie, purpose.as_str())
}

/// Checks the form's token against the browser's cookie.
///
/// # Errors
/// [`Error::Forged`].
pub(crate) fn believe(app: &App, form: &Parameters, cookie: &str, purpose: Purpose) -> Result<(), Error> {
    let matches = |given| app.oauth.csrf_matches(cookie, purpose.as_str(), given);
    if form.all(CSRF).any(matches) { Ok(()) } else { Err(Error::Forged) }
}

/// Whether a toggle is on. A browser sends `on`; clients that fill the form by hand may send other words.
///
/// # Errors
/// `invalid_request` for a word that is neither.
pub(crate) fn toggle(form: &Parameters, name: &str) -> Result<bool, Error> {
    match form.get(name)? {
        None | Some("off" | "false" | "0" | "no") => Ok(false),
        Some("on" | "true" | "1" | "yes") => Ok(true),
        Some(_) => Err(Error::Incomplete),
    }
}

/// What browsers say about where a request was made, if they say it. A program that is no browser says nothing; the
/// form token, which only our page for this very cookie holds, is asked for in any case.
fn came_from_us(app: &App, parts: &Parts) -> bool {
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let site = header("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin = header(ORIGIN.as_str()).is_none_or(|origin| origin == app.oauth.issuer());
    site && origin
}
