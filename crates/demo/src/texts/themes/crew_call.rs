//! Crew calls: the right hands, at the dock, on the minute.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// Local crew for somebody else's show.
pub(in crate::texts) static CREW_CALL: Theme = Theme {
    marks: &[
        mark(Prepare, 50, "Call numbers confirmed"),
        mark(Prepare, 95, "Crew list complete"),
        mark(LoadIn, 100, "Rig up"),
        mark(Show, 0, "First show"),
        mark(LoadOut, 100, "Trucks away"),
    ],
    steps: &[
        step(Prepare, 10, 3, "Crew numbers per call from the tour").mark("Call numbers confirmed"),
        step(Prepare, 22, 2, "Rates and minimum hours agreed in writing").mark("Call numbers confirmed").high(),
        step(Prepare, 32, 6, "Riggers, up and down, confirmed by name")
            .after("Crew numbers per call from the tour")
            .urgent()
            .note("Eight up, four down; certificates not older than two years."),
        step(Prepare, 42, 4, "Forklift and lift operators' cards checked").after("Crew numbers per call from the tour"),
        step(Prepare, 50, 6, "Stagehands booked for all calls")
            .after("Crew numbers per call from the tour")
            .mark("Crew list complete"),
        step(Prepare, 46, 3, "Night two: replacements for double bookings").part_of("Stagehands booked for all calls"),
        step(Prepare, 60, 2, "Insurance certificate to {venue}").urgent(),
        step(Prepare, 68, 2, "Meal breaks and penalty times on the call sheet"),
        step(Prepare, 76, 2, "Loaders for the night load-out booked").after("Stagehands booked for all calls"),
        step(Prepare, 84, 2, "Parking and gate list sent to security"),
        step(Prepare, 94, 3, "Load-in call sheet sent to everybody")
            .after("Stagehands booked for all calls")
            .mark("Crew list complete")
            .high(),
        step(LoadIn, 0, 1, "Safety briefing at the dock").clock(6, 0),
        step(LoadIn, 10, 1, "Sign-in, wristbands and hard hats").clock(5, 45),
        step(LoadIn, 60, 10, "Rig up and motors at trim").mark("Rig up"),
        step(LoadIn, 100, 2, "Hours of the load-in signed by the tour"),
        step(Show, 0, 2, "Deck crew and spot operators for the show call").clock(18, 0).mark("First show"),
        step(Show, 60, 1, "Replacement for the sick spot operator").urgent(),
        step(LoadOut, 40, 8, "Load-out call: 40 hands, 8 loaders").clock(23, 0),
        step(LoadOut, 100, 3, "Time sheets reconciled with the client").mark("Trucks away").high(),
    ],
};
