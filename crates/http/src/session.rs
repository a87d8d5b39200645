//! Who is at the browser.

use http::request::Parts;
use lavori_store::sessions::Session;

use crate::app::App;
use crate::cookies::{self, Name};
use crate::error::Error;

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
    Ok(session.map(|session| SignedIn { session, cookie }))
}
