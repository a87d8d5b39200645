//! Clients that the operator enters into the configuration.

use std::collections::HashMap;

use url::{Host, Url};

use crate::client::{Client, MOST_REDIRECT_URIS, shown_name};
use crate::redirect_uri;

/// The longest id.
const LONGEST_ID: usize = 100;
/// What ids of other kinds of clients, and secrets of ours, start with.
const RESERVED: &str = "lvr_";

/// A client as the operator wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfiguredClient {
    /// Its id: letters, digits, `.`, `_` and `-`.
    pub id: String,
    /// What people are shown.
    pub name: String,
    /// Where its answers may go.
    pub redirect_uris: Vec<String>,
    /// The domain that the operator vouches for; without one the client is shown as unverified.
    pub domain: Option<String>,
}

/// The operator's clients, checked. They are public: they prove themselves by PKCE, like every client here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfiguredClients(HashMap<String, Client>);

impl ConfiguredClients {
    /// Checks the clients.
    ///
    /// # Errors
    /// Every mistake, as a sentence that says which client it is in.
    pub fn new(clients: impl IntoIterator<Item = ConfiguredClient>) -> Result<Self, Vec<String>> {
        let (mut checked, mut mistakes) = (HashMap::new(), Vec::new());
        for (position, client) in clients.into_iter().enumerate() {
            let number = position + 1;
            mistakes.extend(mistakes_in(&client).into_iter().map(|mistake| format!("number {number}: {mistake}")));
            let ConfiguredClient { id, name, redirect_uris, domain } = client;
            let client = Client { id: id.clone(), name, redirect_uris, verified_host: domain };
            if checked.insert(id, client).is_some() {
                mistakes.push(format!("number {number}: id is another client's already"));
            }
        }
        if mistakes.is_empty() { Ok(Self(checked)) } else { Err(mistakes) }
    }

    /// The client with this id.
    pub(crate) fn find(&self, id: &str) -> Option<&Client> {
        self.0.get(id)
    }
}

fn mistakes_in(client: &ConfiguredClient) -> Vec<String> {
    let mut mistakes = Vec::new();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    if client.id.is_empty() || client.id.len() > LONGEST_ID || !client.id.bytes().all(plain) {
        mistakes
            .push(format!("id is {:?}, but must be 1 to 100 letters, digits, dots, dashes or underscores", client.id));
    }
    if client.id.starts_with(RESERVED) {
        mistakes.push(format!("id is {:?}, but ids that start with {RESERVED} are made by this server", client.id));
    }
    if client.name.is_empty() || shown_name(&client.name) != client.name {
        mistakes.push("name must be 1 to 80 characters in one line, without hidden characters".to_owned());
    }
    if client.redirect_uris.is_empty() || client.redirect_uris.len() > MOST_REDIRECT_URIS {
        mistakes.push("redirect_uris must hold 1 to 10 URIs".to_owned());
    }
    for uri in client.redirect_uris.iter().filter(|uri| !redirect_uri::may_be_registered(uri)) {
        mistakes.push(format!(
            "redirect_uris has {uri:?}, but each must be https, http on localhost, 127.0.0.1 or [::1], or an app's own \
             scheme; at most 512 characters, in normal form, without fragment and user information"
        ));
    }
    if let Some(domain) = client.domain.as_ref().filter(|domain| !is_domain(domain)) {
        mistakes.push(format!("domain is {domain:?}, but must be a host name such as client.example"));
    }
    mistakes
}

fn is_domain(domain: &str) -> bool {
    let Ok(url) = Url::parse(&format!("https://{domain}/")) else { return false };
    let named = matches!(url.host(), Some(Host::Domain(host)) if host == domain);
    named && domain.contains('.') && !domain.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> ConfiguredClient {
        ConfiguredClient {
            id: "crew-planner".to_owned(),
            name: "Crew Planner".to_owned(),
            redirect_uris: vec!["https://planner.example/cb".to_owned()],
            domain: Some("planner.example".to_owned()),
        }
    }

    #[test]
    fn a_client_that_is_entered_properly_is_found() {
        let unverified = ConfiguredClient { id: "other.client_2".to_owned(), domain: None, ..client() };
        let clients = ConfiguredClients::new([client(), unverified]).unwrap();
        assert_eq!(clients.find("crew-planner").unwrap().verified_host(), Some("planner.example"));
        assert_eq!(clients.find("other.client_2").unwrap().verified_host(), None);
        assert!(clients.find("Crew-Planner").is_none());
    }

    #[test]
    fn p35_each_kind_of_mistake_is_named_with_its_client() {
        let id = |id: &str| ConfiguredClient { id: id.to_owned(), ..client() };
        let uris = |uris: &[&str]| ConfiguredClient {
            redirect_uris: uris.iter().map(|uri| (*uri).to_owned()).collect(),
            ..client()
        };
        let domain = |domain: &str| ConfiguredClient { domain: Some(domain.to_owned()), ..client() };
        let name = |name: &str| ConfiguredClient { name: name.to_owned(), ..client() };
        for (bad, word) in [
            (id(""), "id"),
            (id("https://planner.example/meta"), "id"),
            (id("urn:x"), "id"),
            (id("a b"), "id"),
            (id("pläner"), "id"),
            (id(&"x".repeat(101)), "id"),
            (id("lvr_dc_x"), "lvr_"),
            (name(""), "name"),
            (name("a\nb"), "name"),
            (name("a\u{202e}b"), "name"),
            (name(&"x".repeat(81)), "name"),
            (uris(&[]), "redirect_uris"),
            (uris(&["https://planner.example/cb"; 11]), "redirect_uris"),
            (uris(&["https://planner.example/cb", "http://planner.example/cb"]), "http://planner.example/cb"),
            (domain("https://planner.example"), "domain"),
            (domain("Planner.example"), "domain"),
            (domain("127.0.0.1"), "domain"),
            (domain("planner.example/x"), "domain"),
            (domain("planner.example."), "domain"),
            (domain("localhost"), "domain"),
            (domain(""), "domain"),
        ] {
            let good = ConfiguredClient { id: "good".to_owned(), ..client() };
            let mistakes = ConfiguredClients::new([good, bad.clone()]).unwrap_err();
            assert!(
                mistakes.iter().all(|mistake| mistake.starts_with("number 2: ")) && mistakes[0].contains(word),
                "{bad:?}: {mistakes:?}"
            );
        }
    }

    #[test]
    fn p35_all_mistakes_are_named_at_once() {
        let mistakes = ConfiguredClients::new([ConfiguredClient::default(), client(), client()]).unwrap_err();
        assert_eq!(mistakes.len(), 4, "{mistakes:?}");
        assert_eq!(mistakes[3], "number 3: id is another client's already");
    }
}
