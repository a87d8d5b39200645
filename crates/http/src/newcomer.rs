//! Somebody who chooses their first password here: at set-up, or on an invitation.

use http::request::Parts;
use lavori_audit::Origin;

use crate::app::App;
use crate::cookies::{self, Name};
use crate::error::Error;
use crate::respond::{self, Response};

/// How long the form cookie lives, in seconds.
const FORM_COOKIE: i64 = 3600;
/// How long browsers keep the session cookie; the session itself may end earlier.
const SESSION_COOKIE: i64 = 14 * 24 * 3600;

/// The cookie that ties a form to the browser, or a new one.
pub(crate) fn form_cookie(app: &App, parts: &Parts) -> String {
    cookies::get(parts, Name::Form, app.https).unwrap_or_else(|| app.oauth.new_form_cookie())
}

/// A page with a form that is tied to the browser by this cookie.
pub(crate) fn with_form_cookie(app: &App, page: Response, cookie: &str) -> Response {
    cookies::set(page, Name::Form, cookie, FORM_COOKIE, app.https)
}

/// The PHC string of a new password; inside, what is wrong with it, in words for the person. `known` is what a stranger
/// would try first.
///
/// # Errors
/// When it cannot be hashed now.
pub(crate) async fn hash(app: &App, password: &str, known: &[&str]) -> Result<Result<String, &'static str>, Error> {
    let hashed = app.oauth.passwords().hash_new(password, known).await?;
    Ok(hashed.map_err(lavori_oauth::WeakPassword::advice))
}

/// Signs them in with the password they have just chosen, and leads to their organizations. If that fails they are
/// asked to sign in: their account is there.
///
/// # Errors
/// When the store fails.
pub(crate) async fn sign_in(app: &App, email: &str, password: &str, origin: &Origin) -> Result<Response, Error> {
    let Some(session) = app.oauth.sign_in(&app.store, email, password, None, origin).await? else {
        return Ok(respond::see_other("/sign-in"));
    };
    let response = respond::see_other("/settings/organizations");
    let response = cookies::set(response, Name::Session, session.expose(), SESSION_COOKIE, app.https);
    Ok(cookies::set(response, Name::Form, "", 0, app.https))
}
