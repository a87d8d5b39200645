//! Shifts: who works when, as what. A shift without a person is open.

use crate::id::{EventId, OrganizationId, PersonId, ProjectId, ShiftId, TaskId, TeamId};
use crate::key::{Key, KeyKind};
use crate::schedule::availability::Stretch;
use crate::schedule::shift_rules::Work;
use crate::schedule::status::ShiftStatus;
use crate::time::{TimeZone, Timestamp};

/// The longest shift, in days. What lasts longer is several shifts.
pub const LONGEST_DAYS: i64 = 7;

/// Somebody's work, or work that nobody has yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: ShiftId,
    /// The number in its key.
    pub number: i64,
    /// Who works it. Nobody: it is open.
    pub person: Option<PersonId>,
    /// The team whose shift it is. Without one it is invisible to team-narrowed connections (P13).
    pub team: Option<TeamId>,
    /// As what: rigger, sound, runner.
    pub role: String,
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// The zone it was written in.
    pub zone: TimeZone,
    /// How much of it is a break, in minutes.
    pub break_minutes: i32,
    /// Whether the break is paid.
    pub paid_break: bool,
    /// The project it is worked for.
    pub project: Option<ProjectId>,
    /// The task it is worked on.
    pub task: Option<TaskId>,
    /// The event it serves.
    pub event: Option<EventId>,
    /// Where.
    pub location: Option<String>,
    /// More than one line.
    pub notes: Option<String>,
    /// Where it stands.
    pub status: ShiftStatus,
    /// When its person was told.
    pub published_at: Option<Timestamp>,
    /// When it really began and ended.
    pub actual: Option<Stretch>,
    /// Counts changes, from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Shift {
    /// Its short key, `S-218`.
    pub fn key(&self) -> Key {
        Key { kind: KeyKind::Shift, number: self.number }
    }

    /// From when to when.
    pub fn stretch(&self) -> Stretch {
        Stretch { start: self.start, end: self.end }
    }

    /// It as the rules of working time look at it.
    pub fn work(&self) -> Work {
        Work { when: self.stretch(), break_minutes: i64::from(self.break_minutes) }
    }
}
