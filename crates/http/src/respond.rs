//! Answers, with the headers that every answer of their kind carries.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use http::{Response as HttpResponse, StatusCode};
use http_body_util::{BodyExt, Full};
use serde::Serialize;

pub(crate) use lavori_mcp::Response;

use crate::error::COME_BACK;

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Response {
    with_body(status, Bytes::new())
}

/// Plain text, for answers that only operators and curious people see.
pub(crate) fn text(status: StatusCode, text: &'static str) -> Response {
    typed(status, HeaderValue::from_static("text/plain; charset=utf-8"), Bytes::from_static(text.as_bytes()))
}

/// The same of trouble that passes: 503, and when to come back.
pub(crate) fn come_back(told: &'static str) -> Response {
    let mut response = text(StatusCode::SERVICE_UNAVAILABLE, told);
    response.headers_mut().insert(RETRY_AFTER, COME_BACK);
    response
}

/// The answer to a method that an address does not have.
pub(crate) fn not_allowed() -> Response {
    text(StatusCode::METHOD_NOT_ALLOWED, "This address does not answer to that method.\n")
}

/// A JSON document that nobody may keep.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    // Strings, numbers and maps with text keys only: there is nothing in our answers that JSON cannot say.
    let body = serde_json::to_vec(value).unwrap_or_else(|_| b"{}".to_vec());
    no_store(typed(status, HeaderValue::from_static("application/json"), body.into()))
}

/// Another page: with 303 a form's answer is fetched by GET (RFC 9110 section 15.4.4, OAUTH.md D14).
pub(crate) fn see_other(location: &str) -> Response {
    let mut response = no_store(empty(StatusCode::SEE_OTHER));
    match HeaderValue::from_str(location) {
        Ok(location) => {
            response.headers_mut().insert(LOCATION, location);
        }
        // Locations are made of checked URIs and percent-encoding: a control character cannot get here.
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    response
}

/// A body of a given type.
pub(crate) fn typed(status: StatusCode, content_type: HeaderValue, body: Bytes) -> Response {
    let mut response = with_body(status, body);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The same answer, which nobody may keep.
pub(crate) fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn with_body(status: StatusCode, body: Bytes) -> Response {
    let mut response = HttpResponse::new(Full::new(body).boxed());
    *response.status_mut() = status;
    response
}
