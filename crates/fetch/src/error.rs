//! Errors, cut by what whoever asked would say or do.

use std::error::Error as StdError;
use std::fmt;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL is not one that may be asked: not https, or with user information. Nothing was sent.
    #[error("only https URLs without user information are asked")]
    Url,
    /// The host is, or one of its addresses is, not on the public internet. Nothing was sent.
    #[error("the host is not on the public internet")]
    NotPublic,
    /// There was no complete answer in time.
    #[error("there was no complete answer in time")]
    TimedOut,
    /// The body is longer than this many bytes.
    #[error("the answer is longer than {0} bytes")]
    TooLarge(usize),
    /// The body is compressed, which was not asked for and is not undone.
    #[error("the answer is compressed")]
    Compressed,
    /// The name is not known, the connection or TLS failed, or what came is not HTTP.
    #[error("the server cannot be reached")]
    Unreachable(#[source] Box<dyn StdError + Send + Sync>),
}

impl Error {
    /// Tells a refusal by our own resolver, which comes back as the cause of a connection that was not made, from the
    /// rest.
    pub(crate) fn from_sending(error: reqwest::Error) -> Self {
        let mut cause: Option<&(dyn StdError + 'static)> = Some(&error);
        while let Some(one) = cause {
            if one.is::<NotPublic>() {
                return Self::NotPublic;
            }
            cause = one.source();
        }
        // The URL's query is no business of a log.
        Self::Unreachable(error.without_url().into())
    }
}

/// What the guarded resolver answers for a name with an address that is not public.
#[derive(Debug)]
pub(crate) struct NotPublic;

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address of this name is not public")
    }
}

impl StdError for NotPublic {}

/// Why a [`crate::Fetcher`] cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("outgoing requests cannot be set up")]
pub struct SetupError(#[source] pub(crate) Box<dyn StdError + Send + Sync>);
