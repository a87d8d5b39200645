//! What `tests/fuzz` reaches of the parsers here that are private: for tests only, and nothing that ships turns it on.

use http::Response;

use crate::client::Client;
use crate::metadata_document::{DocumentUrl, Problem, read_answer};
use crate::redirect_uri;

/// Whether a redirect URI may be registered.
pub fn may_be_registered(uri: &str) -> bool {
    redirect_uri::may_be_registered(uri)
}

/// Whether a requested redirect URI is one of the registered ones.
pub fn is_registered(registered: &[String], requested: &str) -> bool {
    redirect_uri::is_registered(registered, requested)
}

/// The host of a client id that is the URL of a metadata document.
pub fn document_host(id: &str) -> Option<String> {
    DocumentUrl::parse(id).ok().map(|url| url.host().to_owned())
}

/// The client that a document's answer describes, and for how many seconds; `None`: the id is no document's URL.
pub fn client_of_document(id: &str, answer: &Response<Vec<u8>>) -> Option<Result<(Client, i64), Problem>> {
    DocumentUrl::parse(id).ok().map(|url| read_answer(&url, answer))
}
