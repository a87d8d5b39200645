//! The connector URL: `/mcp`, `/mcp/o/{organization}`, `/mcp/o/{organization}/t/{team}`.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use lavori_mcp::error_response;
use lavori_oauth::Resource;
use lavori_policy::Caller;
use lavori_surface::Called;

use crate::app::App;
use crate::bearer::{self, Token};
use crate::challenge;
use crate::error::Error;
use crate::request::Request;
use crate::respond::Response;

/// A JSON-RPC error code of our own, outside the reserved range (MCP 2026-07-28 basic/index).
const UNAVAILABLE: i32 = 503;

/// How long to look whether something is taken away after a notice of it, in growing steps, in milliseconds.
const TAKING_AWAY: [u64; 7] = [25, 50, 100, 200, 400, 800, 0];

/// Authenticates, then lets the endpoint answer. Authentication comes before everything else: some clients probe with
/// a GET and expect the challenge.
pub(crate) async fn call(app: &App, request: Request, resource: &Resource) -> Result<Response, Error> {
    let token = match bearer::token(&request.parts) {
        Token::None => return Ok(challenge::of(&app.oauth, resource).no_token()),
        Token::Unreadable => return Ok(challenge::of(&app.oauth, resource).invalid_token()),
        Token::Bearer(token) => token,
    };
    let moment = app.running.moment();
    let caller = Arc::new(match app.oauth.authenticate(&app.store, token, resource, &request.origin).await {
        Ok(Ok(caller)) => caller,
        Ok(Err(denied)) => {
            tracing::debug!(?denied, "an access token was refused");
            return Ok(challenge::of(&app.oauth, resource).invalid_token());
        }
        // Trouble of ours is never told as a bad token: clients would throw a good one away.
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "an access token could not be checked");
            return Ok(unavailable());
        }
    });
    let call = app.running.enter(&caller, moment);
    let token = token.to_owned();
    tokio::select! {
        response = answer(app, request, Arc::clone(&caller), resource) => Ok(response),
        // The call is dropped where it stands, and what it had not committed with it.
        () = call.cut_off() => Ok(cut_off(app, &token, &caller, resource).await),
    }
}

/// 401 to a call that was cut off, unless what was to be taken away is still there in the end: then it may be sent
/// again.
async fn cut_off(app: &App, token: &str, caller: &Caller, resource: &Resource) -> Response {
    for pause in TAKING_AWAY {
        match app.oauth.still_good(&app.store, token, resource, caller).await {
            // The notice was sooner than the lock: whoever takes it away is still on the way.
            Ok(true) => tokio::time::sleep(Duration::from_millis(pause)).await,
            Ok(false) => return challenge::of(&app.oauth, resource).invalid_token(),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a call that was cut off is not checked");
                return unavailable();
            }
        }
    }
    unavailable()
}

async fn answer(app: &App, request: Request, caller: Arc<Caller>, resource: &Resource) -> Response {
    let Request { mut parts, body, origin } = request;
    parts.extensions.insert(Called { caller, origin, challenge: challenge::of(&app.oauth, resource) });
    app.endpoint.answer(parts, body).await
}

fn unavailable() -> Response {
    let message = "The server is busy: send the same request again in a moment.";
    let mut response = error_response(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, message, None, None);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
    response
}
