//! Shifts: pending, published, and then completed or not worked, which may be corrected; or called off before.

use std::collections::BTreeMap;

use lavori_domain::id::kind;
use lavori_domain::schedule::ShiftStatus;
use lavori_domain::{RecordType, ShiftId, Timestamp};
use lavori_store::shifts::ShiftDetail;

use super::{Move, no_way};
use crate::call::Problems;
use crate::refs;
use crate::schedule::changed::move_shift;
use crate::schedule::plan::{Asked, Plan};

pub(super) fn plans(
    moves: Vec<Move<kind::Shift>>,
    held: &mut BTreeMap<ShiftId, Box<ShiftDetail>>,
    now: Timestamp,
    problems: &mut Problems,
) -> Vec<Plan> {
    let mut plans = Vec::with_capacity(moves.len());
    for item in moves {
        let Some(before) = held.remove(&item.id) else {
            problems.add(refs::not_found(&item.at("id"), &item.text, &[RecordType::Shift]));
            continue;
        };
        let Some(to) = item.word(ShiftStatus::ALL, ShiftStatus::as_str, problems) else { continue };
        let mut shift = before.shift.clone();
        if !move_shift(&mut shift, to, now) {
            let allowed = shift.status.allowed_transitions();
            problems.add(no_way(item.at("to"), to, allowed, ShiftStatus::as_str));
            continue;
        }
        let asked = Asked { version: item.version, reason: item.reason };
        plans.push(Plan::of_shift(item.index, asked, before, shift));
    }
    plans
}
