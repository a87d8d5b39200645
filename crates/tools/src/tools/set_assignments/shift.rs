//! Shifts: one person works a shift, or nobody yet.

use std::collections::BTreeMap;

use lavori_domain::id::kind;
use lavori_domain::{RecordType, ShiftId};
use lavori_store::shifts::ShiftDetail;
use serde_json::json;

use super::{Assign, How};
use crate::call::Problems;
use crate::drafts::task::Ref;
use crate::error::{Code, Problem};
use crate::refs;
use crate::schedule::plan::{Asked, Plan};
use crate::views::Named;

pub(super) fn plans(
    items: Vec<Assign<kind::Shift>>,
    held: &mut BTreeMap<ShiftId, Box<ShiftDetail>>,
    problems: &mut Problems,
) -> Vec<Plan> {
    let mut plans = Vec::with_capacity(items.len());
    for item in items {
        let Some(before) = held.remove(&item.id) else {
            problems.add(refs::not_found(&item.at("id"), &item.text, &[RecordType::Shift]));
            continue;
        };
        let is_added = matches!(item.how, How::Change { .. });
        let argument = item.at(if is_added { "add" } else { "replace" });
        // By whatever name: whether it is the same person is said by the id.
        let now: Vec<Ref<kind::Person>> =
            before.shift.person.map(|person| (person, String::new())).into_iter().collect();
        let people = item.how.of(&now, |(person, _)| *person);
        let person = match people.as_slice() {
            [] => None,
            [(person, _)] => Some(*person),
            _ => {
                problems.add(too_many(argument, is_added && !now.is_empty(), &before));
                continue;
            }
        };
        let mut shift = before.shift.clone();
        shift.person = person;
        let asked = Asked { version: item.version, reason: None };
        plans.push(Plan::of_shift(item.index, asked, before, shift));
    }
    plans
}

/// Several people for one shift, or another one for a shift that somebody has.
fn too_many(argument: String, is_taken: bool, shift: &ShiftDetail) -> Problem {
    let message = match is_taken {
        true => {
            "Somebody has the shift: `replace` them, or `remove` them in the same change. For both make a second one."
        }
        false => "One person works a shift: make one for each.",
    };
    let problem = Problem::new(Code::InvalidArgument, message).field(argument);
    match &shift.person {
        Some(name) if is_taken => problem.current(json!({ "person": name })),
        _ => problem,
    }
}

/// Who has it, if they are seen here.
pub(super) fn people(detail: &ShiftDetail) -> Vec<Named> {
    let seen = detail.shift.person.zip(detail.person.clone());
    seen.map(|(person, name)| Named::new(person, name)).into_iter().collect()
}
