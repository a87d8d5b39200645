//! What waits for its person to sign in travels sealed in the sign-in form: the server keeps nothing for somebody it
//! does not know, and the form cannot be used to change it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lavori_domain::Timestamp;
use serde::{Deserialize, Serialize};

use crate::authorize::Pending;
use crate::error::Error;
use crate::server::AuthorizationServer;

/// What a person is led to once they have signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// The consent page of an authorization request.
    Request(Box<Pending>),
    /// A page of ours, by its path. Whoever seals it has looked it up in a list of paths.
    Page(String),
}

impl Wanted {
    /// What the waiting client calls itself.
    pub fn client_name(&self) -> Option<&str> {
        match self {
            Self::Request(pending) => Some(&pending.client.name),
            Self::Page(_) => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    wanted: Wanted,
    expires_at_millis: i64,
}

impl AuthorizationServer {
    /// Seals a request for the sign-in form.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be sealed.
    pub fn seal(&self, pending: &Pending) -> Result<String, Error> {
        self.seal_wanted(&Wanted::Request(Box::new(pending.clone())))
    }

    /// Seals what somebody wanted before they were asked to sign in.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be sealed.
    pub fn seal_wanted(&self, wanted: &Wanted) -> Result<String, Error> {
        let expires_at = self.env.now().plus_seconds(self.lifetimes.request);
        let sealed = Sealed { wanted: wanted.clone(), expires_at_millis: expires_at.millis() };
        let plain = serde_json::to_vec(&sealed).map_err(|_| Error::Internal("a request cannot be written"))?;
        let sealed = self.keys.seal_pending(&*self.env, &plain).ok_or(Error::Internal("a request cannot be sealed"))?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Opens what came back. `None`: it is not ours, or too old.
    pub fn open(&self, sealed: &str) -> Option<Wanted> {
        let plain = self.keys.open_pending(&URL_SAFE_NO_PAD.decode(sealed).ok()?)?;
        let Sealed { wanted, expires_at_millis } = serde_json::from_slice(&plain).ok()?;
        (self.env.now() < Timestamp::from_millis(expires_at_millis)).then_some(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use crate::server::tests::{config, server};
    use lavori_domain::env::TestEnv;
    use std::sync::Arc;

    fn pending() -> Pending {
        let client =
            Client { id: "c".to_owned(), name: "Claude".to_owned(), redirect_uris: Vec::new(), verified_host: None };
        Pending {
            client,
            redirect_uri: "https://claude.ai/cb".to_owned(),
            redirect_uri_given: true,
            state: None,
            scope: "mcp:read".to_owned(),
            code_challenge: "x".to_owned(),
            resource: "https://lavori.example/mcp".to_owned(),
        }
    }

    #[test]
    fn e8_only_what_this_server_sealed_opens_and_not_for_long() {
        let env = Arc::new(TestEnv::default());
        let mut config = config(b"a secret of at least thirty-two bytes");
        config.env = env.clone();
        let server = AuthorizationServer::new(config);
        let sealed = server.seal(&pending()).unwrap();
        assert_eq!(server.open(&sealed), Some(Wanted::Request(Box::new(pending()))));
        let page = Wanted::Page("/settings/account".to_owned());
        assert_eq!(server.open(&server.seal_wanted(&page).unwrap()), Some(page));
        assert_eq!(server.open(&sealed[1..]), None);
        assert_eq!(server.open("https://evil.example/"), None);
        env.advance(601);
        assert_eq!(server.open(&sealed), None);
    }

    #[test]
    fn f6_a_sealed_request_of_another_key_is_nothing() {
        let other = AuthorizationServer::new(config(b"another secret of thirty-two bytes"));
        assert_eq!(server().open(&other.seal(&pending()).unwrap()), None);
    }
}
