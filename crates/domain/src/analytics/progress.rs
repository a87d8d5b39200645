//! How far a project is.

use crate::share::Share;

/// Tasks of one kind: how many, and how many of them with an estimate of how much in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weighed {
    /// All of them.
    pub tasks: i64,
    /// Those with an estimate.
    pub estimated: i64,
    /// Their minutes.
    pub minutes: i64,
}

/// A project's tasks that are not cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Those that are done.
    pub done: Weighed,
    /// All.
    pub all: Weighed,
}

impl Progress {
    /// The share that is done. Each task weighs as much as its estimate, one without an estimate as much as the average of
    /// all that have one; without any estimate all weigh the same. Of no tasks there is none.
    pub fn share(self) -> Option<Share> {
        let (done, all) = (self.done, self.all);
        if all.estimated == 0 || all.minutes == 0 {
            return Share::of(done.tasks, all.tasks);
        }
        // Weights times the number of estimates, so that the average is a whole number.
        let weight = |of: Weighed| of.minutes * all.estimated + (of.tasks - of.estimated) * all.minutes;
        Share::of(weight(done), weight(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(done: (i64, i64, i64), all: (i64, i64, i64)) -> Option<String> {
        let of = |(tasks, estimated, minutes)| Weighed { tasks, estimated, minutes };
        Progress { done: of(done), all: of(all) }.share().map(|share| share.to_string())
    }

    #[test]
    fn a_task_weighs_as_much_as_its_estimate() {
        assert_eq!(progress((1, 1, 60), (2, 2, 240)).as_deref(), Some("25.0"));
        // 60 done of 60 + 180, and one without an estimate that weighs 120.
        assert_eq!(progress((1, 1, 60), (3, 2, 240)).as_deref(), Some("16.7"));
        assert_eq!(progress((1, 0, 0), (3, 2, 240)).as_deref(), Some("33.3"));
        assert_eq!(progress((1, 0, 0), (4, 0, 0)).as_deref(), Some("25.0"), "no estimates: all the same");
        assert_eq!(progress((0, 0, 0), (0, 0, 0)), None);
    }
}
