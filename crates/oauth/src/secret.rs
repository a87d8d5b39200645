//! Tokens, codes, handles and cookies: opaque, random, recognizable, and only hashed in the database.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lavori_domain::Env;
use lavori_store::SecretHash;
use sha2::{Digest, Sha256};

use crate::keys;

/// What a secret is for; its prefix says so, so that scanners and people recognize a leaked one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// An access token.
    AccessToken,
    /// A refresh token.
    RefreshToken,
    /// An authorization code.
    AuthorizationCode,
    /// A session cookie.
    Session,
    /// The handle of a stored authorization request.
    Request,
    /// The link of an invitation.
    Invitation,
}

impl SecretKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::AccessToken => "lvr_at_",
            Self::RefreshToken => "lvr_rt_",
            Self::AuthorizationCode => "lvr_ac_",
            Self::Session => "lvr_se_",
            Self::Request => "lvr_rq_",
            Self::Invitation => "lvr_in_",
        }
    }
}

/// Random bytes in a secret.
const RANDOM: usize = 32;
/// Checksum bytes behind them. They catch typing and cutting, not attackers, and save the query.
const CHECKSUM: usize = 4;

/// A secret in clear: handed out once, never stored, never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainSecret(String);

impl PlainSecret {
    /// Makes a new one.
    pub fn new(env: &dyn Env, kind: SecretKind) -> Self {
        let mut random = [0; RANDOM];
        env.fill(&mut random);
        let checksum = checksum(kind, &random);
        let body = URL_SAFE_NO_PAD.encode([random.as_slice(), &checksum].concat());
        Self(format!("{}{body}", kind.prefix()))
    }

    /// Reads a presented secret. `None`: it was never issued as such, which its shape or checksum already tells.
    pub fn parse(kind: SecretKind, text: &str) -> Option<Self> {
        let body = URL_SAFE_NO_PAD.decode(text.strip_prefix(kind.prefix())?).ok()?;
        let (random, given) = body.split_at_checked(RANDOM)?;
        keys::same(given, &checksum(kind, random)).then(|| Self(text.to_owned()))
    }

    /// The form in which it is stored.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }

    /// The secret itself, for the one answer or cookie it leaves in.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PlainSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainSecret(..)")
    }
}

fn checksum(kind: SecretKind, random: &[u8]) -> [u8; CHECKSUM] {
    let digest = Sha256::new().chain_update(kind.prefix()).chain_update(random).finalize();
    let mut checksum = [0; CHECKSUM];
    checksum.copy_from_slice(&digest[..CHECKSUM]);
    checksum
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::env::TestEnv;

    #[test]
    fn i3_a_secret_reads_back_as_its_own_kind_only() {
        let env = TestEnv::default();
        let token = PlainSecret::new(&env, SecretKind::AccessToken);
        assert_eq!(PlainSecret::parse(SecretKind::AccessToken, token.expose()), Some(token.clone()));
        assert_eq!(PlainSecret::parse(SecretKind::RefreshToken, token.expose()), None);
        let renamed = token.expose().replace("lvr_at_", "lvr_rt_");
        assert_eq!(PlainSecret::parse(SecretKind::RefreshToken, &renamed), None);
    }

    #[test]
    fn h5_what_is_cut_mistyped_or_made_up_is_refused_without_a_query() {
        let env = TestEnv::default();
        let token = PlainSecret::new(&env, SecretKind::RefreshToken).expose().to_owned();
        let mut typo = token.clone().into_bytes();
        typo[20] = if typo[20] == b'A' { b'B' } else { b'A' };
        for bad in [&token[..token.len() - 1], &format!("{token}A"), std::str::from_utf8(&typo).unwrap(), "lvr_rt_", ""]
        {
            assert_eq!(PlainSecret::parse(SecretKind::RefreshToken, bad), None, "{bad}");
        }
    }

    #[test]
    fn j7_debug_output_shows_nothing() {
        let token = PlainSecret::new(&TestEnv::default(), SecretKind::AccessToken);
        assert_eq!(format!("{token:?}"), "PlainSecret(..)");
    }
}
