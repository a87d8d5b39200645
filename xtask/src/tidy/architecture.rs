//! ARCHITECTURE.md names every package and no other, and no file that is not there.

use std::collections::BTreeSet;

use super::{File, Problem};

const DOCUMENT: &str = "ARCHITECTURE.md";

/// A backticked word that starts like this is a path of ours.
const PLACES: &[&str] = &["crates/", "bins/", "migrations/", "tests/", "xtask/", "docs/"];

/// Compares the document with the tree.
pub(super) fn check(files: &[File]) -> Vec<Problem> {
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        return vec![Problem::new(DOCUMENT, "write it: newcomers start here")];
    };
    let mentions = mentions(&document.text);
    let mut problems = Vec::new();
    for package in files.iter().filter_map(|file| file.path.strip_suffix("/Cargo.toml")) {
        let inside = format!("{package}/");
        if !mentions.iter().any(|mention| mention.trim_end_matches('/') == package || mention.starts_with(&inside)) {
            problems.push(Problem::new(DOCUMENT, format!("name `{package}`: every package has its paragraph")));
        }
    }
    for mention in mentions {
        let inside = format!("{}/", mention.trim_end_matches('/'));
        if !files.iter().any(|file| file.path == mention || file.path.starts_with(&inside)) {
            problems.push(Problem::new(DOCUMENT, format!("`{mention}` is not there: correct or remove it")));
        }
    }
    problems
}

/// The backticked paths, without those that are patterns.
fn mentions(text: &str) -> BTreeSet<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let paths = quoted.filter(|word| PLACES.iter().any(|place| word.starts_with(place)));
    paths.filter(|path| !path.contains(['*', '<', '{', ' ', '\n'])).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{fixture, told};
    use super::*;

    fn problems(document: &str) -> Vec<String> {
        let tree = [(DOCUMENT, document), ("crates/web/Cargo.toml", ""), ("crates/web/src/lib.rs", "")];
        told(check(&fixture(&tree)))
    }

    #[test]
    fn a_package_is_named_by_itself_or_by_a_file_of_it() {
        assert_eq!(problems("Pages are in `crates/web`."), [""; 0]);
        assert_eq!(problems("Pages start in `crates/web/src/lib.rs`; all of `crates/*` is Rust."), [""; 0]);
        assert_eq!(
            problems("Pages are in crates/web."),
            ["ARCHITECTURE.md: name `crates/web`: every package has its paragraph"]
        );
    }

    #[test]
    fn a_name_that_leads_nowhere_is_told() {
        assert_eq!(
            problems("`crates/web` uses `crates/webb` and `crates/web/src/gone.rs`."),
            [
                "ARCHITECTURE.md: `crates/web/src/gone.rs` is not there: correct or remove it",
                "ARCHITECTURE.md: `crates/webb` is not there: correct or remove it"
            ]
        );
        assert_eq!(told(check(&[])).len(), 1);
    }
}
