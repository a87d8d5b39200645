//! Television, live: nothing may happen a second late.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// A live television production.
pub(in crate::texts) static BROADCAST: Theme = Theme {
    marks: &[
        mark(Prepare, 35, "Technical plan frozen"),
        mark(Prepare, 90, "Feeds confirmed"),
        mark(LoadIn, 100, "Dress rehearsal"),
        mark(Show, 0, "On air"),
        mark(LoadOut, 100, "Studio clear"),
    ],
    steps: &[
        step(Prepare, 8, 5, "Technical survey with the outside broadcast supplier")
            .note("Parking, tails, stairs, uplink dish with a free view to the south."),
        step(Prepare, 20, 6, "Camera plan approved by the director").mark("Technical plan frozen").high(),
        step(Prepare, 28, 4, "Intercom matrix and key panels list").after("Camera plan approved by the director"),
        step(Prepare, 36, 5, "Audio split between PA and broadcast agreed")
            .mark("Technical plan frozen")
            .note("Analogue split as a fallback; who owns the gains is written down."),
        step(Prepare, 45, 3, "Frequency licences requested").urgent(),
        step(Prepare, 55, 4, "Uplink and fibre paths ordered").mark("Feeds confirmed").high(),
        step(Prepare, 52, 2, "Fallback when the uplink fades in rain").part_of("Uplink and fibre paths ordered"),
        step(Prepare, 62, 6, "Graphics package tested on the floor screen"),
        step(Prepare, 70, 3, "Timecode and sync plan").after("Intercom matrix and key panels list"),
        step(Prepare, 80, 4, "Uninterruptible power for master control"),
        step(Prepare, 90, 4, "Feed list confirmed with every region")
            .after("Uplink and fibre paths ordered")
            .mark("Feeds confirmed"),
        step(LoadIn, 0, 2, "Outside broadcast trucks parked and powered").clock(7, 0).high(),
        step(LoadIn, 35, 14, "Camera cables pulled and dressed").after("Outside broadcast trucks parked and powered"),
        step(LoadIn, 60, 6, "Line-up: pictures, sound, intercom, tally")
            .after("Camera cables pulled and dressed")
            .urgent(),
        step(LoadIn, 80, 3, "Emergency announcement script recorded"),
        step(LoadIn, 100, 8, "Dress rehearsal with stand-ins")
            .after("Line-up: pictures, sound, intercom, tally")
            .mark("Dress rehearsal"),
        step(Show, 0, 1, "On-air check of main and reserve path").clock(19, 30).mark("On air").urgent(),
        step(Show, 100, 2, "Clean feed and iso recordings backed up"),
        step(LoadOut, 50, 8, "Radio microphones counted and disinfected"),
        step(LoadOut, 100, 3, "Studio floor handed back").mark("Studio clear"),
    ],
};
