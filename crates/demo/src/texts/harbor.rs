//! Harbor Crew: six productions of a crew company, without teams. One name stands twice, a year apart.

use lavori_domain::billing::TaxCategory;
use lavori_domain::projects::ProjectStatus::OnHold;

use super::production::{OrganizationText, Production, production};
use super::themes::{CONFERENCE, CREW_CALL, FESTIVAL, LAUNCH, MAPPING};
use super::{clients, services};

/// The organization without teams, where nothing may be changed over MCP.
pub(crate) static HARBOR: OrganizationText = OrganizationText {
    slug: "harbor",
    name: "Harbor Crew",
    time_zone: "America/New_York",
    currency: "USD",
    switches: (false, false),
    teams: &[],
    clients: &clients::HARBOR,
    services: &services::HARBOR,
    tax: (TaxCategory::OutOfScope, "0", Some("Labor services, not subject to sales tax")),
    productions: &PRODUCTIONS,
};

static PRODUCTIONS: [Production; 6] = [
    production("Meridian Health Summit", &CONFERENCE, "Battery Convention Center", -378, [35, 2, 3, 1], 15)
        .about("Three-day medical meeting, labor and AV.")
        .client("meridian")
        .lead("Hana Sato"),
    production("Meridian Health Summit", &CONFERENCE, "Battery Convention Center", 13, [36, 2, 3, 1], 23)
        .about("Three-day medical meeting, two more breakout rooms than last year.")
        .client("meridian")
        .lead("Aaliyah Brooks")
        .on_track(),
    production("Kestrel arena run, local crew", &CREW_CALL, "Harborside Arena", 1, [28, 1, 3, 1], 20)
        .about("Sixty stagehands, eight riggers up and four down, three nights.")
        .client("kestrel")
        .lead("Tom Delgado")
        .at_risk("Down riggers for night two still short by two."),
    production("Harborfest, river stage", &FESTIVAL, "Pier 41", 40, [50, 4, 2, 2], 20)
        .about("Barge stage, tide tables decide the load-in.")
        .client("pier")
        .lead("Mei-Lin Chu"),
    production("Baptiste retrospective, gallery projections", &MAPPING, "Foundry Gallery", 75, [60, 5, 30, 2], 15)
        .about("Eleven rooms, one loop each, opening night with the artist.")
        .client("baptiste")
        .lead("Mei-Lin Chu"),
    production("Pier 41 product week", &LAUNCH, "Pier 41, shed B", 28, [40, 3, 5, 1], 15)
        .about("Five launches in five days on one stage. Dates under review by the client.")
        .client("pier")
        .lead("Hana Sato")
        .status(OnHold),
];
