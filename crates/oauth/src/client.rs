//! Clients as the rest of the server sees them: metadata frozen at the authorization request.

use lavori_domain::text::clean;
use serde::{Deserialize, Serialize};

use crate::redirect_uri;
pub use crate::redirect_uri::Destination;

/// The most redirect URIs of one client.
pub(crate) const MOST_REDIRECT_URIS: usize = 10;
/// The longest client name, in characters.
const LONGEST_NAME: usize = 80;

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
    /// The host that vouches for it: of an id that is a web address its owner controls, or as the operator said.
    /// Dynamic registration proves nothing.
    #[serde(default)]
    pub verified_host: Option<String>,
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

    /// The host that vouches for it; none for a client that anyone could have registered.
    pub fn verified_host(&self) -> Option<&str> {
        self.verified_host.as_deref()
    }

    /// The domain that answers for this client when its answers go to `redirect_uri`: the host that vouches for
    /// it, else the host of an https redirect URI. None for an unverified client that is an app on somebody's computer.
    /// Organizations may allow only certain domains (OAUTH.md B15).
    pub fn domain(&self, redirect_uri: &str) -> Option<String> {
        if let Some(host) = self.verified_host() {
            return Some(host.to_owned());
        }
        match destination(redirect_uri)? {
            Destination::Web(host) => Some(host),
            Destination::Loopback(_) | Destination::CustomScheme(_) => None,
        }
    }

    /// Reads a client as it was frozen.
    pub fn from_json(json: &serde_json::Value) -> Option<Self> {
        Self::deserialize(json).ok()
    }

    /// The form in which it is frozen.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "id": self.id, "name": self.name, "redirect_uris": self.redirect_uris,
            "verified_host": self.verified_host,
        })
    }
}

/// Where a redirect URI that was accepted leads, in words for a person.
pub fn destination(redirect_uri: &str) -> Option<Destination> {
    redirect_uri::destination(redirect_uri)
}

/// A client's name as it may be shown: one line, nothing hidden in it, not too long (OAUTH.md B14).
pub(crate) fn shown_name(name: &str) -> String {
    let one_line = clean(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = one_line.chars().take(LONGEST_NAME).collect();
    // Where it was cut there may be a space: a name that is read again must not change.
    cut.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(verified_host: Option<&str>) -> Client {
        let verified_host = verified_host.map(str::to_owned);
        Client { id: "c".to_owned(), name: "Claude".to_owned(), redirect_uris: Vec::new(), verified_host }
    }

    #[test]
    fn b15_a_clients_domain_is_its_verified_host_or_where_its_answers_go() {
        let verified = client(Some("claude.ai"));
        assert_eq!(verified.domain("http://localhost:4711/callback").as_deref(), Some("claude.ai"));
        assert_eq!(verified.domain("https://other.example/cb").as_deref(), Some("claude.ai"));
        let registered = client(None);
        assert_eq!(registered.domain("https://evil.example/cb").as_deref(), Some("evil.example"));
        assert_eq!(registered.domain("https://evil.example:8443/cb").as_deref(), Some("evil.example"));
        for local in ["http://localhost:4711/callback", "http://127.0.0.1/", "cursor://claude.ai/cb", "nonsense"] {
            assert_eq!(registered.domain(local), None, "{local}");
        }
    }

    #[test]
    fn b11_a_frozen_client_reads_back_also_from_before_hosts_were_kept() {
        let verified = client(Some("claude.ai"));
        assert_eq!(Client::from_json(&verified.to_json()), Some(verified));
        let old = serde_json::json!({"id": "c", "name": "Claude", "redirect_uris": [], "verified": false});
        assert_eq!(Client::from_json(&old), Some(client(None)));
    }

    #[test]
    fn b14_a_name_is_cleaned_and_cut() {
        assert_eq!(shown_name("Cl\u{202e}au\u{200b}de\r\n  <b>"), "Claude <b>");
        assert_eq!(shown_name(&"x".repeat(10_000)).len(), LONGEST_NAME);
        assert_eq!(shown_name(&format!("{} y", "x".repeat(79))), "x".repeat(79));
    }
}
