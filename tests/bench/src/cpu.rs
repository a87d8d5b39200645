//! Processor time of processes, from `/proc`: what a request cost, however many shared the machine.

use std::process::Command;
use std::time::Duration;

use crate::database::{Database, connect};
use crate::failure::{During, Result};

/// The fields of `/proc/PID/stat` that are needed, numbered as in proc(5) from the third on.
struct Stat {
    parent: u32,
    /// Ticks of its own.
    own: u64,
    /// Ticks of its children that have ended.
    ended: u64,
}

/// Reads processor times.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meter {
    ticks_per_second: u32,
}

impl Meter {
    pub(crate) fn new() -> Self {
        let output = Command::new("getconf").arg("CLK_TCK").output();
        let ticks = output.ok().and_then(|output| String::from_utf8(output.stdout).ok()?.trim().parse().ok());
        Self { ticks_per_second: ticks.filter(|it| *it > 0).unwrap_or(100) }
    }

    /// What a process has used so far.
    pub(crate) fn process(self, pid: u32) -> Result<Duration> {
        let stat = stat(pid).ok_or_else(|| format!("no processor time of process {pid}"))?;
        Ok(self.time(stat.own))
    }

    /// What a PostgreSQL server has used so far: its first process and all that it started.
    pub(crate) fn postgres(self, postmaster: u32) -> Option<Duration> {
        let first = stat(postmaster)?;
        let mut ticks = first.own + first.ended;
        for entry in std::fs::read_dir("/proc").ok()?.flatten() {
            let pid = entry.file_name().to_str().and_then(|name| name.parse().ok());
            if let Some(stat) = pid.and_then(stat)
                && stat.parent == postmaster
            {
                ticks += stat.own;
            }
        }
        Some(self.time(ticks))
    }

    fn time(self, ticks: u64) -> Duration {
        Duration::from_secs(ticks) / self.ticks_per_second
    }
}

/// The first process of the PostgreSQL server behind `database`. `None`: it runs elsewhere, or it is SQLite.
pub(crate) async fn postmaster(database: &Database) -> Result<Option<u32>> {
    let Database::Postgres { url } = database else { return Ok(None) };
    let client = connect(url).await?;
    let backend: i32 = client.query_one("SELECT pg_backend_pid()", &[]).await.during("no backend's id")?.get(0);
    let command = |pid| std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    let backend = u32::try_from(backend)?;
    Ok(stat(backend).filter(|_| command(backend).starts_with("postgres")).map(|stat| stat.parent))
}

fn stat(pid: u32) -> Option<Stat> {
    parse(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

fn parse(text: &str) -> Option<Stat> {
    // The second field is a name in parentheses and may hold anything.
    let fields: Vec<&str> = text[text.rfind(')')? + 1..].split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    Some(Stat { parent: fields.get(1)?.parse().ok()?, own: ticks(11)? + ticks(12)?, ended: ticks(13)? + ticks(14)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_found_behind_a_name_with_spaces() {
        let stat = parse("7 (a ) b) S 3 7 7 0 -1 4194560 1 2 3 4 100 20 5 6 20 0 1 0 99 1 1").unwrap();
        assert_eq!((stat.parent, stat.own, stat.ended), (3, 120, 11));
    }

    #[test]
    fn this_process_has_a_parent() {
        assert!(stat(std::process::id()).is_some_and(|stat| stat.parent > 0));
    }
}
