//! `POST /revoke` (RFC 7009).

use http::StatusCode;
use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::token;

/// Revokes a token that its client presents.
pub(crate) async fn post(app: &App, request: Request) -> Result<Response, Error> {
    let (body, authorization, origin) = token::form(request).await?;
    app.oauth.revoke(&app.store, &body, authorization, &origin).await?;
    Ok(respond::json(StatusCode::OK, &json!({})))
}
