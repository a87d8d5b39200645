//! `POST /register` (RFC 7591).

use http::StatusCode;
use lavori_oauth::{ErrorCode, Failure};

use crate::app::App;
use crate::error::Error;
use crate::request::{self, LONGEST_FORM, Request};
use crate::respond::{self, Response};

/// Registers a client, without keeping anything.
pub(crate) async fn post(app: &App, request: Request) -> Result<Response, Error> {
    if !request.is_of_type("application/json") {
        let description = "send the metadata as application/json";
        return Err(Failure { code: ErrorCode::InvalidClientMetadata, description }.into());
    }
    app.oauth.admit_registration(&app.store, &request.origin).await?;
    let body = request::collect(request.body, LONGEST_FORM).await?;
    Ok(respond::json(StatusCode::CREATED, &app.oauth.register(&body)?))
}
