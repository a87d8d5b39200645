//! Errors, cut by how they are answered: to the client in the words of the RFCs, or not at all.

use std::fmt;
use std::time::Duration;

/// An error code of RFC 6749, RFC 7591, RFC 8707, RFC 9101 or OpenID Connect Core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// RFC 6749 section 4.1.2.1.
    AccessDenied,
    /// RFC 6749 section 5.2: unknown client, or a way of authenticating that is not the client's.
    InvalidClient,
    /// RFC 7591 section 3.2.2.
    InvalidClientMetadata,
    /// RFC 6749 section 5.2: a grant that is dead. Clients delete their tokens on it.
    InvalidGrant,
    /// RFC 7591 section 3.2.2.
    InvalidRedirectUri,
    /// RFC 6749 sections 4.1.2.1 and 5.2.
    InvalidRequest,
    /// RFC 6749 sections 4.1.2.1 and 5.2.
    InvalidScope,
    /// RFC 8707 section 2.
    InvalidTarget,
    /// OpenID Connect Core section 3.1.2.6.
    InteractionRequired,
    /// OpenID Connect Core section 6.1.
    RequestNotSupported,
    /// OpenID Connect Core section 6.2.
    RequestUriNotSupported,
    /// RFC 6749 section 5.2.
    UnsupportedGrantType,
    /// RFC 6749 section 4.1.2.1.
    UnsupportedResponseType,
    /// RFC 7009 section 2.2.1.
    UnsupportedTokenType,
}

impl ErrorCode {
    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::InvalidClient => "invalid_client",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InteractionRequired => "interaction_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnsupportedTokenType => "unsupported_token_type",
        }
    }
}

/// A refusal in the words of the RFCs: the code, and a description that says what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The code.
    pub code: ErrorCode,
    /// For the client's developer; ASCII, without quotes (RFC 6749 section 5.2).
    pub description: &'static str,
}

impl Failure {
    pub(crate) fn new(code: ErrorCode, description: &'static str) -> Self {
        Self { code, description }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.description)
    }
}

/// What a flow can end with besides its result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The client did something the RFCs refuse.
    #[error("{0}")]
    Refused(Failure),
    /// Too much at once: the same request may succeed later.
    #[error("too many requests at once")]
    Overloaded,
    /// The caller did this too often (RFC 6585 section 4): nothing was changed.
    #[error("too many requests of one kind")]
    TooMany {
        /// When it may be tried again.
        retry_after: Duration,
    },
    /// The database could not do its part.
    #[error("the store failed")]
    Store(#[from] lavori_store::Error),
    /// Something this server made cannot be read by it.
    #[error("internal error: {0}")]
    Internal(&'static str),
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}
