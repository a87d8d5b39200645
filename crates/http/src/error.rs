//! Errors become responses here, once. An internal error shows a request id and nothing else; the chain is logged.

use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use lavori_oauth::{ErrorCode, Failure};
use lavori_web::Problem;
use serde_json::json;

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
    /// A form that is not believed: from elsewhere, for another browser, or too old.
    #[error("the form is not believed")]
    Forged,
    /// The page is for somebody who is signed in.
    #[error("nobody is signed in")]
    SignedOut,
    /// The page does not exist, or not for this person.
    #[error("not found")]
    NotFound,
    /// The link of an invitation leads nowhere.
    #[error("the invitation is over")]
    InvitationOver,
    /// The page's request is over.
    #[error("the authorization request is over")]
    Gone,
    /// The authorization request cannot be trusted with a redirect.
    #[error("the authorization request is doubtful: {0}")]
    Doubtful(Failure),
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
const COME_BACK: HeaderValue = HeaderValue::from_static("2");

impl Error {
    fn status(&self) -> StatusCode {
        use lavori_accounts::Error as Accounts;
        use lavori_oauth::Error as OAuth;
        use lavori_store::Error as Store;
        match self {
            Self::OAuth(OAuth::Refused(failure)) if failure.code == ErrorCode::InvalidClient => {
                StatusCode::UNAUTHORIZED
            }
            Self::OAuth(OAuth::Refused(_)) | Self::Doubtful(_) | Self::Gone | Self::Incomplete => {
                StatusCode::BAD_REQUEST
            }
            Self::OAuth(OAuth::Overloaded | OAuth::Store(Store::Busy(_))) | Self::Store(Store::Busy(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Accounts(Accounts::Forbidden { .. }) => StatusCode::FORBIDDEN,
            Self::Accounts(Accounts::TooMany { .. }) => StatusCode::TOO_MANY_REQUESTS,
            Self::Accounts(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::InvitationOver => StatusCode::GONE,
            Self::OAuth(_) | Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::SignedOut => StatusCode::SEE_OTHER,
            Self::NotFound => StatusCode::NOT_FOUND,
        }
    }

    /// The response, and a line in the log if it is our fault.
    pub(crate) fn into_response(self, audience: Audience, request_id: &str) -> Response {
        let status = self.status();
        if status.is_server_error() {
            let error: &dyn std::error::Error = &self;
            tracing::error!(request_id, error, "a request failed");
        }
        let mut response = match audience {
            Audience::Person if matches!(self, Self::SignedOut) => respond::see_other("/sign-in"),
            Audience::Person => self.page(status, request_id),
            Audience::Client => self.document(status),
        };
        if status == StatusCode::SERVICE_UNAVAILABLE {
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
            _ if status.is_server_error() => ("server_error", "something failed on our side: try again later"),
            Self::TooLarge => ("invalid_request", "the body is too large"),
            Self::MediaType(_) => ("invalid_request", "the body is not of the media type this endpoint reads"),
            _ => ("invalid_request", "the request cannot be read"),
        };
        respond::json(status, &json!({ "error": error, "error_description": description }))
    }

    fn page(&self, status: StatusCode, request_id: &str) -> Response {
        let back = "Go back to your client and connect again.";
        let doubt = match self {
            Self::Doubtful(failure) => {
                format!(
                    "The client sent a request with a mistake: {}. Nothing was sent to the client.",
                    failure.description
                )
            }
            _ => String::new(),
        };
        let (why_not, ask) = match self {
            Self::Accounts(lavori_accounts::Error::Forbidden { what, who }) => {
                let who = if who.is_empty() { "an owner of the organization".to_owned() } else { who.join(", ") };
                ((*what).to_owned(), format!("Ask one of those who can: {who}."))
            }
            Self::Accounts(error) => (error.to_string(), "Go back and try again.".to_owned()),
            _ => (String::new(), String::new()),
        };
        let (title, explanation, next_steps): (_, &str, &[&str]) = match self {
            Self::Accounts(lavori_accounts::Error::Forbidden { .. }) => ("This is not yours to do", &why_not, &[&ask]),
            Self::Accounts(_) => ("That could not be done", &why_not, &[&ask]),
            Self::InvitationOver => (
                "This invitation leads nowhere",
                "It was used or withdrawn, it has expired, or its link is not whole.",
                &["Check that you opened the whole link.", "Ask whoever invited you for a new one."],
            ),
            Self::Doubtful(_) => (
                "This connection request cannot be used",
                &doubt,
                &[back, "If it happens again, tell the client's makers."],
            ),
            Self::Gone => {
                ("This request is over", "It was answered before, or it waited for more than ten minutes.", &[back])
            }
            Self::Forged => (
                "This form could not be accepted",
                "It did not come from a page this browser was shown, or the page was open for too long.",
                &["Load the page again and repeat what you did.", "If cookies are blocked, allow them for this site."],
            ),
            Self::NotFound => {
                ("There is no such page", "", &["Check the address, or start again from the front page."])
            }
            Self::TooLarge | Self::MediaType(_) | Self::Incomplete | Self::OAuth(lavori_oauth::Error::Refused(_)) => {
                ("The request could not be read", "", &["Go back and try again."])
            }
            _ if status == StatusCode::SERVICE_UNAVAILABLE => (
                "Too much at once",
                "The server is busy. Nothing was changed.",
                &["Wait a moment and load the page again."],
            ),
            _ => (
                "Something failed on our side",
                "Nothing was changed.",
                &["Try again in a moment.", "If it happens again, tell the operator the number below."],
            ),
        };
        let problem = Problem { title, explanation, next_steps, status: status.as_u16(), request_id };
        respond::page(status, problem.render())
    }
}
