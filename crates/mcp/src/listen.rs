//! `subscriptions/listen`: what a client is told without asking (`MCP 2026-07-28 basic/patterns/subscriptions`).

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{Stream, StreamExt};
use rmcp::service::SubscriptionContext;

/// How long a notice waits for a subscriber that takes nothing off. Then its subscription ends.
const PATIENCE: Duration = Duration::from_secs(30);

/// Something that a subscriber is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The tools that this caller may use are others now: list them again.
    Tools,
}

/// What one subscriber is told, one by one. The subscription ends, in good order, with the stream; the stream is dropped
/// when the client goes away.
pub type Changes = Pin<Box<dyn Stream<Item = Change> + Send>>;

/// Changes on their way through rmcp, which hands its handler nothing but a request.
#[derive(Clone)]
pub(crate) struct Passed(Arc<Mutex<Option<Changes>>>);

impl Passed {
    pub(crate) fn new(changes: Changes) -> Self {
        Self(Arc::new(Mutex::new(Some(changes))))
    }

    fn take(&self) -> Option<Changes> {
        // Nothing can panic while it is locked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Tells what there is to tell until it is over or nobody listens.
pub(crate) async fn run(subscription: &SubscriptionContext) {
    let parts = subscription.request_context().extensions.get::<http::request::Parts>();
    let Some(mut changes) = parts.and_then(|parts| parts.extensions.get::<Passed>()).and_then(Passed::take) else {
        return;
    };
    loop {
        tokio::select! {
            () = subscription.cancelled() => return,
            change = changes.next() => match change {
                Some(Change::Tools) => {
                    let told = subscription.sink().notify_tool_list_changed();
                    match tokio::time::timeout(PATIENCE, told).await {
                        Ok(Ok(())) => {}
                        // A subscriber that did not ask for this kind is not told; one that is gone is noticed above.
                        Ok(Err(error)) => tracing::debug!(%error, "a subscriber is not told"),
                        Err(_) => return,
                    }
                }
                None => return,
            },
        }
    }
}
