//! How often a connection may call. Whoever lets calls in counts them; `get_context` tells what is left, so that a model
//! sees the limit before it meets it (TOOLS.md 4.2).

use lavori_domain::{ConnectionId, Timestamp};

/// What a connection may still call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Calls that may come at once.
    pub at_once: u32,
    /// Calls that come back in a minute.
    pub per_minute: u32,
    /// Calls that may come at once now.
    pub left: u32,
    /// When all of them may again, if none comes in between.
    pub all_back_at: Timestamp,
}

/// Knows the allowance of every connection.
pub trait Allowances: Send + Sync + 'static {
    /// What `connection` has left at the moment `now`. Takes nothing.
    fn of(&self, connection: ConnectionId, now: Timestamp) -> Allowance;
}
