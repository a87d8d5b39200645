//! Actions and how much they matter.

macro_rules! actions {
    ($($(#[$meta:meta])* $variant:ident = $word:literal, $severity:ident;)+) => {
        /// What happened. The word is what the log keeps for good.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$meta])* $variant),+ }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the log.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// How much it matters when nothing else is known.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),+ }
            }
        }
    };
}

actions! {
    /// A person allowed a client.
    ConnectionApproved = "connection.approved", Info;
    /// A person refused a client.
    ConnectionDenied = "connection.denied", Info;
    /// A person asked for more than the organization's switches allow, and nothing was granted (P10).
    ConnectionRefused = "connection.refused", Low;
    /// A code was exchanged for the connection's first tokens.
    AccessIssued = "access.issued", Info;
    /// Tokens were renewed.
    AccessRenewed = "access.renewed", Info;
    /// The same renewal was asked for again, and answered with the same tokens.
    AccessRenewedAgain = "access.renewed_again", Low;
    /// A renewal gave fewer scopes than the one before.
    ScopeReduced = "scope.reduced", Low;
    /// A renewal gave back scopes.
    ScopeRestored = "scope.restored", Info;
    /// A connection was revoked.
    ConnectionRevoked = "connection.revoked", Medium;
    /// A connection reached its idle or absolute limit.
    ConnectionExpired = "connection.expired", Info;
    /// A used code or refresh token came back: the connection was revoked.
    ReplayDetected = "replay.detected", High;
    /// A call was refused because of what it may do.
    CallRefused = "call.refused", Low;
    /// A tool was called.
    ToolCalled = "tool.called", Info;
    /// A person signed in.
    SignedIn = "session.signed_in", Info;
    /// A sign-in failed.
    SignInFailed = "session.sign_in_failed", Low;
    /// A person signed out.
    SignedOut = "session.signed_out", Info;
}

/// How much an event matters to the person who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// As it should be.
    Info,
    /// Worth a glance.
    Low,
    /// Look at it.
    Medium,
    /// Look at it now.
    High,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: [Self; 4] = [Self::Info, Self::Low, Self::Medium, Self::High];

    /// The word in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_actions_share_a_word() {
        let words: HashSet<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!(words.len(), Action::ALL.len());
    }

    #[test]
    fn p28_a_replay_is_the_gravest_event() {
        for action in Action::ALL {
            assert_eq!(action.severity() == Severity::High, *action == Action::ReplayDetected, "{action:?}");
        }
    }
}
