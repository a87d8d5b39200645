//! Notices of what is being taken away: every replica stops what runs on it. Correctness never rests on a notice, which
//! may be late or lost; it only makes revoking and switching off fast (DESIGN section 3). What may commit is decided
//! under [`crate::locks`].

mod replicas;

use std::sync::Arc;

use lavori_domain::{ConnectionId, OrganizationId, PersonId};
use lavori_policy::Scopes;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use replicas::Replicas;

/// The channel of PostgreSQL's notices.
pub(crate) const CHANNEL: &str = "lavori_cut_off";
/// Notices that wait for a slow receiver. Beyond it the oldest are lost to that receiver.
const WAITING: usize = 1024;

/// What is taken away, from whom. Whatever is not named may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutOff {
    organization: Option<OrganizationId>,
    person: Option<PersonId>,
    connection: Option<ConnectionId>,
    /// What may go on being used; none: nothing.
    keeps: Option<Scopes>,
}

impl CutOff {
    /// A connection is revoked.
    pub fn connection(organization: OrganizationId, connection: ConnectionId) -> Self {
        Self { organization: Some(organization), person: None, connection: Some(connection), keeps: None }
    }

    /// A member leaves, or may not connect clients any more.
    pub fn member(organization: OrganizationId, person: PersonId) -> Self {
        Self { organization: Some(organization), person: Some(person), connection: None, keeps: None }
    }

    /// A person is disabled.
    pub fn person(person: PersonId) -> Self {
        Self { organization: None, person: Some(person), connection: None, keeps: None }
    }

    /// An organization allows no more than `keeps`.
    pub fn scopes(organization: OrganizationId, keeps: Scopes) -> Self {
        Self { organization: Some(organization), person: None, connection: None, keeps: Some(keeps) }
    }

    /// Whether a call of this connection, by this person in this organization, that may use `scopes`, is cut off.
    pub fn hits(
        &self,
        organization: OrganizationId,
        person: PersonId,
        connection: ConnectionId,
        scopes: Scopes,
    ) -> bool {
        self.organization.is_none_or(|named| named == organization)
            && self.person.is_none_or(|named| named == person)
            && self.connection.is_none_or(|named| named == connection)
            && self.keeps.is_none_or(|keeps| scopes > keeps)
    }

    /// As replicas tell each other.
    pub fn to_payload(self) -> String {
        json!({
            "organization": self.organization.map(|id| id.to_string()),
            "person": self.person.map(|id| id.to_string()),
            "connection": self.connection.map(|id| id.to_string()),
            "keeps": self.keeps.map(|scopes| scopes.to_string()),
        })
        .to_string()
    }

    /// Reads what a replica sent; `None` for what this version does not understand.
    pub fn from_payload(payload: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(payload).ok()?;
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        Some(Self {
            organization: text("organization").map(str::parse).transpose().ok()?,
            person: text("person").map(str::parse).transpose().ok()?,
            connection: text("connection").map(str::parse).transpose().ok()?,
            keeps: match text("keeps") {
                None => None,
                Some(scopes) => Some(Scopes::parse(scopes)?),
            },
        })
    }
}

/// Where notices are given and heard.
pub(crate) struct CutOffs {
    here: broadcast::Sender<CutOff>,
    replicas: Option<Arc<Replicas>>,
}

impl CutOffs {
    /// SQLite: one process is all there is.
    pub(crate) fn within_this_process() -> Self {
        Self { here: broadcast::Sender::new(WAITING), replicas: None }
    }

    /// PostgreSQL: other processes may serve the same connections.
    pub(crate) fn among_replicas(url: &str) -> Self {
        Self { here: broadcast::Sender::new(WAITING), replicas: Some(Arc::new(Replicas::new(url))) }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<CutOff> {
        self.here.subscribe()
    }

    /// Hears the other replicas from now on.
    pub(crate) fn listen(&self) {
        #[cfg(feature = "testing")]
        if crate::testing::notices_silenced() {
            return;
        }
        if let Some(replicas) = &self.replicas {
            tokio::spawn(replicas::hear(Arc::clone(replicas), self.here.clone()));
        }
    }

    /// Tells this process.
    pub(crate) fn announce_here(&self, cut: CutOff) {
        #[cfg(feature = "testing")]
        if crate::testing::notices_silenced() {
            return;
        }
        // Nobody listens in commands that only change something.
        let _listeners = self.here.send(cut);
    }

    /// Tells this process and, as far as that is quick, the other replicas.
    pub(crate) async fn announce(&self, cut: CutOff) {
        self.announce_here(cut);
        if let Some(replicas) = &self.replicas {
            replicas.tell(cut).await;
        }
    }
}
