//! rmcp, for everything but the two hot methods: what it is told stands in `desk.rs`.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header, request::Parts};
use http_body_util::Full;
use rmcp::{
    ServerHandler,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};

use crate::{Era, Id, Response, call, code::INVALID_PARAMS, desk::Desk, error_response};

/// rmcp's HTTP service around a [`Desk`].
#[derive(Clone)]
pub(crate) struct Engine<H = Desk>(StreamableHttpService<H, NeverSessionManager>);

impl<H: ServerHandler + Clone> Engine<H> {
    pub(crate) fn new(desk: H, max_body_bytes: usize) -> Self {
        // Host and Origin were checked by `guard` before anything was read.
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_max_request_body_bytes(max_body_bytes)
            .disable_allowed_hosts()
            .disable_allowed_origins();
        Self(StreamableHttpService::new(move || Ok(desk.clone()), Arc::default(), config))
    }

    /// Serves a request whose shape, version and headers have been checked.
    pub(crate) async fn serve(&self, mut parts: Parts, era: Era, body: Bytes, id: &Id) -> Response {
        parts.extensions.insert(era);
        // rmcp insists on both media types; `negotiate` has been more patient.
        parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        let request = http::Request::from_parts(parts, Full::new(body));
        mend(self.0.handle(request).await, id)
    }
}

/// rmcp writes some refusals as plain text, internal errors with their cause: none leaves here.
fn mend(response: Response, id: &Id) -> Response {
    let is_ours = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value == "application/json" || value == "text/event-stream");
    if is_ours {
        response
    } else if response.status().is_client_error() {
        error_response(StatusCode::BAD_REQUEST, INVALID_PARAMS, "The params do not fit the method.", Some(id), None)
    } else {
        tracing::error!(status = response.status().as_u16(), "rmcp failed");
        call::failed(id, None)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    async fn mended(status: u16, content_type: &str, body: &'static str) -> (u16, String) {
        let response = http::Response::builder()
            .status(status)
            .header("content-type", content_type)
            .body(Full::new(Bytes::from_static(body.as_bytes())).boxed())
            .unwrap();
        let message = br#"{"jsonrpc":"2.0","id":9,"method":"ping"}"#;
        let message = crate::message::read(&Bytes::from_static(message)).unwrap();
        let (parts, body) = mend(response, &message.id.unwrap()).into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (parts.status.as_u16(), String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn gap_plain_text_of_rmcp_never_leaves() {
        let (status, text) = mended(500, "text/plain", "Encounter an error: secret").await;
        assert_eq!(status, 200);
        assert!(text.contains("-32603") && text.contains(r#""id":9"#) && !text.contains("secret"));
        let (status, text) = mended(415, "", "fail to deserialize: secret").await;
        assert_eq!(status, 400);
        assert!(text.contains("-32602") && !text.contains("secret"));
        let json = mended(404, "application/json", "{}").await;
        assert_eq!(json, (404, "{}".to_owned()));
    }
}
