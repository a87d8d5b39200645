//! A throwaway PostgreSQL: installed when missing, on a free port of this machine, gone afterwards.
//!
//! `postgres.sh` runs the server and watches a pipe whose other end this process holds, so the server stops and its
//! data disappear on success, failure, Ctrl-C and SIGKILL alike. PostgreSQL refuses to run as root, so root hands it
//! to another user.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::failure::Failure;
use crate::{apt, shell};

/// The oldest PostgreSQL that the product supports.
const OLDEST: u32 = 15;
const SUPERUSER: &str = "lavori";

/// What the server is for, which decides how careful it is.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// Many short connections, nothing to lose: no fsync.
    Tests,
    /// A person's session.
    Dev,
    /// Durable as in production, with memory for a million rows.
    Bench,
}

/// A running server. Dropping it stops the server and removes its data.
pub(crate) struct Postgres {
    guard: Child,
    lifeline: Option<ChildStdin>,
    url: String,
}

impl Postgres {
    /// Starts a fresh, empty cluster.
    pub(crate) fn start(purpose: Purpose) -> Result<Self, Failure> {
        let programs = programs()?;
        let port = free_port()?;
        let password = password()?;
        shell::step(format!("starting PostgreSQL {} on port {port}", programs.version));
        let mut command = as_a_user_it_accepts()?;
        command.args(["sh", "-c", include_str!("postgres.sh"), "postgres.sh"]);
        command.arg(&programs.folder).args([&port.to_string(), SUPERUSER]).args(settings(purpose));
        if matches!(purpose, Purpose::Bench) {
            command.env("LAVORI_POSTGRES_TMPDIR", "/var/tmp"); // on disk, where /tmp may be memory
        }
        // Its own process group: Ctrl-C reaches it only through the pipe, after its clients have ended.
        command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let guard = command.spawn().map_err(|error| Failure::new(format!("cannot start PostgreSQL: {error}")))?;
        let mut server =
            Self { guard, lifeline: None, url: format!("postgres://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres") };
        server.await_ready(&password)?;
        Ok(server)
    }

    /// Where it listens, with the superuser's name and password.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Ties the server's life to `command`, which then holds the pipe as its stdin.
    pub(crate) fn live_as_long_as(mut self, command: &mut Command) {
        if let Some(lifeline) = self.lifeline.take() {
            command.stdin(Stdio::from(lifeline));
        }
        std::mem::forget(self); // the guard is not to be waited for here
    }

    fn await_ready(&mut self, password: &str) -> Result<(), Failure> {
        let mut lifeline = self.guard.stdin.take().ok_or_else(|| Failure::new("PostgreSQL's guard has no stdin"))?;
        let said = self.guard.stdout.take().ok_or_else(|| Failure::new("PostgreSQL's guard has no stdout"))?;
        writeln!(lifeline, "{password}")
            .map_err(|error| Failure::new(format!("PostgreSQL's guard is gone: {error}")))?;
        self.lifeline = Some(lifeline);
        let mut said = BufReader::new(said);
        let mut log = String::new();
        loop {
            let start = log.len();
            let read = said.read_line(&mut log).map_err(|error| Failure::new(format!("PostgreSQL: {error}")))?;
            match log[start..].trim_end() {
                "ready" => return Ok(()),
                _ if read == 0 => return Err(Failure::new(format!("PostgreSQL did not start:\n{}", log.trim_end()))),
                _ => {}
            }
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        if let Err(error) = self.guard.wait() {
            shell::step(format!("PostgreSQL's guard cannot be waited for: {error}"));
        }
    }
}

/// The folder of PostgreSQL's programs, such as `pg_dump`.
pub(crate) fn folder_of_programs() -> Result<PathBuf, Failure> {
    Ok(programs()?.folder)
}

/// An installed PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Programs {
    folder: PathBuf,
    version: u32,
}

fn programs() -> Result<Programs, Failure> {
    if let Some(found) = installed() {
        return Ok(found);
    }
    apt::install(&["postgresql"], "a throwaway PostgreSQL")?;
    installed().ok_or_else(|| {
        Failure::new(format!(
            "no PostgreSQL {OLDEST} or newer: this system's package is older. Install one from the PostgreSQL \
             project's own packages, or name a running one in LAVORI_TEST_DATABASE_URL"
        ))
    })
}

/// The newest of the Debian folders, else what the search path has.
fn installed() -> Option<Programs> {
    let debian =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let path = shell::probe("sh", &["-c", "dirname \"$(readlink -f \"$(command -v initdb)\")\""]).map(PathBuf::from);
    let found = debian.chain(path).filter_map(|folder| version_of(&folder).map(|version| Programs { folder, version }));
    found.filter(|programs| programs.version >= OLDEST).max_by_key(|programs| programs.version)
}

fn version_of(folder: &Path) -> Option<u32> {
    folder.join("initdb").exists().then_some(())?;
    major(&shell::probe(folder.join("postgres"), &["--version"])?)
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, also `19beta1`.
fn major(answer: &str) -> Option<u32> {
    let number = answer.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    number.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// A command prefix under which PostgreSQL agrees to run: ourselves, or another user when we are root.
fn as_a_user_it_accepts() -> Result<Command, Failure> {
    if !apt::is_root()? {
        return Ok(Command::new("env"));
    }
    let user = if shell::probe("id", &["-u", "postgres"]).is_some() {
        "postgres"
    } else {
        let user = "lavori-postgres";
        if shell::probe("id", &["-u", user]).is_none() {
            shell::step(format!("adding the system user {user}: PostgreSQL refuses to run as root"));
            shell::quietly(Command::new("useradd").args(["--system", "--no-create-home", "--shell", "/bin/sh", user]))?;
        }
        user
    };
    let mut command = Command::new("runuser");
    command.args(["-u", user, "--"]);
    Ok(command)
}

fn settings(purpose: Purpose) -> Vec<String> {
    let settings: Vec<(&str, String)> = match purpose {
        Purpose::Tests => vec![
            ("fsync", "off".into()),
            ("full_page_writes", "off".into()),
            ("synchronous_commit", "off".into()),
            ("track_commit_timestamp", "on".into()), // the order of commits, for the history tests
            ("max_connections", "500".into()),
            ("max_wal_size", "2GB".into()),
        ],
        Purpose::Dev => vec![("fsync", "off".into())],
        Purpose::Bench => {
            let memory = memory_megabytes();
            vec![
                ("shared_buffers", format!("{}MB", (memory / 4).clamp(128, 4096))),
                ("effective_cache_size", format!("{}MB", (memory / 2).max(256))),
                ("max_connections", "300".into()),
                ("max_wal_size", "8GB".into()),
                ("checkpoint_timeout", "30min".into()),
                ("random_page_cost", "1.1".into()),
            ]
        }
    };
    settings.into_iter().flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")]).collect()
}

/// The machine's memory; a small machine's when it does not say.
fn memory_megabytes() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse::<u64>().ok());
    kilobytes.map_or(1024, |kilobytes| kilobytes / 1024)
}

/// A port that nobody uses at this moment.
pub(crate) fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| Failure::new(format!("no free port: {error}")))
}

/// Other users of this machine can reach the port, so the superuser has a password nobody knows.
fn password() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|error| Failure::new(format!("/dev/urandom: {error}")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_every_form() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major("not a version"), None);
    }

    #[test]
    fn only_the_tests_go_without_durability() {
        assert!(settings(Purpose::Tests).contains(&"fsync=off".to_owned()));
        assert!(
            !settings(Purpose::Bench).iter().any(|setting| setting.contains("fsync") || setting.contains("commit"))
        );
    }

    #[test]
    fn two_passwords_differ() {
        assert_ne!(password().unwrap(), password().unwrap());
    }
}
