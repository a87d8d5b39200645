//! Passwords: argon2id (RFC 9106), a bounded number at a time, and the same work whether or not the account exists.
//!
//! Before hashing a password is normalized as RFC 8265 section 4.2 says: every kind of space becomes U+0020, then NFC.
//! So the same typed text fits whichever keyboard or system composed it. Not NFKC: it would take characters that a
//! person chose on purpose for the same as others.

mod strength;

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use lavori_domain::Env;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

pub use self::strength::WeakPassword;
use crate::error::Error;

/// The longest password, in bytes: longer ones are refused before any work (OAUTH.md E4).
pub(crate) const LONGEST: usize = 256;

/// How hard passwords are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordParameters {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
    /// Hashes at the same time; more wait, and too many are told to come back later.
    pub slots: usize,
}

impl PasswordParameters {
    /// As little as argon2 allows: for tests.
    pub const CHEAP: Self = Self { memory_kib: 8, iterations: 1, parallelism: 1, slots: 4 };
}

impl Default for PasswordParameters {
    /// 19 MiB, two passes, one lane: the OWASP password storage cheat sheet's first choice for argon2id.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, iterations: 2, parallelism: 1, slots: 4 }
    }
}

/// Hashes and verifies passwords off the async threads.
#[derive(Clone)]
pub struct PasswordHashing {
    parameters: PasswordParameters,
    slots: Arc<Semaphore>,
    env: Arc<dyn Env>,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verified {
    /// The password is the right one.
    Right,
    /// It is, and was hashed with other parameters than those of now: keep this hash instead.
    RightAndRehashed(String),
    /// It is not, or there is none.
    Wrong,
}

impl PasswordHashing {
    /// Gets ready to hash with `parameters`.
    pub fn new(parameters: PasswordParameters, env: Arc<dyn Env>) -> Self {
        Self { parameters, slots: Arc::new(Semaphore::new(parameters.slots)), env }
    }

    /// The PHC string of a password.
    ///
    /// # Errors
    /// [`Error::Internal`] when the parameters are outside what argon2 allows.
    pub async fn hash(&self, password: &str) -> Result<String, Error> {
        let this = self.clone();
        let password = normalize(password);
        self.in_slot(move || this.hash_now(&password)).await?
    }

    /// The PHC string of a password that somebody chose just now, if it is strong enough. `known` is what a stranger
    /// would try first: the person's address and name.
    ///
    /// # Errors
    /// As [`PasswordHashing::hash`]; inside, what is wrong with the password.
    pub async fn hash_new(&self, password: &str, known: &[&str]) -> Result<Result<String, WeakPassword>, Error> {
        match check_new_password(password, known) {
            Ok(()) => self.hash(password).await.map(Ok),
            Err(weak) => Ok(Err(weak)),
        }
    }

    /// Checks a password against a PHC string. Without one the same work is done and the answer is
    /// [`Verified::Wrong`], so that the time tells nothing (OAUTH.md E1).
    pub(crate) async fn verify(&self, password: &str, phc: Option<String>) -> Result<Verified, Error> {
        if password.len() > LONGEST {
            return Ok(Verified::Wrong);
        }
        let this = self.clone();
        let password = normalize(password);
        self.in_slot(move || {
            let Some(phc) = phc else {
                this.hash_now(&password)?;
                return Ok(Verified::Wrong);
            };
            let Ok(parsed) = PasswordHash::new(&phc) else { return Ok(Verified::Wrong) };
            if this.argon2()?.verify_password(password.as_bytes(), &parsed).is_err() {
                return Ok(Verified::Wrong);
            }
            let as_now = Params::try_from(&parsed).is_ok_and(|params| {
                params.m_cost() == this.parameters.memory_kib
                    && params.t_cost() == this.parameters.iterations
                    && params.p_cost() == this.parameters.parallelism
            });
            if as_now { Ok(Verified::Right) } else { Ok(Verified::RightAndRehashed(this.hash_now(&password)?)) }
        })
        .await?
    }

    fn hash_now(&self, password: &str) -> Result<String, Error> {
        let mut salt = [0; 16];
        self.env.fill(&mut salt);
        let hash = self
            .argon2()?
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|_| Error::Internal("the password cannot be hashed"))?;
        Ok(hash.to_string())
    }

    fn argon2(&self) -> Result<Argon2<'static>, Error> {
        let PasswordParameters { memory_kib, iterations, parallelism, .. } = self.parameters;
        let params = Params::new(memory_kib, iterations, parallelism, None)
            .map_err(|_| Error::Internal("the password parameters are outside what argon2 allows"))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    /// Runs `work` on a blocking thread when a slot is free, so that sign-ins can never take all memory (OAUTH.md E3).
    async fn in_slot<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);
        let slot = tokio::time::timeout(PATIENCE, Arc::clone(&self.slots).acquire_owned())
            .await
            .map_err(|_| Error::Overloaded)?
            .map_err(|_| Error::Internal("the password slots are closed"))?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(slot);
            result
        })
        .await
        .map_err(|_| Error::Internal("the password thread failed"))
    }
}

/// Whether somebody may choose this password. `known` is what a stranger would try first: their address and name.
///
/// # Errors
/// What is wrong with it.
pub fn check_new_password(password: &str, known: &[&str]) -> Result<(), WeakPassword> {
    strength::check(&normalize(password), known)
}

/// RFC 8265 section 4.2.2, rules 2 and 4.
fn normalize(password: &str) -> String {
    password.nfc().map(|c| if is_space(c) { ' ' } else { c }).collect()
}

/// The general category Zs.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::env::TestEnv;

    fn hashing(parameters: PasswordParameters) -> PasswordHashing {
        PasswordHashing::new(parameters, Arc::new(TestEnv::default()))
    }

    #[tokio::test]
    async fn p3_a_hash_is_argon2id_and_only_the_right_password_fits() {
        let hashing = hashing(PasswordParameters::CHEAP);
        let phc = hashing.hash("lavori-demo").await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{phc}");
        assert_eq!(hashing.verify("lavori-demo", Some(phc.clone())).await.unwrap(), Verified::Right);
        assert_eq!(hashing.verify("lavori-Demo", Some(phc)).await.unwrap(), Verified::Wrong);
        assert_eq!(hashing.verify("lavori-demo", None).await.unwrap(), Verified::Wrong);
        assert_eq!(hashing.verify("lavori-demo", Some("nonsense".to_owned())).await.unwrap(), Verified::Wrong);
    }

    #[tokio::test]
    async fn p3_a_hash_with_other_parameters_is_made_anew() {
        let old = hashing(PasswordParameters::CHEAP).hash("lavori-demo").await.unwrap();
        let now = hashing(PasswordParameters { iterations: 2, ..PasswordParameters::CHEAP });
        let Verified::RightAndRehashed(new) = now.verify("lavori-demo", Some(old)).await.unwrap() else {
            panic!("the old parameters were kept");
        };
        assert_eq!(now.verify("lavori-demo", Some(new)).await.unwrap(), Verified::Right);
    }

    #[tokio::test]
    async fn e4_the_same_text_fits_however_it_was_composed_and_a_nul_cuts_nothing() {
        let hashing = hashing(PasswordParameters::CHEAP);
        let phc = hashing.hash("Citt\u{e0} di Castello \u{fb01}").await.unwrap();
        for (typed, expected) in [
            ("Citta\u{300} di\u{a0}Castello \u{fb01}", Verified::Right),
            ("Citt\u{e0} di Castello fi", Verified::Wrong),
            ("Citt\u{e0} di Castello \u{fb01}\0", Verified::Wrong),
            ("Citt\u{e0}\0 di Castello \u{fb01}", Verified::Wrong),
        ] {
            assert_eq!(hashing.verify(typed, Some(phc.clone())).await.unwrap(), expected, "{typed:?}");
        }
    }

    #[tokio::test]
    async fn e4_a_password_of_a_megabyte_is_wrong_without_any_work() {
        let hashing = hashing(PasswordParameters { slots: 0, ..PasswordParameters::CHEAP });
        let verified = hashing.verify(&"x".repeat(1 << 20), Some("irrelevant".to_owned())).await.unwrap();
        assert_eq!(verified, Verified::Wrong);
    }
}
