//! What the tables of `docs/directory-review.md` give as evidence exists: tests by their names, files by their paths.

use std::collections::BTreeSet;

use super::{File, Problem};

const DOCUMENT: &str = "docs/directory-review.md";

/// Looks up every name between backticks in the last column.
pub(super) fn check(files: &[File]) -> Vec<Problem> {
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        return vec![Problem::new(DOCUMENT, "write it: what the directories ask, with our answers and the evidence")];
    };
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let functions: BTreeSet<&str> =
        files.iter().filter(|file| file.path.ends_with(".rs")).flat_map(|file| functions(&file.text)).collect();
    let mut problems = Vec::new();
    let mut looked_up = 0;
    for (number, line) in (1..).zip(document.text.lines()) {
        for name in evidence(line) {
            looked_up += 1;
            if !paths.contains(name) && !functions.contains(name) {
                let place = format!("{DOCUMENT}:{number}");
                problems.push(Problem::new(place, format!("{name} is no test and no file: name what proves this row")));
            }
        }
    }
    if looked_up == 0 {
        problems.push(Problem::new(DOCUMENT, "name tests and files as evidence, between backticks in the last column"));
    }
    problems
}

/// The names in the last column of a table's row.
fn evidence(line: &str) -> impl Iterator<Item = &str> {
    let row = line.strip_prefix('|').and_then(|row| row.trim_end().strip_suffix('|'));
    let last = row.and_then(|row| row.rsplit_once('|')).map_or("", |(_, last)| last);
    last.split('`').skip(1).step_by(2)
}

/// The names of functions that take nothing, as tests do.
fn functions(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.trim_start();
        line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ")?.split_once("()").map(|(name, _)| name)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{fixture, told};
    use super::*;

    fn problems(table: &str) -> Vec<String> {
        let test = "#[tokio::test]\nasync fn works() {}\n    fn is_short() {}\n    fn helper(x: u8) {}\n";
        told(check(&fixture(&[(DOCUMENT, table), ("tests/a.rs", test), ("b.md", "fn prose() {}")])))
    }

    #[test]
    fn evidence_is_a_test_or_a_file() {
        let good = "| Asked | Answer | Evidence |\n|---|---|---|\n| a `x` | b | `works`, `tests/a.rs` |\n| a | b | `is_short`, [b](b.md) |\n";
        assert_eq!(problems(good), [""; 0]);
        for name in ["work", "helper", "prose", "tests/b.rs"] {
            let table = format!("{good}| a | b | `{name}` |\n");
            let expected = format!("{DOCUMENT}:5: {name} is no test and no file: name what proves this row");
            assert_eq!(problems(&table), [expected]);
        }
    }

    #[test]
    fn a_missing_document_or_one_without_evidence_is_told() {
        assert_eq!(told(check(&[])).len(), 1);
        assert_eq!(problems("| a | b | none |\n").len(), 1);
    }
}
