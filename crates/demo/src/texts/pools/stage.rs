//! What the stage team adds.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Step, step};

/// Steps of carpenters, riggers and stage managers.
pub(super) static STAGE: [Step; 13] = [
    step(Prepare, 18, 6, "Deck and riser count from stores"),
    step(Prepare, 28, 4, "Chain hoists: inspection dates checked").high(),
    step(Prepare, 38, 3, "Truss inspection certificates"),
    step(Prepare, 48, 8, "Drapes and masking cut list"),
    step(Prepare, 58, 4, "Load calculation for every rigging point").urgent(),
    step(Prepare, 66, 3, "Steel wire and shackle order").after("Load calculation for every rigging point"),
    step(Prepare, 78, 2, "Height access: two lifts and operators' cards"),
    step(LoadIn, 15, 4, "Rigging points marked on the floor").clock(9, 30),
    step(LoadIn, 50, 6, "Stage levelled and hand rails fitted"),
    step(LoadIn, 70, 2, "Edge marking and steps lit"),
    step(Show, 20, 1, "Daily rigging inspection signed"),
    step(LoadOut, 30, 6, "Decks stacked and strapped"),
    step(LoadOut, 75, 3, "Damaged decks listed for the workshop").low(),
];
