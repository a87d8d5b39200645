//! Who takes part in events.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use lavori_domain::schedule::{Party, Response};
use lavori_domain::{ContactId, EventId, Id, OrganizationId, PersonId};

use crate::conn::{Conn, Tx, on};
use crate::error::Error;
use crate::schema::{contacts, event_people, people};
use crate::sql::Sql;
use crate::within::{Within, is_known_contact, is_teammate};

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// Who.
    pub party: Party,
    /// Their name. `None`: `within` does not show them.
    pub name: Option<String>,
    /// What they answered.
    pub response: Response,
}

/// Writes who takes part in an event over what was there.
///
/// # Errors
/// [`Error::Conflict`] when somebody is there twice, or is of another organization.
pub async fn set_people(
    tx: &mut Tx,
    organization: OrganizationId,
    event: EventId,
    people: &[(Party, Response)],
) -> Result<(), Error> {
    on!(tx, |c| diesel::delete(
        event_people::table
            .filter(event_people::organization_id.eq(Sql(organization)))
            .filter(event_people::event_id.eq(Sql(event)))
    )
    .execute(c))?;
    for (party, response) in people {
        let (person, contact) = match party {
            Party::Member(person) => (Some(*person), None),
            Party::Contact(contact) => (None, Some(*contact)),
        };
        let id: Id<()> = match party {
            Party::Member(person) => person.uuid().into(),
            Party::Contact(contact) => contact.uuid().into(),
        };
        on!(tx, |c| diesel::insert_into(event_people::table)
            .values((
                event_people::organization_id.eq(Sql(organization)),
                event_people::event_id.eq(Sql(event)),
                event_people::party_id.eq(Sql(id)),
                event_people::person_id.eq(person.map(Sql)),
                event_people::contact_id.eq(contact.map(Sql)),
                event_people::response.eq(Sql(*response)),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Who takes part in the given events, by name: one query. The events must have been found within `within`.
pub(super) async fn of(
    conn: &mut Conn,
    within: Within,
    ids: &[EventId],
) -> Result<HashMap<EventId, Vec<Guest>>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    type Row = (EventId, Option<PersonId>, Option<ContactId>, Response, Option<String>, Option<String>, bool, bool);
    let rows: Vec<Row> = on!(conn, |c| {
        event_people::table
            .left_join(people::table.on(people::id.nullable().eq(event_people::person_id)))
            .left_join(
                contacts::table.on(contacts::organization_id
                    .eq(event_people::organization_id)
                    .and(contacts::id.nullable().eq(event_people::contact_id))),
            )
            .filter(event_people::organization_id.eq(Sql(within.organization)))
            .filter(event_people::event_id.eq_any(ids.iter().copied().map(Sql)))
            .select((
                event_people::event_id,
                event_people::person_id,
                event_people::contact_id,
                event_people::response,
                people::name.nullable(),
                contacts::name.nullable(),
                is_teammate!(within, event_people, person_id),
                is_known_contact!(within, event_people, contact_id),
            ))
            .load(c)
    })?;
    let mut found: HashMap<EventId, Vec<Guest>> = HashMap::new();
    for (event, person, contact, response, member_name, contact_name, mate, known) in rows {
        let party = person.map(Party::Member).or(contact.map(Party::Contact));
        // The table's CHECK lets no row be without both.
        let Some(party) = party else { continue };
        let seen = within.team.is_none() || mate || known;
        let name = member_name.or(contact_name).filter(|_| seen);
        found.entry(event).or_default().push(Guest { party, name, response });
    }
    for guests in found.values_mut() {
        guests.sort_by(|a, b| (&a.name, a.party).cmp(&(&b.name, b.party)));
    }
    Ok(found)
}
