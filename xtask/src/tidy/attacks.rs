//! Every row of `docs/attacks.md` has a test whose name carries its id.

use std::collections::BTreeSet;

use super::{File, Problem, test_names};

const DOCUMENT: &str = "docs/attacks.md";

/// Where the ids in the names of tests are those of the tools' rules, which have letters of their own.
const OF_TOOLS: &[&str] = &["crates/tools/", "crates/store/tests/trade/"];

/// Compares the table with the names of the tests.
pub(super) fn check(files: &[File]) -> Vec<Problem> {
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        return vec![Problem::new(DOCUMENT, "write it: the table of attacks, each with the right answer")];
    };
    let tested: BTreeSet<String> = files.iter().flat_map(tested).collect();
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(document.text.lines()) {
        let Some(id) = row(line) else { continue };
        let place = format!("{DOCUMENT}:{number}");
        if !seen.insert(id) {
            problems.push(Problem::new(&place, format!("{id} stands here a second time: give each row one id")));
        }
        if !tested.contains(&id.to_ascii_lowercase()) {
            let name = id.to_ascii_lowercase();
            problems.push(Problem::new(place, format!("{id} has no test: write one named `{name}_...`")));
        }
    }
    if seen.is_empty() {
        problems.push(Problem::new(DOCUMENT, "hold the table of attacks: rows that begin with an id such as G3"));
    }
    problems
}

/// The id of a table row, such as `G3` in `| G3 | two exchanges | ..`.
fn row(line: &str) -> Option<&str> {
    let id = line.strip_prefix('|')?.split('|').next()?.trim();
    is_id(id, u8::is_ascii_uppercase).then_some(id)
}

/// A letter and a number without leading zeros.
fn is_id(word: &str, is_letter: impl Fn(&u8) -> bool) -> bool {
    match word.as_bytes() {
        [letter, first, rest @ ..] => {
            is_letter(letter) && (b'1'..=b'9').contains(first) && rest.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// The ids that the names of a file's tests carry.
fn tested(file: &File) -> BTreeSet<String> {
    if OF_TOOLS.iter().any(|folder| file.path.starts_with(folder)) {
        return BTreeSet::new();
    }
    let words = test_names::of(file).into_iter().flat_map(|name| name.split(|c: char| !c.is_ascii_alphanumeric()));
    words.filter(|word| is_id(word, u8::is_ascii_lowercase)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{fixture, told};
    use super::*;

    const TABLE: &str =
        "# Attacks\n| Id | What | Answer |\n|---|---|---|\n| G3 | twice | one |\n| A5 | browser | works |\n";

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![(DOCUMENT, TABLE)];
        all.extend_from_slice(files);
        told(check(&fixture(&all)))
    }

    #[test]
    fn a_row_without_a_test_is_told_with_its_line() {
        let rust = "    #[tokio::test]\n    async fn g3_one_of_two() {}\n";
        assert_eq!(
            problems(&[("tests/journeys/token.rs", rust)]),
            ["docs/attacks.md:5: A5 has no test: write one named `a5_...`"]
        );
        let script = "test('a5 a client in a browser', async () => {});\n";
        assert_eq!(problems(&[("tests/journeys/token.rs", rust), ("tests/browser/page.mjs", script)]), [""; 0]);
    }

    #[test]
    fn only_whole_words_in_names_of_tests_count() {
        let has = |text: &str| problems(&[("a.rs", text)]).len() == 1;
        assert!(has("#[test]\nfn b1_g3_c2() {}"));
        for text in ["fn g3_not_a_test() {}", "#[test]\nfn g30_another() {}", "#[test]\nfn ag3() {}"] {
            assert!(!has(text), "{text}");
        }
        assert_eq!(problems(&[("crates/tools/tests/a.rs", "#[test]\nfn g3_x() {}")]).len(), 2);
    }

    #[test]
    fn a_missing_empty_or_repeating_table_is_told() {
        assert_eq!(told(check(&[])).len(), 1);
        assert_eq!(told(check(&fixture(&[(DOCUMENT, "nothing")]))).len(), 1);
        let twice = [(DOCUMENT, "| G3 | a | b |\n| G3 | a | b |\n"), ("a.rs", "#[test]\nfn g3_x() {}")];
        assert_eq!(told(check(&fixture(&twice))).len(), 1);
    }
}
