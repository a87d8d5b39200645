//! What the figures of the reports mean (TOOLS.md 3.7). The counting is done where the rows are; what is counted, and
//! what the counts come to, is said here, once.

pub mod progress;
pub mod quotes;
pub mod receivables;

use crate::words::words;

pub use progress::{Progress, Weighed};
pub use quotes::Conversion;
pub use receivables::AgeBucket;

words! {
    /// A report.
    Report {
        /// How far projects are.
        ProjectProgress = "project_progress",
        /// What is late.
        OverdueTasks = "overdue_tasks",
        /// What was begun and finished.
        TaskThroughput = "task_throughput",
        /// How busy people are.
        Utilisation = "utilisation",
        /// What was invoiced.
        Revenue = "revenue",
        /// What clients owe.
        ReceivablesAging = "receivables_aging",
        /// What was spent of what was planned.
        BudgetBurn = "budget_burn",
        /// How many quotes are accepted.
        QuoteConversion = "quote_conversion",
    }
}

impl Report {
    /// What its figures mean, in a sentence or two.
    pub fn definition(self) -> &'static str {
        match self {
            Self::ProjectProgress => {
                "Tasks done of all that are not cancelled; progress weighs each by its estimate, one without an estimate as \
                 much as the average of the others. A milestone is hit when it was done by its date. Days late count from an \
                 open project's due date to today."
            }
            Self::OverdueTasks => "Open tasks whose deadline has passed, by days since then.",
            Self::TaskThroughput => {
                "Tasks created and tasks completed in the period; days open is the median from creation to completion of \
                 those completed in it."
            }
            Self::Utilisation => {
                "Minutes of pending, published and completed shifts that begin in the period, without breaks, as a part of \
                 capacity: the present weekly capacity of today's members, by the period's days. Worked minutes are those \
                 of completed shifts whose times were recorded, without breaks; open shifts count for nobody."
            }
            Self::Revenue => {
                "Net of invoices by issue date, minus net of credit notes by theirs; payments with tax by their date, \
                 apart. Drafts and cancelled documents do not count, nor do payments that were reversed."
            }
            Self::ReceivablesAging => {
                "What is owed now on issued invoices after payments and credit notes, with tax, by days past the due date; \
                 an invoice without one is not due."
            }
            Self::BudgetBurn => {
                "Actual is what was entered on the lines and labour: completed shifts of the budget's project (without one, \
                 its team's shifts of no project; without either, nobody's) that begin on its days, each person's minutes as \
                 worked or else planned, without unpaid breaks, at their present hourly cost, rounded half up per shift. \
                 Burn is actual as a part of planned; expected burn is the share of the period's days that have passed; \
                 forecast is actual divided by that share."
            }
            Self::QuoteConversion => {
                "Quotes decided in the period: accepted as a part of accepted, declined and expired, by count and by net. \
                 One expires when its last day has passed, and counts on that day. Days to accept are the median from \
                 the quote's date. Open value is the net of quotes that are sent and not expired now."
            }
        }
    }
}

/// What people can work in so many minutes a week times days, in minutes; half a minute is one.
pub fn capacity_minutes(weekly_minutes_days: i64) -> i64 {
    // Rounded in the middle of seven, without leaving whole numbers.
    (weekly_minutes_days * 2 + 7) / 14
}

/// The middle of the values; of an even number of them the lower one. `None` of none.
pub fn median(values: &mut [i64]) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_says_what_it_means_in_few_words() {
        for report in Report::ALL {
            let definition = report.definition();
            assert!((40..600).contains(&definition.len()) && definition.ends_with('.'), "{report}");
        }
    }

    #[test]
    fn capacity_is_a_part_of_the_week() {
        assert_eq!(capacity_minutes(2400 * 7), 2400);
        assert_eq!((capacity_minutes(2400), capacity_minutes(2400 * 3)), (343, 1029));
        assert_eq!(capacity_minutes(0), 0);
    }

    #[test]
    fn the_median_is_one_of_the_values() {
        assert_eq!(median(&mut [5, 1, 9]), Some(5));
        assert_eq!(median(&mut [4, 1, 9, 5]), Some(4));
        assert_eq!(median(&mut []), None);
    }
}
