//! Where events and shifts stand, and where they may go (TOOLS.md 3.2).

use crate::words::words;

words! {
    /// Where an event stands (RFC 5545 section 3.8.1.11).
    EventStatus {
        /// Not settled yet: TENTATIVE.
        Pending = "pending",
        /// Takes place.
        Confirmed = "confirmed",
        /// Does not.
        Cancelled = "cancelled",
    }
}

impl EventStatus {
    /// The statuses it may move to.
    pub fn allowed_transitions(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Confirmed, Self::Cancelled],
            Self::Confirmed => &[Self::Pending, Self::Cancelled],
            Self::Cancelled => &[],
        }
    }

    /// Whether it takes people's time.
    pub fn is_busy(self) -> bool {
        self != Self::Cancelled
    }
}

words! {
    /// Where a shift stands. "Open" (nobody assigned) and "conflict" are derived, never stored.
    ShiftStatus {
        /// Being planned: its person does not know yet.
        Pending = "pending",
        /// Told.
        Published = "published",
        /// Worked.
        Completed = "completed",
        /// Not worked, without being called off.
        NoShow = "no_show",
        /// Called off.
        Cancelled = "cancelled",
    }
}

impl ShiftStatus {
    /// The statuses it may move to; between completed and no-show only to correct a mistake.
    pub fn allowed_transitions(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Published, Self::Cancelled],
            Self::Published => &[Self::Completed, Self::NoShow, Self::Cancelled],
            Self::Completed => &[Self::NoShow],
            Self::NoShow => &[Self::Completed],
            Self::Cancelled => &[],
        }
    }

    /// Whether its person is meant to come: two such shifts of one person may not overlap (TOOLS.md D8).
    pub fn is_planned(self) -> bool {
        matches!(self, Self::Pending | Self::Published)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_moves_as_the_table_says() {
        use ShiftStatus::{Cancelled, Completed, NoShow, Pending, Published};
        let expected: [(ShiftStatus, &[ShiftStatus]); 5] = [
            (Pending, &[Published, Cancelled]),
            (Published, &[Completed, NoShow, Cancelled]),
            (Completed, &[NoShow]),
            (NoShow, &[Completed]),
            (Cancelled, &[]),
        ];
        assert_eq!(expected.len(), ShiftStatus::ALL.len());
        for (from, to) in expected {
            assert_eq!(from.allowed_transitions(), to, "{from}");
        }
    }

    #[test]
    fn an_event_goes_to_and_fro_until_it_is_cancelled() {
        assert_eq!(EventStatus::Pending.allowed_transitions(), [EventStatus::Confirmed, EventStatus::Cancelled]);
        assert_eq!(EventStatus::Confirmed.allowed_transitions(), [EventStatus::Pending, EventStatus::Cancelled]);
        assert!(EventStatus::Cancelled.allowed_transitions().is_empty() && !EventStatus::Cancelled.is_busy());
    }
}
