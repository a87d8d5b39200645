//! What strangers may do how often (OAUTH.md E2, C1, decision 12).

pub use lavori_store::limits::Limit;

/// What strangers may do how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Failed sign-ins on one account, from browsers that it never signed in from. Short, so that its owner, who waits
    /// with everybody else on a new machine, is let in again soon.
    pub account: Limit,
    /// Failed sign-ins on one account, from one browser that it signed in from before.
    pub device: Limit,
    /// Failed sign-ins from one address (IPv6: from one /64), whatever the account.
    pub address: Limit,
    /// Dynamic registrations from one address.
    pub registrations_of_address: Limit,
    /// Dynamic registrations in all.
    pub registrations: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            account: Limit { most: 10, window: 300 },
            device: Limit { most: 10, window: 300 },
            address: Limit { most: 30, window: 900 },
            registrations_of_address: Limit { most: 60, window: 60 },
            registrations: Limit { most: 600, window: 60 },
        }
    }
}
