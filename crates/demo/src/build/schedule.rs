//! When the phases of a production are, and what stands where between them.

use chrono::NaiveDate;
use lavori_domain::projects::ProjectStatus;

use super::calendar::{Calendar, shifted};
use crate::texts::{Production, Slot};

/// The days of a production.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schedule {
    /// First and last day of pre-production, load-in, show and load-out.
    phases: [(NaiveDate, NaiveDate); 4],
}

impl Schedule {
    pub(super) fn new(production: &Production, calendar: &Calendar) -> Self {
        let [prepare, load_in, show, load_out] = production.days;
        let first_show = shifted(calendar.today, production.show_in);
        let mut from = shifted(first_show, -(prepare + load_in));
        let phases = [prepare, load_in, show, load_out].map(|days| {
            let first = from;
            from = shifted(first, days);
            (first, shifted(from, -1))
        });
        Self { phases }
    }

    /// First and last day of `slot`.
    pub(super) fn span(&self, slot: Slot) -> (NaiveDate, NaiveDate) {
        let [prepare, load_in, show, load_out] = self.phases;
        match slot {
            Slot::Whole => (prepare.0, load_out.1),
            Slot::Prepare => prepare,
            Slot::LoadIn => load_in,
            Slot::Show => show,
            Slot::LoadOut => load_out,
        }
    }

    /// The day on which `percent` of `slot` is over.
    pub(super) fn day(&self, slot: Slot, percent: u8) -> NaiveDate {
        let (first, last) = self.span(slot);
        shifted(first, (last - first).num_days() * i64::from(percent) / 100)
    }

    /// Where a production with these days stands today, if nothing else is said.
    pub(super) fn status(&self, calendar: &Calendar) -> ProjectStatus {
        let (first, last) = self.span(Slot::Whole);
        if calendar.ahead(first) > 0 {
            ProjectStatus::Planned
        } else if calendar.ahead(last) < 0 {
            ProjectStatus::Completed
        } else {
            ProjectStatus::Active
        }
    }
}
