//! What a connection is answered that calls too often, and the record of it.

use std::time::Duration;

use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::Env;
use lavori_mcp::{Id, ToolAnswer, error_response};
use lavori_policy::Caller;
use lavori_store::{Store, audit_events};
use serde_json::json;

use crate::call_limits::{CallLimits, TooMany};
use crate::respond::Response;

/// The word for it, in answers and in the activity.
const RATE_LIMITED: &str = "rate_limited";
/// The JSON-RPC error code, outside the reserved range: the HTTP status, for clients that only see the body.
const TOO_MANY_REQUESTS: i32 = 429;

const MESSAGE: &str = "This connection calls too often, and nothing was done. Send the same again after \
                       retry_after_seconds, or ask for more in one call. get_context tells the limit.";

/// A tool call's answer: one that a model reads and can act on.
pub(crate) fn of_tool(refused: &TooMany) -> ToolAnswer {
    let mut answer = data(refused);
    answer["message"] = MESSAGE.into();
    ToolAnswer::error(answer.to_string())
}

/// The answer to any other message.
pub(crate) fn of_request(refused: &TooMany, id: Option<&Id>) -> Response {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let mut response = error_response(status, TOO_MANY_REQUESTS, MESSAGE, id, Some(data(refused)));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds(refused.retry_after)));
    response
}

/// Writes the refusal into the connection's activity, unless one like it is there from the last minute.
///
/// # Errors
/// When it could not be written: then it is not told either, and the next one has to be.
pub(crate) async fn record(
    store: &Store,
    env: &dyn Env,
    limits: &CallLimits,
    caller: &Caller,
    origin: &Origin,
    refused: &TooMany,
) -> Result<(), lavori_store::Error> {
    if !refused.record {
        return Ok(());
    }
    let event = Event::new(env, Action::CallRefused, origin.clone())
        .on(caller.tenant.organization, caller.connection)
        .by(caller.person)
        .with(Details::new().text("reason", RATE_LIMITED));
    let written = async {
        let mut tx = store.begin().await?;
        audit_events::insert(&mut tx, &event).await?;
        tx.commit().await
    };
    written.await.inspect_err(|_| limits.not_recorded(caller.connection))
}

fn data(refused: &TooMany) -> serde_json::Value {
    json!({
        "code": RATE_LIMITED,
        "retry_after_seconds": seconds(refused.retry_after),
        "resets_at": refused.resets_at.to_string(),
    })
}

/// Rounded up: whoever waits as long is let in.
fn seconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_as_long_as_told_is_let_in() {
        for (millis, told) in [(1, 1), (50, 1), (1000, 1), (1001, 2), (59_999, 60)] {
            assert_eq!(seconds(Duration::from_millis(millis)), told, "{millis}");
        }
    }
}
