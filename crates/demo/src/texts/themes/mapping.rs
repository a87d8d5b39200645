//! Projection mapping: a building or a room as the screen.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// A projection on a façade or in a gallery.
pub(in crate::texts) static MAPPING: Theme = Theme {
    marks: &[
        mark(Prepare, 30, "Projection study approved"),
        mark(Prepare, 90, "Content final"),
        mark(LoadIn, 100, "Alignment done"),
        mark(Show, 0, "Opening"),
        mark(LoadOut, 100, "Towers down"),
    ],
    steps: &[
        step(Prepare, 8, 6, "3D scan of {venue}").note("2 cm on the whole surface, 5 mm on the cornices."),
        step(Prepare, 20, 8, "Projection study: lenses, overlap, brightness")
            .after("3D scan of {venue}")
            .mark("Projection study approved")
            .high(),
        step(Prepare, 15, 1, "Short-throw lenses reserved for two towers")
            .part_of("Projection study: lenses, overlap, brightness"),
        step(Prepare, 28, 3, "Street lighting switch-off agreed with the city").mark("Projection study approved"),
        step(Prepare, 36, 4, "Tower positions cleared with the fire brigade")
            .after("Projection study: lenses, overlap, brightness")
            .urgent(),
        step(Prepare, 45, 3, "Heritage office informed of all fixings"),
        step(Prepare, 52, 5, "UV template sent to the animators")
            .after("Projection study: lenses, overlap, brightness"),
        step(Prepare, 60, 3, "Weatherproof housings with heating ordered"),
        step(Prepare, 70, 6, "Media servers built and burnt in for 72 hours")
            .note("Log temperatures and dropped frames."),
        step(Prepare, 80, 4, "Music rights for public performance cleared"),
        step(Prepare, 92, 10, "Final renders delivered")
            .after("UV template sent to the animators")
            .mark("Content final")
            .high(),
        step(LoadIn, 10, 8, "Projector towers built and ballasted").clock(16, 0),
        step(LoadIn, 40, 10, "Projectors hoisted, levelled and blended").after("Projector towers built and ballasted"),
        step(LoadIn, 75, 12, "Night alignment on the real surface")
            .after("Projectors hoisted, levelled and blended")
            .clock(4, 0)
            .mark("Alignment done")
            .high(),
        step(LoadIn, 100, 3, "Content review with the director after dark")
            .after("Night alignment on the real surface")
            .mark("Alignment done"),
        step(Show, 0, 1, "Start-up list for the night watch").clock(17, 30).mark("Opening"),
        step(Show, 50, 4, "Lamp hours and realignment check"),
        step(Show, 90, 2, "Visitor numbers from the city").low(),
        step(LoadOut, 50, 10, "Projectors down and lenses cleaned"),
        step(LoadOut, 100, 2, "Masonry checked with the conservator").mark("Towers down"),
    ],
};
