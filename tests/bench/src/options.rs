//! The command line.

use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

use crate::database::Database;
use crate::failure::Result;

pub(crate) const HELP: &str = "\
Measures the server against a floor: plain hyper, the same queries, the same bytes.

Usage: cargo xtask bench [OPTIONS]

  --tasks N           tasks in the database (default 1000000)
  --seconds N         length of a round (default 4)
  --rounds N          rounds, of which the median counts (default 5)
  --connections N     connections that ask at once, up to 64 (default 64)
  --only NAME         list_tasks, get_context, tools/list, fetch, search, query_analytics, create_tasks, footprint,
                      authorization, refresh or revocation; may be given again
  --postgres-only     no SQLite
  --sqlite-only       no PostgreSQL
  --floor-only        no server
  --flat              compare few tasks, connections and organizations with many as well
  --write FILE        write the report there, too
  --data FOLDER       where SQLite files are kept for the next run (default beside this program)
  --postgres URL      a PostgreSQL server and its superuser (cargo xtask bench starts one)
  --server PATH       the server's program (cargo xtask bench builds it)
";

/// What to do.
pub(crate) enum Command {
    Help,
    /// Be the floor. Started by the bench itself.
    Floor {
        database: Database,
        port: u16,
    },
    Bench(Options),
}

/// How to measure.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) tasks: u64,
    pub(crate) seconds: f64,
    pub(crate) rounds: usize,
    pub(crate) connections: u64,
    /// Names of workloads and single costs; none: all.
    pub(crate) only: Vec<String>,
    pub(crate) flat: bool,
    pub(crate) write: Option<PathBuf>,
    pub(crate) data: Option<PathBuf>,
    pub(crate) postgres: Option<String>,
    pub(crate) sqlite: bool,
    pub(crate) server: Option<PathBuf>,
}

impl Options {
    /// Whether something of this name was asked for: by itself, or with everything.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.wants_any(|only| only == name)
    }

    /// The same of what has several names.
    pub(crate) fn wants_any(&self, is_name: impl Fn(&str) -> bool) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| is_name(only))
    }
}

pub(crate) fn read(mut parser: Parser) -> Result<Command> {
    let mut options = Options {
        tasks: 1_000_000,
        seconds: 4.0,
        rounds: 5,
        connections: crate::data::CONNECTIONS,
        only: Vec::new(),
        flat: false,
        write: None,
        data: None,
        postgres: None,
        sqlite: true,
        server: None,
    };
    let (mut floor, mut port, mut database) = (false, 0, None);
    let (mut sqlite_only, mut floor_only) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            Arg::Long("tasks") => options.tasks = parser.value()?.parse()?,
            Arg::Long("seconds") => options.seconds = parser.value()?.parse()?,
            Arg::Long("rounds") => options.rounds = parser.value()?.parse()?,
            Arg::Long("connections") => options.connections = parser.value()?.parse()?,
            Arg::Long("only") => options.only.push(parser.value()?.string()?),
            Arg::Long("postgres-only") => options.sqlite = false,
            Arg::Long("sqlite-only") => sqlite_only = true,
            Arg::Long("floor-only") => floor_only = true,
            Arg::Long("flat") => options.flat = true,
            Arg::Long("write") => options.write = Some(parser.value()?.into()),
            Arg::Long("data") => options.data = Some(parser.value()?.into()),
            Arg::Long("postgres") => options.postgres = Some(parser.value()?.string()?),
            Arg::Long("server") => options.server = Some(parser.value()?.into()),
            Arg::Long("port") => port = parser.value()?.parse()?,
            Arg::Long("database") => database = Some(Database::parse(&parser.value()?.string()?)?),
            Arg::Value(word) if word == "floor" => floor = true,
            other => return Err(other.unexpected().into()),
        }
    }
    if floor {
        let database = database.ok_or("the floor needs --database")?;
        return Ok(Command::Floor { database, port });
    }
    if sqlite_only {
        options.postgres = None;
    }
    if floor_only {
        options.server = None;
    }
    options.rounds = options.rounds.clamp(1, 1_000);
    options.seconds = options.seconds.clamp(0.1, 3_600.0);
    options.connections = options.connections.clamp(1, crate::data::CONNECTIONS);
    Ok(Command::Bench(options))
}
