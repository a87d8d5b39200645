//! The history of a run, and the one question it is asked: did a write commit after what it relied on was taken away?

use std::collections::{HashMap, HashSet};

/// A committed write, as the database tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Write {
    pub(crate) id: String,
    pub(crate) connection: String,
    /// Its place in the order of commits.
    pub(crate) committed: u64,
}

/// Something that was taken away, and perhaps given back.
#[derive(Debug, Clone)]
pub(crate) struct TakenAway {
    /// The connection it was taken from; none: everybody.
    pub(crate) connection: Option<String>,
    /// The place of the taking away in the order of commits.
    pub(crate) committed: u64,
    /// The place of the giving back.
    pub(crate) given_back: Option<u64>,
    /// The writes that could be seen when the taking away had just been answered.
    pub(crate) seen_at_answer: HashSet<String>,
    /// Those that could be seen later, before it was given back.
    pub(crate) seen_later: HashSet<String>,
}

/// How a write broke the promise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Violation {
    /// It stands behind the taking away in the order of commits.
    CommittedAfter(String),
    /// It appeared after the taking away had been answered.
    AppearedAfterAnswer(String),
}

/// Every write that committed where none may. Empty: the promise was kept.
pub(crate) fn violations(writes: &[Write], taken_away: &[TakenAway]) -> Vec<Violation> {
    let mut of_connection: HashMap<&str, Vec<&Write>> = HashMap::new();
    for write in writes {
        of_connection.entry(&write.connection).or_default().push(write);
    }
    let mut found = Vec::new();
    for taken in taken_away {
        let end = taken.given_back.unwrap_or(u64::MAX);
        let too_late = |write: &&Write| taken.committed < write.committed && write.committed < end;
        let late: Vec<&Write> = match &taken.connection {
            Some(connection) => of_connection
                .get(&**connection)
                .into_iter()
                .flatten()
                .copied()
                .filter(|write| too_late(write))
                .collect(),
            None => writes.iter().filter(too_late).collect(),
        };
        found.extend(late.into_iter().map(|write| Violation::CommittedAfter(write.id.clone())));
        let appeared = taken.seen_later.difference(&taken.seen_at_answer);
        found.extend(appeared.map(|id| Violation::AppearedAfterAnswer(id.clone())));
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(id: &str, connection: &str, committed: u64) -> Write {
        Write { id: id.to_owned(), connection: connection.to_owned(), committed }
    }

    fn ids(ids: &[&str]) -> HashSet<String> {
        ids.iter().map(|&id| id.to_owned()).collect()
    }

    fn taken(connection: Option<&str>, committed: u64, given_back: Option<u64>) -> TakenAway {
        let connection = connection.map(str::to_owned);
        TakenAway { connection, committed, given_back, seen_at_answer: ids(&["w1"]), seen_later: ids(&["w1"]) }
    }

    #[test]
    fn the_checker_accepts_writes_before_and_of_others_and_after_it_was_given_back() {
        let writes = [write("w1", "c1", 1), write("w2", "c2", 9), write("w3", "c1", 12)];
        assert_eq!(violations(&writes, &[taken(Some("c1"), 5, Some(10))]), []);
        assert_eq!(violations(&writes[..1], &[taken(None, 5, None)]), []);
    }

    #[test]
    fn the_checker_sees_a_write_behind_the_taking_away_in_commit_order() {
        let writes = [write("w1", "c1", 1), write("w2", "c1", 6)];
        let late = [Violation::CommittedAfter("w2".to_owned())];
        assert_eq!(violations(&writes, &[taken(Some("c1"), 5, None)]), late);
        assert_eq!(violations(&writes, &[taken(None, 5, Some(7))]), late);
    }

    #[test]
    fn the_checker_sees_a_write_that_appears_after_the_answer() {
        let mut taken = taken(Some("c1"), 5, None);
        taken.seen_later.insert("w2".to_owned());
        assert_eq!(violations(&[write("w1", "c1", 1)], &[taken]), [Violation::AppearedAfterAnswer("w2".to_owned())]);
    }
}
