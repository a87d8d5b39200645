//! Product launches: one moment that must work.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// A product launch.
pub(in crate::texts) static LAUNCH: Theme = Theme {
    marks: &[
        mark(Prepare, 35, "Concept signed off"),
        mark(Prepare, 90, "Content locked"),
        mark(LoadIn, 100, "Full rehearsal"),
        mark(Show, 0, "Reveal"),
        mark(LoadOut, 100, "Hall empty"),
    ],
    steps: &[
        step(Prepare, 8, 4, "Non-disclosure agreements from all suppliers").high(),
        step(Prepare, 20, 8, "Reveal mechanism drawing approved by the client").mark("Concept signed off").urgent(),
        step(Prepare, 30, 6, "Floor load check for the product at {venue}")
            .after("Reveal mechanism drawing approved by the client"),
        step(Prepare, 40, 5, "LED wall pixel map sent to the content studio").mark("Content locked"),
        step(Prepare, 50, 6, "Automation risk assessment")
            .after("Reveal mechanism drawing approved by the client")
            .urgent(),
        step(Prepare, 46, 2, "Emergency stop positions agreed").part_of("Automation risk assessment"),
        step(Prepare, 49, 2, "Spotters named for every moving piece").part_of("Automation risk assessment"),
        step(Prepare, 58, 3, "Blackout and secrecy plan for deliveries")
            .note("Windows covered before the product arrives, telephones in bags."),
        step(Prepare, 66, 4, "Streaming encoder and backup path tested"),
        step(Prepare, 76, 4, "Press riser and photographers' positions"),
        step(Prepare, 86, 8, "Show file programmed with preliminary content")
            .after("LED wall pixel map sent to the content studio"),
        step(Prepare, 96, 3, "Final content delivered and checked on the wall")
            .after("Show file programmed with preliminary content")
            .mark("Content locked")
            .high(),
        step(LoadIn, 0, 2, "Load-in call sheet").clock(7, 0),
        step(LoadIn, 30, 16, "LED wall built and mapped").after("Load-in call sheet"),
        step(LoadIn, 55, 10, "Reveal mechanism installed and load tested").high(),
        step(LoadIn, 75, 2, "Product moved in under cover")
            .after("Reveal mechanism installed and load tested")
            .clock(2, 0),
        step(LoadIn, 100, 6, "Full rehearsal with the executives").mark("Full rehearsal").clock(17, 0),
        step(Show, 0, 1, "Reveal go/no-go with show caller and automation").clock(18, 30).mark("Reveal").urgent(),
        step(Show, 100, 2, "Photo and video pool delivered to the press").clock(23, 0),
        step(LoadOut, 50, 12, "LED tiles checked and cased"),
        step(LoadOut, 100, 2, "Hall swept and keys returned").mark("Hall empty"),
    ],
};
