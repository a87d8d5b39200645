//! Events: pending, confirmed, called off. What recurs changes as a whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use lavori_domain::id::kind;
use lavori_domain::schedule::EventStatus;
use lavori_domain::{EventId, RecordType};
use lavori_store::events::EventDetail;

use super::{Move, no_way};
use crate::call::Problems;
use crate::refs;
use crate::schedule::changed::move_event;
use crate::schedule::plan::{Asked, Plan, guests};
use crate::written::Warning;

pub(super) fn plans(
    moves: Vec<Move<kind::Event>>,
    held: &mut BTreeMap<EventId, Arc<EventDetail>>,
    warnings: &mut Vec<Warning>,
    problems: &mut Problems,
) -> Vec<Plan> {
    let mut plans = Vec::with_capacity(moves.len());
    for item in moves {
        let Some(before) = held.remove(&item.id) else {
            problems.add(refs::not_found(&item.at("id"), &item.text, &[RecordType::Event]));
            continue;
        };
        let Some(to) = item.word(EventStatus::ALL, EventStatus::as_str, problems) else { continue };
        let mut event = before.event.clone();
        if !move_event(&mut event, to) {
            let allowed = event.status.allowed_transitions();
            problems.add(no_way(item.at("to"), to, allowed, EventStatus::as_str));
            continue;
        }
        if event.recurrence.is_some() && event.status != before.event.status {
            warnings.push(Warning {
                code: "whole_series",
                message: "The event recurs: all of its occurrences changed. For one of them use \
                          update_schedule_entries with its `occurrence`."
                    .to_owned(),
                index: Some(item.index),
                records: vec![event.key().to_string()],
            });
        }
        let asked = Asked { version: item.version, reason: item.reason };
        let people = guests(&before);
        plans.push(Plan::of_event(item.index, asked, &before, (event, people)));
    }
    plans
}
