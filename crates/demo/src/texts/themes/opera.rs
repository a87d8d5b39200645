//! Outdoor opera: an orchestra, a chorus and no roof over the audience.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// An opera or concert in a courtyard or square.
pub(in crate::texts) static OPERA: Theme = Theme {
    marks: &[
        mark(Prepare, 30, "Set design frozen"),
        mark(Prepare, 85, "Permits complete"),
        mark(LoadIn, 100, "Stage and pit handed over"),
        mark(Show, 0, "First night"),
        mark(LoadOut, 100, "Courtyard handed back"),
    ],
    steps: &[
        step(Prepare, 10, 8, "Laser survey of {venue}")
            .note("Point cloud for the set designer; mark everything that must not be touched."),
        step(Prepare, 25, 10, "Set ground plan approved by the director").mark("Set design frozen").high(),
        step(Prepare, 40, 12, "Rigging plot approved by the structural engineer")
            .after("Set ground plan approved by the director")
            .mark("Permits complete")
            .high(),
        step(Prepare, 45, 6, "Heritage office permit for anchors in the wall")
            .urgent()
            .mark("Permits complete")
            .note("No drilling: clamps and ballast only. Drawings in three copies."),
        step(Prepare, 50, 8, "Orchestra pit layout with the conductor")
            .note("62 players, harp by the exit, sight lines to both monitors."),
        step(Prepare, 46, 3, "Seating drawing for 62 players").part_of("Orchestra pit layout with the conductor"),
        step(Prepare, 48, 2, "Stand lights on a dimmer of their own")
            .part_of("Orchestra pit layout with the conductor"),
        step(Prepare, 60, 3, "Humidity cover for strings and harp ordered")
            .after("Orchestra pit layout with the conductor"),
        step(Prepare, 65, 6, "Surtitle screens position and language list"),
        step(Prepare, 75, 5, "Fire brigade inspection booked")
            .after("Rigging plot approved by the structural engineer")
            .mark("Permits complete"),
        step(Prepare, 88, 4, "Rain plan agreed with the box office")
            .note("Decision one hour before the performance, by the stage manager and the city."),
        step(LoadIn, 10, 6, "Cable route over the historic paving laid").clock(10, 0),
        step(LoadIn, 40, 20, "Stage decks and pit roof built").mark("Stage and pit handed over"),
        step(LoadIn, 65, 12, "Light focus after dark").after("Stage decks and pit roof built").clock(23, 30),
        step(LoadIn, 85, 4, "Acoustic shell tuned with the orchestra").after("Stage decks and pit roof built"),
        step(LoadIn, 100, 3, "Dress rehearsal call sheet").mark("Stage and pit handed over"),
        step(Show, 0, 2, "Conductor camera and monitors checked").clock(19, 0).mark("First night").high(),
        step(Show, 60, 1, "Dew check on radio packs before each act"),
        step(LoadOut, 50, 14, "Pit roof and decks struck"),
        step(LoadOut, 100, 4, "Paving inspected with the heritage office")
            .after("Pit roof and decks struck")
            .mark("Courtyard handed back"),
    ],
};
