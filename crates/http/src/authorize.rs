//! `GET /authorize` (RFC 6749 section 4.1.1): on to the consent page, through sign-in if need be.

use lavori_oauth::authorize::Refusal;

use crate::app::App;
use crate::error::Error;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::{session, sign_in};

/// Checks the request and sends the person on.
pub(crate) async fn get(app: &App, request: Request) -> Result<Response, Error> {
    let pending = match app.oauth.authorize(request.query()).await {
        Ok(pending) => pending,
        Err(Refusal::Redirect(url)) => return Ok(respond::see_other(&url)),
        Err(Refusal::Page(failure)) => return Err(Error::Doubtful(failure)),
        Err(Refusal::Document(unusable)) => return Err(Error::Document(unusable)),
        Err(Refusal::Overloaded { seconds }) => return Err(Error::Overloaded { seconds }),
    };
    match session::find(app, &request.parts).await? {
        Some(signed_in) => {
            let handle = app.oauth.ask(&app.store, &pending, &signed_in.session).await?;
            Ok(respond::see_other(&format!("/consent/{}", handle.expose())))
        }
        None => {
            let sealed = app.oauth.seal(&pending)?;
            let waiting = lavori_web::Waiting::Client(&pending.client.name);
            let form = sign_in::Form { request: Some(&sealed), waiting, ..Default::default() };
            Ok(sign_in::show(app, &request.parts, &form))
        }
    }
}
