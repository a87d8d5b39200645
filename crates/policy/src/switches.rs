//! The organization's two switches and the epochs that make a switch-off final for tokens already out.

use lavori_domain::organizations::Role;

use crate::scope::Scopes;

/// "Allow MCP write access" and "Allow billing changes" (PRODUCT.md P19). Billing depends on write, so the two
/// together are the widest scopes a connection may use: the field says exactly that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switches {
    widest: Scopes,
}

impl Switches {
    /// The switches as they stand. Billing counts only while write is on.
    pub fn new(write: bool, billing: bool) -> Self {
        Self { widest: Scopes::from_toggles(write, billing) }
    }

    /// Whether "Allow MCP write access" is on.
    pub fn write(self) -> bool {
        self.widest.write()
    }

    /// Whether "Allow billing changes" is on.
    pub fn billing(self) -> bool {
        self.widest.billing()
    }

    /// The widest scopes that anyone with `role` can be granted now. `None`: the role cannot connect at all.
    pub fn grantable(self, role: Role) -> Option<Scopes> {
        role.may_connect_clients().then_some(self.widest)
    }
}

/// How often each switch has been turned off. A token carries the epochs of its birth; when the organization has
/// moved on, the token is dead for good if it relied on that switch, even if the switch is on again (P21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Epochs {
    /// Times that write was turned off.
    pub write: i32,
    /// Times that billing was turned off, with write or by itself.
    pub billing: i32,
}

impl Epochs {
    /// Whether a token that carries `scopes` since `self` is cut off now.
    pub fn cut_off(self, scopes: Scopes, now: Self) -> bool {
        (scopes.write() && self.write != now.write) || (scopes.billing() && self.billing != now.billing)
    }
}
