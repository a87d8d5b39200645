//! What every production needs from the office.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show, Whole};
use crate::texts::step::{Step, step};

/// Steps for whichever production, whoever owns it.
pub(super) static OFFICE: [Step; 16] = [
    step(Whole, 15, 2, "Purchase order received from the client").high(),
    step(Whole, 30, 1, "Weekly call with the client"),
    step(Whole, 45, 2, "Subcontractors' insurance certificates filed"),
    step(Prepare, 25, 3, "Hotel and travel list for the crew"),
    step(Prepare, 40, 4, "Risk assessment and method statement").high(),
    step(Prepare, 52, 2, "Catering numbers and diets collected").low(),
    step(Prepare, 62, 3, "Crew availability asked for all days"),
    step(Prepare, 72, 2, "Accreditation list sent to {venue}"),
    step(Prepare, 82, 2, "Truck slots booked with the dock"),
    step(Prepare, 90, 2, "Production contact sheet issued").low(),
    step(LoadIn, 20, 1, "Toolbox talk before the first lift").clock(8, 0),
    step(Show, 30, 1, "Show report sent to the client").low(),
    step(LoadOut, 80, 2, "Lost and found list to {venue}").low(),
    step(LoadOut, 90, 2, "Hire returns checked against delivery notes"),
    step(Whole, 100, 3, "Debrief with the crew leaders").low(),
    step(Whole, 100, 4, "Final costs sent to the office"),
];
