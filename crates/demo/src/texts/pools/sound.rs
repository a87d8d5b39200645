//! What the sound team adds.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Step, step};

/// Steps of system technicians, engineers and radio wranglers.
pub(super) static SOUND: [Step; 14] = [
    step(Prepare, 16, 5, "Loudspeaker prediction for every seat")
        .note("Front fills and under-balcony from their own zones."),
    step(Prepare, 26, 3, "RF scan on site").high(),
    step(Prepare, 36, 4, "RF coordination with {venue}").after("RF scan on site").high(),
    step(Prepare, 46, 3, "Input list and patch sheet"),
    step(Prepare, 56, 3, "Console show files built").after("Input list and patch sheet"),
    step(Prepare, 64, 2, "Spare amplifiers and processor reserved"),
    step(Prepare, 74, 2, "Noise limit and measuring point agreed"),
    step(LoadIn, 25, 6, "Multicore and network run"),
    step(LoadIn, 55, 4, "Polarity and delay check of the system"),
    step(LoadIn, 80, 3, "Monitor mixes set with the musicians"),
    step(Show, 15, 1, "Batteries changed before doors").clock(17, 0),
    step(Show, 70, 1, "Noise log exported"),
    step(LoadOut, 35, 4, "Microphones counted and wiped"),
    step(LoadOut, 70, 2, "Faulty cables tagged for repair").low(),
];
