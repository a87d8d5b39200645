//! A page of ours as an answer, with the policy that its nonce belongs to.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_FRAME_OPTIONS};

use crate::app::App;
use crate::respond::{self, Response};

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// What a page may load and who may frame it. `form-action` is left out: browsers apply it to the redirects that
/// follow a form, which ends at the client's own address (DESIGN decision 8).
fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:; \
         connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// A page.
pub(crate) fn answer(app: &App, status: StatusCode, html: &str) -> Response {
    let mut random = [0; 16];
    app.oauth.env().fill(&mut random);
    let nonce = URL_SAFE_NO_PAD.encode(random);
    let html = lavori_web::with_nonce(html, &nonce);
    let mut response = respond::typed(status, HeaderValue::from_static("text/html; charset=utf-8"), html.into());
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce)) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    // Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    respond::no_store(response)
}
