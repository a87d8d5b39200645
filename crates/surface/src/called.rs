//! What a request brings to a tool call.

use std::sync::Arc;

use lavori_audit::Origin;
use lavori_policy::Caller;

use crate::challenge::Challenge;

/// Who asks, from where, and how they are asked for more. Whoever mounts the endpoint puts it into each request's
/// extensions once they know who it is; a request without it is answered as an internal error.
#[derive(Debug, Clone)]
pub struct Called {
    /// Who asks, and what they may do at this moment.
    pub caller: Arc<Caller>,
    /// Where the request came from, for the activity log.
    pub origin: Origin,
    /// How they are asked for a better token.
    pub challenge: Challenge,
}
