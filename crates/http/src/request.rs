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

    /// Whether the body is of this media type, whatever its parameters.
    pub(crate) fn is_of_type(&self, media_type: &str) -> bool {
        self.parts
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|given| given.trim().eq_ignore_ascii_case(media_type))
    }
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
