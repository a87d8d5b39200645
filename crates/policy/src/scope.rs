//! The three scopes and the three sets of them that can exist (PRODUCT.md P14 to P16).

use std::fmt;

/// A scope a tool may need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// `mcp:read`: read everything the connection covers.
    Read,
    /// `mcp:write`: create and update projects, tasks, events, shifts, contacts.
    Write,
    /// `mcp:write:billing`: create and update quotes, invoices, budgets.
    Billing,
}

impl Scope {
    /// Every scope, in order.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Billing];

    /// The scope token (RFC 6749 section 3.3).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "mcp:read",
            Self::Write => "mcp:write",
            Self::Billing => "mcp:write:billing",
        }
    }
}

/// A set of scopes. Write includes read and billing includes write, so there are only three sets, and a set that
/// holds billing without write cannot be written down. The greater set is the wider one: `min` intersects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scopes {
    /// `mcp:read`
    Read,
    /// `mcp:read mcp:write`
    Write,
    /// `mcp:read mcp:write mcp:write:billing`
    Billing,
}

impl Scopes {
    /// Every set, the narrowest first.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Billing];

    /// The set the two toggles of the consent page stand for. Billing without write is nothing but read (P16).
    pub fn from_toggles(write: bool, billing: bool) -> Self {
        match (write, billing) {
            (true, true) => Self::Billing,
            (true, false) => Self::Write,
            (false, _) => Self::Read,
        }
    }

    /// The smallest set that lets a tool with this scope run.
    pub fn needed_for(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::Write => Self::Write,
            Scope::Billing => Self::Billing,
        }
    }

    /// Reads a `scope` parameter. Unknown scopes are dropped; nothing known at all is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        text.split_ascii_whitespace()
            .filter_map(|word| Scope::ALL.into_iter().find(|scope| scope.as_str() == word))
            .map(Self::needed_for)
            .max()
    }

    /// Whether the set holds `scope`.
    pub fn contains(self, scope: Scope) -> bool {
        Self::needed_for(scope) <= self
    }

    /// Whether the set holds `mcp:write`.
    pub fn write(self) -> bool {
        self.contains(Scope::Write)
    }

    /// Whether the set holds `mcp:write:billing`.
    pub fn billing(self) -> bool {
        self.contains(Scope::Billing)
    }

    /// The scopes of the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
}

impl fmt::Display for Scopes {
    /// The value of a `scope` parameter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "mcp:read",
            Self::Write => "mcp:read mcp:write",
            Self::Billing => "mcp:read mcp:write mcp:write:billing",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p16_billing_is_never_held_without_write() {
        for scopes in Scopes::ALL {
            assert!(!scopes.billing() || scopes.write(), "{scopes}");
        }
        assert_eq!(Scopes::from_toggles(false, true), Scopes::Read);
    }

    #[test]
    fn unknown_scopes_are_dropped_and_a_set_reads_back_as_itself() {
        assert_eq!(Scopes::parse(" offline_access  mcp:write openid"), Some(Scopes::Write));
        assert_eq!(Scopes::parse("offline_access"), None);
        assert_eq!(Scopes::parse(""), None);
        for scopes in Scopes::ALL {
            assert_eq!(Scopes::parse(&scopes.to_string()), Some(scopes));
            assert_eq!(scopes.iter().map(Scope::as_str).collect::<Vec<_>>().join(" "), scopes.to_string());
        }
    }
}
