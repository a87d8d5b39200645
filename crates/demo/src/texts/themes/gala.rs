//! Gala dinners and weddings: the kitchen sets the time.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// A dinner with a show.
pub(in crate::texts) static GALA: Theme = Theme {
    marks: &[
        mark(Prepare, 40, "Menu and seating agreed"),
        mark(Prepare, 90, "Run of show signed off"),
        mark(LoadIn, 100, "Room ready"),
        mark(Show, 0, "Guests seated"),
        mark(LoadOut, 100, "Venue handed back"),
    ],
    steps: &[
        step(Prepare, 10, 3, "Floor plan with tables, stage and dance floor").mark("Menu and seating agreed"),
        step(Prepare, 22, 2, "Service timing agreed with the caterer")
            .after("Floor plan with tables, stage and dance floor")
            .mark("Menu and seating agreed")
            .high(),
        step(Prepare, 34, 4, "Ceiling points at {venue} checked for the chandelier drop")
            .note("200 kg per point at most, no beam clamps on the stucco."),
        step(Prepare, 45, 3, "Band rider and stage size confirmed"),
        step(Prepare, 55, 3, "Fireworks permit and safety distance").urgent(),
        step(Prepare, 64, 3, "Winner films collected and levels matched"),
        step(Prepare, 74, 2, "Candle plan accepted by the fire officer")
            .after("Floor plan with tables, stage and dance floor"),
        step(Prepare, 84, 4, "Run of show with speeches and courses")
            .after("Service timing agreed with the caterer")
            .mark("Run of show signed off"),
        step(Prepare, 95, 2, "Presenter script and pronunciation list").mark("Run of show signed off"),
        step(LoadIn, 10, 2, "Load-in call sheet").clock(6, 0),
        step(LoadIn, 50, 12, "Stage, drapes and dance floor built").after("Load-in call sheet"),
        step(LoadIn, 75, 6, "Table pin spots focused").after("Stage, drapes and dance floor built"),
        step(LoadIn, 100, 3, "Sound check before the tables are laid").clock(15, 0).mark("Room ready"),
        step(Show, 0, 1, "Walk-through with the head waiter and the show caller").clock(18, 0).mark("Guests seated"),
        step(Show, 50, 1, "Envelope order checked against the winner list").urgent(),
        step(Show, 100, 1, "Sound limiter reset at midnight").clock(23, 59),
        step(LoadOut, 50, 8, "Night load-out without goods lift after two")
            .note("Neighbours: no cases on the cobbles before seven."),
        step(LoadOut, 100, 2, "Wax and floor inspection with the venue").mark("Venue handed back"),
    ],
};
