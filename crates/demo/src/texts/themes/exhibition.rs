//! Trade fairs: a stand that must be there when the hall opens.

use crate::texts::step::Slot::{LoadIn, LoadOut, Prepare, Show};
use crate::texts::step::{Theme, mark, step};

/// A stand at a trade fair.
pub(in crate::texts) static EXHIBITION: Theme = Theme {
    marks: &[
        mark(Prepare, 35, "Stand design approved"),
        mark(Prepare, 90, "Services ordered"),
        mark(LoadIn, 100, "Stand accepted"),
        mark(Show, 0, "Hall opens"),
        mark(LoadOut, 100, "Hall floor clean"),
    ],
    steps: &[
        step(Prepare, 10, 6, "Stand drawing submitted to the organizer").mark("Stand design approved").high(),
        step(Prepare, 20, 4, "Static calculation for the suspended header")
            .after("Stand drawing submitted to the organizer")
            .urgent(),
        step(Prepare, 30, 3, "Suspension points ordered at {venue}")
            .after("Static calculation for the suspended header")
            .mark("Services ordered"),
        step(Prepare, 40, 3, "Power, water and internet ordered before the surcharge").mark("Services ordered").high(),
        step(Prepare, 50, 6, "Dark room ventilation and exit signs"),
        step(Prepare, 58, 4, "Demonstration scenes programmed"),
        step(Prepare, 66, 2, "Exhibitor passes and van permits"),
        step(Prepare, 75, 3, "Fire certificates of fabrics and carpet").urgent(),
        step(Prepare, 86, 3, "Staff rota and hotel list").low(),
        step(LoadIn, 5, 2, "Floor marked and platform laid").clock(9, 0),
        step(LoadIn, 40, 14, "Header flown and walls built").after("Floor marked and platform laid"),
        step(LoadIn, 70, 8, "Fixtures hung, addressed and tested").after("Header flown and walls built"),
        step(LoadIn, 95, 2, "Acceptance by the hall inspector")
            .after("Header flown and walls built")
            .mark("Stand accepted")
            .urgent(),
        step(Show, 0, 1, "Switch-on list for the first shift").clock(8, 30).mark("Hall opens"),
        step(Show, 50, 2, "Leads of the day sent to the office"),
        step(Show, 90, 2, "Spare fixtures swapped for the failed ones"),
        step(LoadOut, 60, 12, "Stand down and cases on the truck").clock(20, 0),
        step(LoadOut, 100, 2, "Carpet tape removed and waste weighed").mark("Hall floor clean"),
    ],
};
