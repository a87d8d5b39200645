//! Clients as the rest of the server sees them: metadata frozen at the authorization request.

use serde::{Deserialize, Serialize};

use crate::redirect_uri;
pub use crate::redirect_uri::Destination;

/// A client's metadata. It is kept with each request and each connection, so that nothing that changes later at the
/// client's side changes what a person agreed to (OAUTH.md B11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// What it calls itself, cleaned of what could hide or reorder text. Anyone can call themselves anything.
    pub name: String,
    /// Where its answers may go.
    pub redirect_uris: Vec<String>,
    /// Whether the id is a web address that the client's owner controls. Dynamic registration proves nothing.
    pub verified: bool,
}

impl Client {
    /// Whether an answer may go to `uri`.
    pub(crate) fn may_redirect_to(&self, uri: &str) -> bool {
        redirect_uri::is_registered(&self.redirect_uris, uri)
    }

    /// The one redirect URI of a client that has one: what a request that names none means (RFC 6749 section 3.1.2.3).
    pub(crate) fn only_redirect_uri(&self) -> Option<&str> {
        match self.redirect_uris.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The host of an id that is a web address its owner controls; none for a client that anyone could have registered.
    pub fn verified_host(&self) -> Option<&str> {
        let rest = self.id.strip_prefix("https://").filter(|_| self.verified)?;
        rest.split('/').next()
    }

    /// Reads a client as it was frozen.
    pub fn from_json(json: &serde_json::Value) -> Option<Self> {
        Self::deserialize(json).ok()
    }

    /// The form in which it is frozen.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "id": self.id, "name": self.name, "redirect_uris": self.redirect_uris, "verified": self.verified,
        })
    }
}

/// Where a redirect URI that was accepted leads, in words for a person.
pub fn destination(redirect_uri: &str) -> Option<Destination> {
    redirect_uri::destination(redirect_uri)
}
