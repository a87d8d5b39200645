//! One request as handlers see it, and its body, read with limits.

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use lavori_audit::Origin;

use crate::error::Error;

/// How long a client may take to send its body.
const BODY_PATIENCE: Duration = Duration::from_secs(15);
/// The longest form or registration, in bytes (OAUTH.md A8).
pub(crate) const LONGEST_FORM: usize = 16 * 1024;
/// The longest `User-Agent` that is kept, in characters.
const LONGEST_USER_AGENT: usize = 300;

/// A request.
pub(crate) struct Request {
    pub(crate) parts: Parts,
    pub(crate) body: Incoming,
    /// Where it came from, for the audit log.
    pub(crate) origin: Origin,
}

impl Request {
    pub(crate) fn new(request: http::Request<Incoming>, client: IpAddr, request_id: &str) -> Self {
        let (parts, body) = request.into_parts();
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let origin = Origin {
            ip_address: Some(client.to_string()),
            user_agent: user_agent.map(|text| text.chars().take(LONGEST_USER_AGENT).collect()),
            request_id: Some(request_id.to_owned()),
        };
        Self { parts, body, origin }
    }

    /// The query string, or nothing.
    pub(crate) fn query(&self) -> &[u8] {
        self.parts.uri.query().unwrap_or_default().as_bytes()
    }

    /// Whether the body is of this media type, in UTF-8. Two types are none (OAUTH.md G8).
    pub(crate) fn is_of_type(&self, media_type: &str) -> bool {
        let mut given = self.parts.headers.get_all(CONTENT_TYPE).iter();
        match (given.next().and_then(|value| value.to_str().ok()), given.next()) {
            (Some(given), None) => is_type(given, media_type),
            _ => false,
        }
    }
}

/// Whether a `Content-Type` is `media_type`; a charset, if it names one, must be UTF-8 or its part ASCII.
pub(crate) fn is_type(given: &str, media_type: &str) -> bool {
    let mut parts = given.split(';').map(str::trim);
    let charset_is_known = |parameter: &str| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            let value = value.trim().trim_matches('"');
            ["utf-8", "utf8", "us-ascii"].iter().any(|known| value.eq_ignore_ascii_case(known))
        }
        _ => true,
    };
    parts.next().is_some_and(|given| given.eq_ignore_ascii_case(media_type)) && parts.all(charset_is_known)
}

/// Reads a body up to `limit` bytes.
///
/// # Errors
/// [`Error::TooLarge`], or [`Error::Incomplete`] when the client goes away or is too slow.
pub(crate) async fn collect(body: Incoming, limit: usize) -> Result<Bytes, Error> {
    match tokio::time::timeout(BODY_PATIENCE, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Error::TooLarge),
        Ok(Err(_)) | Err(_) => Err(Error::Incomplete),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g8_a_media_type_may_name_utf_8_and_no_other_charset() {
        let form = "application/x-www-form-urlencoded";
        for good in ["", "; charset=utf-8", ";charset=\"UTF-8\"", "; charset=us-ascii", "; boundary=x"] {
            assert!(is_type(&format!("{form}{good}"), form), "{good}");
        }
        assert!(is_type("Application/X-WWW-Form-Urlencoded", form));
        for bad in ["; charset=utf-16", "; charset=utf-7", "; charset=utf-8; charset=utf-16", "x", ", text/plain"] {
            assert!(!is_type(&format!("{form}{bad}"), form), "{bad}");
        }
        assert!(!is_type("", form));
    }
}
