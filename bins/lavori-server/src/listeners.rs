//! The sockets: for clients, and for the operator.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use lavori_http::App;
use lavori_listener::{Certificates, Limits, Listener, PlaceLimits};
use lavori_store::Store;
use lavori_telemetry::{Metrics, PrivateFace};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, TlsFiles};

/// Open files that are not connections of clients: the database's, the log, outgoing requests.
const OTHER_FILES: u64 = 256;

/// For clients: over https if there is a certificate.
pub(crate) async fn public(config: &Config) -> Result<Listener, Box<dyn Error>> {
    let limits = Limits { connections: within_open_files(config), ..Limits::default() };
    let listener = Listener::new(TcpListener::bind(config.listen).await?, limits);
    match &config.tls {
        None => Ok(listener),
        Some(TlsFiles { certificate, key }) => {
            let certificates = Certificates::read(certificate, key)?;
            certificates.follow();
            reload_when_told(&certificates)?;
            Ok(listener.over_tls(&certificates)?)
        }
    }
}

/// For the operator, if there is one: it ends when `stop` is cancelled.
pub(crate) async fn private(
    config: &Config,
    app: &Arc<App>,
    store: Store,
    stop: CancellationToken,
) -> Result<Option<JoinHandle<()>>, Box<dyn Error>> {
    let Some(address) = config.private_listen else { return Ok(None) };
    let limits = Limits {
        connections: PlaceLimits { each: 64, in_all: 64 },
        drain: Duration::from_secs(2),
        ..Limits::default()
    };
    let listener = Listener::new(TcpListener::bind(address).await?, limits);
    let app = Arc::clone(app);
    let ready = move || {
        let app = Arc::clone(&app);
        Box::pin(async move { app.is_ready().await }) as _
    };
    let face = PrivateFace::new(Metrics::install()?, move || measure(&store), ready);
    tracing::info!(address = %listener.address()?, "metrics, readiness and profiles for the operator");
    Ok(Some(tokio::spawn(face.serve(listener, async move { stop.cancelled().await }))))
}

/// As many connections as the operator wants, and no more than there may be files: the database needs some.
fn within_open_files(config: &Config) -> PlaceLimits {
    let wanted = config.connections;
    let Ok(files) = rlimit::increase_nofile_limit(u64::MAX) else { return wanted };
    let left = files.saturating_sub(OTHER_FILES + config.database_connections as u64 * 4).max(64);
    let in_all = wanted.in_all.min(usize::try_from(left).unwrap_or(usize::MAX));
    if in_all < wanted.in_all {
        tracing::warn!(
            files,
            connections = in_all,
            "fewer connections than configured: the limit on open files is low"
        );
    }
    PlaceLimits { each: wanted.each.min(in_all), in_all }
}

/// At SIGHUP, as programs that renew certificates send it.
fn reload_when_told(certificates: &Arc<Certificates>) -> std::io::Result<()> {
    let (certificates, mut hang_up) = (Arc::clone(certificates), signal(SignalKind::hangup())?);
    tokio::spawn(async move {
        while hang_up.recv().await.is_some() {
            certificates.look_now();
        }
    });
    Ok(())
}

/// What is only known when it is looked at.
fn measure(store: &Store) {
    for pool in store.occupancy() {
        let idle = pool.open.saturating_sub(pool.in_use);
        for (state, number) in [("in_use", pool.in_use), ("idle", idle), ("limit", pool.limit)] {
            metrics::gauge!("lavori_database_connections", "pool" => pool.pool, "state" => state).set(number as f64);
        }
        metrics::gauge!("lavori_database_waiting", "pool" => pool.pool).set(pool.waiting as f64);
    }
}
