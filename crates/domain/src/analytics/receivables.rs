//! How old what clients owe is.

use chrono::NaiveDate;

use crate::words::words;

words! {
    /// How long ago something was due.
    AgeBucket {
        /// It is not due yet, or today.
        NotDue = "not_due",
        /// Up to thirty days ago.
        Days1To30 = "1-30",
        /// Up to sixty.
        Days31To60 = "31-60",
        /// Up to ninety.
        Days61To90 = "61-90",
        /// Longer ago.
        Over90 = "90+",
    }
}

impl AgeBucket {
    /// Where something belongs that was due on `due`. What has no date is not due.
    pub fn of(due: Option<NaiveDate>, today: NaiveDate) -> Self {
        match due.map_or(0, |due| (today - due).num_days()) {
            ..=0 => Self::NotDue,
            1..=30 => Self::Days1To30,
            31..=60 => Self::Days31To60,
            61..=90 => Self::Days61To90,
            _ => Self::Over90,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;

    #[test]
    fn the_day_it_is_due_is_not_late() {
        let today: NaiveDate = "2026-11-22".parse().unwrap();
        for (days, bucket) in [
            (0, "not_due"),
            (1, "1-30"),
            (30, "1-30"),
            (31, "31-60"),
            (60, "31-60"),
            (61, "61-90"),
            (90, "61-90"),
            (91, "90+"),
        ] {
            assert_eq!(AgeBucket::of(today.checked_sub_days(Days::new(days)), today).as_str(), bucket, "{days}");
        }
        assert_eq!(AgeBucket::of(today.succ_opt(), today), AgeBucket::NotDue);
        assert_eq!(AgeBucket::of(None, today), AgeBucket::NotDue);
    }
}
