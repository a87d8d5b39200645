//! `subscriptions/listen`: a client hears when its tools are others than before, and that its token is good no more.
//!
//! A subscription is bound to the access token that opened it. It ends with it, in good order: when it expires, when
//! the connection is revoked, the person leaves or is disabled, when a switch is turned off that the token relied on
//! (after one last notice: the tools are fewer now), and when the server stops. A renewal that gives the client more or
//! less than before is told to whoever listens with the older token, too. Notices of what is taken away end it at once
//! (`running.rs`); as those can be lost, the token is looked at again every few seconds. Between two looks no database
//! connection is held.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use lavori_domain::ConnectionId;
use lavori_listener::{Full, Place, PlaceLimits, Places};
use lavori_mcp::{Change, Changes, ServiceError};
use lavori_oauth::{AuthorizationServer, Denied, Watch};
use lavori_policy::{Refusal, Scopes};
use lavori_store::Store;
use lavori_surface::Called;
use tokio_util::sync::CancellationToken;

use crate::running::{Guard, Running};

/// How often a token is looked at without a notice.
const PERIOD: Duration = Duration::from_secs(10);
/// After a notice it is looked at more often: it may be sooner than what it tells of. In milliseconds.
const AFTER_A_NOTICE: [u64; 6] = [25, 50, 100, 200, 400, 800];

/// The subscriptions of this process.
pub(crate) struct Subscriptions {
    places: Arc<Places<ConnectionId>>,
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    oauth: Arc<AuthorizationServer>,
    running: Arc<Running>,
    stop: CancellationToken,
}

impl Subscriptions {
    /// They end when `stop` is cancelled.
    pub(crate) fn new(
        limits: PlaceLimits,
        store: Store,
        oauth: Arc<AuthorizationServer>,
        running: Arc<Running>,
        stop: CancellationToken,
    ) -> Self {
        Self { places: Places::new(limits), shared: Arc::new(Shared { store, oauth, running, stop }) }
    }

    /// Begins a subscription of the caller.
    ///
    /// # Errors
    /// Where there is no place for it, the token went bad meanwhile, or the store fails.
    pub(crate) async fn open(&self, called: &Called, watch: &Watch) -> Result<Changes, ServiceError> {
        let full = |_: Full| ServiceError::Unavailable { retry_after: Full::RETRY_AFTER };
        let place = self.places.take(called.caller.connection).map_err(full)?;
        match self.shared.look(watch).await {
            Look::Good { newest, wait } => {
                let (shared, watch) = (Arc::clone(&self.shared), watch.clone());
                // What the client lists next is what holds now: nothing is told of what came before.
                let subscription = Subscription { _place: place, shared, watch, told: newest, since_notice: None };
                Ok(Box::pin(stream::unfold(Some((subscription, wait)), Subscription::next)))
            }
            Look::SwitchedOff | Look::Over => Err(ServiceError::Http(Box::new(called.challenge.invalid_token()))),
            Look::Failed => Err(ServiceError::Unavailable { retry_after: Full::RETRY_AFTER }),
        }
    }
}

/// One subscription.
struct Subscription {
    /// Free again when the subscription is dropped.
    _place: Place<ConnectionId>,
    shared: Arc<Shared>,
    watch: Watch,
    /// What the client could do when it was last told.
    told: Scopes,
    /// How often the token was looked at since a notice; none: none came lately.
    since_notice: Option<usize>,
}

/// Until the next look.
struct Wait {
    /// Registered for notices.
    guard: Guard,
    remaining: Duration,
}

/// How a token stands.
enum Look {
    Good { newest: Scopes, wait: Wait },
    SwitchedOff,
    Over,
    Failed,
}

impl Subscription {
    /// The next change, and what is left of the subscription after it; none: it is over.
    async fn next(left: Option<(Self, Wait)>) -> Option<(Change, Option<(Self, Wait)>)> {
        let (mut subscription, mut wait) = left?;
        loop {
            subscription.wait(wait).await?;
            match subscription.shared.look(&subscription.watch).await {
                Look::Good { newest, wait: again } if newest == subscription.told => wait = again,
                Look::Good { newest, wait } => {
                    subscription.told = newest;
                    return Some((Change::Tools, Some((subscription, wait))));
                }
                Look::SwitchedOff => return Some((Change::Tools, None)),
                // Trouble of ours: the client asks again, and is told then how it is.
                Look::Over | Look::Failed => return None,
            }
        }
    }

    /// Waits until it is worth looking again. `None`: the server stops.
    async fn wait(&mut self, wait: Wait) -> Option<()> {
        let pause = pause(self.since_notice, wait.remaining);
        tokio::select! {
            () = self.shared.stop.cancelled() => return None,
            () = wait.guard.cut_off() => self.since_notice = Some(0),
            () = tokio::time::sleep(pause) => {
                self.since_notice = self.since_notice.map(|looks| looks + 1);
            }
        }
        Some(())
    }
}

impl Shared {
    async fn look(&self, watch: &Watch) -> Look {
        // A notice that comes while it is looked at is not missed.
        let moment = self.running.moment();
        match self.oauth.look(&self.store, watch).await {
            Ok(Ok(outlook)) => {
                let guard = self.running.enter(&outlook.caller, moment);
                Look::Good { newest: outlook.newest, wait: Wait { guard, remaining: outlook.remaining } }
            }
            Ok(Err(Denied::Refused(Refusal::SwitchedOff))) => Look::SwitchedOff,
            Ok(Err(_)) => Look::Over,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a subscription was ended");
                Look::Failed
            }
        }
    }
}

/// How long to wait for the next look if no notice comes.
fn pause(since_notice: Option<usize>, remaining: Duration) -> Duration {
    let soon = since_notice.and_then(|looks| AFTER_A_NOTICE.get(looks));
    soon.map_or(PERIOD, |millis| Duration::from_millis(*millis)).min(remaining)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_notice_it_is_looked_at_again_soon_and_never_later_than_the_token_is_good() {
        let (day, soon) = (Duration::from_secs(86_400), Duration::from_millis(25));
        assert_eq!(pause(None, day), PERIOD);
        assert_eq!(pause(Some(0), day), soon);
        assert_eq!(pause(Some(AFTER_A_NOTICE.len()), day), PERIOD);
        assert_eq!(pause(None, soon), soon);
    }
}
