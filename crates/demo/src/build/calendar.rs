//! Days and instants around the present, in an organization's zone.

use chrono::{NaiveDate, TimeDelta};
use lavori_domain::{TimeZone, Timestamp};

use crate::chance::Chance;

const HOUR: i64 = 3_600_000;

/// An organization's present.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    pub(super) zone: TimeZone,
    pub(super) now: Timestamp,
    pub(super) today: NaiveDate,
}

impl Calendar {
    pub(super) fn new(zone: TimeZone, now: Timestamp) -> Self {
        Self { zone, now, today: zone.date(now) }
    }

    /// How many days from today `date` is; negative when it is over.
    pub(super) fn ahead(&self, date: NaiveDate) -> i64 {
        (date - self.today).num_days()
    }

    /// Some instant between half past eight and half past six of that day, local time.
    pub(super) fn office_hours(&self, date: NaiveDate, chance: &mut Chance) -> Timestamp {
        let start = self.zone.start_of(date).millis();
        Timestamp::from_millis(start + chance.between(17 * HOUR / 2, 37 * HOUR / 2))
    }

    /// `at` when that is over and not before `earliest`; else some instant near it that is.
    pub(super) fn over(&self, at: Timestamp, earliest: Timestamp, chance: &mut Chance) -> Timestamp {
        if at < self.now {
            return at.max(earliest);
        }
        self.between(earliest.max(self.now.plus_seconds(-6 * 3600)), self.now, chance)
    }

    /// Some instant from `from` until `until`.
    pub(super) fn between(&self, from: Timestamp, until: Timestamp, chance: &mut Chance) -> Timestamp {
        Timestamp::from_millis(chance.between(from.millis(), until.millis()))
    }
}

/// `days` after `date`, or before it.
pub(super) fn shifted(date: NaiveDate, days: i64) -> NaiveDate {
    date + TimeDelta::days(days)
}
