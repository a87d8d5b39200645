//! The service libraries of both organizations: what is sold again and again.

/// An item of the library.
#[derive(Debug)]
pub(crate) struct ServiceText {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    /// Price and cost of one, in the organization's currency.
    pub(crate) price: &'static str,
    pub(crate) cost: &'static str,
    /// How many when nothing is said.
    pub(crate) quantity: &'static str,
    /// The slug of the team it belongs to.
    pub(crate) team: Option<&'static str>,
}

const fn service(
    name: &'static str,
    unit: &'static str,
    price: &'static str,
    cost: &'static str,
    quantity: &'static str,
) -> ServiceText {
    ServiceText { name, unit, price, cost, quantity, team: None }
}

impl ServiceText {
    const fn of(self, team: &'static str) -> Self {
        Self { team: Some(team), ..self }
    }
}

/// What Northlight Productions sells.
pub(super) static NORTHLIGHT: [ServiceText; 15] = [
    service("Stage hand", "hour", "28.50", "19.00", "8"),
    service("Rigger", "hour", "46.00", "31.50", "8"),
    service("Runner", "hour", "22.00", "15.00", "8"),
    service("Production manager", "day", "420.00", "290.00", "1"),
    service("Truck 7.5 t with driver", "day", "390.00", "285.00", "1"),
    service("Travel and lodging", "night", "115.00", "98.00", "1"),
    service("Roof 14 x 10 m", "day", "1850.00", "640.00", "1").of("stage"),
    service("Chain hoist 1 t", "day", "38.50", "9.20", "8").of("stage"),
    service("Truss F34", "metre and day", "6.875", "1.45", "60").of("stage"),
    service("Line array, 24 boxes", "day", "2100.00", "730.00", "1").of("sound"),
    service("Monitor system, 12 wedges", "day", "480.00", "150.00", "1").of("sound"),
    service("Front-of-house engineer", "day", "380.00", "270.00", "1").of("sound"),
    service("LED wall", "m² and day", "62.50", "24.00", "40").of("video"),
    service("Laser projector 20k", "day", "890.00", "310.00", "2").of("video"),
    service("Media server operator", "day", "360.00", "255.00", "1").of("video"),
];

/// What Harbor Crew sells.
pub(super) static HARBOR: [ServiceText; 5] = [
    service("Stagehand, four-hour call", "call", "148.00", "104.00", "10"),
    service("Up rigger", "hour", "58.00", "41.00", "8"),
    service("Forklift operator", "hour", "52.00", "36.00", "8"),
    service("Crew chief", "day", "520.00", "365.00", "1"),
    service("Loader, overtime", "hour", "49.50", "33.75", "4"),
];
