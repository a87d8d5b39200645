//! Device cookies: a browser that signed in to an account before is told from strangers who guess at that account, so
//! that their guessing does not keep its owner out (OAUTH.md E2). Such a cookie signs nobody in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lavori_domain::Env;

use crate::keys::Keys;

/// Random bytes in a device cookie.
const RANDOM: usize = 16;

/// A cookie for a browser that has just signed in to the account with this address.
pub(crate) fn new(keys: &Keys, env: &dyn Env, email: &str) -> String {
    let mut random = [0; RANDOM];
    env.fill(&mut random);
    URL_SAFE_NO_PAD.encode([random.as_slice(), &keys.sign_device(&random, email)].concat())
}

/// What the browser is counted by, if this server gave it the cookie for that very account.
pub(crate) fn known(keys: &Keys, cookie: &str, email: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(cookie).ok()?;
    let (random, tag) = bytes.split_first_chunk::<RANDOM>()?;
    keys.signed_device(random, email, tag).then(|| bytes.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::env::TestEnv;

    #[test]
    fn e2_a_device_cookie_is_good_for_its_account_only() {
        let keys = Keys::derive(b"secret", &[]);
        let cookie = new(&keys, &TestEnv::default(), "ada@demo.example");
        assert!(known(&keys, &cookie, "ada@demo.example").is_some());
        assert!(known(&keys, &cookie, "ben@demo.example").is_none());
        assert!(known(&Keys::derive(b"other", &[]), &cookie, "ada@demo.example").is_none());
        for bad in ["", "AAAA", &cookie[1..], &format!("{cookie}A")] {
            assert!(known(&keys, bad, "ada@demo.example").is_none(), "{bad}");
        }
    }
}
