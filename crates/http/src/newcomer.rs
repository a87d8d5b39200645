//! Somebody who has just chosen their first password here: at set-up, or on an invitation.

use lavori_audit::Origin;
use lavori_oauth::pending::Wanted;
use lavori_oauth::sign_in::SignIn;

use crate::app::App;
use crate::error::Error;
use crate::respond::{self, Response};
use crate::{sign_in, welcome};

/// Signs them in with that password, and leads to what they can do next in their organization. If that fails they are
/// asked to sign in: their account is there.
///
/// # Errors
/// When the store fails.
pub(crate) async fn sign_in(
    app: &App,
    email: &str,
    password: &str,
    organization: &str,
    origin: &Origin,
) -> Result<Response, Error> {
    let chosen = SignIn { email, password, device: None, before: None };
    let Some(signed_in) = app.oauth.sign_in(&app.store, &chosen, origin).await? else {
        return Ok(respond::see_other("/sign-in"));
    };
    sign_in::lead_on(app, &signed_in, Some(Wanted::Page(welcome::path(organization)))).await
}
