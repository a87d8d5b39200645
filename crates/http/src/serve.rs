//! Every request, before it is known what it asks for: whether it is answered here at all, its id, what is counted of it.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONNECTION, HeaderName, HeaderValue, STRICT_TRANSPORT_SECURITY, TRANSFER_ENCODING};
use http::{Request as HttpRequest, StatusCode};
use hyper::body::Incoming;
use lavori_domain::{AuditEventId, Env};
use lavori_listener::{Listener, Peer};
use tokio::time::timeout;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::app::App;
use crate::measured::Measured;
use crate::request::Request;
use crate::respond::{self, Response};
use crate::router::route;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Browsers that came over https once come no other way for a year (RFC 6797). Nothing is said about other names below
/// this one: they may not be the operator's.
const ONLY_HTTPS: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// How long a request waits for others to be done.
const PATIENCE: Duration = Duration::from_secs(2);

/// Serves `app` until `stop` is done; then lets running requests finish within the listener's limit.
pub async fn serve(app: Arc<App>, listener: Listener, stop: impl Future<Output = ()>) {
    let (proxies, streams) = (app.proxies.clone(), app.stop.clone());
    let ready = Arc::clone(&app);
    let stop = async move {
        stop.await;
        ready.readiness.stopping();
        // They would last as long as somebody listens.
        streams.cancel();
    };
    let answer = move |request, peer| answer(Arc::clone(&app), request, peer);
    listener.serve(answer, move |address| proxies.trusts(address), stop).await;
}

async fn answer(app: Arc<App>, request: HttpRequest<Incoming>, peer: Peer) -> Response {
    let chunked = request.headers().contains_key(TRANSFER_ENCODING);
    let measured = Measured::begin(request.uri().path());
    // Errors are rarely filtered out, and so is what they happened in.
    let span = tracing::error_span!(
        "request",
        route = measured.route(),
        request_id = Empty,
        trace_id = Empty,
        parent_id = Empty,
        trace_flags = Empty,
        status = Empty
    );
    let mut response = async {
        let response = admitted(&app, request, peer).await;
        Span::current().record("status", response.status().as_u16());
        tracing::debug!(status = response.status().as_u16(), "a request was answered");
        response
    }
    .instrument(span)
    .await;
    measured.end(response.status());
    let headers = response.headers_mut();
    if app.https {
        headers.insert(STRICT_TRANSPORT_SECURITY, ONLY_HTTPS);
    }
    // What follows a chunked body is not read as another request (RFC 9112 section 6.3, OAUTH.md A7).
    if chunked || peer.is_beyond_limit {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn admitted(app: &App, request: HttpRequest<Incoming>, peer: Peer) -> Response {
    // Load balancers ask by address, over plain http, and want to know most when there is much to do.
    match request.uri().path() {
        "/healthz" => return respond::text(StatusCode::OK, "ok\n"),
        "/readyz" => return app.readiness.answer(&app.store).await,
        _ => {}
    }
    if peer.is_beyond_limit {
        return busy();
    }
    let address = peer.address.ip();
    if app.https && !peer.over_tls && !app.proxies.trusts(address.to_canonical()) {
        return respond::text(
            StatusCode::FORBIDDEN,
            "Plain http is for this server's own proxies: come by https. Its operator lists them in trusted_proxies.\n",
        );
    }
    let Ok(Ok(_permit)) = timeout(PATIENCE, app.requests.acquire()).await else { return busy() };
    let env: &dyn Env = app.oauth.env();
    let request_id = AuditEventId::new(env).to_string();
    Span::current().record("request_id", request_id.as_str());
    let client = app.proxies.client(address, request.headers());
    let mut response = route(app, Request::new(request, client, &request_id)).await;
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

fn busy() -> Response {
    respond::come_back("The server is busy: come back in a moment.\n")
}
