//! Events: who takes part, members and contacts. Who stays keeps their answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use lavori_domain::id::kind;
use lavori_domain::schedule::{Party, Response};
use lavori_domain::{EventId, RecordType};
use lavori_store::events::EventDetail;

use super::Assign;
use crate::access::Write;
use crate::call::{Call, Problems};
use crate::error::Error;
use crate::refs;
use crate::schedule::given;
use crate::schedule::plan::{Asked, Plan};
use crate::views::Named;

/// Resolves who takes part; each of them counts once.
pub(super) async fn parties(
    call: &mut Call<'_, Write>,
    argument: &str,
    texts: &[String],
    problems: &mut Problems,
) -> Result<Vec<Party>, Error> {
    let mut found = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        found.extend(problems.keep(given::party(call, &format!("{argument}[{index}]"), text).await)?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

pub(super) fn plans(
    items: Vec<Assign<kind::Event, Party>>,
    held: &mut BTreeMap<EventId, Arc<EventDetail>>,
    problems: &mut Problems,
) -> Vec<Plan> {
    let mut plans = Vec::with_capacity(items.len());
    for item in items {
        let Some(before) = held.remove(&item.id) else {
            problems.add(refs::not_found(&item.at("id"), &item.text, &[RecordType::Event]));
            continue;
        };
        let answer = |party: &Party| {
            let guest = before.people.iter().find(|guest| guest.party == *party);
            guest.map_or(Response::Pending, |guest| guest.response)
        };
        // Who is not seen here stays.
        let (seen, unseen): (Vec<_>, Vec<_>) = before.people.iter().partition(|guest| guest.name.is_some());
        let now: Vec<Party> = seen.iter().map(|guest| guest.party).collect();
        let mut people = item.how.of(&now, |party| *party);
        people.extend(unseen.iter().map(|guest| guest.party));
        people.sort_unstable();
        people.dedup();
        let people = people.into_iter().map(|party| (party, answer(&party))).collect();
        let asked = Asked { version: item.version, reason: None };
        plans.push(Plan::of_event(item.index, asked, &before, (before.event.clone(), people)));
    }
    plans
}

/// Who takes part and is seen here.
pub(super) fn people(detail: &EventDetail) -> Vec<Named> {
    let seen = detail.people.iter().filter_map(|guest| {
        let name = guest.name.clone()?;
        Some(match guest.party {
            Party::Member(person) => Named::new(person, name),
            Party::Contact(contact) => Named::new(contact, name),
        })
    });
    seen.collect()
}
