//! How tasks hang together: parts of tasks, and tasks that wait for others.

use std::collections::{HashMap, HashSet};

use crate::id::TaskId;

/// The deepest a task may lie: a task, its parts, and theirs (TOOLS.md 3.1).
pub const DEEPEST: usize = 3;

/// Why a task cannot be a part of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotATree {
    /// It would be a part of itself.
    #[error("a task cannot be a part of itself")]
    Circle,
    /// It, or one of its own parts, would lie too deep.
    #[error("a task lies at most {DEEPEST} deep")]
    TooDeep,
}

/// Whether `task` hangs where it may. `parents` holds, for each task that has one, the task it is a part of: at least
/// what lies above and below `task`.
///
/// # Errors
/// [`NotATree`] says why not.
pub fn check_parents(parents: &HashMap<TaskId, TaskId>, task: TaskId) -> Result<(), NotATree> {
    // First: a circle has no depth.
    if above(parents, task).any(|at| at == task) {
        return Err(NotATree::Circle);
    }
    // A part of it may lie too deep as well: whoever has it above is looked at.
    for start in parents.keys().copied().chain([task]) {
        let passes = start == task || above(parents, start).any(|at| at == task);
        if passes && 1 + above(parents, start).count() > DEEPEST {
            return Err(NotATree::TooDeep);
        }
    }
    Ok(())
}

/// The tasks that `task` is a part of, from the nearest on: in a circle, once around and one more.
fn above(parents: &HashMap<TaskId, TaskId>, task: TaskId) -> impl Iterator<Item = TaskId> {
    std::iter::successors(parents.get(&task).copied(), |at| parents.get(at).copied()).take(parents.len() + 1)
}

/// Whether `task` would wait for itself. `blockers` holds, for each task that waits, the tasks it waits for: at least
/// all that can be reached from `task`.
pub fn waits_for_itself(blockers: &HashMap<TaskId, Vec<TaskId>>, task: TaskId) -> bool {
    let next = |of: TaskId| blockers.get(&of).into_iter().flatten().copied();
    let (mut seen, mut ahead) = (HashSet::new(), Vec::from_iter(next(task)));
    while let Some(at) = ahead.pop() {
        if at == task {
            return true;
        }
        if seen.insert(at) {
            ahead.extend(next(at));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::TestEnv;
    use proptest::prelude::*;

    fn ids(count: usize) -> Vec<TaskId> {
        let env = TestEnv::default();
        (0..count).map(|_| TaskId::new(&env)).collect()
    }

    fn parents(ids: &[TaskId], pairs: &[(usize, usize)]) -> HashMap<TaskId, TaskId> {
        pairs.iter().map(|(child, parent)| (ids[*child], ids[*parent])).collect()
    }

    #[test]
    fn three_levels_are_allowed_and_the_fourth_is_not_from_above_or_below() {
        let ids = ids(5);
        let three = parents(&ids, &[(2, 1), (1, 0)]);
        for task in &ids {
            assert_eq!(check_parents(&three, *task), Ok(()));
        }
        // A fourth below; and a whole tree of three hung under another task.
        let four = parents(&ids, &[(3, 2), (2, 1), (1, 0)]);
        assert_eq!(check_parents(&four, ids[3]), Err(NotATree::TooDeep));
        assert_eq!(check_parents(&four, ids[0]), Err(NotATree::TooDeep));
        // What has nothing to do with it does not matter.
        assert_eq!(check_parents(&four, ids[4]), Ok(()));
    }

    #[test]
    fn a_task_is_not_its_own_part() {
        let ids = ids(4);
        assert_eq!(check_parents(&parents(&ids, &[(0, 0)]), ids[0]), Err(NotATree::Circle));
        let circle = parents(&ids, &[(0, 1), (1, 0), (2, 0)]);
        assert_eq!(check_parents(&circle, ids[0]), Err(NotATree::Circle));
        assert_eq!(check_parents(&circle, ids[1]), Err(NotATree::Circle));
        assert_eq!(check_parents(&circle, ids[3]), Ok(()));
    }

    proptest! {
        #[test]
        fn waiting_is_a_circle_exactly_when_there_is_a_way_back(edges in prop::collection::vec((0_usize..7, 0_usize..7), 0..14)) {
            let ids = ids(7);
            let mut blockers: HashMap<TaskId, Vec<TaskId>> = HashMap::new();
            let mut reach = [[false; 7]; 7];
            for (task, blocker) in edges {
                blockers.entry(ids[task]).or_default().push(ids[blocker]);
                reach[task][blocker] = true;
            }
            // Warshall's closure is the oracle.
            for through in 0..7 {
                for from in 0..7 {
                    for to in 0..7 {
                        reach[from][to] |= reach[from][through] && reach[through][to];
                    }
                }
            }
            for task in 0..7 {
                prop_assert_eq!(waits_for_itself(&blockers, ids[task]), reach[task][task]);
            }
        }
    }
}
