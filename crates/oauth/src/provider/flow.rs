//! What a sign-in at a provider must remember until it comes back, sealed for a cookie of its browser.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lavori_domain::{Env, Timestamp};
use serde::{Deserialize, Serialize};

use super::ProviderError;
use crate::keys::Keys;
use crate::pending::Wanted;

/// The longest cookie value: browsers keep 4096 bytes of name, value and attributes (RFC 6265 section 6.1).
const LONGEST: usize = 3900;

/// What a sign-in at a provider is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// Signing in, on the way to what was wanted.
    SignIn(Option<Wanted>),
    /// Linking the account to the person who is signed in, by their id. They must be so still when it comes back.
    Link(String),
}

/// A sign-in under way.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Flow {
    pub(super) provider: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) purpose: Purpose,
    expires_at_millis: i64,
}

impl Flow {
    /// A new one for `provider`, good for so many seconds.
    pub(super) fn new(env: &dyn Env, provider: &str, purpose: Purpose, seconds: i64) -> Self {
        Self {
            provider: provider.to_owned(),
            state: random(env),
            nonce: random(env),
            verifier: random(env),
            purpose,
            expires_at_millis: env.now().plus_seconds(seconds).millis(),
        }
    }

    pub(super) fn seal(&self, keys: &Keys, env: &dyn Env) -> Result<String, ProviderError> {
        let sealed = serde_json::to_vec(self).ok().and_then(|plain| keys.seal_flow(env, &plain));
        let cookie = URL_SAFE_NO_PAD.encode(sealed.ok_or(ProviderError::TooLong)?);
        if cookie.len() > LONGEST { Err(ProviderError::TooLong) } else { Ok(cookie) }
    }

    /// Opens a cookie. `None`: it is not ours, or too old.
    pub(super) fn open(keys: &Keys, env: &dyn Env, cookie: &str) -> Option<Self> {
        let plain = keys.open_flow(&URL_SAFE_NO_PAD.decode(cookie).ok()?)?;
        let flow: Self = serde_json::from_slice(&plain).ok()?;
        (env.now() < Timestamp::from_millis(flow.expires_at_millis)).then_some(flow)
    }
}

/// 256 bits of chance as 43 characters: a state, a nonce, or a verifier (RFC 7636 section 4.1).
fn random(env: &dyn Env) -> String {
    let mut bytes = [0; 32];
    env.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::env::TestEnv;

    #[test]
    fn j1_a_flow_opens_with_its_key_for_ten_minutes() {
        let (env, keys) = (TestEnv::default(), Keys::derive(b"secret", &[]));
        let flow = Flow::new(&env, "work", Purpose::SignIn(None), 600);
        let cookie = flow.seal(&keys, &env).unwrap();
        assert_eq!(Flow::open(&keys, &env, &cookie).unwrap().state, flow.state);
        assert!(Flow::open(&Keys::derive(b"other", &[]), &env, &cookie).is_none());
        assert!(Flow::open(&keys, &env, &cookie[1..]).is_none());
        env.advance(601);
        assert!(Flow::open(&keys, &env, &cookie).is_none());
    }

    #[test]
    fn a_request_too_long_for_a_cookie_is_told() {
        let (env, keys) = (TestEnv::default(), Keys::derive(b"secret", &[]));
        let purpose = Purpose::SignIn(Some(Wanted::Page("x".repeat(4000))));
        let sealed = Flow::new(&env, "work", purpose, 600).seal(&keys, &env);
        assert!(matches!(sealed, Err(ProviderError::TooLong)));
    }
}
