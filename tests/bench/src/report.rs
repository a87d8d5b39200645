//! What was measured, as Markdown.

use std::fmt;
use std::process::Command;
use std::thread::available_parallelism;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::costs::Costs;
use crate::data;
use crate::database::{Database, connect};
use crate::failure::Result;
use crate::footprint::Footprints;
use crate::options::Options;
use crate::revocation::Revocations;
use crate::rounds::{Compared, Figures};
use crate::workload::Workload;

/// Prints a line for whoever waits.
#[expect(clippy::print_stdout, reason = "a command's output")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

pub(crate) struct Report {
    head: Vec<String>,
    lines: Vec<Line>,
    pub(crate) costs: Costs,
    pub(crate) footprints: Footprints,
    pub(crate) revocations: Revocations,
    flat: Vec<Flatness>,
}

/// Bytes of an answer.
#[derive(Clone, Copy)]
pub(crate) struct Answers {
    pub(crate) floor: usize,
    pub(crate) server: usize,
}

/// A row of the table.
pub(crate) struct Line {
    workload: &'static str,
    database: &'static str,
    floor: Figures,
    server: Option<Compared>,
    answers: Answers,
}

/// How much more a request costs among many than among few.
pub(crate) struct Flatness {
    database: &'static str,
    what: &'static str,
    grown: String,
    compared: Compared,
}

impl Line {
    pub(crate) fn compared(workload: &Workload, database: &Database, compared: Compared, answers: Answers) -> Self {
        let (workload, database) = (workload.name, database.name());
        Self { workload, database, floor: compared.first, server: Some(compared), answers }
    }

    pub(crate) fn floor(workload: &Workload, database: &Database, floor: Figures, answers: Answers) -> Self {
        Self { workload: workload.name, database: database.name(), floor, server: None, answers }
    }
}

impl Flatness {
    pub(crate) fn new(database: &Database, what: &'static str, grown: &str, compared: Compared) -> Self {
        Self { database: database.name(), what, grown: grown.to_owned(), compared }
    }
}

impl Report {
    pub(crate) fn new(options: &Options) -> Self {
        let cores = available_parallelism().map_or(0, usize::from);
        let head = vec![
            format!("- Machine: {cores} cores, {}; Linux {}", processor(), kernel()),
            format!("- Date: {}; commit {}", today(), commit()),
            format!(
                "- Data: {} tasks in {} organizations; {} connections (for query_analytics, and create_tasks on SQLite, at most \
                 8), median of {} rounds of {} s, in turns",
                options.tasks,
                data::ORGANIZATIONS,
                options.connections,
                options.rounds,
                options.seconds
            ),
        ];
        Self {
            head,
            lines: Vec::new(),
            costs: Costs::default(),
            footprints: Footprints::default(),
            revocations: Revocations::default(),
            flat: Vec::new(),
        }
    }

    /// Notes a database's version.
    pub(crate) async fn database(&mut self, database: &Database) -> Result<()> {
        let version = match database {
            Database::Sqlite { .. } => rusqlite::version().to_owned(),
            Database::Postgres { url } => {
                connect(url).await?.query_one("SHOW server_version", &[]).await?.get::<_, String>(0)
            }
        };
        self.head.push(format!("- {} {version}", database.name()));
        Ok(())
    }

    pub(crate) fn line(&mut self, line: Line) {
        self.lines.push(line);
    }

    pub(crate) fn flat(&mut self, flatness: Flatness) {
        self.flat.push(flatness);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{}", self.head.join("\n"))?;
        if !self.lines.is_empty() {
            writeln!(
                f,
                "\n| Workload | Database | floor req/s | server req/s | ratio | floor p50/p99 ms | server p50/p99 ms | \
                 floor CPU us/req | server CPU us/req | CPU ratio | database CPU us/req, floor/server | \
                 answer bytes, floor/server |"
            )?;
            writeln!(f, "|---|---|---|---|---|---|---|---|---|---|---|---|")?;
            for line in &self.lines {
                writeln!(f, "{line}")?;
            }
        }
        write!(f, "{}", self.costs)?;
        write!(f, "{}", self.footprints)?;
        write!(f, "{}", self.revocations)?;
        if !self.flat.is_empty() {
            writeln!(
                f,
                "\n| Flat? | with few or many | Database | few req/s | many req/s | few CPU us/req | many CPU us/req | \
                 cost ratio |"
            )?;
            writeln!(f, "|---|---|---|---|---|---|---|---|")?;
            for flat in &self.flat {
                writeln!(f, "{flat}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = self.server.map(|it| it.second);
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let latency = |it: &Figures| format!("{:.1} / {:.1}", it.p50, it.p99);
        let database = |it: &Figures| or_none(it.database_cpu.map(|cpu| format!("{cpu:.0}")));
        let database = or_none(
            self.floor
                .database_cpu
                .map(|_| format!("{} / {}", database(&self.floor), or_none(server.map(|it| database(&it))))),
        );
        write!(
            f,
            "| {} | {} | {:.0} | {} | {} | {} | {} | {:.0} | {} | {} | {database} | {} / {} |",
            self.workload,
            self.database,
            self.floor.per_second,
            or_none(server.map(|it| format!("{:.0}", it.per_second))),
            or_none(self.server.map(|it| format!("{:.2}", it.per_second_ratio))),
            latency(&self.floor),
            or_none(server.map(|it| latency(&it))),
            self.floor.cpu,
            or_none(server.map(|it| format!("{:.0}", it.cpu))),
            or_none(self.server.map(|it| format!("{:.2}", it.cpu_ratio))),
            self.answers.floor,
            or_none(server.map(|_| self.answers.server.to_string())),
        )
    }
}

impl fmt::Display for Flatness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Compared { first, second, per_second_ratio, .. } = self.compared;
        let cost = |it: Figures| it.cpu + it.database_cpu.unwrap_or(0.0);
        write!(
            f,
            "| {} | {} | {} | {:.0} | {:.0} | {:.0} | {:.0} | {:.2} by CPU, {:.2} by throughput |",
            self.what,
            self.grown,
            self.database,
            first.per_second,
            second.per_second,
            cost(first),
            cost(second),
            cost(second) / cost(first),
            1.0 / per_second_ratio,
        )
    }
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("model name"));
    line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned()))
        .unwrap_or_else(|| "unknown processor".to_owned())
}

fn kernel() -> String {
    std::fs::read_to_string("/proc/sys/kernel/osrelease").map_or_else(|_| "?".to_owned(), |text| text.trim().to_owned())
}

#[expect(clippy::disallowed_methods, reason = "the report says on which day it was made")]
fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
    data::day(i64::try_from(seconds / 86_400).unwrap_or(0))
}

fn commit() -> String {
    let output =
        Command::new("git").args(["describe", "--always", "--dirty"]).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let text = output.ok().filter(|it| it.status.success()).and_then(|it| String::from_utf8(it.stdout).ok());
    text.map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}
