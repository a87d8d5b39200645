//! Connections: accepted, served over HTTP/1.1 or HTTP/2, and finished before the server goes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONNECTION, HeaderName, HeaderValue, TRANSFER_ENCODING};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use lavori_domain::{AuditEventId, Env};
use tokio::net::TcpListener;

use crate::app::App;
use crate::head_guard::Guarded;
use crate::request::Request;
use crate::router::route;

/// What a connection may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long a client may take to send a request's headers.
    pub headers: Duration,
    /// How long running requests get when the server stops.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { headers: Duration::from_secs(15), drain: Duration::from_secs(20) }
    }
}

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Serves `app` on `listener` until `stop` is done; then lets running requests finish within the limit.
pub async fn serve(app: Arc<App>, listener: TcpListener, limits: Limits, stop: impl Future<Output = ()>) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.headers);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Duration::from_secs(30));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: those in use come free as connections end.
                    tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        // Answers are small and complete: waiting to fill a packet only delays them.
        let _best_effort = stream.set_nodelay(true);
        let app = Arc::clone(&app);
        let service = service_fn(move |request| answer(Arc::clone(&app), request, peer));
        let connection =
            builder.serve_connection_with_upgrades(TokioIo::new(Guarded::new(stream)), service).into_owned();
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off mid-request is the client's affair.
            let _ended = watched.await;
        });
    }
    drop(listener);
    // They would last as long as somebody listens.
    app.stop.cancel();
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

async fn answer(
    app: Arc<App>,
    request: http::Request<hyper::body::Incoming>,
    peer: SocketAddr,
) -> Result<crate::respond::Response, std::convert::Infallible> {
    let env: &dyn Env = app.oauth.env();
    let request_id = AuditEventId::new(env).to_string();
    let client = app.proxies.client(peer.ip(), request.headers());
    let chunked = request.headers().contains_key(TRANSFER_ENCODING);
    let mut response = route(&app, Request::new(request, client, &request_id)).await;
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    // What follows a chunked body is not read as another request (RFC 9112 section 6.3, OAUTH.md A7).
    if chunked {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}
