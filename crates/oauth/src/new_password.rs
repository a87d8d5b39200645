//! What a new password must have. Old ones are left alone: nobody is kept out by a rule that came later.

use crate::error::Error;
use crate::password::{LONGEST, PasswordHashing};

/// The fewest characters. Length is what slows guessing; rules about kinds of characters only make people write
/// passwords down (NIST SP 800-63B section 3.1.1.2).
const SHORTEST: usize = 12;

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeakPassword {
    /// Fewer than 12 characters.
    TooShort,
    /// More than 256 bytes.
    TooLong,
    /// Little more than the person's own address or name.
    Guessable,
}

impl WeakPassword {
    /// What to do about it, for the person.
    pub fn advice(self) -> &'static str {
        match self {
            Self::TooShort => "Use at least 12 characters. Four or five words that do not belong together are good.",
            Self::TooLong => "Use at most 256 bytes: about 256 letters without accents.",
            Self::Guessable => "That is easy to guess: leave out your name and your address.",
        }
    }
}

impl PasswordHashing {
    /// The PHC string of a password that somebody chose just now, if it is strong enough. `known` is what a stranger
    /// would try first: the person's address and name.
    ///
    /// # Errors
    /// As [`PasswordHashing::hash`]; inside, what is wrong with the password.
    pub async fn hash_new(&self, password: &str, known: &[&str]) -> Result<Result<String, WeakPassword>, Error> {
        match check(password, known) {
            Ok(()) => self.hash(password).await.map(Ok),
            Err(weak) => Ok(Err(weak)),
        }
    }
}

fn check(password: &str, known: &[&str]) -> Result<(), WeakPassword> {
    if password.len() > LONGEST {
        return Err(WeakPassword::TooLong);
    }
    if password.chars().count() < SHORTEST {
        return Err(WeakPassword::TooShort);
    }
    let lower = password.to_lowercase();
    if known.iter().any(|known| known.to_lowercase() == lower) {
        return Err(WeakPassword::Guessable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p3_a_new_password_is_long_and_not_what_a_stranger_knows() {
        let known = ["ada@demo.example", "Ada Lovelace"];
        assert_eq!(check("twelve chars", &known), Ok(()));
        assert_eq!(check("ééééééééééé", &known), Err(WeakPassword::TooShort));
        assert_eq!(check(&"x".repeat(257), &known), Err(WeakPassword::TooLong));
        assert_eq!(check("ADA@demo.example", &known), Err(WeakPassword::Guessable));
    }
}
