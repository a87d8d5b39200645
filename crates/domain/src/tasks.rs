//! Tasks: what is to be done, by whom, until when, and what must be done before.

mod structure;

pub use structure::{DEEPEST, NotATree, check_parents, waits_for_itself};

use chrono::NaiveDate;

use crate::id::{MilestoneId, OrganizationId, PhaseId, ProjectId, TaskId};
use crate::key::{Key, KeyKind};
use crate::time::{TimeZone, Timestamp};
use crate::words::words;

words! {
    /// Where a task stands. "Overdue" and "blocked" are derived, never stored.
    TaskStatus {
        /// Not planned yet.
        Backlog = "backlog",
        /// Planned.
        Todo = "todo",
        /// Being worked on.
        InProgress = "in_progress",
        /// Waiting for a second pair of eyes.
        InReview = "in_review",
        /// Done.
        Done = "done",
        /// Not to be done any more.
        Cancelled = "cancelled",
    }
}

impl TaskStatus {
    /// The statuses in which work is still owed.
    pub const OPEN: &'static [Self] = &[Self::Backlog, Self::Todo, Self::InProgress, Self::InReview];

    /// Whether work is still owed.
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// The statuses it may move to (TOOLS.md 3.2).
    pub fn allowed_transitions(self) -> &'static [Self] {
        match self {
            Self::Backlog => &[Self::Todo, Self::InProgress, Self::InReview, Self::Done, Self::Cancelled],
            Self::Todo => &[Self::Backlog, Self::InProgress, Self::InReview, Self::Done, Self::Cancelled],
            Self::InProgress => &[Self::Backlog, Self::Todo, Self::InReview, Self::Done, Self::Cancelled],
            Self::InReview => &[Self::Backlog, Self::Todo, Self::InProgress, Self::Done, Self::Cancelled],
            Self::Done | Self::Cancelled => &[Self::Todo],
        }
    }
}

words! {
    /// How much a task matters.
    Priority {
        /// Not said.
        None = "none",
        /// Can wait.
        Low = "low",
        /// Ordinary.
        Medium = "medium",
        /// Before others.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }
}

/// A deadline: a whole day in the organization's zone, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Until the end of that day.
    Day(NaiveDate),
    /// Until that instant.
    At(Timestamp),
}

impl Due {
    /// The first instant at which an open task with this deadline is overdue.
    ///
    /// ```
    /// use lavori_domain::tasks::Due;
    /// let day = Due::Day("2026-11-22".parse().unwrap());
    /// let rome = "Europe/Rome".parse().unwrap();
    /// assert_eq!(day.deadline(rome).to_string(), "2026-11-22T23:00:00.000Z");
    /// ```
    pub fn deadline(self, zone: TimeZone) -> Timestamp {
        match self {
            Self::Day(date) => zone.end_of(date),
            Self::At(instant) => instant,
        }
    }
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: TaskId,
    /// The number in its key.
    pub number: i64,
    /// The project it is part of, which also gives it its team.
    pub project: ProjectId,
    /// The phase it belongs to.
    pub phase: Option<PhaseId>,
    /// The milestone it leads to.
    pub milestone: Option<MilestoneId>,
    /// The task it is a part of (depth at most 3).
    pub parent: Option<TaskId>,
    /// One line.
    pub title: String,
    /// More than one line.
    pub description: Option<String>,
    /// Where it stands.
    pub status: TaskStatus,
    /// How much it matters.
    pub priority: Priority,
    /// First day.
    pub starts_on: Option<NaiveDate>,
    /// Deadline.
    pub due: Option<Due>,
    /// How long it should take, in minutes.
    pub estimate_minutes: Option<i32>,
    /// Words of the organization's own.
    pub tags: Vec<String>,
    /// When it was done.
    pub completed_at: Option<Timestamp>,
    /// Counts changes, from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Task {
    /// A new task of which only title and project are known.
    pub fn new(
        organization: OrganizationId,
        id: TaskId,
        number: i64,
        project: ProjectId,
        title: String,
        now: Timestamp,
    ) -> Self {
        Self {
            organization,
            id,
            number,
            project,
            phase: None,
            milestone: None,
            parent: None,
            title,
            description: None,
            status: TaskStatus::Todo,
            priority: Priority::None,
            starts_on: None,
            due: None,
            estimate_minutes: None,
            tags: Vec::new(),
            completed_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Its short key, `T-1042`.
    pub fn key(&self) -> Key {
        Key { kind: KeyKind::Task, number: self.number }
    }

    /// Moves it to `status`. Whoever calls has looked at [`TaskStatus::allowed_transitions`].
    pub fn move_to(&mut self, status: TaskStatus, now: Timestamp) {
        self.completed_at = match status {
            TaskStatus::Done => self.completed_at.or(Some(now)),
            _ => None,
        };
        self.status = status;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_open_status_moves_to_any_other_and_ended_ones_only_reopen() {
        for from in TaskStatus::ALL {
            let expected: Vec<_> = match from.is_open() {
                true => TaskStatus::ALL.iter().copied().filter(|to| to != from).collect(),
                false => vec![TaskStatus::Todo],
            };
            assert_eq!(from.allowed_transitions(), expected, "{from}");
        }
    }

    #[test]
    fn an_instant_is_its_own_deadline() {
        let at = Timestamp::from_millis(5);
        assert_eq!(Due::At(at).deadline(TimeZone::UTC), at);
    }
}
