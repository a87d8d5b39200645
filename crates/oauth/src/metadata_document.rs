//! Clients whose id is the https URL of a document that says who they are (draft-ietf-oauth-client-id-metadata-document).
//!
//! `url.rs` says which ids are such URLs, `fields.rs` what a document must hold; `reader.rs` reads each at most once at a
//! time and keeps it for a while, and `budget.rs` bounds what strangers can make this server ask of others.

mod budget;
mod fields;
mod freshness;
mod json;
mod reader;
mod url;

pub use fields::Problem;
pub(crate) use reader::{Reader, Trouble};
pub(crate) use url::DocumentUrl;

/// Reads the answer of a document's server as [`Reader`] does, and for how many seconds it holds; for `tests/fuzz`.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_answer(
    url: &DocumentUrl,
    answer: &http::Response<Vec<u8>>,
) -> Result<(crate::client::Client, i64), Problem> {
    Ok((fields::client(url, answer)?, freshness::seconds(answer.headers())))
}

/// A client's document that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the document at {url} cannot be used: {problem}")]
pub struct Unusable {
    /// Where the document is: the client's id.
    pub url: String,
    /// What is wrong with it.
    pub problem: Problem,
}
