//! Form tokens: a form of ours, for this browser and this purpose, and no other.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::server::AuthorizationServer;

/// What a form must bring back to be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// The text for the hidden field.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AuthorizationServer {
    /// The token for a form. `cookie` is the browser's session cookie, or before sign-in its form cookie; `purpose`
    /// names the form and what it is about.
    pub fn csrf_token(&self, cookie: &str, purpose: &str) -> CsrfToken {
        CsrfToken(URL_SAFE_NO_PAD.encode(self.keys.sign_form(cookie, purpose)))
    }

    /// Whether a form brought the right token back.
    pub fn csrf_matches(&self, cookie: &str, purpose: &str, given: &str) -> bool {
        let given = URL_SAFE_NO_PAD.decode(given).unwrap_or_default();
        self.keys.signed_form(cookie, purpose, &given)
    }
}

#[cfg(test)]
mod tests {
    use crate::server::tests::server;

    #[test]
    fn f2_a_form_token_is_good_for_its_cookie_and_purpose_only() {
        let token = server().csrf_token("cookie", "consent:1");
        assert!(server().csrf_matches("cookie", "consent:1", token.as_str()));
        assert!(!server().csrf_matches("other", "consent:1", token.as_str()));
        assert!(!server().csrf_matches("cookie", "consent:2", token.as_str()));
        assert!(!server().csrf_matches("cookie", "consent:1", ""));
    }
}
