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

            /// The action of a word in the log; none for a word of another version of this server.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|action| action.as_str() == word)
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
    /// The same renewal was asked for again from another network or by another program.
    AccessRenewedElsewhere = "access.renewed_elsewhere", Medium;
    /// A rotated refresh token came back so often that it was not answered any more for now.
    AccessLimited = "access.limited", Medium;
    /// A person gave their connection another name.
    ConnectionRenamed = "connection.renamed", Info;
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
    /// Too many sign-ins failed for an account or from an address: for a while none is tried.
    SignInLimited = "session.sign_in_limited", Medium;
    /// A person ended one of their sessions from elsewhere.
    SessionEnded = "session.ended", Info;
    /// A person changed their password, or set a first one.
    PasswordChanged = "password.changed", Medium;
    /// An identity at an OpenID Connect provider may now sign a person in.
    IdentityLinked = "identity.linked", Medium;
    /// It may no longer.
    IdentityUnlinked = "identity.unlinked", Medium;
    /// An operator kept a person from signing in.
    PersonDisabled = "person.disabled", Medium;
    /// An operator let a person sign in again.
    PersonEnabled = "person.enabled", Medium;
    /// An organization was made.
    OrganizationCreated = "organization.created", Info;
    /// Its name, time zone or currency was changed.
    OrganizationUpdated = "organization.updated", Info;
    /// "Allow MCP write access" or "Allow billing changes" was changed (P19).
    SwitchesChanged = "switches.changed", Medium;
    /// The client domains that may connect were changed.
    ClientDomainsChanged = "client_domains.changed", Medium;
    /// Somebody was invited.
    MemberInvited = "member.invited", Info;
    /// An invitation was taken back.
    InvitationWithdrawn = "invitation.withdrawn", Info;
    /// An invitation was accepted: its person is a member now.
    InvitationAccepted = "invitation.accepted", Info;
    /// A member got another role.
    RoleChanged = "member.role_changed", Medium;
    /// A membership ended, and the person's connections with it.
    MemberRemoved = "member.removed", Medium;
    /// A team was made.
    TeamCreated = "team.created", Info;
    /// A team got another name.
    TeamRenamed = "team.renamed", Info;
    /// A member was put into a team.
    TeamMemberAdded = "team.member_added", Info;
    /// A member was taken out of a team.
    TeamMemberRemoved = "team.member_removed", Info;
    /// A person exported a connection's activity.
    ActivityExported = "activity.exported", Low;
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

    /// The severity of a word in the log.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == word)
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
