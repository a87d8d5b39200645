//! How long a revocation takes while its connection writes: it is acknowledged only when no write that relies on the
//! connection is open (PRODUCT.md P23). This has no floor.

use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, StatusCode};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::database::Database;
use crate::failure::{During, Result};
use crate::load::{self, next_turn};
use crate::options::Options;
use crate::process::Process;
use crate::wire::{Wire, unexpected};
use crate::workload::Work;
use crate::{costs, data, report, seed};

/// In the words of `--only`.
const REVOCATION: &str = "revocation";
/// How many write at once, each through a connection of its own and through another when that one is revoked.
const WRITERS: u64 = 16;
const ROUNDS: usize = 5;
/// Between one revocation and the next.
const PAUSE: Duration = Duration::from_millis(30);

/// The table.
#[derive(Default)]
pub(crate) struct Revocations(Vec<Row>);

struct Row {
    database: &'static str,
    /// The shortest first.
    waits: Vec<Duration>,
}

/// Measures it, if it was asked for.
pub(crate) async fn measure(
    options: &Options,
    database: &Database,
    folder: &Path,
    revocations: &mut Revocations,
) -> Result<()> {
    let Some(program) = options.server.as_deref().filter(|_| options.wants(REVOCATION)) else { return Ok(()) };
    report::say(&format!("measuring {REVOCATION} on {} ...", database.name()));
    let server = Process::server(program, database, true, folder).await?;
    let client_id = costs::register(server.address).await.during("cannot register a client")?;
    let mut waits = Vec::new();
    for _ in 0..ROUNDS {
        seed::chains(database, &client_id).await?;
        waits.extend(round(server.address, &client_id).await.during(REVOCATION)?);
    }
    waits.sort_unstable();
    revocations.0.push(Row { database: database.name(), waits });
    drop(server);
    seed::forget(database).await
}

/// Revokes every connection that is written through, but for those that the writers end with.
async fn round(server: SocketAddr, client_id: &str) -> Result<Vec<Duration>> {
    let (revoked, seen) = watch::channel(0);
    let mut writers: JoinSet<_> = (0..WRITERS).map(|writer| write(server, writer, seen.clone())).collect();
    drop(seen);
    let mut wire = Wire::open(server).await?;
    wire.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let mut waits = Vec::new();
    for connection in 0..data::CONNECTIONS - WRITERS {
        tokio::time::sleep(PAUSE).await;
        // Neither value holds a character that a form would escape.
        let form = format!("client_id={client_id}&token={}", data::refresh_token(connection));
        let began = Instant::now();
        wire.send(Method::POST, "/revoke", form.into(), StatusCode::OK).await?;
        waits.push(began.elapsed());
        // A writer who failed has dropped its half; it is asked below.
        revoked.send_replace(connection + 1);
    }
    drop(revoked);
    while let Some(ended) = writers.join_next().await {
        ended??;
    }
    Ok(waits)
}

/// Writes until nothing is revoked any more. Of the connections, those below what `revoked` says are.
async fn write(server: SocketAddr, writer: u64, revoked: watch::Receiver<u64>) -> Result<()> {
    let mut connection = writer;
    let mut wire = load::open(server, Work::CreateTasks, connection).await?;
    while revoked.has_changed().is_ok() {
        let is_revoked = *revoked.borrow() > connection;
        let body = Work::CreateTasks.body(next_turn()).into();
        match wire.ask(Method::POST, "/mcp", body).await? {
            (StatusCode::OK, _) if is_revoked => return Err("a revoked connection has written".into()),
            (StatusCode::OK, body) => load::check(&body)?,
            (StatusCode::UNAUTHORIZED, _) => {
                connection += WRITERS;
                wire = load::open(server, Work::CreateTasks, connection).await?;
            }
            (status, body) => return Err(unexpected(status, &body)),
        }
    }
    Ok(())
}

impl fmt::Display for Revocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "\n| Revocation of who writes, while {WRITERS} write | revocations | p50 ms | p95 ms | slowest ms |"
        )?;
        writeln!(f, "|---|---|---|---|---|")?;
        for Row { database, waits } in &self.0 {
            let at = |share| load::under(waits, share).map_or(f64::NAN, |wait| wait.as_secs_f64() * 1000.0);
            let (middle, most, all) = (at(0.5), at(0.95), at(1.0));
            writeln!(f, "| {database} | {} | {middle:.1} | {most:.1} | {all:.1} |", waits.len())?;
        }
        Ok(())
    }
}
