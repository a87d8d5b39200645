//! One entry of the audit log.

use lavori_domain::{AuditEventId, ConnectionId, Env, OrganizationId, PersonId, Timestamp};

use crate::action::{Action, Severity};
use crate::details::Details;

/// Where a request came from, as far as the server can trust it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The peer's address, or the one a trusted proxy names.
    pub ip_address: Option<String>,
    /// The `User-Agent` header, cut to 300 characters.
    pub user_agent: Option<String>,
    /// The request's id, which an error page or answer shows.
    pub request_id: Option<String>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id, which sorts by time.
    pub id: AuditEventId,
    /// The organization it happened in; none for what concerns a person's account alone.
    pub organization: Option<OrganizationId>,
    /// The connection it belongs to.
    pub connection: Option<ConnectionId>,
    /// Who did it, or on whose behalf.
    pub person: Option<PersonId>,
    /// What happened.
    pub action: Action,
    /// How much it matters.
    pub severity: Severity,
    /// When.
    pub occurred_at: Timestamp,
    /// From where.
    pub origin: Origin,
    /// What else there is to know.
    pub details: Details,
}

impl Event {
    /// An event of `action` now, with the action's own severity and nothing else known.
    pub fn new(env: &dyn Env, action: Action, origin: Origin) -> Self {
        Self {
            id: AuditEventId::new(env),
            organization: None,
            connection: None,
            person: None,
            action,
            severity: action.severity(),
            occurred_at: env.now(),
            origin,
            details: Details::new(),
        }
    }

    /// The same, of `person`.
    #[must_use]
    pub fn by(mut self, person: PersonId) -> Self {
        self.person = Some(person);
        self
    }

    /// The same, in `organization`.
    #[must_use]
    pub fn within(mut self, organization: OrganizationId) -> Self {
        self.organization = Some(organization);
        self
    }

    /// The same, of `connection` in `organization`.
    #[must_use]
    pub fn on(mut self, organization: OrganizationId, connection: ConnectionId) -> Self {
        self.organization = Some(organization);
        self.connection = Some(connection);
        self
    }

    /// The same, with `details`.
    #[must_use]
    pub fn with(mut self, details: Details) -> Self {
        self.details = details;
        self
    }
}
