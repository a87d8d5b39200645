//! Errors become responses here, once. An internal error shows a request id and nothing else; the chain is logged. What
//! people are told is in `told.rs`.

mod told;

use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use lavori_listener::Full;
use lavori_oauth::metadata_document::Unusable;
use lavori_oauth::provider::ProviderError;
use lavori_oauth::{ErrorCode, Failure};
use serde_json::json;

use crate::app::App;
use crate::page;
use crate::respond::{self, Response};

/// What can go wrong on the way through a handler.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// An OAuth flow ended otherwise than well.
    #[error("an OAuth flow failed")]
    OAuth(#[from] lavori_oauth::Error),
    /// A change to an organization or account was not made.
    #[error("a change was not made")]
    Accounts(#[source] lavori_accounts::Error),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] lavori_store::Error),
    /// The body is longer than it may be.
    #[error("the body is too large")]
    TooLarge,
    /// The body did not arrive.
    #[error("the body did not arrive in time")]
    Incomplete,
    /// The body is of another type than the endpoint reads.
    #[error("the body must be {0}")]
    MediaType(&'static str),
    /// Parameters that belong into the body came in the URL.
    #[error("parameters came in the URL")]
    Query,
    /// A form that is not believed: from elsewhere, for another browser, or too old.
    #[error("the form is not believed")]
    Forged,
    /// The page is for somebody who is signed in.
    #[error("nobody is signed in")]
    SignedOut,
    /// The page does not exist, or not for this person.
    #[error("not found")]
    NotFound,
    /// There is a page at the address, but it does not take what was sent that way.
    #[error("the address does not answer to that method")]
    NotAllowed,
    /// There are people already: nothing is to be set up.
    #[error("the server is set up already")]
    SetUpAlready,
    /// The link of an invitation leads nowhere.
    #[error("the invitation is over")]
    InvitationOver,
    /// The page's request is over.
    #[error("the authorization request is over")]
    Gone,
    /// A sign-in through a provider ended otherwise than well.
    #[error("a sign-in through a provider failed")]
    Provider(#[from] ProviderError),
    /// The account at a provider signs somebody else in.
    #[error("the identity is somebody else's")]
    IdentityTaken,
    /// Without it the person could not sign in any more.
    #[error("it is the person's last way to sign in")]
    LastWayToSignIn,
    /// The authorization request cannot be trusted with a redirect.
    #[error("the authorization request is doubtful: {0}")]
    Doubtful(Failure),
    /// The client's metadata document cannot be used.
    #[error("a client's document cannot be used")]
    Document(#[source] Unusable),
    /// Too much is asked for at once; these are the seconds to wait.
    #[error("too much is asked for at once")]
    Overloaded {
        /// Until the same request may be answered.
        seconds: i64,
    },
}

impl From<lavori_accounts::Error> for Error {
    fn from(error: lavori_accounts::Error) -> Self {
        match error {
            // One page for everything that is not there for this person.
            lavori_accounts::Error::NotFound => Self::NotFound,
            lavori_accounts::Error::Store(error) => Self::Store(error),
            error => Self::Accounts(error),
        }
    }
}

impl From<Full> for Error {
    fn from(full: Full) -> Self {
        match full {
            Full::ForOne => lavori_oauth::Error::TooMany { retry_after: Full::RETRY_AFTER }.into(),
            Full::InAll => Self::Overloaded { seconds: Full::RETRY_AFTER.as_secs().cast_signed() },
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::OAuth(failure.into())
    }
}

/// Whom an error is told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// A person, by a page.
    Person,
    /// A client, by JSON (RFC 6749 section 5.2).
    Client,
}

/// Seconds that somebody who came at a bad moment is asked to wait.
pub(crate) const COME_BACK: HeaderValue = HeaderValue::from_static("2");

impl Error {
    fn status(&self) -> StatusCode {
        use lavori_accounts::Error as Accounts;
        use lavori_oauth::Error as OAuth;
        use lavori_store::Error as Store;
        match self {
            Self::OAuth(OAuth::Refused(failure)) if failure.code == ErrorCode::InvalidClient => {
                StatusCode::UNAUTHORIZED
            }
            Self::OAuth(OAuth::Refused(_))
            | Self::Doubtful(_)
            | Self::Document(_)
            | Self::Gone
            | Self::Incomplete
            | Self::Query => StatusCode::BAD_REQUEST,
            Self::OAuth(OAuth::Overloaded | OAuth::Store(Store::Busy(_)))
            | Self::Store(Store::Busy(_))
            | Self::Overloaded { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::OAuth(OAuth::TooMany { .. }) | Self::Accounts(Accounts::TooMany { .. }) => {
                StatusCode::TOO_MANY_REQUESTS
            }
            Self::Accounts(Accounts::Forbidden { .. }) => StatusCode::FORBIDDEN,
            Self::Accounts(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::InvitationOver => StatusCode::GONE,
            Self::OAuth(_) | Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Provider(ProviderError::Down(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Provider(ProviderError::Metadata(_)) => StatusCode::BAD_GATEWAY,
            Self::Provider(ProviderError::Unknown) => StatusCode::NOT_FOUND,
            Self::Provider(_) => StatusCode::BAD_REQUEST,
            Self::IdentityTaken | Self::LastWayToSignIn => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::SignedOut => StatusCode::SEE_OTHER,
            Self::NotFound | Self::SetUpAlready => StatusCode::NOT_FOUND,
            Self::NotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    /// Whole seconds until whoever did something too often may do it again.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::OAuth(lavori_oauth::Error::TooMany { retry_after }) => Some(retry_after.as_secs().max(1)),
            Self::Accounts(lavori_accounts::Error::TooMany { seconds }) => Some(seconds.max(&1).unsigned_abs()),
            Self::Overloaded { seconds } => Some(seconds.max(&1).unsigned_abs()),
            _ => None,
        }
    }

    /// The response, and a line in the log if it is our fault.
    pub(crate) fn into_response(self, app: &App, audience: Audience, request_id: &str) -> Response {
        let status = self.status();
        // How often strangers are told to wait is up to them, and no news.
        if status.is_server_error() && !matches!(self, Self::Overloaded { .. }) {
            let error: &dyn std::error::Error = &self;
            tracing::error!(request_id, error, "a request failed");
        }
        let retry_after = self.retry_after();
        let mut response = match audience {
            Audience::Person if matches!(self, Self::SignedOut) => respond::see_other("/sign-in"),
            Audience::Person => self.page(app, status, request_id),
            Audience::Client => self.document(status),
        };
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        } else if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, COME_BACK);
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"lavori\""));
        }
        response
    }

    fn document(&self, status: StatusCode) -> Response {
        let (error, description) = match self {
            Self::OAuth(lavori_oauth::Error::Refused(failure)) | Self::Doubtful(failure) => {
                (failure.code.as_str(), failure.description)
            }
            _ if status == StatusCode::SERVICE_UNAVAILABLE => {
                ("temporarily_unavailable", "the server is busy: send the same request again")
            }
            _ if status == StatusCode::TOO_MANY_REQUESTS => {
                ("temporarily_unavailable", "too many requests: send the same request again after Retry-After seconds")
            }
            _ if status.is_server_error() => ("server_error", "something failed on our side: try again later"),
            Self::TooLarge => ("invalid_request", "the body is too large"),
            Self::MediaType(_) => ("invalid_request", "the body is not of the media type this endpoint reads"),
            Self::Query => ("invalid_request", "send the parameters in the body: this URL takes none"),
            _ => ("invalid_request", "the request cannot be read"),
        };
        respond::json(status, &json!({ "error": error, "error_description": description }))
    }

    fn page(&self, app: &App, status: StatusCode, request_id: &str) -> Response {
        page::answer(app, status, &self.told(status).page(status, request_id).render())
    }
}
