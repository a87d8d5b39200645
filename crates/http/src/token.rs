//! `POST /token` (RFC 6749 section 3.2).

use http::StatusCode;
use http::header::AUTHORIZATION;

use crate::app::App;
use crate::error::Error;
use crate::request::{self, LONGEST_FORM, Request};
use crate::respond::{self, Response};

/// Exchanges a code, or renews tokens.
pub(crate) async fn post(app: &App, request: Request) -> Result<Response, Error> {
    let (body, authorization, origin) = form(request).await?;
    let issued = app.oauth.token(&app.store, &body, authorization, &origin).await?;
    Ok(respond::json(StatusCode::OK, &issued))
}

/// Reads a form that a client sends by itself: its body, whether it carries an `Authorization` header, and where it
/// came from.
///
/// # Errors
/// [`Error::MediaType`], [`Error::Query`], and what reading can fail with.
pub(crate) async fn form(request: Request) -> Result<(bytes::Bytes, bool, lavori_audit::Origin), Error> {
    if !request.is_of_type("application/x-www-form-urlencoded") {
        return Err(Error::MediaType("application/x-www-form-urlencoded"));
    }
    // Not even looked at: what stands in a URL stands in logs and histories too (RFC 6749 section 2.3.1).
    if !request.query().is_empty() {
        return Err(Error::Query);
    }
    let authorization = request.parts.headers.contains_key(AUTHORIZATION);
    let origin = request.origin;
    Ok((request::collect(request.body, LONGEST_FORM).await?, authorization, origin))
}
