//! Fashion shows: twelve minutes after three days.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// A runway show.
pub(in crate::texts) static FASHION: Theme = Theme {
    marks: &[
        mark(Prepare, 40, "Runway design frozen"),
        mark(Prepare, 95, "Casting closed"),
        mark(LoadIn, 100, "Run-through"),
        mark(Show, 0, "Show"),
        mark(LoadOut, 100, "Space handed back"),
    ],
    steps: &[
        step(Prepare, 10, 5, "Runway layout and seat count for {venue}").mark("Runway design frozen"),
        step(Prepare, 22, 4, "Mirror panel sample approved").mark("Runway design frozen").high(),
        step(Prepare, 30, 3, "Slip test of the runway surface in heels").after("Mirror panel sample approved").urgent(),
        step(Prepare, 42, 6, "Light plan: flat, shadowless, 5,600 K on the runway")
            .note("1,800 lux at face height, no spill on the first row."),
        step(Prepare, 52, 3, "Photographers' pit built to the agency's drawing"),
        step(Prepare, 60, 4, "Backstage power for 40 hair and make-up stations")
            .note("32 A per ten stations, separate from show power."),
        step(Prepare, 70, 3, "Music cleared and edited to the running order").mark("Casting closed"),
        step(Prepare, 80, 4, "Seating chart with sponsors and press").low(),
        step(Prepare, 92, 2, "Dressers' call and line-up boards printed").mark("Casting closed"),
        step(LoadIn, 0, 2, "Load-in call sheet").clock(6, 30),
        step(LoadIn, 35, 16, "Runway substructure levelled").after("Load-in call sheet").high(),
        step(LoadIn, 60, 10, "Mirror panels fixed and cleaned").after("Runway substructure levelled"),
        step(LoadIn, 80, 6, "Focus with stand-in models").after("Runway substructure levelled"),
        step(LoadIn, 100, 3, "Run-through with music and line-up").clock(21, 0).mark("Run-through"),
        step(Show, 0, 1, "Protective film off the runway")
            .clock(18, 45)
            .after("Mirror panels fixed and cleaned")
            .urgent(),
        step(Show, 0, 2, "Camera positions released by the director").mark("Show"),
        step(Show, 100, 2, "Looks footage delivered to the press office").clock(22, 0),
        step(LoadOut, 50, 10, "Mirror panels packed with corner protection"),
        step(LoadOut, 100, 2, "Floor of {venue} checked and photographed").mark("Space handed back"),
    ],
};
