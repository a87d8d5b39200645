//! Who is at the browser.

use http::request::Parts;
use lavori_audit::Origin;
use lavori_oauth::Parameters;
use lavori_store::sessions::Session;

use crate::app::App;
use crate::cookies::{self, Name};
use crate::error::Error;
use crate::forms::{self, Purpose};
use crate::request::Request;

/// A live session with the cookie it came by, which form tokens are bound to.
pub(crate) struct SignedIn {
    pub(crate) session: Session,
    pub(crate) cookie: String,
}

/// The person at the browser, if signed in.
///
/// # Errors
/// When the store fails.
pub(crate) async fn find(app: &App, parts: &Parts) -> Result<Option<SignedIn>, Error> {
    let Some(cookie) = cookies::get(parts, Name::Session, app.https) else { return Ok(None) };
    let mut conn = app.store.read().await?;
    let session = app.oauth.session(&mut conn, &cookie).await?;
    drop(conn);
    if let Some(session) = &session {
        app.oauth.note_use(&app.store, session).await?;
    }
    Ok(session.map(|session| SignedIn { session, cookie }))
}

/// The person at the browser of a page that needs one.
///
/// # Errors
/// [`Error::SignedOut`], which leads to the sign-in page; or when the store fails.
pub(crate) async fn require(app: &App, parts: &Parts) -> Result<SignedIn, Error> {
    find(app, parts).await?.ok_or(Error::SignedOut)
}

/// Reads a form that a page of ours sent for somebody who is signed in, and believes it.
///
/// # Errors
/// [`Error::SignedOut`], [`Error::Forged`], and what reading can fail with.
pub(crate) async fn form(app: &App, request: Request) -> Result<(SignedIn, Parameters, Origin), Error> {
    let signed_in = require(app, &request.parts).await?;
    let origin = request.origin.clone();
    let form = forms::read(app, request).await?;
    forms::believe(app, &form, &signed_in.cookie, Purpose::Session)?;
    Ok((signed_in, form, origin))
}
