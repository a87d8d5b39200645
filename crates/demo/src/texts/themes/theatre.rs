//! Theatre tours: many houses, one truck, always the same two days.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// A production in theatres.
pub(in crate::texts) static THEATRE: Theme = Theme {
    marks: &[
        mark(Prepare, 40, "Tour dates confirmed"),
        mark(Prepare, 95, "Technical rehearsal passed"),
        mark(Show, 0, "Opening night"),
        mark(LoadOut, 100, "Truck empty"),
    ],
    steps: &[
        step(Prepare, 10, 6, "Technical questionnaire sent to every theatre").mark("Tour dates confirmed"),
        step(Prepare, 20, 6, "Hanging plot redrawn for the smallest grid")
            .high()
            .note("Nine metres of depth, 24 bars; cyclorama on the last but one."),
        step(Prepare, 32, 4, "Counterweight loads sent to {venue}").after("Hanging plot redrawn for the smallest grid"),
        step(Prepare, 42, 3, "Fireproofing certificates of all drapes").urgent(),
        step(Prepare, 55, 8, "Light plot adapted to the house rig").after("Hanging plot redrawn for the smallest grid"),
        step(Prepare, 62, 4, "Focus notes and magic sheets printed").after("Light plot adapted to the house rig").low(),
        step(Prepare, 70, 3, "Truck pack drawing for one 13.6 m trailer"),
        step(Prepare, 80, 5, "Cue list merged: light, sound, flies").mark("Technical rehearsal passed"),
        step(Prepare, 95, 10, "Technical rehearsal in the workshop")
            .after("Cue list merged: light, sound, flies")
            .mark("Technical rehearsal passed")
            .high(),
        step(LoadIn, 0, 2, "Get-in call for flymen and stagehands").clock(8, 0),
        step(LoadIn, 45, 12, "Set fitted up and bars balanced").after("Get-in call for flymen and stagehands"),
        step(LoadIn, 75, 8, "Focus and level session").after("Set fitted up and bars balanced"),
        step(LoadIn, 100, 3, "Safety curtain and exits checked with the fire officer").urgent(),
        step(Show, 0, 2, "Half-hour call and show report").clock(20, 0).mark("Opening night"),
        step(Show, 45, 2, "Worn flying line on bar 11 replaced").high(),
        step(Show, 80, 2, "Wardrobe repairs list for the next house").low(),
        step(LoadOut, 40, 10, "Get-out and truck loaded in order").clock(23, 59),
        step(LoadOut, 100, 3, "Drapes dried, folded and counted").mark("Truck empty"),
    ],
};
