//! What stands in for an OpenTelemetry collector: it keeps what it is sent.

use std::sync::{Arc, Mutex, PoisonError};

use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use lavori_listener::{Limits, Listener};

use crate::app::listen;

/// A collector on a port of its own; it ends with the test's runtime.
pub struct Collector {
    /// Its base URL.
    pub url: String,
    sent: Arc<Mutex<Vec<u8>>>,
}

impl Collector {
    /// Begins to listen.
    pub async fn start() -> Self {
        let (tcp, url) = listen().await;
        let sent: Arc<Mutex<Vec<u8>>> = Arc::default();
        let kept = Arc::clone(&sent);
        let answer = move |request: Request<Incoming>, _peer| {
            let kept = Arc::clone(&kept);
            async move {
                assert_eq!(request.uri().path(), "/v1/traces");
                let body = request.into_body().collect().await.expect("a body").to_bytes();
                kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&body);
                Response::new(Empty::<bytes::Bytes>::new())
            }
        };
        tokio::spawn(Listener::new(tcp, Limits::default()).serve(answer, |_| true, std::future::pending()));
        Self { url, sent }
    }

    /// Everything that was sent: messages of OTLP, one after the other.
    pub fn sent(&self) -> Vec<u8> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether `text` or these bytes are anywhere in it.
    pub fn has(&self, bytes: impl AsRef<[u8]>) -> bool {
        let bytes = bytes.as_ref();
        self.sent().windows(bytes.len()).any(|window| window == bytes)
    }
}
