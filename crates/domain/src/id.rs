//! Typed ids: UUID version 7 (RFC 9562 section 5.7), so that they sort by the time they were made.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use uuid::Uuid;

use crate::env::Env;
use crate::time::Timestamp;

/// An id of a `K`. Two ids of different kinds cannot be mixed up: they are different types.
///
/// ```
/// use lavori_domain::{ProjectId, TaskId};
/// let task: TaskId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
/// assert!("not an id".parse::<ProjectId>().is_err());
/// assert_eq!(task.to_string(), "01890a5d-ac96-774b-bcce-b302099a8057");
/// ```
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

impl<K> Id<K> {
    /// Makes a new id from the time and chance of `env`.
    pub fn new(env: &dyn Env) -> Self {
        let millis = u64::try_from(env.now().millis()).unwrap_or(0);
        let mut random = [0; 10];
        env.fill(&mut random);
        Self::from(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// The first of all ids that could be made at an instant: those made before it sort before this one.
    pub fn first_of(instant: Timestamp) -> Self {
        let millis = u64::try_from(instant.millis()).unwrap_or(0);
        Self::from(uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid())
    }

    /// The id that no record has.
    pub fn nil() -> Self {
        Self::from(Uuid::nil())
    }

    /// The bare UUID, for the storage layer.
    pub fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<K> From<Uuid> for Id<K> {
    fn from(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }
}

impl<K> FromStr for Id<K> {
    type Err = NotAnId;

    /// Reads the hyphenated form only: the one this server writes.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() != 36 {
            return Err(NotAnId);
        }
        Uuid::try_parse(text).map(Self::from).map_err(|_| NotAnId)
    }
}

/// The text is not a hyphenated UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected a hyphenated UUID")]
pub struct NotAnId;

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}
impl<K> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.uuid)
    }
}

/// What ids are ids of: markers, never made.
pub mod kind {
    /// An organization: the tenant.
    pub enum Organization {}
    /// A team of an organization.
    pub enum Team {}
    /// A person, who may belong to several organizations.
    pub enum Person {}
    /// A link that makes its bearer a member of an organization.
    pub enum Invitation {}
    /// A client, supplier or partner of an organization.
    pub enum Contact {}
    /// A project.
    pub enum Project {}
    /// A phase of a project.
    pub enum Phase {}
    /// A milestone of a project.
    pub enum Milestone {}
    /// A task.
    pub enum Task {}
    /// An event of the schedule.
    pub enum Event {}
    /// A shift of the schedule.
    pub enum Shift {}
    /// A quote, an invoice or a credit note.
    pub enum Document {}
    /// A line of a document.
    pub enum DocumentLine {}
    /// A payment of an invoice.
    pub enum Payment {}
    /// An item of the service library.
    pub enum ServiceItem {}
    /// A budget.
    pub enum Budget {}
    /// A line of a budget.
    pub enum BudgetLine {}
    /// A sign-in of a person in one browser.
    pub enum Session {}
    /// An account at an OpenID Connect provider that signs a person in.
    pub enum Identity {}
    /// One consent given to one MCP client: what the pages call a connection.
    pub enum Connection {}
    /// A row of a code or token. Never the secret itself.
    pub enum Token {}
    /// An entry of the audit log.
    pub enum AuditEvent {}
}

/// An organization's id.
pub type OrganizationId = Id<kind::Organization>;
/// A team's id.
pub type TeamId = Id<kind::Team>;
/// A person's id.
pub type PersonId = Id<kind::Person>;
/// An invitation's id.
pub type InvitationId = Id<kind::Invitation>;
/// A contact's id.
pub type ContactId = Id<kind::Contact>;
/// A project's id.
pub type ProjectId = Id<kind::Project>;
/// A phase's id.
pub type PhaseId = Id<kind::Phase>;
/// A milestone's id.
pub type MilestoneId = Id<kind::Milestone>;
/// A task's id.
pub type TaskId = Id<kind::Task>;
/// An event's id.
pub type EventId = Id<kind::Event>;
/// A shift's id.
pub type ShiftId = Id<kind::Shift>;
/// The id of a quote, an invoice or a credit note.
pub type DocumentId = Id<kind::Document>;
/// The id of a line of a document.
pub type DocumentLineId = Id<kind::DocumentLine>;
/// A payment's id.
pub type PaymentId = Id<kind::Payment>;
/// The id of an item of the service library.
pub type ServiceItemId = Id<kind::ServiceItem>;
/// A budget's id.
pub type BudgetId = Id<kind::Budget>;
/// The id of a line of a budget.
pub type BudgetLineId = Id<kind::BudgetLine>;
/// A session's id.
pub type SessionId = Id<kind::Session>;
/// An identity's id.
pub type IdentityId = Id<kind::Identity>;
/// A connection's id.
pub type ConnectionId = Id<kind::Connection>;
/// The id of a code's or token's row.
pub type TokenId = Id<kind::Token>;
/// An audit event's id.
pub type AuditEventId = Id<kind::AuditEvent>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::TestEnv;

    #[test]
    fn ids_made_later_sort_later() {
        let env = TestEnv::default();
        let made: Vec<TaskId> = (0..50).map(|_| TaskId::new(&env)).collect();
        let mut sorted = made.clone();
        sorted.sort();
        assert_eq!(made, sorted);
        assert_eq!(made[0].uuid().get_version_num(), 7);
    }

    #[test]
    fn only_the_hyphenated_form_is_read() {
        for text in ["", "01890a5dac96774bbcceb302099a8057", "{01890a5d-ac96-774b-bcce-b302099a8057}", "T-12"] {
            assert!(text.parse::<TaskId>().is_err(), "{text}");
        }
    }
}
