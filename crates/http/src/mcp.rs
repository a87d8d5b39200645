//! The connector URL: `/mcp`, `/mcp/o/{organization}`, `/mcp/o/{organization}/t/{team}`.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use lavori_mcp::error_response;
use lavori_oauth::Resource;
use lavori_policy::Caller;

use crate::app::App;
use crate::bearer::{self, Token};
use crate::challenge;
use crate::error::Error;
use crate::mcp_service::Called;
use crate::request::{self, Request};
use crate::respond::Response;

/// JSON-RPC error codes of our own, outside the reserved range (MCP 2026-07-28 basic/index).
const BAD_REQUEST: i32 = 400;
const TOO_LARGE: i32 = 413;
const UNAVAILABLE: i32 = 503;

/// How long to look whether something is taken away after a notice of it, in growing steps, in milliseconds.
const TAKING_AWAY: [u64; 7] = [25, 50, 100, 200, 400, 800, 0];

/// Authenticates, then lets the endpoint answer. Authentication comes before everything else: some clients probe with
/// a GET and expect the challenge.
pub(crate) async fn call(app: &App, request: Request, resource: &Resource) -> Result<Response, Error> {
    let token = match bearer::token(&request.parts) {
        Token::None => return Ok(challenge::no_token(&app.oauth, resource)),
        Token::Unreadable => return Ok(challenge::invalid_token(&app.oauth, resource)),
        Token::Bearer(token) => token,
    };
    let moment = app.running.moment();
    let caller = Arc::new(match app.oauth.authenticate(&app.store, token, resource, &request.origin).await {
        Ok(Ok(caller)) => caller,
        Ok(Err(denied)) => {
            tracing::debug!(?denied, "an access token was refused");
            return Ok(challenge::invalid_token(&app.oauth, resource));
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
            Ok(false) => return challenge::invalid_token(&app.oauth, resource),
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
    let body = match request::collect(body, app.endpoint.config().max_body_bytes).await {
        Ok(body) => body,
        Err(Error::TooLarge) => {
            let message = "The request is larger than this server reads: send less at once.";
            return error_response(StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE, message, None, None);
        }
        Err(_) => {
            let message = "The request did not arrive in time.";
            return error_response(StatusCode::BAD_REQUEST, BAD_REQUEST, message, None, None);
        }
    };
    parts.extensions.insert(Called { caller, origin, resource: resource.clone() });
    match app.endpoint.read(parts, body) {
        Ok(incoming) => app.endpoint.serve(incoming).await,
        Err(response) => *response,
    }
}

fn unavailable() -> Response {
    let message = "The server is busy: send the same request again in a moment.";
    let mut response = error_response(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, message, None, None);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
    response
}
