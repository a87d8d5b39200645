//! Stadium shows: weight, wind, turf and very many people.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// One night in a stadium.
pub(in crate::texts) static STADIUM: Theme = Theme {
    marks: &[
        mark(Prepare, 30, "Venue contract signed"),
        mark(Prepare, 90, "Safety plan approved"),
        mark(LoadIn, 100, "Sound check"),
        mark(Show, 0, "Show"),
        mark(LoadOut, 100, "Pitch handed back"),
    ],
    steps: &[
        step(Prepare, 8, 6, "Advance call with the tour production manager")
            .note("Trucks, crew numbers, power, catering counts, curfew."),
        step(Prepare, 20, 10, "Steel and pitch cover order placed").mark("Venue contract signed").high(),
        step(Prepare, 35, 12, "Rigging plot approved by venue")
            .urgent()
            .note("Point loads against the roof capacity of {venue}."),
        step(Prepare, 42, 6, "Truss inspection certificates collected").after("Rigging plot approved by venue"),
        step(Prepare, 50, 8, "Crowd safety plan with the police").mark("Safety plan approved").high(),
        step(Prepare, 44, 2, "Road closure permit for the show day").part_of("Crowd safety plan with the police"),
        step(Prepare, 48, 2, "Queue lanes drawn on the site plan").part_of("Crowd safety plan with the police"),
        step(Prepare, 58, 3, "RF coordination with venue")
            .note("64 channels: in-ears, microphones, intercom and the home team."),
        step(Prepare, 65, 4, "Power distribution: 4 generators, 2 in reserve"),
        step(Prepare, 72, 5, "Truck parking and shunting plan").note("23 artics, four docks, one way in."),
        step(Prepare, 80, 4, "Local crew call: 120 hands, 16 riggers").after("Truck parking and shunting plan"),
        step(Prepare, 92, 3, "Medical cover and first-aid posts confirmed").mark("Safety plan approved"),
        step(LoadIn, 0, 4, "Pitch cover down by the groundsman").clock(7, 0).high(),
        step(LoadIn, 35, 24, "Steel up to the roof grid").after("Pitch cover down by the groundsman"),
        step(LoadIn, 60, 14, "PA towers plumbed and braced").after("Steel up to the roof grid"),
        step(LoadIn, 90, 6, "System tuning from the back row of the stand")
            .after("PA towers plumbed and braced")
            .mark("Sound check"),
        step(Show, 0, 2, "Show stop procedure rehearsed with stewards").clock(14, 0).mark("Show").urgent(),
        step(Show, 100, 1, "Curfew: last song by 23:00").clock(23, 0),
        step(LoadOut, 35, 16, "Amplifier racks counted and signed for").high(),
        step(LoadOut, 70, 20, "Steel down and first trucks away"),
        step(LoadOut, 100, 4, "Turf inspection with the groundsman").mark("Pitch handed back"),
    ],
};
