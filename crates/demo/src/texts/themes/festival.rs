//! Festivals: an outdoor stage, bands and an audience in the rain.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// An outdoor stage for a few days of concerts.
pub(in crate::texts) static FESTIVAL: Theme = Theme {
    marks: &[
        mark(Prepare, 35, "Licences granted"),
        mark(Prepare, 90, "Technical advance closed"),
        mark(LoadIn, 100, "Stage handed over"),
        mark(Show, 0, "Doors open"),
        mark(LoadOut, 100, "Site handed back"),
    ],
    steps: &[
        step(Prepare, 10, 6, "Site survey at {venue} with the surveyor")
            .note("Ground bearing, power, access for artics, neighbours within 80 m."),
        step(Prepare, 20, 8, "Public entertainment licence filed").mark("Licences granted").high(),
        step(Prepare, 30, 4, "Noise management plan sent to the city")
            .after("Public entertainment licence filed")
            .mark("Licences granted"),
        step(Prepare, 35, 12, "Roof structural calculation from the supplier")
            .mark("Licences granted")
            .urgent()
            .note("Needs wind speed limits for lowering and clearing the roof."),
        step(Prepare, 45, 8, "Stage plot and riser list for every act").mark("Technical advance closed"),
        step(Prepare, 55, 10, "Artist technical riders advanced")
            .mark("Technical advance closed")
            .note("Differences to our festival patch go to front of house and monitors."),
        step(Prepare, 50, 3, "Headliner: second monitor console agreed").part_of("Artist technical riders advanced"),
        step(Prepare, 53, 2, "Opening acts: shared backline agreed").part_of("Artist technical riders advanced"),
        step(Prepare, 60, 3, "Backline hire order confirmed").after("Artist technical riders advanced"),
        step(Prepare, 68, 4, "Generator delivery slot confirmed").high(),
        step(Prepare, 75, 6, "Weather and evacuation plan signed off")
            .after("Roof structural calculation from the supplier")
            .urgent(),
        step(Prepare, 85, 5, "Changeover running order published")
            .after("Artist technical riders advanced")
            .mark("Technical advance closed"),
        step(LoadIn, 0, 2, "Ground protection laid to the stage").clock(8, 0),
        step(LoadIn, 30, 16, "Roof up and ballast weighed")
            .after("Ground protection laid to the stage")
            .mark("Stage handed over")
            .high(),
        step(LoadIn, 60, 10, "PA flown and delays placed").after("Roof up and ballast weighed"),
        step(LoadIn, 95, 3, "Roof handover certificate signed")
            .after("Roof up and ballast weighed")
            .mark("Stage handed over")
            .urgent(),
        step(Show, 0, 2, "Line check with the first act").clock(15, 30).mark("Doors open"),
        step(Show, 50, 1, "Anemometer readings logged every hour"),
        step(Show, 100, 2, "Sound level report of each night filed").low(),
        step(LoadOut, 40, 14, "Roof down and on the trucks").clock(18, 0),
        step(LoadOut, 100, 4, "Site walk and damage report with the city").mark("Site handed back"),
    ],
};
