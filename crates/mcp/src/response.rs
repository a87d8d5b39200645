//! Answers: JSON in every case, errors included.

use std::{borrow::Cow, convert::Infallible};

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body_util::{BodyExt, Empty, Full, combinators::BoxBody};
use serde::Serialize;
use serde_json::Value;

use crate::Id;

/// An HTTP answer of this crate.
pub type Response = http::Response<BoxBody<Bytes, Infallible>>;

/// Makes a JSON-RPC error in an HTTP answer, for the layer above too (401, 403, 429, 503).
///
/// `id` is the request's, or `None` where it could not be read; it is left out then, as
/// `MCP 2026-07-28 basic/index` ("Error Responses") has it.
pub fn error_response(status: StatusCode, code: i32, message: &str, id: Option<&Id>, data: Option<Value>) -> Response {
    #[derive(Serialize)]
    struct Envelope<'a> {
        jsonrpc: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a Id>,
        error: Error<'a>,
    }
    #[derive(Serialize)]
    struct Error<'a> {
        code: i32,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<Value>,
    }
    let body = serde_json::to_vec(&Envelope { jsonrpc: "2.0", id, error: Error { code, message, data } });
    json(status, body.unwrap_or_default())
}

/// An answer whose body is JSON already.
pub(crate) fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = http::Response::new(Full::new(Bytes::from(body)).boxed());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// 202 without a body: a notification was taken.
pub(crate) fn accepted() -> Response {
    let mut response = http::Response::new(Empty::new().boxed());
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

/// Why a request is refused before anyone is asked to serve it.
#[derive(Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: i32,
    pub(crate) message: Cow<'static, str>,
    pub(crate) data: Option<Value>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: i32, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into(), data: None }
    }

    /// 400 with this code.
    pub(crate) fn bad(code: i32, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// The answer, addressed to `id` where it is known.
    pub(crate) fn respond(self, id: Option<&Id>) -> Box<Response> {
        Box::new(error_response(self.status, self.code, &self.message, id, self.data))
    }
}
