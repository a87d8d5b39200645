//! Kinds of events in a connection's activity: what its person filters by (PRODUCT.md P28).

use crate::action::Action;

/// A group of actions that happen to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It was approved.
    Connected,
    /// Tokens were issued or renewed.
    Access,
    /// Renewals gave fewer or more scopes.
    Scope,
    /// It was revoked, or ended by itself.
    Revoked,
    /// A used code or refresh token came back.
    Replay,
    /// Calls were refused.
    Refused,
    /// Tools were called.
    ToolCalls,
    /// Its person renamed it or exported its activity.
    Managed,
}

impl Kind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Connected,
        Self::Access,
        Self::Scope,
        Self::Revoked,
        Self::Replay,
        Self::Refused,
        Self::ToolCalls,
        Self::Managed,
    ];

    /// The word in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Access => "access",
            Self::Scope => "scope",
            Self::Revoked => "revoked",
            Self::Replay => "replay",
            Self::Refused => "refused",
            Self::ToolCalls => "tool_calls",
            Self::Managed => "managed",
        }
    }

    /// The kind of a word in a URL.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What a person reads.
    pub fn title(self) -> &'static str {
        match self {
            Self::Connected => "Connected",
            Self::Access => "Access issued and renewed",
            Self::Scope => "Scope reduced and restored",
            Self::Revoked => "Revoked and ended",
            Self::Replay => "Replay attempts",
            Self::Refused => "Refused calls",
            Self::ToolCalls => "Tool calls",
            Self::Managed => "Renamed and exported",
        }
    }

    /// Its actions.
    pub fn actions(self) -> &'static [Action] {
        match self {
            Self::Connected => &[Action::ConnectionApproved],
            Self::Access => &[
                Action::AccessIssued,
                Action::AccessRenewed,
                Action::AccessRenewedAgain,
                Action::AccessRenewedElsewhere,
                Action::AccessLimited,
            ],
            Self::Scope => &[Action::ScopeReduced, Action::ScopeRestored],
            Self::Revoked => &[Action::ConnectionRevoked, Action::ConnectionExpired],
            Self::Replay => &[Action::ReplayDetected],
            Self::Refused => &[Action::CallRefused],
            Self::ToolCalls => &[Action::ToolCalled],
            Self::Managed => &[Action::ConnectionRenamed, Action::ActivityExported],
        }
    }
}

impl Action {
    /// What a person reads in a connection's activity; other actions keep their word.
    pub fn title(self) -> &'static str {
        match self {
            Self::ConnectionApproved => "Connected",
            Self::AccessIssued => "Access issued",
            Self::AccessRenewed => "Access renewed",
            Self::AccessRenewedAgain => "Access renewed again",
            Self::AccessRenewedElsewhere => "Access renewed again from elsewhere",
            Self::AccessLimited => "Renewed too often",
            Self::ScopeReduced => "Scope reduced",
            Self::ScopeRestored => "Scope restored",
            Self::ConnectionRenamed => "Renamed",
            Self::ConnectionRevoked => "Revoked",
            Self::ConnectionExpired => "Ended unused",
            Self::ReplayDetected => "Replay attempt",
            Self::CallRefused => "Call refused",
            Self::ToolCalled => "Tool called",
            Self::ActivityExported => "Activity exported",
            other => other.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p28_an_action_is_of_one_kind_and_every_kind_has_a_word_and_actions() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            assert!(!kind.actions().is_empty());
        }
        assert_eq!(Kind::parse("other"), None);
        for action in Action::ALL {
            let kinds = Kind::ALL.iter().filter(|kind| kind.actions().contains(action)).count();
            assert!(kinds <= 1, "{action:?}");
            assert_eq!(kinds == 1, action.title() != action.as_str(), "{action:?} is shown in activity or not");
            assert_eq!(Action::parse(action.as_str()), Some(*action));
        }
    }
}
