//! Ending connections because what they stood on ended.

use lavori_audit::{Action, Details, Event, Origin};
use lavori_domain::{Env, PersonId, Timestamp};
use lavori_store::connections::{self, Connection};
use lavori_store::{Tx, audit_events};

use crate::error::Error;

/// On whose word connections end.
pub(crate) struct Cut<'a> {
    pub(crate) env: &'a dyn Env,
    pub(crate) origin: &'a Origin,
    /// The person, unless it was the operator.
    pub(crate) by: Option<PersonId>,
    /// Who that is, in words for the log.
    pub(crate) by_whom: &'a str,
    /// Why, in words for the person whose connection it was.
    pub(crate) reason: &'a str,
    pub(crate) now: Timestamp,
}

impl Cut<'_> {
    /// Revokes connections, marked with who and why and an event each, and says how many there were. They must come in
    /// the order of their ids: whoever takes several takes them in that order.
    pub(crate) async fn end(&self, tx: &mut Tx, unrevoked: &[Connection]) -> Result<usize, Error> {
        let mut ended = 0;
        for connection in unrevoked {
            let (organization, id) = (connection.organization_id, connection.id);
            // The row first, as a renewal takes it: nobody waits in a circle.
            connections::lock(tx, organization, id).await?;
            if !connections::revoke(tx, organization, id, self.by, self.reason, self.now).await? {
                continue;
            }
            let details = Details::new().text("by", self.by_whom).text("reason", self.reason);
            let event = Event::new(self.env, Action::ConnectionRevoked, self.origin.clone());
            let event = event.by(self.by.unwrap_or(connection.person_id)).on(organization, id).with(details);
            audit_events::insert(tx, &event).await?;
            ended += 1;
        }
        Ok(ended)
    }
}
