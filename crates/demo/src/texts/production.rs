//! How an organization and its productions are written down.

use lavori_domain::billing::TaxCategory;
use lavori_domain::projects::{Health, ProjectStatus};

use super::clients::ClientText;
use super::services::ServiceText;
use super::step::Theme;

/// An organization.
#[derive(Debug)]
pub(crate) struct OrganizationText {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
    pub(crate) time_zone: &'static str,
    pub(crate) currency: &'static str,
    /// Whether "Allow MCP write access" and "Allow billing changes" are on.
    pub(crate) switches: (bool, bool),
    /// Slug and name of each team.
    pub(crate) teams: &'static [(&'static str, &'static str)],
    pub(crate) clients: &'static [ClientText],
    /// The service library.
    pub(crate) services: &'static [ServiceText],
    /// Category, rate and reason of the tax on what it sells.
    pub(crate) tax: (TaxCategory, &'static str, Option<&'static str>),
    pub(crate) productions: &'static [Production],
}

/// A production, with its dates counted from the day of seeding.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Production {
    pub(crate) name: &'static str,
    pub(crate) theme: &'static Theme,
    pub(crate) venue: &'static str,
    pub(crate) about: Option<&'static str>,
    /// The key of its client.
    pub(crate) client: Option<&'static str>,
    /// The slug of its team.
    pub(crate) team: Option<&'static str>,
    /// The name of who leads it.
    pub(crate) lead: Option<&'static str>,
    /// How many tasks it has.
    pub(crate) tasks: usize,
    /// Days from the day of seeding to the first show day.
    pub(crate) show_in: i64,
    /// Days of pre-production, load-in, show and load-out.
    pub(crate) days: [i64; 4],
    /// Where it stands, when the dates alone do not tell.
    pub(crate) status: Option<ProjectStatus>,
    pub(crate) health: Option<(Health, Option<&'static str>)>,
}

/// A production whose first show day is `show_in` days from the day of seeding.
pub(crate) const fn production(
    name: &'static str,
    theme: &'static Theme,
    venue: &'static str,
    show_in: i64,
    days: [i64; 4],
    tasks: usize,
) -> Production {
    Production {
        name,
        theme,
        venue,
        about: None,
        client: None,
        team: None,
        lead: None,
        tasks,
        show_in,
        days,
        status: None,
        health: None,
    }
}

impl Production {
    /// What it is about.
    pub(crate) const fn about(self, about: &'static str) -> Self {
        Self { about: Some(about), ..self }
    }

    /// Whom it is for.
    pub(crate) const fn client(self, key: &'static str) -> Self {
        Self { client: Some(key), ..self }
    }

    /// Which team owns it.
    pub(crate) const fn team(self, slug: &'static str) -> Self {
        Self { team: Some(slug), ..self }
    }

    /// Who leads it.
    pub(crate) const fn lead(self, name: &'static str) -> Self {
        Self { lead: Some(name), ..self }
    }

    /// Says where it stands whatever the dates are.
    pub(crate) const fn status(self, status: ProjectStatus) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Goes as planned.
    pub(crate) const fn on_track(self) -> Self {
        Self { health: Some((Health::OnTrack, None)), ..self }
    }

    /// Needs attention.
    pub(crate) const fn at_risk(self, reason: &'static str) -> Self {
        Self { health: Some((Health::AtRisk, Some(reason))), ..self }
    }

    /// Will miss its dates or budget as things are.
    pub(crate) const fn off_track(self, reason: &'static str) -> Self {
        Self { health: Some((Health::OffTrack, Some(reason))), ..self }
    }
}
