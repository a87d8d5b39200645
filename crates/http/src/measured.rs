//! What is counted of each request, by what it was for and never by what it said.

use std::time::Instant;

use http::StatusCode;
use metrics::{counter, gauge, histogram};

/// A request that is being answered; one that is dropped half way was given up by its client.
pub(crate) struct Measured {
    route: &'static str,
    begun: Instant,
    status: Option<StatusCode>,
}

impl Measured {
    pub(crate) fn begin(path: &str) -> Self {
        gauge!("lavori_http_requests_running").increment(1);
        Self { route: route(path), begun: Instant::now(), status: None }
    }

    pub(crate) fn route(&self) -> &'static str {
        self.route
    }

    pub(crate) fn end(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        let status = self.status.map_or_else(|| "gone".to_owned(), |status| status.as_str().to_owned());
        gauge!("lavori_http_requests_running").decrement(1);
        counter!("lavori_http_requests_total", "route" => self.route, "status" => status).increment(1);
        histogram!("lavori_http_request_duration_seconds", "route" => self.route).record(self.begun.elapsed());
    }
}

/// What a path is for. Few words: each is a time series of its own, and strangers choose paths.
fn route(path: &str) -> &'static str {
    match path {
        "/token" => "token",
        "/authorize" => "authorize",
        "/register" => "register",
        "/revoke" => "revoke",
        "/healthz" | "/readyz" => "health",
        "/mcp" => "mcp",
        _ if path.starts_with("/mcp/") => "mcp",
        _ if path.starts_with("/.well-known/") => "discovery",
        _ if path.ends_with("/activity/events") => "activity_stream",
        _ if path.starts_with("/assets/") => "asset",
        _ => "page",
    }
}
