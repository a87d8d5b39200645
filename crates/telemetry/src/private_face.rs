//! The operator's own listener: `/metrics`, `/healthz`, `/readyz`, `/debug/pprof/profile?seconds=N`.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use lavori_listener::Listener;
use tokio::sync::Mutex;

use crate::metrics::Metrics;
use crate::profile;

type Answer = Response<Full<Bytes>>;
/// Whether the server should be sent requests, and what it says of it.
type Ready = dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send>> + Send + Sync;

const TEXT: &str = "text/plain; charset=utf-8";
/// How long a profile may take, and takes if nobody says, in seconds.
const LONGEST_PROFILE: u64 = 60;
const USUAL_PROFILE: u64 = 10;

/// What it shows.
pub struct PrivateFace {
    metrics: Metrics,
    measure: Box<dyn Fn() + Send + Sync>,
    ready: Box<Ready>,
    /// Held while somebody profiles: there is one clock to sample by.
    profiling: Mutex<()>,
}

impl PrivateFace {
    /// Shows these metrics; `measure` sets those that are only known when they are looked at.
    pub fn new(
        metrics: Metrics,
        measure: impl Fn() + Send + Sync + 'static,
        ready: impl Fn() -> Pin<Box<dyn Future<Output = Result<(), &'static str>> + Send>> + Send + Sync + 'static,
    ) -> Self {
        Self { metrics, measure: Box::new(measure), ready: Box::new(ready), profiling: Mutex::default() }
    }

    /// Answers on `listener` until `stop` is done.
    pub async fn serve(self, listener: Listener, stop: impl Future<Output = ()>) {
        let face = Arc::new(self);
        let answer = move |request, _peer| {
            let face = Arc::clone(&face);
            async move { face.answer(request).await }
        };
        listener.serve(answer, |_| true, stop).await;
    }

    async fn answer(&self, request: Request<Incoming>) -> Answer {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return text(StatusCode::METHOD_NOT_ALLOWED, "Only GET.\n");
        }
        match request.uri().path() {
            "/metrics" => {
                (self.measure)();
                answer(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", self.metrics.render().into())
            }
            "/healthz" => text(StatusCode::OK, "ok\n"),
            "/readyz" => match (self.ready)().await {
                Ok(()) => text(StatusCode::OK, "ready\n"),
                Err(why) => text(StatusCode::SERVICE_UNAVAILABLE, why),
            },
            "/debug/pprof/profile" => self.profile(request.uri().query().unwrap_or_default()).await,
            _ => text(StatusCode::NOT_FOUND, "/metrics, /healthz, /readyz, /debug/pprof/profile?seconds=10\n"),
        }
    }

    async fn profile(&self, query: &str) -> Answer {
        let given = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "seconds");
        let seconds = given.map_or(Some(USUAL_PROFILE), |(_, value)| value.parse().ok());
        let Some(seconds) = seconds.filter(|seconds| (1..=LONGEST_PROFILE).contains(seconds)) else {
            return text(StatusCode::BAD_REQUEST, "seconds must be a number from 1 to 60.\n");
        };
        let Ok(_alone) = self.profiling.try_lock() else {
            return text(StatusCode::CONFLICT, "Somebody is profiling: come back when they are done.\n");
        };
        let taken = tokio::task::spawn_blocking(move || profile::take(Duration::from_secs(seconds))).await;
        match taken {
            Ok(Ok(profile)) => answer(StatusCode::OK, "application/vnd.google.protobuf", profile.into()),
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "no profile was taken");
                text(StatusCode::INTERNAL_SERVER_ERROR, "No profile was taken: the log says why.\n")
            }
            Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "No profile was taken.\n"),
        }
    }
}

fn text(status: StatusCode, text: &'static str) -> Answer {
    answer(status, TEXT, Bytes::from_static(text.as_bytes()))
}

fn answer(status: StatusCode, content_type: &'static str, body: Bytes) -> Answer {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
