//! `docs/conformance.md`: what tools of others say of the server. Each of them makes its own part of the page anew, and
//! fails when what is written differs.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

const COMMAND: &str =
    "INSTA_UPDATE=always cargo xtask test -- -p lavori-tests --test journeys -- conformance:: score::";

/// Holds a part of the page to what was just seen.
pub(crate) fn check(part: &str, seen: &str) {
    // The tools run beside each other.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/conformance.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let (before, written, after) =
        cut(&page, part).unwrap_or_else(|| panic!("docs/conformance.md lost its part {part}"));
    let seen = format!("\n{}\n", seen.trim_end());
    // The word by which the snapshots are told to follow, too.
    if std::env::var("INSTA_UPDATE").is_ok_and(|word| word == "always") {
        std::fs::write(&path, format!("{before}{seen}{after}")).expect("the page is written");
        return;
    }
    let differs = written.lines().zip(seen.lines()).find(|(written, seen)| written != seen);
    assert!(
        written == seen,
        "docs/conformance.md is stale: {COMMAND}\nthe first line that differs: {differs:?}\n{seen}"
    );
}

/// The page before a part, the part, and the page behind it.
fn cut<'p>(page: &'p str, part: &str) -> Option<(&'p str, &'p str, &'p str)> {
    let begin = format!("<!-- begin {part} -->\n");
    let end = format!("\n<!-- end {part} -->");
    let start = page.find(&begin)? + begin.len();
    // The line breaks around a part belong to it.
    let start = start - 1;
    let stop = start + page[start..].find(&end)? + 1;
    Some((&page[..start], &page[start..stop], &page[stop..]))
}

#[test]
fn a_part_of_the_page_is_found_and_the_rest_is_left_alone() {
    let page = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n";
    let (before, part, after) = cut(page, "x").unwrap();
    assert_eq!((before, part, after), ("a\n<!-- begin x -->", "\nold\n", "<!-- end x -->\nb\n"));
    assert_eq!(cut(page, "y"), None);
}
