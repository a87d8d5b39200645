//! What an answer covers: said in every result (TOOLS.md R7, D7).

use std::collections::BTreeMap;

use lavori_domain::TimeZone;
use lavori_domain::time::weekday;
use lavori_domain::when::When;
use lavori_policy::Caller;
use lavori_store::Brief;
use schemars::JsonSchema;
use serde::Serialize;

/// How much of the organization an answer covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Coverage {
    /// All of it.
    Organization,
    /// One team's records; what belongs to no team is there as well only where it has no relation to teams.
    Team,
}

/// What an answer covers, and how the words of the call were understood.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Applied {
    /// The whole organization or one team.
    pub scope: Coverage,
    /// The organization's name in URLs.
    pub organization: String,
    /// The team's name in URLs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The zone of every time in the answer.
    pub time_zone: String,
    /// When the answer was made.
    pub now: String,
    /// What dates and names were taken to mean, by argument.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub resolved: BTreeMap<String, Resolved>,
}

impl Applied {
    pub(crate) fn new(caller: &Caller, resolved: BTreeMap<String, Resolved>) -> Self {
        let tenant = &caller.tenant;
        Self {
            scope: if tenant.team.is_some() { Coverage::Team } else { Coverage::Organization },
            organization: tenant.slug.clone(),
            team: tenant.team_slug.clone(),
            time_zone: tenant.time_zone.name().to_owned(),
            now: tenant.time_zone.rfc3339(caller.now),
            resolved,
        }
    }
}

/// What one argument was taken to mean.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Resolved {
    /// A day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// An instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Its weekday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weekday: Option<String>,
    /// A record's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Resolved {
    /// A bound: the first day of `when` as a lower one, the last day as an upper one (D3).
    pub(crate) fn bound(when: When, upper: bool, zone: TimeZone) -> Self {
        match when {
            When::Instant(instant) => Self {
                at: Some(zone.rfc3339(instant)),
                weekday: Some(zone.weekday(instant).to_owned()),
                ..Self::default()
            },
            When::Days { first, last } => {
                let day = if upper { last } else { first };
                Self { date: Some(day.to_string()), weekday: Some(weekday(day).to_owned()), ..Self::default() }
            }
        }
    }

    /// A record.
    pub(crate) fn record<K>(brief: &Brief<K>, key: Option<String>) -> Self {
        Self { id: Some(brief.id.to_string()), key, name: Some(brief.name.clone()), ..Self::default() }
    }
}
