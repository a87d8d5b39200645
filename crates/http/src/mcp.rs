//! The connector URL: `/mcp`, `/mcp/o/{organization}`, `/mcp/o/{organization}/t/{team}`.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use http::header::RETRY_AFTER;
use lavori_mcp::{Incoming, error_response};
use lavori_oauth::Resource;
use lavori_policy::Caller;
use lavori_surface::Called;

use crate::app::App;
use crate::bearer::{self, Token};
use crate::challenge;
use crate::error::{COME_BACK, Error};
use crate::request::{self, Request};
use crate::respond::Response;
use crate::too_many_calls;
use crate::trace_context::TraceContext;

/// JSON-RPC error codes of our own, outside the reserved range (MCP 2026-07-28 basic/index).
const BAD_REQUEST: i32 = 400;
const TOO_LARGE: i32 = 413;
const UNAVAILABLE: i32 = 503;

/// How long to look whether something is taken away after a notice of it, in growing steps, in milliseconds.
const TAKING_AWAY: [u64; 7] = [25, 50, 100, 200, 400, 800, 0];

/// Answers one message: authenticates, then lets the endpoint answer. Authentication comes before everything else: some
/// clients probe with a GET and expect the challenge.
pub(crate) async fn call(app: &App, request: Request, resource: &Resource) -> Result<Response, Error> {
    let trace = TraceContext::of_headers(&request.parts.headers);
    let token = match bearer::token(&request.parts) {
        Token::None => return Ok(challenge::of(&app.oauth, resource).no_token()),
        Token::Unreadable => return Ok(challenge::of(&app.oauth, resource).invalid_token()),
        Token::Bearer(token) => token,
    };
    let moment = app.running.moment();
    let caller = Arc::new(match app.oauth.authenticate(&app.store, token, resource, &request.origin).await {
        Ok(Ok(caller)) => caller,
        Ok(Err(denied)) => {
            trace.iter().for_each(TraceContext::note);
            tracing::debug!(?denied, "an access token was refused");
            return Ok(challenge::of(&app.oauth, resource).invalid_token());
        }
        // Trouble of ours is never told as a bad token: clients would throw a good one away.
        Err(error) => {
            trace.iter().for_each(TraceContext::note);
            tracing::error!(error = &error as &dyn std::error::Error, "an access token could not be checked");
            return Ok(unavailable());
        }
    });
    let call = app.running.enter(&caller, moment);
    let token = token.to_owned();
    tokio::select! {
        response = answer(app, request, &token, Arc::clone(&caller), resource, trace) => Ok(response),
        // The call is dropped where it stands, and what it had not committed with it.
        () = call.cut_off() => Ok(Box::pin(cut_off(app, &token, &caller, resource)).await),
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

async fn answer(
    app: &App,
    request: Request,
    token: &str,
    caller: Arc<Caller>,
    resource: &Resource,
    trace: Option<TraceContext>,
) -> Response {
    let Request { mut parts, body, origin } = request;
    let too_many = match app.call_limits.take(caller.connection, caller.now) {
        Ok(()) => None,
        Err(refused) => {
            let (env, limits) = (app.oauth.env(), &app.call_limits);
            if let Err(error) = too_many_calls::record(&app.store, env, limits, &caller, &origin, &refused).await {
                tracing::warn!(error = &error as &dyn std::error::Error, "a refusal could not be recorded");
                return unavailable();
            }
            Some(refused)
        }
    };
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
    parts.extensions.insert(Called { caller, origin, challenge: challenge::of(&app.oauth, resource) });
    if let Some(refused) = too_many {
        parts.extensions.insert(refused);
    }
    let mut incoming = app.endpoint.read(parts, body);
    if let Ok(incoming) = &mut incoming
        && incoming.is_subscription()
        && let Some(watch) = app.oauth.watch(token, resource)
    {
        incoming.extensions_mut().insert(watch);
    }
    let message = incoming.as_ref().ok().and_then(Incoming::traceparent);
    TraceContext::of_message(message, trace).iter().for_each(TraceContext::note);
    match (incoming, too_many) {
        (Ok(incoming), None) => app.endpoint.serve(incoming).await,
        // A tool call is refused by an answer that the model reads.
        (Ok(incoming), Some(_)) if incoming.tool_name().is_some() => app.endpoint.serve(incoming).await,
        (Ok(incoming), Some(refused)) => too_many_calls::of_request(&refused, incoming.id()),
        (Err(_), Some(refused)) => too_many_calls::of_request(&refused, None),
        (Err(response), None) => *response,
    }
}

fn unavailable() -> Response {
    let message = "The server is busy: send the same request again in a moment.";
    let mut response = error_response(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, message, None, None);
    response.headers_mut().insert(RETRY_AFTER, COME_BACK);
    response
}
