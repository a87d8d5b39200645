//! Somebody who chooses their first password here: at set-up, or on an invitation.

use http::request::Parts;
use lavori_audit::Origin;
use lavori_oauth::pending::Wanted;
use lavori_oauth::sign_in::SignIn;

use crate::app::App;
use crate::cookies::{self, Name};
use crate::error::Error;
use crate::respond::{self, Response};
use crate::sign_in;

/// How long the form cookie lives, in seconds.
const FORM_COOKIE: i64 = 3600;

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
    let chosen = SignIn { email, password, device: None, before: None };
    let Some(signed_in) = app.oauth.sign_in(&app.store, &chosen, origin).await? else {
        return Ok(respond::see_other("/sign-in"));
    };
    sign_in::lead_on(app, &signed_in, Some(Wanted::Page("/settings/organizations".to_owned()))).await
}
