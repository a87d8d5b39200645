//! `docs/tools-eval.md`: what each job takes.

use std::fmt::Write;
use std::path::Path;

use crate::job::{Done, Job};

/// How far a figure may be from the one on the page, in percent: an answer may say a little more or less.
const TOLERANCE: usize = 5;

/// The page.
pub(crate) fn page(jobs: &[Job], done: &[Done], command: &str) -> String {
    let mut page = format!(
        "# What jobs take\n\n<!-- Made by the jobs in tests/eval. Do not edit; make it anew with\n     {command} -->\n\n\
         Realistic jobs of this trade, as people say them, each as the calls that a competent model makes, against the demo \
         data on SQLite at a fixed instant, in process and through the same registry as over MCP. No model is needed to run \
         them (`cargo test -p lavori-eval`, a few seconds; they run with all other tests). Every job proves that it was done: by \
         what the last answer shows, and where it writes, by other tools' reads that are not counted.\n\n\
         Bytes are those of all arguments and answers of the job; tokens are bytes / 4. A job that takes more than {} calls or \
         {} bytes is a failing test, unless it is said below why that is known. What a conversation costs once is not in it: the list of tools ([tools.md](tools.md)) \
         and `get_context`, which is a job of its own here.\n\n\
         | Job | What the person says | Calls | Bytes | Tokens |\n|---|---|---|---|---|\n",
        crate::MOST_CALLS,
        crate::MOST_BYTES,
    );
    for (job, one) in jobs.iter().zip(done) {
        let mut tools: Vec<&str> = job.calls.iter().map(|call| call.tool.as_str()).collect();
        tools.dedup();
        let (says, bytes) = (&job.says, one.bytes);
        writeln!(page, "| {} | {says} ({}) | {} | {bytes} | {} |", job.job, tools.join(", "), one.calls, bytes / 4)
            .unwrap();
    }
    let calls: usize = done.iter().map(|one| one.calls).sum();
    let bytes: usize = done.iter().map(|one| one.bytes).sum();
    writeln!(page, "| **all {}** | | {calls} | {bytes} | {} |", done.len(), bytes / 4).unwrap();
    for one in done {
        if let Some(why) = &one.too_much {
            writeln!(page, "\n**{}** takes more than a job may, which is known: {why}", one.job).unwrap();
        }
    }
    let mut sizes: Vec<usize> = done.iter().map(|one| one.bytes).collect();
    sizes.sort_unstable();
    if let (Some(middle), Some(most)) = (sizes.get(sizes.len() / 2), sizes.last()) {
        let mean = calls * 10 / done.len();
        writeln!(
            page,
            "\nIn the middle a job takes {middle} bytes, at most {most}; {}.{} calls on average.",
            mean / 10,
            mean % 10
        )
        .unwrap();
    }
    page
}

/// Writes the page where that was asked for, and fails where the one in the repository says something else.
pub(crate) fn compare(page: &str, command: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tools-eval.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|word| word == "always") {
        std::fs::write(&path, page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let same_length = written.lines().count() == page.lines().count();
    let differs = written.lines().zip(page.lines()).find(|(written, made)| !says_the_same(written, made));
    assert!(
        same_length && differs.is_none(),
        "docs/tools-eval.md is stale: {command}\nthe first line that differs: {differs:?}"
    );
}

/// Whether two lines are the same but for small differences of their figures.
fn says_the_same(one: &str, other: &str) -> bool {
    let words = |line: &str| line.split([' ', ',', ';']).map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (words(one), words(other));
    one.len() == other.len()
        && one.iter().zip(&other).all(|(one, other)| match (one.parse::<usize>(), other.parse::<usize>()) {
            (Ok(one), Ok(other)) => one.abs_diff(other) * 100 <= TOLERANCE * one.max(other),
            _ => one == other,
        })
}

#[test]
fn a_page_is_stale_when_a_job_takes_another_call_or_much_more() {
    let line = "| free | Who is free? (check) | 2 | 3000 | 750 |";
    assert!(says_the_same(line, "| free | Who is free? (check) | 2 | 3100 | 775 |"));
    for other in [
        "| free | Who is free? (check) | 3 | 3000 | 750 |",
        "| free | Who is free? (check) | 2 | 3300 | 825 |",
        "| free | Who is there? (check) | 2 | 3000 | 750 |",
    ] {
        assert!(!says_the_same(line, other), "{other}");
    }
}
