//! The decision: is this token good here and now, and for what?

use lavori_domain::organizations::{OrganizationState, PersonState, Role};
use lavori_domain::{ConnectionId, Currency, OrganizationId, PersonId, TeamId, TimeZone, Timestamp};

use crate::scope::Scopes;
use crate::switches::{Epochs, Switches};

/// What the caller's world is: the organization, and the team if the connection is narrowed to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// The organization.
    pub organization: OrganizationId,
    /// Its name in URLs.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The zone in which times are read and written.
    pub time_zone: TimeZone,
    /// The currency of its totals.
    pub currency: Currency,
    /// The one team the connection is narrowed to (P13).
    pub team: Option<TeamId>,
    /// That team's name in URLs.
    pub team_slug: Option<String>,
}

/// Everything the database says about a connection at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionStanding {
    /// The database's clock when it was read.
    pub now: Timestamp,
    /// The resource its tokens are good for (RFC 8707), such as `https://lavori.example/mcp`.
    pub resource: String,
    /// The connection.
    pub connection: ConnectionId,
    /// What the person approved.
    pub approved: Scopes,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// The person.
    pub person: PersonId,
    /// Whether they may sign in.
    pub person_state: PersonState,
    /// Their role in the organization.
    pub role: Role,
    /// When their membership ended.
    pub membership_ended_at: Option<Timestamp>,
    /// Whether the organization is open.
    pub organization_state: OrganizationState,
    /// Its switches.
    pub switches: Switches,
    /// Their epochs.
    pub epochs: Epochs,
    /// Organization and team.
    pub tenant: Tenant,
}

impl ConnectionStanding {
    /// The widest scopes a token of this connection could carry if the person approved everything now.
    ///
    /// # Errors
    /// Why it can carry none: the first [`Refusal`] that holds, the most permanent first.
    pub fn grantable(&self) -> Result<Scopes, Refusal> {
        if self.revoked_at.is_some() {
            return Err(Refusal::ConnectionRevoked);
        }
        if self.person_state != PersonState::Active {
            return Err(Refusal::PersonDisabled);
        }
        if self.membership_ended_at.is_some() {
            return Err(Refusal::MembershipEnded);
        }
        let grantable = self.switches.grantable(self.role).ok_or(Refusal::RoleCannotConnect)?;
        if self.organization_state != OrganizationState::Active {
            return Err(Refusal::OrganizationSuspended);
        }
        if self.now >= self.expires_at {
            return Err(Refusal::ConnectionExpired);
        }
        Ok(grantable)
    }

    /// Who calls over this connection, for whoever identified the person without a token of ours: an embedder's own
    /// sign-in. What the person approved holds as far as the switches and the role of now allow.
    ///
    /// # Errors
    /// The first [`Refusal`] that holds, the most permanent first.
    pub fn caller(self) -> Result<Caller, Refusal> {
        let (grantable, approved) = (self.grantable()?, self.approved);
        Ok(self.with(approved, grantable))
    }

    /// `granted`, limited to what was approved and may be granted.
    fn with(self, granted: Scopes, grantable: Scopes) -> Caller {
        Caller {
            connection: self.connection,
            person: self.person,
            role: self.role,
            scopes: granted.min(self.approved).min(grantable),
            grantable,
            tenant: self.tenant,
            now: self.now,
        }
    }
}

/// Everything the database says about an access token at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// When the token expires.
    pub expires_at: Timestamp,
    /// The scopes it was issued with.
    pub scopes: Scopes,
    /// The switches' epochs when it was issued.
    pub epochs: Epochs,
    /// When the token itself was revoked.
    pub revoked_at: Option<Timestamp>,
    /// The connection it speaks for.
    pub of: ConnectionStanding,
}

/// Who is asking and what they may do: the only thing the rest of the code knows about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The connection.
    pub connection: ConnectionId,
    /// The person who approved it.
    pub person: PersonId,
    /// Their role now.
    pub role: Role,
    /// Organization and team.
    pub tenant: Tenant,
    /// What this request may use: approved, limited to the token, the switches and the role of now.
    pub scopes: Scopes,
    /// What a new consent could give now (P18): a tool above this cannot be helped by asking again.
    pub grantable: Scopes,
    /// The database's clock when it was decided.
    pub now: Timestamp,
}

/// Why a token is not good. All of them are 401 `invalid_token` (RFC 6750 section 3.1): the client renews or
/// reconnects, and a stranger learns nothing. The words go to the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// Past its lifetime.
    #[error("the access token has expired")]
    TokenExpired,
    /// Revoked by itself (RFC 7009).
    #[error("the access token was revoked")]
    TokenRevoked,
    /// Issued for another resource (RFC 8707).
    #[error("the access token is for another resource")]
    WrongResource,
    /// The connection was revoked.
    #[error("the connection was revoked")]
    ConnectionRevoked,
    /// The connection reached its end.
    #[error("the connection has expired")]
    ConnectionExpired,
    /// The person may not sign in any more.
    #[error("the person is disabled")]
    PersonDisabled,
    /// The person left the organization.
    #[error("the membership has ended")]
    MembershipEnded,
    /// The person's role cannot connect clients.
    #[error("the person's role cannot use MCP clients")]
    RoleCannotConnect,
    /// The organization is suspended.
    #[error("the organization is suspended")]
    OrganizationSuspended,
    /// A switch this token relied on was turned off since it was issued (P21).
    #[error("a switch the access token relied on was turned off")]
    SwitchedOff,
}

/// Decides whether the token behind `standing` may be used for `resource`, and for what.
///
/// ```
/// # use lavori_domain::{Id, TimeZone, Timestamp, env::TestEnv};
/// # use lavori_domain::organizations::{OrganizationState, PersonState};
/// # use lavori_policy::{ConnectionStanding, Epochs, Tenant};
/// use lavori_domain::organizations::Role;
/// use lavori_policy::{Refusal, Scopes, Standing, Switches, decide};
///
/// # let env = TestEnv::default();
/// # let now = Timestamp::from_millis(0);
/// # let connection = ConnectionStanding {
/// #     now,
/// #     resource: "https://lavori.example/mcp".to_owned(),
/// #     connection: Id::new(&env),
/// #     approved: Scopes::Billing,
/// #     revoked_at: None,
/// #     expires_at: now.plus_seconds(600),
/// #     person: Id::new(&env),
/// #     person_state: PersonState::Active,
/// #     role: Role::Member,
/// #     membership_ended_at: None,
/// #     organization_state: OrganizationState::Active,
/// #     switches: Switches::new(true, true),
/// #     epochs: Epochs::default(),
/// #     tenant: Tenant {
/// #         organization: Id::new(&env),
/// #         slug: "northlight".to_owned(),
/// #         name: "Northlight".to_owned(),
/// #         time_zone: TimeZone::UTC,
/// #         currency: "EUR".parse().unwrap(),
/// #         team: None,
/// #         team_slug: None,
/// #     },
/// # };
/// // Everything was approved, the token is good for it, and the organization allows it: but for billing.
/// let mut standing = Standing {
///     expires_at: now.plus_seconds(60),
///     scopes: Scopes::Billing,
///     epochs: Epochs::default(),
///     revoked_at: None,
///     of: ConnectionStanding { switches: Switches::new(true, false), ..connection },
/// };
/// let caller = decide(standing.clone(), "https://lavori.example/mcp").unwrap();
/// assert_eq!(caller.scopes, Scopes::Write);
///
/// // A contractor cannot use clients at all.
/// standing.of.role = Role::Contractor;
/// assert_eq!(decide(standing, "https://lavori.example/mcp"), Err(Refusal::RoleCannotConnect));
/// ```
///
/// # Errors
/// The first [`Refusal`] that holds, the most permanent first.
pub fn decide(standing: Standing, resource: &str) -> Result<Caller, Refusal> {
    let Standing { expires_at, scopes, epochs, revoked_at, of } = standing;
    let grantable = of.grantable()?;
    if revoked_at.is_some() {
        return Err(Refusal::TokenRevoked);
    }
    if of.resource != resource {
        return Err(Refusal::WrongResource);
    }
    if of.now >= expires_at {
        return Err(Refusal::TokenExpired);
    }
    if epochs.cut_off(scopes, of.epochs) {
        return Err(Refusal::SwitchedOff);
    }
    Ok(of.with(scopes, grantable))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::Id;
    use lavori_domain::env::TestEnv;

    const MCP: &str = "https://lavori.example/mcp";

    fn standing() -> Standing {
        let env = TestEnv::default();
        let now = Timestamp::from_millis(1_000_000);
        Standing {
            expires_at: now.plus_seconds(60),
            scopes: Scopes::Billing,
            epochs: Epochs::default(),
            revoked_at: None,
            of: ConnectionStanding {
                now,
                resource: MCP.to_owned(),
                connection: Id::new(&env),
                approved: Scopes::Billing,
                revoked_at: None,
                expires_at: now.plus_seconds(600),
                person: Id::new(&env),
                person_state: PersonState::Active,
                role: Role::Member,
                membership_ended_at: None,
                organization_state: OrganizationState::Active,
                switches: Switches::new(true, true),
                epochs: Epochs::default(),
                tenant: Tenant {
                    organization: Id::new(&env),
                    slug: "northlight".to_owned(),
                    name: "Northlight".to_owned(),
                    time_zone: TimeZone::UTC,
                    currency: "EUR".parse().unwrap(),
                    team: None,
                    team_slug: None,
                },
            },
        }
    }

    #[test]
    fn p20_each_fact_by_itself_refuses_the_token() {
        type Case = (Refusal, fn(&mut Standing));
        let cases: [Case; 10] = [
            (Refusal::TokenExpired, |s| s.expires_at = s.of.now),
            (Refusal::TokenRevoked, |s| s.revoked_at = Some(s.of.now)),
            (Refusal::WrongResource, |s| s.of.resource = "https://lavori.example/mcp/o/harbor".to_owned()),
            (Refusal::ConnectionRevoked, |s| s.of.revoked_at = Some(s.of.now)),
            (Refusal::ConnectionExpired, |s| s.of.expires_at = s.of.now),
            (Refusal::PersonDisabled, |s| s.of.person_state = PersonState::Disabled),
            (Refusal::MembershipEnded, |s| s.of.membership_ended_at = Some(s.of.now)),
            (Refusal::RoleCannotConnect, |s| s.of.role = Role::Contractor),
            (Refusal::OrganizationSuspended, |s| s.of.organization_state = OrganizationState::Suspended),
            (Refusal::SwitchedOff, |s| s.of.epochs.write += 1),
        ];
        assert_eq!(decide(standing(), MCP).unwrap().scopes, Scopes::Billing);
        for (refusal, change) in cases {
            let mut changed = standing();
            change(&mut changed);
            assert_eq!(decide(changed, MCP), Err(refusal));
        }
    }

    #[test]
    fn p22_effective_scopes_are_within_approved_token_switches_and_role_in_every_state() {
        for approved in Scopes::ALL {
            for token_scopes in Scopes::ALL {
                for (write, billing) in [(false, false), (false, true), (true, false), (true, true)] {
                    for role in Role::ALL.iter().copied() {
                        let mut s = standing();
                        (s.of.approved, s.scopes, s.of.role) = (approved, token_scopes, role);
                        s.of.switches = Switches::new(write, billing);
                        let Ok(caller) = decide(s, MCP) else {
                            assert_eq!(role, Role::Contractor);
                            continue;
                        };
                        assert!(caller.scopes <= approved && caller.scopes <= token_scopes);
                        assert!(!caller.scopes.write() || write);
                        assert!(!caller.scopes.billing() || (write && billing));
                        assert_eq!(caller.grantable, Scopes::from_toggles(write, billing));
                    }
                }
            }
        }
    }

    #[test]
    fn p38_without_a_token_the_connection_decides_alike() {
        let mut of = standing().of;
        assert_eq!(of.clone().caller(), decide(standing(), MCP));
        (of.approved, of.switches) = (Scopes::Write, Switches::new(true, true));
        let caller = of.clone().caller().unwrap();
        assert_eq!((caller.scopes, caller.grantable), (Scopes::Write, Scopes::Billing));
        of.switches = Switches::new(false, false);
        assert_eq!(of.clone().caller().unwrap().scopes, Scopes::Read);
        of.revoked_at = Some(of.now);
        assert_eq!(of.caller(), Err(Refusal::ConnectionRevoked));
    }

    #[test]
    fn p21_a_token_without_the_scope_survives_the_switch_off() {
        let mut s = standing();
        s.scopes = Scopes::Read;
        s.of.epochs = Epochs { write: 3, billing: 4 };
        assert_eq!(decide(s, MCP).unwrap().scopes, Scopes::Read);

        let mut s = standing();
        s.scopes = Scopes::Write;
        s.of.epochs.billing = 1;
        assert_eq!(decide(s, MCP).unwrap().scopes, Scopes::Write);
    }
}
