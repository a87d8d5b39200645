//! Numbers for Prometheus.

use std::time::Duration;

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};

use crate::process;

/// How often what was counted is summed up: samples wait in memory until then.
const UPKEEP: Duration = Duration::from_secs(5);
/// From an answer out of memory to the deadline of a call, in seconds.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Everything that is counted in this process.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Begins to count, on the current runtime.
    ///
    /// # Errors
    /// When somebody counts already.
    pub fn install() -> Result<Self, BuildError> {
        let handle = PrometheusBuilder::new().set_buckets(BUCKETS)?.install_recorder()?;
        describe();
        gauge!("lavori_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        let kept = handle.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(UPKEEP).await;
                kept.run_upkeep();
            }
        });
        Ok(Self(handle))
    }

    /// The text that Prometheus reads (exposition format 0.0.4).
    pub fn render(&self) -> String {
        process::measure();
        self.0.render()
    }
}

fn describe() {
    for (name, what) in [
        ("lavori_http_requests_total", "Requests, by what they were for and how they were answered"),
        ("lavori_connections_refused_total", "Connections beyond the limit of one address or of the process"),
        ("lavori_connections_ended_total", "Connections that were ended for being silent, slow to read, or doubtful"),
        ("lavori_tls_handshakes_failed_total", "TLS handshakes that failed"),
        ("lavori_tool_calls_total", "Tool calls, by tool and outcome"),
        ("lavori_audit_events_total", "Events written to the audit log, by action"),
    ] {
        describe_counter!(name, what);
    }
    for (name, what) in [
        ("lavori_http_requests_running", "Requests that are being answered"),
        ("lavori_connections_open", "Connections from clients"),
        ("lavori_database_connections", "Connections to the database, by pool and state"),
        ("lavori_database_waiting", "Callers that wait for a connection to the database, by pool"),
        ("lavori_build_info", "The version that runs"),
        ("process_open_fds", "Open file descriptors"),
        ("process_max_fds", "How many may be open"),
        ("process_threads", "Threads"),
    ] {
        describe_gauge!(name, what);
    }
    describe_gauge!("process_resident_memory_bytes", Unit::Bytes, "Memory in use");
    describe_gauge!("process_start_time_seconds", Unit::Seconds, "When the process started, since 1970");
    describe_counter!("process_cpu_seconds_total", Unit::Seconds, "CPU time of the process");
    describe_histogram!("lavori_http_request_duration_seconds", Unit::Seconds, "How long requests took");
    describe_histogram!("lavori_tool_call_duration_seconds", Unit::Seconds, "How long tool calls took");
}
