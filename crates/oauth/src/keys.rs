//! The keys of the server, all derived from its one secret (RFC 5869), each for one purpose.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use lavori_domain::Env;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Keys by purpose: what is made is made with the current secret's, what comes back may be of an earlier secret that is
/// still accepted (OAUTH.md J8). Every replica has the same secrets, so every replica has the same keys.
pub(crate) struct Keys {
    current: KeySet,
    previous: Vec<KeySet>,
}

/// The keys of one secret.
struct KeySet {
    registration: [u8; 32],
    csrf: [u8; 32],
    pending: [u8; 32],
    cursor: [u8; 32],
    limits: [u8; 32],
    device: [u8; 32],
}

impl KeySet {
    fn derive(secret: &[u8]) -> Self {
        let hkdf = Hkdf::<Sha256>::new(Some(b"lavori"), secret);
        Self {
            registration: expand(&hkdf, b"client registration"),
            csrf: expand(&hkdf, b"form token"),
            pending: expand(&hkdf, b"pending authorization request"),
            cursor: expand(&hkdf, b"cursor"),
            limits: expand(&hkdf, b"limits"),
            device: expand(&hkdf, b"device cookie"),
        }
    }

    fn sign_registration(&self, payload: &[u8]) -> [u8; 16] {
        tag(&self.registration, &[payload])
    }

    fn sign_form(&self, cookie: &str, purpose: &str) -> [u8; 16] {
        tag(&self.csrf, &[cookie.as_bytes(), purpose.as_bytes()])
    }

    fn sign_device(&self, random: &[u8], email: &str) -> [u8; 16] {
        tag(&self.device, &[random, email.as_bytes()])
    }
}

impl Keys {
    /// Derives the keys from the server's secret and from those it had before.
    pub(crate) fn derive(current: &[u8], previous: &[Vec<u8>]) -> Self {
        Self {
            current: KeySet::derive(current),
            previous: previous.iter().map(|secret| KeySet::derive(secret)).collect(),
        }
    }

    fn accepted(&self) -> impl Iterator<Item = &KeySet> {
        std::iter::once(&self.current).chain(&self.previous)
    }

    /// The tag of a registered client's id.
    pub(crate) fn sign_registration(&self, payload: &[u8]) -> [u8; 16] {
        self.current.sign_registration(payload)
    }

    /// Whether a tag is what [`Keys::sign_registration`] makes or made.
    pub(crate) fn signed_registration(&self, payload: &[u8], tag: &[u8]) -> bool {
        self.accepted().any(|keys| same(tag, &keys.sign_registration(payload)))
    }

    /// The token that proves a form came from a page of ours, for this cookie and this purpose.
    pub(crate) fn sign_form(&self, cookie: &str, purpose: &str) -> [u8; 16] {
        self.current.sign_form(cookie, purpose)
    }

    /// Whether a token is what [`Keys::sign_form`] makes or made.
    pub(crate) fn signed_form(&self, cookie: &str, purpose: &str, token: &[u8]) -> bool {
        self.accepted().any(|keys| same(token, &keys.sign_form(cookie, purpose)))
    }

    /// Seals what the browser carries for us.
    pub(crate) fn seal_pending(&self, env: &dyn Env, plain: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; 24];
        env.fill(&mut nonce);
        seal(&self.current.pending, &nonce, b"pending", plain)
    }

    /// Opens what [`Keys::seal_pending`] sealed.
    pub(crate) fn open_pending(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        self.accepted().find_map(|keys| open(&keys.pending, b"pending", sealed))
    }

    /// The bucket in which a subject is counted: nobody without the key can choose two that meet, or read one back.
    pub(crate) fn bucket(&self, purpose: &str, subject: &[u8]) -> u16 {
        let tag = tag(&self.current.limits, &[purpose.as_bytes(), subject]);
        u16::from_be_bytes([tag[0], tag[1]])
    }

    /// The tag that binds a device cookie to an account.
    pub(crate) fn sign_device(&self, random: &[u8], email: &str) -> [u8; 16] {
        self.current.sign_device(random, email)
    }

    /// Whether a tag is what [`Keys::sign_device`] makes or made.
    pub(crate) fn signed_device(&self, random: &[u8], email: &str, tag: &[u8]) -> bool {
        self.accepted().any(|keys| same(tag, &keys.sign_device(random, email)))
    }

    /// The key for the tools' cursors.
    pub(crate) fn cursor(&self) -> [u8; 32] {
        self.current.cursor
    }

    /// The keys of cursors that are still accepted.
    pub(crate) fn previous_cursors(&self) -> Vec<[u8; 32]> {
        self.previous.iter().map(|keys| keys.cursor).collect()
    }
}

/// Seals `successor` so that only whoever presents `token` can open it (OAUTH.md 4.2).
pub(crate) fn seal_successor(env: &dyn Env, token: &str, successor: &str) -> Option<Vec<u8>> {
    let mut nonce = [0; 24];
    env.fill(&mut nonce);
    seal(&successor_key(token), &nonce, b"successor", successor.as_bytes())
}

/// Opens what [`seal_successor`] sealed.
pub(crate) fn open_successor(token: &str, sealed: &[u8]) -> Option<String> {
    String::from_utf8(open(&successor_key(token), b"successor", sealed)?).ok()
}

fn successor_key(token: &str) -> [u8; 32] {
    expand(&Hkdf::<Sha256>::new(Some(b"lavori"), token.as_bytes()), b"sealed successor")
}

fn expand(hkdf: &Hkdf<Sha256>, purpose: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    hkdf.expand(purpose, &mut key).expect("32 bytes are far below the 8160 that HKDF-SHA-256 can give");
    key
}

/// HMAC-SHA-256 over the parts, each preceded by its length, cut to 128 bits.
fn tag(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 16] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    let full = mac.finalize().into_bytes();
    let mut tag = [0; 16];
    tag.copy_from_slice(&full[..16]);
    tag
}

/// Compares without telling by its time where the difference is.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

fn seal(key: &[u8; 32], nonce: &[u8; 24], purpose: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let sealed = cipher.encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: purpose }).ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

fn open(key: &[u8; 32], purpose: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: purpose }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::env::TestEnv;

    #[test]
    fn h12_a_successor_opens_with_its_token_only() {
        let env = TestEnv::default();
        let sealed = seal_successor(&env, "one", "two").unwrap();
        assert_eq!(open_successor("one", &sealed).as_deref(), Some("two"));
        assert_eq!(open_successor("other", &sealed), None);
        assert_eq!(open_successor("one", &sealed[..sealed.len() - 1]), None);
        assert_eq!(open_successor("one", b"short"), None);
    }

    #[test]
    fn parts_of_a_tag_do_not_run_into_each_other() {
        let keys = KeySet::derive(b"secret");
        assert_ne!(keys.sign_form("ab", "c"), keys.sign_form("a", "bc"));
        assert_ne!(keys.sign_form("a", "b"), KeySet::derive(b"other").sign_form("a", "b"));
    }

    #[test]
    fn j8_what_an_earlier_secret_made_is_accepted_until_that_secret_is_taken_away() {
        let env = TestEnv::default();
        let before = Keys::derive(b"one", &[]);
        let (registration, form) = (before.sign_registration(b"client"), before.sign_form("cookie", "purpose"));
        let sealed = before.seal_pending(&env, b"request").unwrap();

        let overlap = Keys::derive(b"two", &[b"one".to_vec()]);
        assert!(overlap.signed_registration(b"client", &registration));
        assert!(overlap.signed_form("cookie", "purpose", &form));
        assert_eq!(overlap.open_pending(&sealed).as_deref(), Some(&b"request"[..]));
        assert_eq!(overlap.previous_cursors(), [before.cursor()]);
        assert_ne!(overlap.sign_registration(b"client"), registration, "what is new is made with the new secret");
        assert_ne!(overlap.sign_form("cookie", "purpose"), form);
        assert_ne!(overlap.cursor(), before.cursor());

        let after = Keys::derive(b"two", &[]);
        assert!(!after.signed_registration(b"client", &registration));
        assert!(!after.signed_form("cookie", "purpose", &form));
        assert_eq!(after.open_pending(&sealed), None);
        assert!(after.signed_registration(b"client", &overlap.sign_registration(b"client")));
        assert!(after.open_pending(&overlap.seal_pending(&env, b"request").unwrap()).is_some());
    }
}
