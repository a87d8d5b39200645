//! What `tests/fuzz` reaches of the parsers here that are private: for tests only, and nothing that ships turns it on.

use std::net::IpAddr;

use http::HeaderMap;
use http::request::Parts;
use lavori_oauth::Parameters;

use crate::trace_context::TraceContext;
use crate::{TrustedProxies, bearer, cookies, forms, request, sign_in};

/// The value of the session cookie.
pub fn session_cookie(parts: &Parts, https: bool) -> Option<String> {
    cookies::get(parts, cookies::Name::Session, https)
}

/// The bearer token; `Err` for an `Authorization` header that is something else.
///
/// # Errors
/// When there is a header that brings no bearer token.
pub fn bearer(parts: &Parts) -> Result<Option<&str>, &'static str> {
    match bearer::token(parts) {
        bearer::Token::None => Ok(None),
        bearer::Token::Bearer(token) => Ok(Some(token)),
        bearer::Token::Unreadable => Err("it brings no bearer token"),
    }
}

/// Trace and parent of a `traceparent` in a message, or else in the headers.
pub fn trace(message: Option<&str>, headers: &HeaderMap) -> Option<(String, String)> {
    TraceContext::of_message(message, TraceContext::of_headers(headers)).map(TraceContext::into_ids)
}

/// Where a request came from.
pub fn client(proxies: &TrustedProxies, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    proxies.client(peer, headers)
}

/// Whether a `Content-Type` is this one.
pub fn is_type(given: &str, media_type: &str) -> bool {
    request::is_type(given, media_type)
}

/// The page that somebody is led back to after signing in.
pub fn page_to_return_to(parts: &Parts) -> Option<String> {
    sign_in::page_to_return_to(parts)
}

/// Whether a toggle of a form is on; `None` for a word that is neither.
pub fn toggle(form: &Parameters, name: &str) -> Option<bool> {
    forms::toggle(form, name).ok()
}
