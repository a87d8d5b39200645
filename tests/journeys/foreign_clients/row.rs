//! `docs/clients.md`: a row for each journey of a foreign client, made by the journey itself.
//!
//! A journey reports what it saw as one JSON object ([`Report`]) and gives it to [`check`]: the page must hold the very
//! row that the report makes. A row that no journey makes is not on the page, and [`ROWS`] says which there are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

/// Makes the page anew: the filter names the journeys of `foreign_clients` and `foreign_programs`.
const COMMAND: &str = "INSTA_UPDATE=always cargo xtask test -- -p lavori-tests --test journeys foreign_";

/// Client, protocol version and registration of every row, in the order of the page.
const ROWS: &[(&str, &str, &str)] = &[
    ("Python mcp", "2026-07-28", "CIMD"),
    ("Python mcp", "2025-11-25", "DCR"),
    ("Python fastmcp", "2026-07-28", "DCR"),
    ("Python fastmcp", "2025-11-25", "CIMD"),
    ("TypeScript @modelcontextprotocol/client", "2026-07-28", "CIMD"),
    ("TypeScript @modelcontextprotocol/client", "2025-11-25", "DCR"),
    ("Rust rmcp", "2026-07-28", "CIMD"),
    ("Rust rmcp", "2025-11-25", "DCR"),
    ("mcp-remote", "2026-07-28", "CIMD"),
    ("mcp-remote", "2025-11-25", "DCR"),
    ("@modelcontextprotocol/inspector", "2026-07-28", "CIMD"),
    ("@modelcontextprotocol/inspector", "2025-11-25", "DCR"),
    ("mcporter", "2025-11-25", "DCR"),
    ("@anthropic-ai/claude-code", "2026-07-28", "CIMD"),
];

/// The steps of a journey, in its order: the columns of the page.
pub(crate) const STEPS: [(Step, &str); 10] = [
    (Step::Discover, "discover"),
    (Step::Register, "register"),
    (Step::SignIn, "sign-in"),
    (Step::Consent, "consent"),
    (Step::List, "list"),
    (Step::Read, "read"),
    (Step::Write, "write"),
    (Step::Refresh, "refresh"),
    (Step::StepUp, "step-up"),
    (Step::Revoked, "revoked"),
];

/// One thing that a client does at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::enum_variant_names, reason = "a step-up is called so")]
pub(crate) enum Step {
    /// It found the authorization server, given nothing but the connector URL.
    Discover,
    /// It became a client there.
    Register,
    /// It sent a person there, who signed in.
    SignIn,
    /// The person allowed it something, and it got its tokens.
    Consent,
    /// It listed the tools.
    List,
    /// It called a tool that reads.
    Read,
    /// It called a tool that changes something, and what it changed is there.
    Write,
    /// Its access token expired, and it went on without a person.
    Refresh,
    /// Allowed to read only, it called a tool that writes, asked a person for more, and went on.
    StepUp,
    /// The person revoked the connection, and the next call ended with an error instead of hanging or going on.
    Revoked,
}

/// What a journey saw.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Report {
    /// The client's name, as on the page.
    pub(crate) client: String,
    /// The version that ran, as the client itself says.
    pub(crate) version: String,
    /// The protocol version that was negotiated.
    pub(crate) protocol: String,
    /// `CIMD`, `DCR`, or how it became a client instead.
    pub(crate) registration: String,
    /// The steps that it took, each seen to work.
    pub(crate) passed: BTreeSet<Step>,
    /// The steps that it cannot take, each with the reason, in words that fit into a table.
    #[serde(default)]
    pub(crate) cannot: BTreeMap<Step, String>,
    /// What else the journey tells, for the test to look at.
    #[serde(flatten)]
    pub(crate) seen: Map<String, Value>,
}

impl Report {
    /// Reads the last line of what a journey printed.
    ///
    /// # Panics
    /// When that is no report.
    pub(crate) fn read(printed: &str) -> Self {
        let last = printed.lines().next_back().unwrap_or_default();
        serde_json::from_str(last).unwrap_or_else(|error| panic!("not a report: {error}: {printed}"))
    }

    fn key(&self) -> [&str; 3] {
        [&self.client, &self.protocol, &self.registration]
    }

    /// The row. Every step is either passed or impossible for a reason: nothing is left open.
    fn row(&self) -> String {
        let Self { client, version, protocol, registration, .. } = self;
        let mut row = format!("| {client} | {version} | {protocol} | {registration} |");
        let mut reasons = Vec::new();
        for (step, name) in STEPS {
            let word = match (self.passed.contains(&step), self.cannot.get(&step)) {
                (true, None) => "yes",
                (false, Some(reason)) => {
                    reasons.push(format!("{name}: {reason}"));
                    "**no**"
                }
                (passed, reason) => panic!("{client}, {protocol}, {registration}: {name}: {passed}, {reason:?}"),
            };
            row += &format!(" {word} |");
        }
        row += &format!(" {} |", reasons.join("; "));
        assert_eq!(row.matches('|').count(), 4 + STEPS.len() + 2, "a reason breaks the table: {row}");
        row
    }
}

/// Holds a journey's row to the one on the page, or puts it there where that was asked for.
///
/// # Panics
/// When the page says something else, or [`ROWS`] knows no such row.
pub(crate) fn check(report: &Report) {
    let key = report.key();
    assert!(ROWS.iter().any(|row| <[&str; 3]>::from(*row) == key), "foreign_clients/row.rs has no {key:?} in ROWS");
    let row = report.row();
    let mut page = Page::open();
    if updates() {
        page.write(&[&row]);
    }
    let there = page.row(key);
    assert!(there == Some(&*row), "docs/clients.md is stale: {COMMAND}\nit says  {there:?}\nseen was {row}");
}

/// Whether the page is to be made anew: by the word that the snapshots know, too.
fn updates() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|word| word == "always")
}

/// The page, held until this is dropped: journeys run side by side, and each changes its own row.
struct Page {
    file: File,
    text: String,
}

impl Page {
    fn open() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/clients.md");
        let updates = updates();
        let mut file = File::options().read(true).write(updates).create(updates).open(path).expect("docs/clients.md");
        if updates { file.lock() } else { file.lock_shared() }.expect("a lock");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        Self { file, text }
    }

    fn row(&self, key: [&str; 3]) -> Option<&str> {
        self.text.lines().find(|line| key_of(line) == Some(key))
    }

    /// Writes the page: these rows instead of those with their keys, and no row that is not known.
    fn write(&mut self, rows: &[&str]) {
        let page = {
            let of_key = |key: [&str; 3]| rows.iter().copied().find(|row| key_of(row) == Some(key));
            page(ROWS.iter().filter_map(|row| of_key((*row).into()).or_else(|| self.row((*row).into()))))
        };
        self.file.set_len(0).expect("an empty page");
        self.file.rewind().expect("the start of the page");
        self.file.write_all(page.as_bytes()).expect("the page is written");
        self.text = page;
    }
}

/// Client, protocol version and registration of a line, if it is a row.
fn key_of(line: &str) -> Option<[&str; 3]> {
    let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
    Some([cells.first()?, cells.get(2)?, cells.get(3)?])
}

/// The page with these rows.
fn page<'r>(rows: impl Iterator<Item = &'r str>) -> String {
    let mut page = format!(
        "# What clients do\n\n<!-- Made by the journeys in tests/journeys/foreign_clients.rs and foreign_programs.rs. Do not edit; make it anew with\n     \
         {COMMAND} -->\n\n\
         Clients as their publishers ship them, each at the real server over a real socket, given nothing but the connector URL. \
         A journey goes all the way, and its row is what it saw: in every run of the tests the page is held to it.\n\n\
         - **discover**, **register**: the client finds the authorization server, and becomes a client there by the way in \
         the column Registration: its own client id metadata document (CIMD) or dynamic registration (DCR).\n\
         - **sign-in**, **consent**: it sends a person there, who signs in and allows what the page offers.\n\
         - **list**, **read**, **write**: it lists the tools, reads with one, and changes something with another; the change is there.\n\
         - **refresh**: its access token expires, and it goes on without a person.\n\
         - **step-up**: allowed to read only, it calls a tool that writes, asks the person for more, and goes on.\n\
         - **revoked**: the person revokes the connection, and the client's next call ends with an error.\n\n\
         Where a client cannot take a step, the last column says why. A client that may only read is shown no tool that \
         writes: in the 2026-07-28 era some keep that list for the half minute that it is good for, after a step-up, too.\n\n\
         | Client | Version | Protocol | Registration |"
    );
    for (_, name) in STEPS {
        page += &format!(" {name} |");
    }
    page += " Why not |\n|";
    page += &"---|".repeat(4 + STEPS.len() + 1);
    page.push('\n');
    for row in rows {
        page += row;
        page.push('\n');
    }
    page
}

#[test]
fn docs_clients_md_has_every_row_and_no_other() {
    let mut written = Page::open();
    if updates() {
        // The journeys of this run put their rows there, before or after.
        return written.write(&[]);
    }
    let rows: Vec<&str> = ROWS
        .iter()
        .map(|row| written.row((*row).into()).unwrap_or_else(|| panic!("docs/clients.md lacks {row:?}: {COMMAND}")))
        .collect();
    let made = page(rows.into_iter());
    let differs = written.text.lines().zip(made.lines()).find(|(written, made)| written != made);
    assert!(written.text == made, "docs/clients.md is stale: {COMMAND}\nthe first line that differs: {differs:?}");
}

#[test]
fn a_row_says_of_every_step_that_it_was_passed_or_why_not() {
    let mut report = Report::read(
        r#"{"client": "C", "version": "1", "protocol": "P", "registration": "DCR", "scope": "mcp:read", "passed":
        ["discover", "register", "sign-in", "consent", "list", "read", "write", "refresh", "revoked"],
        "cannot": {"step-up": "it ignores the 403"}}"#
            .replace('\n', "")
            .as_str(),
    );
    let steps = "yes | ".repeat(8);
    assert_eq!(report.row(), format!("| C | 1 | P | DCR | {steps}**no** | yes | step-up: it ignores the 403 |"));
    assert_eq!(key_of(&report.row()), Some(["C", "P", "DCR"]));
    assert_eq!(report.seen["scope"], "mcp:read");

    report.passed.remove(&Step::Write);
    assert!(std::panic::catch_unwind(|| report.row()).is_err(), "writing is neither passed nor impossible");
    report.cannot.insert(Step::Write, "a | b".to_owned());
    assert!(std::panic::catch_unwind(|| report.row()).is_err(), "a reason with a bar is another table");
}
