//! Every row of `docs/protocol.md` names tests that there are.

use std::collections::HashSet;

use super::{File, Problem, test_names};

const DOCUMENT: &str = "docs/protocol.md";

/// Compares the tables with the names of the tests.
pub(super) fn check(files: &[File]) -> Vec<Problem> {
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        return vec![Problem::new(
            DOCUMENT,
            "write it: what the protocol demands, row by row, with the tests that prove it",
        )];
    };
    let tests: HashSet<&str> = files.iter().flat_map(test_names::of).collect();
    let lines: Vec<&str> = document.text.lines().collect();
    let mut problems = Vec::new();
    let mut rows = 0;
    for (index, line) in lines.iter().enumerate() {
        let is_heading = lines.get(index + 1).is_some_and(|next| is_rule(next));
        let Some(cells) = cells(line).filter(|_| !is_heading && !is_rule(line)) else { continue };
        rows += 1;
        let place = format!("{DOCUMENT}:{}", index + 1);
        let named: Vec<&str> = cells.last().into_iter().flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
        if named.is_empty() {
            problems.push(Problem::new(&place, "name in the last cell, as `code`, the test that proves this row"));
        }
        for name in named.into_iter().filter(|name| !tests.contains(name)) {
            problems.push(Problem::new(&place, format!("there is no test `{name}`: write it, or name another")));
        }
    }
    if rows == 0 {
        problems.push(Problem::new(DOCUMENT, "hold tables whose last cells name tests"));
    }
    problems
}

/// The cells of a line of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inside = line.trim_end().strip_prefix('|')?.strip_suffix('|')?;
    Some(inside.split('|').map(str::trim).collect())
}

/// The line under a heading, such as `|---|---|`.
fn is_rule(line: &str) -> bool {
    cells(line).is_some_and(|cells| cells.iter().all(|cell| cell.len() >= 3 && cell.bytes().all(|byte| byte == b'-')))
}

#[cfg(test)]
mod tests {
    use super::super::{fixture, told};
    use super::*;

    fn problems(rows: &str) -> Vec<String> {
        let table = format!("# Protocol\n| Owed | We | Proved by |\n|---|---|---|\n{rows}");
        let test = ("tests/a.rs", "#[test]\nfn it_answers() {}\n#[test]\nfn it_refuses() {}\nfn it_helps() {}\n");
        told(check(&fixture(&[(DOCUMENT, &table), test])))
    }

    #[test]
    fn every_row_names_tests_that_there_are() {
        assert_eq!(problems("| a | b | `it_answers` |\n| c | `not_a_test` | `it_refuses`, `it_answers` |\n"), [""; 0]);
        assert_eq!(
            problems("| a | b | `it_answers`, `it_helps` |\n| c | d | the review |\n"),
            [
                "docs/protocol.md:4: there is no test `it_helps`: write it, or name another",
                "docs/protocol.md:5: name in the last cell, as `code`, the test that proves this row",
            ]
        );
    }

    #[test]
    fn a_missing_or_empty_document_is_told() {
        assert_eq!(told(check(&[])).len(), 1);
        assert_eq!(problems("").len(), 1);
        assert_eq!(problems("| a | b | `it_answers` |\n\n| Owed | Proved by |\n|---|---|\n").len(), 0);
    }
}
