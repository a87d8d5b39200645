//! Northlight Productions: twenty-four productions of an event producer, seven for the team stage, six for sound,
//! six for video, five for none. Three names stand twice, a year apart.

use lavori_domain::billing::TaxCategory;
use lavori_domain::projects::ProjectStatus::{Active, Cancelled, OnHold};

use super::production::{OrganizationText, Production, production};
use super::themes::{
    BROADCAST, CONFERENCE, EXHIBITION, FASHION, FESTIVAL, GALA, LAUNCH, MAPPING, OPERA, STADIUM, THEATRE,
};
use super::{clients, services};

/// The organization with teams, where writing and billing over MCP are allowed.
pub(crate) static NORTHLIGHT: OrganizationText = OrganizationText {
    slug: "northlight",
    name: "Northlight Productions",
    time_zone: "Europe/Rome",
    currency: "EUR",
    switches: (true, true),
    teams: &[("stage", "Stage"), ("sound", "Sound"), ("video", "Video")],
    clients: &clients::NORTHLIGHT,
    services: &services::NORTHLIGHT,
    tax: (TaxCategory::Standard, "22", None),
    productions: &PRODUCTIONS,
};

static PRODUCTIONS: [Production; 24] = [
    // Stage.
    production("Castello Sotto le Stelle", &OPERA, "Rocca di Città della Rocca", -371, [50, 6, 4, 2], 18)
        .about("Outdoor opera in the castle courtyard, four evenings, 1,400 seats.")
        .client("castello")
        .team("stage")
        .lead("Giulia Ferrante"),
    production("Castello Sotto le Stelle", &OPERA, "Rocca di Città della Rocca", 15, [48, 6, 4, 2], 27)
        .about("Outdoor opera in the castle courtyard, five evenings this year, new roof over the pit.")
        .client("castello")
        .team("stage")
        .lead("Giulia Ferrante")
        .at_risk("The courtyard paving may not take the new pit roof: survey still out."),
    production("Festa del Porto, main stage", &FESTIVAL, "Molo Vecchio", 22, [55, 5, 3, 2], 26)
        .about("Free harbour festival, 24 m roof, six bands a night.")
        .team("stage")
        .lead("Marco Bellini")
        .on_track(),
    production("Tramontana, stadium night", &STADIUM, "Stadio Nuovo", 38, [60, 5, 1, 3], 24)
        .about("The last night of the tour: 38,000 on the pitch and stands.")
        .client("lindholm")
        .team("stage")
        .lead("Giulia Ferrante")
        .on_track(),
    production("Velluto ready-to-wear show", &FASHION, "Ex Manifattura Tabacchi", 5, [35, 3, 1, 1], 25)
        .about("Mirror runway of 42 m, two shows in one evening.")
        .client("velluto")
        .team("stage")
        .lead("Zoë van den Berg")
        .off_track("Mirror panels arrive a day after load-in starts."),
    production("La Locandiera, theatre tour", &THEATRE, "Teatro Grande", -3, [45, 3, 20, 2], 25)
        .about("Goldoni on the road: twelve theatres, one truck, get-in and get-out in a day.")
        .client("grande-lago")
        .team("stage")
        .lead("Ştefan Ionescu")
        .on_track(),
    production("Teatro Grande, season opening", &THEATRE, "Teatro Grande", 64, [50, 4, 2, 1], 17)
        .about("Rehung flying system, gala evening with speeches and a short ballet.")
        .client("grande-mare")
        .team("stage")
        .lead("Marco Bellini"),
    // Sound.
    production("São Vicente Festival, second stage", &FESTIVAL, "Parque da Ribeira", 30, [50, 4, 3, 2], 24)
        .about("Second stage with a 14 m roof; our PA travels from Italy by truck.")
        .client("sao-vicente")
        .team("sound")
        .lead("João Pereira")
        .at_risk("ATA carnet for the amplifier racks not stamped yet."),
    production("Notte Bianca, concerts in the square", &FESTIVAL, "Piazza Duomo", -402, [30, 2, 2, 1], 16)
        .about("Two nights of concerts, sound limit of 95 dB(A) at the mix position.")
        .team("sound")
        .lead("Siobhán Byrne"),
    production("Notte Bianca, concerts in the square", &FESTIVAL, "Piazza Duomo", -36, [32, 2, 2, 1], 17)
        .about("Two nights of concerts, delays moved after last year's complaints.")
        .team("sound")
        .lead("Siobhán Byrne"),
    production("Adriatica Live, gala concert", &BROADCAST, "Palazzo dei Congressi", 11, [40, 4, 1, 1], 26)
        .about("Orchestra and four singers, live on television, OB van on the north side.")
        .client("adriatica")
        .team("sound")
        .lead("João Pereira")
        .on_track(),
    production("Stadio Nuovo, opening night", &STADIUM, "Stadio Nuovo", -10, [45, 4, 1, 4], 20)
        .about("Ceremony and match; hire-in line array still to be checked and returned.")
        .client("lindholm")
        .team("sound")
        .lead("Ben Okafor")
        .status(Active)
        .off_track("Load-out overran: two amplifier racks missing from the return count."),
    // Video.
    production("Musei di Notte, façade mapping", &MAPPING, "Museo Civico Montefalcone", 18, [55, 4, 10, 2], 25)
        .about("Eight projectors on the west façade, a seven-minute loop, ten evenings.")
        .client("museo")
        .team("video")
        .lead("Gönül Aydın")
        .on_track(),
    production("Museo Civico, permanent projection room", &MAPPING, "Sala degli Specchi", 41, [80, 6, 1, 1], 15)
        .about("Four laser projectors in a listed room, to run unattended for five years.")
        .client("museo")
        .team("video")
        .lead("Marco Rinaldi")
        .status(OnHold)
        .at_risk("Waiting for the heritage office's answer about fixings in the ceiling."),
    production("Aurelia GT reveal", &LAUNCH, "Hangar Bicocca Est", 8, [38, 4, 1, 1], 26)
        .about("Reveal of the car behind a moving LED wall of 18 x 5 m, streamed in four languages.")
        .client("aurelia")
        .team("video")
        .lead("Zoë van den Berg")
        .at_risk("Content for the reveal arrives three days later than agreed."),
    production("Adriatica Live, election night studio", &BROADCAST, "Studio 4", -21, [30, 3, 1, 1], 17)
        .about("Extended set with a floor screen and 14 feeds from the regions.")
        .client("adriatica")
        .team("video")
        .lead("Marco Rinaldi"),
    production("Velluto lookbook, filmed runway", &FASHION, "Villa Belvedere", 70, [40, 2, 2, 1], 15)
        .about("A runway for cameras only, two days of filming.")
        .client("velluto")
        .team("video")
        .lead("Gönül Aydın"),
    production("Esports finals, arena screens", &BROADCAST, "Palasport Est", 52, [60, 4, 2, 2], 20)
        .about("Centre-hung cube, two side screens, observers' feeds and instant replays.")
        .team("video")
        .lead("Marco Rinaldi")
        .on_track(),
    // No team.
    production("Premio Impresa, awards dinner", &GALA, "Palazzo della Borsa", 26, [40, 2, 1, 1], 20)
        .about("480 guests at round tables, 22 awards, a band until one o'clock.")
        .lead("Élodie Fournier")
        .on_track(),
    production("Salone della Luce, trade fair stand", &EXHIBITION, "Fiera, hall 5", 33, [50, 4, 4, 2], 20)
        .about("Our own stand of 180 m² with a dark room for demonstrations.")
        .lead("Élodie Fournier"),
    production("Gönül and Emre, wedding weekend", &GALA, "Masseria Torre Bianca", 50, [60, 2, 2, 1], 14)
        .about("Three-day wedding in the country. Cancelled by the client.")
        .client("demir")
        .lead("Ada Marchetti")
        .status(Cancelled),
    production("Summit Adriatico, partners' conference", &CONFERENCE, "Palazzo dei Congressi", 2, [42, 2, 2, 1], 24)
        .about("Plenary for 900 and eleven breakout rooms, interpretation into five languages.")
        .lead("Ada Marchetti")
        .on_track(),
    production("Summit Adriatico, partners' conference", &CONFERENCE, "Palazzo dei Congressi", -366, [40, 2, 2, 1], 16)
        .about("Plenary for 700 and eight breakout rooms.")
        .lead("Ada Marchetti"),
    production("Aurelia dealer roadshow", &LAUNCH, "six cities", 90, [50, 2, 18, 2], 15)
        .about("One truck stage, six cities in eighteen days.")
        .client("aurelia")
        .lead("Élodie Fournier"),
];
