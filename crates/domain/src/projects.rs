//! Projects with their phases and milestones.

use chrono::NaiveDate;

use crate::id::{ContactId, MilestoneId, OrganizationId, PersonId, PhaseId, ProjectId, TeamId};
use crate::key::{Key, KeyKind};
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// Where a project stands.
    ProjectStatus {
        /// Not started.
        Planned = "planned",
        /// Under way.
        Active = "active",
        /// Waiting.
        OnHold = "on_hold",
        /// Finished.
        Completed = "completed",
        /// Given up.
        Cancelled = "cancelled",
    }
}

impl ProjectStatus {
    /// The statuses it may move to (TOOLS.md 3.2).
    pub fn allowed_transitions(self) -> &'static [Self] {
        match self {
            Self::Planned => &[Self::Active, Self::Cancelled],
            Self::Active => &[Self::OnHold, Self::Completed, Self::Cancelled],
            Self::OnHold => &[Self::Active, Self::Cancelled],
            Self::Completed | Self::Cancelled => &[Self::Active],
        }
    }

    /// Whether work on it goes on or is still to come.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Planned | Self::Active | Self::OnHold)
    }
}

words! {
    /// How a project is doing, as its lead judges it.
    Health {
        /// As planned.
        OnTrack = "on_track",
        /// Needs attention.
        AtRisk = "at_risk",
        /// Will miss its dates or budget as things are.
        OffTrack = "off_track",
    }
}

/// A production: what tasks, shifts, quotes and budgets hang on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: ProjectId,
    /// The number in its key.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// Whom it is for.
    pub client: Option<ContactId>,
    /// The team that owns it. Without one it is invisible to team-narrowed connections (P13).
    pub team: Option<TeamId>,
    /// Who leads it.
    pub lead: Option<PersonId>,
    /// Where it stands.
    pub status: ProjectStatus,
    /// How it is doing.
    pub health: Option<Health>,
    /// Why it is doing so.
    pub health_reason: Option<String>,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Last day.
    pub due_on: Option<NaiveDate>,
    /// Words of the organization's own.
    pub tags: Vec<String>,
    /// Counts changes, from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Project {
    /// Its short key, `P-12`.
    pub fn key(&self) -> Key {
        Key { kind: KeyKind::Project, number: self.number }
    }
}

/// A stretch of a project: pre-production, load-in, show, load-out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: PhaseId,
    /// The project it is part of.
    pub project: ProjectId,
    /// Its place among the project's phases, from 1.
    pub position: i32,
    /// Its name.
    pub name: String,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Last day.
    pub ends_on: Option<NaiveDate>,
}

/// A date that something must be reached by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: MilestoneId,
    /// The project it is part of.
    pub project: ProjectId,
    /// The phase it closes, if any.
    pub phase: Option<PhaseId>,
    /// Its name.
    pub name: String,
    /// The day.
    pub due_on: NaiveDate,
    /// When it was reached.
    pub done_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_never_moves_to_itself_and_every_one_can_be_left() {
        for status in ProjectStatus::ALL {
            assert!(!status.allowed_transitions().contains(status));
            assert!(!status.allowed_transitions().is_empty());
        }
    }

    #[test]
    fn ended_projects_can_only_be_reopened() {
        for status in ProjectStatus::ALL.iter().filter(|status| !status.is_open()) {
            assert_eq!(status.allowed_transitions(), [ProjectStatus::Active]);
        }
    }
}
