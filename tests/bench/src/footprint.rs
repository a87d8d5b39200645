//! What the server takes before it does anything: until its first answer, and of memory. These have no floor.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::{Method, StatusCode};

use crate::database::Database;
use crate::failure::{During, Result};
use crate::options::Options;
use crate::process::Process;
use crate::report;
use crate::wire::Wire;

/// In the words of `--only`.
const FOOTPRINT: &str = "footprint";
const STARTS: usize = 9;
const KEPT: usize = 1_000;

/// A row of the table.
struct Row {
    database: &'static str,
    cold_start: Duration,
    idle_mib: f64,
    kept_mib: f64,
}

/// The table.
#[derive(Default)]
pub(crate) struct Footprints(Vec<Row>);

/// Measures it, if it was asked for.
pub(crate) async fn measure(
    options: &Options,
    database: &Database,
    folder: &Path,
    footprints: &mut Footprints,
) -> Result<()> {
    let Some(program) = options.server.as_deref().filter(|_| options.wants(FOOTPRINT)) else { return Ok(()) };
    report::say(&format!("measuring {FOOTPRINT} on {} ...", database.name()));
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let server = Process::server(program, database, true, folder).await?;
        starts.push(began.elapsed());
        drop(server);
    }
    starts.sort();
    let server = Process::server(program, database, true, folder).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle_mib = resident_mib(server.pid())?;
    let mut kept = Vec::with_capacity(KEPT);
    for _ in 0..KEPT {
        let mut wire = Wire::open(server.address).await?;
        wire.send(Method::GET, "/healthz", Bytes::new(), StatusCode::OK).await?;
        kept.push(wire);
    }
    let kept_mib = resident_mib(server.pid())?;
    drop(kept);
    footprints.0.push(Row { database: database.name(), cold_start: starts[STARTS / 2], idle_mib, kept_mib });
    Ok(())
}

fn resident_mib(process: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).during("the server's memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kib: f64 = line.split_whitespace().next().ok_or("no number")?.parse()?;
    Ok(kib / 1024.0)
}

impl fmt::Display for Footprints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "\n| Server alone | cold start to first answer, ms | idle, MiB | with {KEPT} idle connections, MiB |"
        )?;
        writeln!(f, "|---|---|---|---|")?;
        for row in &self.0 {
            let start = row.cold_start.as_secs_f64() * 1000.0;
            writeln!(f, "| {} | {start:.0} | {:.1} | {:.1} |", row.database, row.idle_mib, row.kept_mib)?;
        }
        Ok(())
    }
}
