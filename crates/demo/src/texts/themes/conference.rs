//! Conferences: a plenary, breakout rooms and a very punctual programme.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// A corporate or medical conference.
pub(in crate::texts) static CONFERENCE: Theme = Theme {
    marks: &[
        mark(Prepare, 30, "Programme frozen"),
        mark(Prepare, 90, "All presentations in"),
        mark(LoadIn, 100, "Rooms ready"),
        mark(Show, 0, "Opening session"),
        mark(LoadOut, 100, "Venue handed back"),
    ],
    steps: &[
        step(Prepare, 10, 4, "Room plan and capacities agreed with {venue}").mark("Programme frozen"),
        step(Prepare, 22, 6, "AV list for each breakout room").after("Room plan and capacities agreed with {venue}"),
        step(Prepare, 32, 4, "Interpreters booked and booth positions drawn")
            .high()
            .note("Booths need a direct view of the stage and the screen."),
        step(Prepare, 42, 3, "Internet line ordered with a backup")
            .urgent()
            .note("200 Mbit/s dedicated, second carrier on another route."),
        step(Prepare, 50, 5, "Stage set and lectern branding approved"),
        step(Prepare, 60, 4, "Speaker release forms and recording rights"),
        step(Prepare, 70, 6, "Slide template and submission desk set up").mark("All presentations in"),
        step(Prepare, 66, 2, "Fonts and videos checked on the show computers")
            .part_of("Slide template and submission desk set up"),
        step(Prepare, 78, 3, "Hybrid platform test with remote speakers").after("Internet line ordered with a backup"),
        step(Prepare, 88, 5, "Minute-by-minute run of show").mark("All presentations in").high(),
        step(Prepare, 96, 2, "Badge printers and turnstiles tested").low(),
        step(LoadIn, 15, 3, "Load-in call sheet").clock(7, 30),
        step(LoadIn, 55, 14, "Plenary screens, PA and light up").mark("Rooms ready"),
        step(LoadIn, 85, 6, "Breakout rooms signed off with the client")
            .after("Plenary screens, PA and light up")
            .mark("Rooms ready"),
        step(LoadIn, 100, 3, "Rehearsal with the moderators").clock(18, 0),
        step(Show, 0, 1, "Lapel microphones on the first panel").clock(8, 15).mark("Opening session"),
        step(Show, 40, 3, "Recordings copied twice every evening"),
        step(Show, 100, 2, "Attendance counts per room").low(),
        step(LoadOut, 60, 10, "Interpretation receivers counted in")
            .note("Missing units are charged: list by room and serial number."),
        step(LoadOut, 100, 2, "Rooms handed back and meters read").mark("Venue handed back"),
    ],
};
