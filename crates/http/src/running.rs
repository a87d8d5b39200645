//! The calls that run now, so that what is taken away stops them at once (PRODUCT.md P25, DESIGN section 3).

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lavori_domain::{ConnectionId, OrganizationId, PersonId};
use lavori_policy::{Caller, Scopes};
use lavori_store::{CutOff, Store};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// Notices that are remembered for calls that are being let in at this moment.
const REMEMBERED: usize = 256;

/// Every call that runs in this process.
#[derive(Default)]
pub(crate) struct Running {
    calls: Mutex<Calls>,
}

#[derive(Default)]
struct Calls {
    next: u64,
    running: HashMap<u64, Call>,
    /// Notices heard so far.
    heard: u64,
    recent: VecDeque<CutOff>,
}

struct Call {
    organization: OrganizationId,
    person: PersonId,
    connection: ConnectionId,
    scopes: Scopes,
    stop: CancellationToken,
}

impl Call {
    fn is_hit_by(&self, cut: &CutOff) -> bool {
        cut.hits(self.organization, self.person, self.connection, self.scopes)
    }
}

/// A point in the sequence of notices.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(u64);

/// One running call. It is over when this is dropped.
pub(crate) struct Guard {
    running: Arc<Running>,
    number: u64,
    stop: CancellationToken,
}

impl Running {
    /// A moment, for [`Running::enter`].
    pub(crate) fn moment(&self) -> Moment {
        Moment(self.calls().heard)
    }

    /// Notes a call of `caller`, who was let in since `moment`: what was taken away in between stops it at once.
    pub(crate) fn enter(self: &Arc<Self>, caller: &Caller, moment: Moment) -> Guard {
        let stop = CancellationToken::new();
        let call = Call {
            organization: caller.tenant.organization,
            person: caller.person,
            connection: caller.connection,
            scopes: caller.scopes,
            stop: stop.clone(),
        };
        let mut calls = self.calls();
        let missed = usize::try_from(calls.heard - moment.0).unwrap_or(usize::MAX);
        if calls.recent.iter().rev().take(missed).any(|cut| call.is_hit_by(cut)) {
            stop.cancel();
        }
        let number = calls.next;
        calls.next += 1;
        calls.running.insert(number, call);
        Guard { running: Arc::clone(self), number, stop }
    }

    /// Stops what `cut` takes away, now and whenever the store says so, for as long as the runtime lives.
    pub(crate) fn follow(self: &Arc<Self>, store: &Store) {
        let running = Arc::clone(self);
        let mut cut_offs = store.cut_offs();
        tokio::spawn(async move {
            loop {
                match cut_offs.recv().await {
                    Ok(cut) => running.stop(&cut),
                    Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "notices of revocations were missed"),
                    Err(RecvError::Closed) => return,
                }
            }
        });
    }

    fn stop(&self, cut: &CutOff) {
        let mut calls = self.calls();
        if calls.recent.len() == REMEMBERED {
            calls.recent.pop_front();
        }
        calls.recent.push_back(*cut);
        calls.heard += 1;
        calls.running.values().filter(|call| call.is_hit_by(cut)).for_each(|call| call.stop.cancel());
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        // Nothing that runs under the lock can panic half way.
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guard {
    /// Done when the call is cut off; never otherwise.
    pub(crate) async fn cut_off(&self) {
        self.stop.cancelled().await;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.running.calls().running.remove(&self.number);
    }
}
