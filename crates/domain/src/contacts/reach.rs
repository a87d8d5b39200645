//! How somebody is reached: e-mail addresses and phone numbers in the one form in which they are kept and compared.

use crate::organizations::normalize_email;

/// Brings an e-mail address into the form in which it is kept: trimmed, lower case.
///
/// It must have a mailbox, one `@` and a domain with a dot. Whether somebody reads it, nobody can tell from its form.
pub fn read_email(text: &str) -> Option<String> {
    let email = normalize_email(text);
    let (mailbox, domain) = email.split_once('@')?;
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@' || c == ',');
    let labels = domain.split('.').count() >= 2 && domain.split('.').all(|label| !label.is_empty());
    (plain(mailbox) && plain(domain) && labels && email.len() <= 254).then_some(email)
}

/// Brings a phone number into E.164: `+` and 7 to 15 digits, the first not 0. Spaces, dots, hyphens, slashes and
/// brackets go, and a leading `00` is a `+`. Without a country code nothing can be said: those are refused.
///
/// ```
/// use lavori_domain::contacts::read_phone;
/// assert_eq!(read_phone("+39 (06) 0000-0101").as_deref(), Some("+390600000101"));
/// assert_eq!(read_phone("06 0000 0101"), None);
/// ```
pub fn read_phone(text: &str) -> Option<String> {
    let kept: String =
        text.trim().chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}')).collect();
    let digits = kept.strip_prefix('+').or_else(|| kept.strip_prefix("00"))?;
    let all_digits = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    (all_digits && (7..=15).contains(&digits.len())).then(|| format!("+{digits}"))
}

/// Reads a language as BCP 47 writes the plain ones: `it`, `pt-BR`.
pub fn read_language(text: &str) -> Option<String> {
    let (language, region) = match text.trim().split_once(['-', '_']) {
        Some((language, region)) => (language, Some(region)),
        None => (text.trim(), None),
    };
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    if !(2..=3).contains(&language.len()) || !letters(language) {
        return None;
    }
    let language = language.to_ascii_lowercase();
    match region {
        None => Some(language),
        Some(region) if region.len() == 2 && letters(region) => {
            Some(format!("{language}-{}", region.to_ascii_uppercase()))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_in_one_form() {
        assert_eq!(read_email(" Info@Arena.Example ").as_deref(), Some("info@arena.example"));
        for refused in ["", "a", "@b.c", "a@", "a@b", "a@b.", "a b@c.d", "a@b@c.d", "a@b..c", "a,b@c.d"] {
            assert_eq!(read_email(refused), None, "{refused}");
        }
    }

    #[test]
    fn numbers_are_e164() {
        assert_eq!(read_phone("0044 20.7946/0121").as_deref(), Some("+442079460121"));
        for refused in
            ["", "+", "+0123456789", "0123456789", "+12345", "+1234567890123456", "+39 abc 12345", "++391234567"]
        {
            assert_eq!(read_phone(refused), None, "{refused}");
        }
    }

    #[test]
    fn languages_have_a_plain_tag() {
        assert_eq!(read_language("IT").as_deref(), Some("it"));
        assert_eq!(read_language("pt_br").as_deref(), Some("pt-BR"));
        for refused in ["", "i", "italian", "it-ITA", "1t", "it-"] {
            assert_eq!(read_language(refused), None, "{refused}");
        }
    }
}
