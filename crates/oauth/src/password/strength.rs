//! What a new password must have. Old ones are left alone: nobody is kept out by a rule that came later.

/// The fewest characters. Length is what slows guessing; rules about kinds of characters only make people write
/// passwords down (NIST SP 800-63B section 3.1.1.2).
const SHORTEST: usize = 12;
/// The fewest characters that are neither what a stranger knows nor the continuation of a row such as `1234` or `aaaa`.
const LEAST_UNKNOWN: usize = 6;

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeakPassword {
    /// Fewer than 12 characters.
    TooShort,
    /// More than 256 bytes.
    TooLong,
    /// A control character, which some keyboards cannot type again.
    ControlCharacter,
    /// Little more than the person's own name or address, this server's name, or rows of keys.
    Guessable,
}

impl WeakPassword {
    /// What to do about it, for the person.
    pub fn advice(self) -> &'static str {
        match self {
            Self::TooShort => "Use at least 12 characters. Four or five words that do not belong together are good.",
            Self::TooLong => "Use at most 256 bytes: about 256 letters without accents.",
            Self::ControlCharacter => "Use only characters that can be seen: one of these cannot be typed everywhere.",
            Self::Guessable => {
                "That is easy to guess. Leave out your name, your address and rows such as 12345, and use words that \
                 do not belong together."
            }
        }
    }
}

/// Checks a normalized password. `known` is what a stranger would try first.
pub(super) fn check(password: &str, known: &[&str]) -> Result<(), WeakPassword> {
    if password.len() > super::LONGEST {
        return Err(WeakPassword::TooLong);
    }
    if password.chars().any(char::is_control) {
        return Err(WeakPassword::ControlCharacter);
    }
    if password.chars().count() < SHORTEST {
        return Err(WeakPassword::TooShort);
    }
    let mut rest = password.to_lowercase();
    let words = known.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    for word in words.chain(["lavori", "password", "passwort", "qwerty", "qwertz"]) {
        let word = word.to_lowercase();
        if word.chars().count() > 2 {
            rest = rest.replace(&word, "");
        }
    }
    if unknown(&rest) < LEAST_UNKNOWN { Err(WeakPassword::Guessable) } else { Ok(()) }
}

/// Characters that do not continue a row: the same again, or the next or previous in code order.
fn unknown(text: &str) -> usize {
    let mut before = None;
    text.chars()
        .filter(|&c| {
            let continues = before.is_some_and(|before| u32::from(c).abs_diff(before) <= 1);
            before = Some(u32::from(c));
            !continues
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p3_a_new_password_is_long_and_not_what_a_stranger_tries_first() {
        let known = ["ada.rossi@northlight.example", "Ada Rossi"];
        for (password, expected) in [
            ("correct horse battery", Ok(())),
            ("Zw\u{f6}lf Kisten f\u{fc}r Verona", Ok(())),
            ("tr0ub4dor&3x", Ok(())),
            ("short", Err(WeakPassword::TooShort)),
            ("elevenchars", Err(WeakPassword::TooShort)),
            (&"long ".repeat(60), Err(WeakPassword::TooLong)),
            ("with a\0 zero byte", Err(WeakPassword::ControlCharacter)),
            ("aaaaaaaaaaaaaaaa", Err(WeakPassword::Guessable)),
            ("1234567890123456", Err(WeakPassword::Guessable)),
            ("abcdefghijklmnop", Err(WeakPassword::Guessable)),
            ("Rossi-Ada-2026", Err(WeakPassword::Guessable)),
            ("northlight2026!", Err(WeakPassword::Guessable)),
            ("lavori-password-1", Err(WeakPassword::Guessable)),
        ] {
            assert_eq!(check(password, &known), expected, "{password:?}");
        }
    }
}
