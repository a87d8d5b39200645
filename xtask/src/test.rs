//! `cargo xtask test`: what the tests need, then the tests. `cargo xtask screens`: those that take pictures.
//!
//! The tests read: `LAVORI_TEST_DATABASE_URL`, `LAVORI_TEST_PYTHON`, `LAVORI_TEST_NODE`, `LAVORI_TEST_TYPESCRIPT`,
//! `LAVORI_TEST_PROGRAMS`, `LAVORI_TEST_CONFORMANCE`, `LAVORI_TEST_SCORE`, `LAVORI_TEST_BROWSER`,
//! `LAVORI_TEST_CHROMIUM`, `LAVORI_TEST_PROVIDER`; or `LAVORI_TEST_FAST=1`, which tells them to leave out what
//! these are for. Without either they fail.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use lexopt::prelude::*;

use crate::clients;
use crate::failure::Failure;
use crate::postgres::{self, Postgres, Purpose};
use crate::{shell, workspace};

const DATABASE_URL: &str = "LAVORI_TEST_DATABASE_URL";
/// The folder of PostgreSQL's programs: backups are taken with them.
const POSTGRES: &str = "LAVORI_TEST_POSTGRES";
/// What the journeys of foreign programs need.
const CLIENTS: [&str; 9] = [
    "LAVORI_TEST_PYTHON",
    "LAVORI_TEST_NODE",
    "LAVORI_TEST_TYPESCRIPT",
    "LAVORI_TEST_PROGRAMS",
    "LAVORI_TEST_CONFORMANCE",
    "LAVORI_TEST_SCORE",
    "LAVORI_TEST_BROWSER",
    "LAVORI_TEST_CHROMIUM",
    "LAVORI_TEST_PROVIDER",
];
/// Where the journeys that look at pages put their pictures.
const SCREENS: &str = "LAVORI_TEST_SCREENS";
/// How many tests of a binary run at once.
const THREADS: &str = "RUST_TEST_THREADS";
const LEFT_OUT: &str = "--fast left out: every test on PostgreSQL, the journeys of foreign clients (docs/clients.md), \
     the conformance suite, mcpscore, signing in through a real OpenID Connect provider, and everything in a browser: \
     the pages, and rows A5, F1 and F10 of docs/attacks.md";

/// Runs the command.
pub(crate) fn run(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    let (mut fast, mut no_run) = (false, false);
    let mut passed_on: Vec<OsString> = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("fast") => fast = true,
            Long("no-run") => no_run = true,
            Value(first) => {
                passed_on.push(first);
                passed_on.extend(arguments.raw_args()?);
            }
            other => return Err(other.unexpected().into()),
        }
    }

    let mut cargo = shell::cargo();
    cargo.current_dir(workspace::root()?).args(["test", "--no-fail-fast"]);
    if !names_packages(&passed_on) {
        cargo.arg("--workspace");
    }
    let is_whole = passed_on.is_empty();
    if no_run && (fast || !is_whole) {
        return Err(Failure::usage("--no-run sets up and builds everything: leave the other arguments out"));
    }
    cargo.args(passed_on);
    if fast {
        for name in CLIENTS.iter().chain([&DATABASE_URL, &POSTGRES]) {
            cargo.env_remove(name);
        }
        let outcome = shell::run(cargo.env("LAVORI_TEST_FAST", "1"));
        shell::step(LEFT_OUT);
        return outcome;
    }

    if no_run {
        return set_up_while_building().map(drop);
    }
    let needs = if is_whole { set_up_while_building()? } else { set_up()? };
    // Without pictures: nobody looks at them here, and taking them is a third of what a page costs.
    cargo.envs(variables(needs.clients)).env_remove(SCREENS);
    cargo.env(POSTGRES, needs.programs_of_postgres);
    if let Some(postgres) = &needs.postgres {
        cargo.env(DATABASE_URL, postgres.url());
    }
    if std::env::var_os(THREADS).is_none() {
        cargo.env(THREADS, threads().to_string());
    }
    shell::run(cargo.env_remove("LAVORI_TEST_FAST"))?;
    if is_whole {
        for page in ["docs/clients.md", "docs/conformance.md"] {
            let text = fs::read_to_string(workspace::root()?.join(page));
            let text = text.map_err(|error| Failure::new(format!("{page}: {error}")))?;
            shell::step(format!("what this run saw, as {page} has it\n\n{}", tables(&text)));
        }
    }
    Ok(())
}

/// One more than there are cores: many tests wait for a browser, a database or a clock.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get() + 1)
}

/// What the tests need besides themselves.
struct Needs {
    clients: clients::Clients,
    programs_of_postgres: PathBuf,
    /// Somebody's own server is as good: then none is started.
    postgres: Option<Postgres>,
}

fn set_up() -> Result<Needs, Failure> {
    let own = std::env::var_os(DATABASE_URL).is_some();
    let postgres = if own { None } else { Some(Postgres::start(Purpose::Tests)?) };
    Ok(Needs { clients: clients::set_up()?, programs_of_postgres: postgres::folder_of_programs()?, postgres })
}

/// The same, while the compiler is busy: what is set up waits for the network most of the time.
fn set_up_while_building() -> Result<Needs, Failure> {
    let mut cargo = shell::cargo();
    cargo.current_dir(workspace::root()?).args(["test", "--quiet", "--workspace", "--no-run"]);
    std::thread::scope(|scope| {
        let needs = scope.spawn(set_up);
        shell::step("building the tests");
        let built = shell::run(&mut cargo);
        let needs = needs.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        built.and(needs)
    })
}

/// The tables of a page, each after a blank line.
fn tables(page: &str) -> String {
    let mut tables = String::new();
    let mut was_row = true;
    for line in page.lines() {
        let is_row = line.starts_with('|');
        if is_row {
            tables += line;
            tables.push('\n');
        } else if was_row {
            tables.push('\n');
        }
        was_row = is_row;
    }
    tables.trim().to_owned()
}

/// Takes the pictures of every page: runs the journeys that look at pages, and nothing else.
pub(crate) fn screens(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    if let Some(unexpected) = arguments.next()? {
        return Err(unexpected.unexpected().into());
    }
    let folder = workspace::target()?.join("screens");
    workspace::empty(&folder)?;
    let mut cargo = shell::cargo();
    cargo.current_dir(workspace::root()?).args(["test", "-p", "lavori-tests", "--test", "journeys", "pages::"]);
    shell::run(cargo.envs(variables(clients::set_up()?)).env(SCREENS, &folder).env_remove("LAVORI_TEST_FAST"))?;
    shell::step(format!("the pictures are in {}", folder.display()));
    Ok(())
}

fn variables(clients: clients::Clients) -> impl Iterator<Item = (&'static str, PathBuf)> {
    let values = [
        clients.python,
        clients.node,
        clients.typescript,
        clients.programs,
        clients.conformance,
        clients.score,
        clients.browser,
        clients.chromium,
        clients.provider,
    ];
    CLIENTS.into_iter().zip(values)
}

/// Whether the arguments choose packages themselves, as in `-p lavori-store`; after `--` they are the tests' own.
fn names_packages(arguments: &[OsString]) -> bool {
    let ours = arguments.iter().filter_map(|argument| argument.to_str()).take_while(|argument| *argument != "--");
    ours.into_iter().any(|argument| argument.starts_with("-p") || argument.starts_with("--package"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_a_page_are_told_without_its_words() {
        let page = "# Page\n\nWords.\n\n| a |\n|---|\n| 1 |\n\nMore | words.\n| b |\n|---|\n";
        assert_eq!(tables(page), "| a |\n|---|\n| 1 |\n\n| b |\n|---|");
    }

    #[test]
    fn the_whole_workspace_is_tested_unless_packages_are_named() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert!(names_packages(&words("-p lavori-store")));
        assert!(names_packages(&words("--lib --package=lavori-store")));
        assert!(!names_packages(&words("consent -- -p")));
        assert!(!names_packages(&[]));
    }
}
