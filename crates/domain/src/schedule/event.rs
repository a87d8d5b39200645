//! Events: meetings, shows, deliveries, absences; once or again and again.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use crate::id::{ContactId, EventId, OrganizationId, PersonId, ProjectId, TeamId};
use crate::key::{Key, KeyKind};
use crate::schedule::recurrence::{InvalidRecurrence, Recurrence};
use crate::schedule::series::{Occurrence, Occurrences, Series};
use crate::schedule::span::Span;
use crate::schedule::status::EventStatus;
use crate::time::{TimeZone, Timestamp};
use crate::words::words;

words! {
    /// What somebody who is to take part has answered (RFC 5545 section 3.2.12).
    Response {
        /// Nothing yet: NEEDS-ACTION.
        Pending = "pending",
        /// Comes.
        Accepted = "accepted",
        /// Perhaps.
        Tentative = "tentative",
        /// Does not come.
        Declined = "declined",
    }
}

/// Somebody who takes part in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A member of the organization.
    Member(PersonId),
    /// A client, supplier or partner.
    Contact(ContactId),
}

/// An entry of the schedule that people meet for, or that takes their time.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: EventId,
    /// The number in its key.
    pub number: i64,
    /// One line.
    pub title: String,
    /// When; if it recurs, when the first time.
    pub span: Span,
    /// The zone whose wall clock it follows.
    pub zone: TimeZone,
    /// How often it recurs.
    pub recurrence: Option<Recurrence>,
    /// Occurrences that are left out or moved; see [`Series::exceptions`].
    pub exceptions: BTreeMap<NaiveDateTime, Option<Span>>,
    /// Where.
    pub location: Option<String>,
    /// More than one line.
    pub notes: Option<String>,
    /// The project it belongs to.
    pub project: Option<ProjectId>,
    /// The team whose event it is. Without one it is invisible to team-narrowed connections (P13).
    pub team: Option<TeamId>,
    /// Where it stands.
    pub status: EventStatus,
    /// Whether it takes the time of who takes part.
    pub busy: bool,
    /// Counts changes, from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Event {
    /// Its short key, `E-30`.
    pub fn key(&self) -> Key {
        Key { kind: KeyKind::Event, number: self.number }
    }

    /// It as a series; `None` when it takes place once.
    pub fn series(&self) -> Option<Series> {
        let rule = self.recurrence.clone()?;
        Some(Series { first: self.span, rule, exceptions: self.exceptions.clone() })
    }

    /// When it takes place between `from` and `to`, for somebody in `zone`.
    ///
    /// # Errors
    /// When its rule means nothing.
    pub fn occurrences(
        &self,
        from: Timestamp,
        to: Timestamp,
        zone: TimeZone,
    ) -> Result<Occurrences, InvalidRecurrence> {
        if let Some(series) = self.series() {
            return series.occurrences(from, to, zone);
        }
        let touches = self.span.start(zone) < to && self.span.end(zone) > from;
        let once = Occurrence { id: self.span.local_start(), span: self.span };
        Ok(Occurrences { found: if touches { vec![once] } else { Vec::new() }, truncated: false })
    }

    /// Two instants between which all of it lies, for somebody in `zone`; without a second one it recurs for ever.
    ///
    /// # Errors
    /// When its rule means nothing.
    pub fn reach(&self, zone: TimeZone) -> Result<(Timestamp, Option<Timestamp>), InvalidRecurrence> {
        match self.series() {
            Some(series) => series.reach(zone),
            None => Ok((self.span.start(zone), Some(self.span.end(zone)))),
        }
    }

    /// Whether it takes the time of who takes part.
    pub fn takes_time(&self) -> bool {
        self.busy && self.status.is_busy()
    }
}
