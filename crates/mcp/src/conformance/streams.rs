//! Tools that say something on the response's stream before they answer.
#![expect(deprecated, reason = "2026-07-28 has deprecated logging; the suite still looks at it")]

use std::time::Duration;

use rmcp::{
    RoleServer,
    model::{CallToolResult, LoggingLevel, LoggingMessageNotificationParam, ProgressNotificationParam},
    service::RequestContext,
};
use serde_json::json;

use super::content::text;
use crate::Era;

/// Between two messages, so that they are two on the wire.
const PAUSE: Duration = Duration::from_millis(20);

/// Tells how far it is three times, to a client that gave a token for it.
pub(super) async fn progress(context: &RequestContext<RoleServer>) -> CallToolResult {
    if let Some(token) = context.meta.get_progress_token() {
        for done in [0.0, 50.0, 100.0] {
            let told = ProgressNotificationParam::new(token.clone(), done).with_total(100.0);
            // A client that is gone misses nothing.
            let _ = context.peer.notify_progress(told.with_message(format!("{done} of 100"))).await;
            tokio::time::sleep(PAUSE).await;
        }
    }
    text("It told how far it was.")
}

/// Logs three times: to a legacy client always, to a modern one from the level on that its request names.
pub(super) async fn logging(context: &RequestContext<RoleServer>, era: Era) -> CallToolResult {
    let threshold = context.meta.log_level().or((era == Era::Legacy).then_some(LoggingLevel::Debug));
    if threshold.is_some_and(|threshold| threshold as u8 <= LoggingLevel::Info as u8) {
        for line in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
            let told = LoggingMessageNotificationParam::new(LoggingLevel::Info, json!(line)).with_logger("fixtures");
            // A client that is gone misses nothing.
            let _ = context.peer.notify_logging_message(told).await;
            tokio::time::sleep(PAUSE).await;
        }
    }
    text("It logged what it did.")
}
