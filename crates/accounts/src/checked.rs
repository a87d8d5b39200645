//! What people typed, checked once.

use lavori_domain::organizations::{is_slug, normalize_email};
use lavori_domain::text::clean;
use lavori_domain::{Currency, TimeZone};

use crate::error::Error;

/// The longest name of an organization, team or person, in characters.
const LONGEST_NAME: usize = 100;
/// The longest e-mail address, in bytes (RFC 5321 section 4.5.3.1.3).
const LONGEST_EMAIL: usize = 254;

/// A name on one line. `whose` says whose name it is, such as "the team".
pub(crate) fn name(text: &str, whose: &str) -> Result<String, Error> {
    let name = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Error::refused(format!("Give {whose} a name.")));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Error::refused(format!("Give {whose} a shorter name: at most {LONGEST_NAME} characters.")));
    }
    Ok(name)
}

/// A name in URLs; made from `name` if nothing was typed.
pub(crate) fn slug(text: &str, name: &str) -> Result<String, Error> {
    let typed = text.trim();
    if !typed.is_empty() {
        return match is_slug(typed) {
            true => Ok(typed.to_owned()),
            false => Err(Error::refused(
                "The short name for URLs takes 1 to 40 of the letters a to z, digits and hyphens, with no hyphen at \
                 either end, such as northlight-2.",
            )),
        };
    }
    let ascii = deunicode::deunicode(name).to_ascii_lowercase();
    let words: Vec<&str> = ascii.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut made = words.join("-");
    made.truncate(40);
    let made = made.trim_end_matches('-').to_owned();
    if is_slug(&made) {
        Ok(made)
    } else {
        Err(Error::refused("Choose a short name for URLs: none can be made from that name."))
    }
}

/// An e-mail address, normalized. Whether mail arrives there is not known, and nothing relies on it.
pub(crate) fn email(text: &str) -> Result<String, Error> {
    let email = normalize_email(text);
    let plain = email.chars().all(|c| !c.is_whitespace() && !c.is_control()) && email == clean(&email);
    let parts = email.split_once('@').filter(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !domain.starts_with('.')
    });
    if plain && email.len() <= LONGEST_EMAIL && parts.is_some() {
        Ok(email)
    } else {
        Err(Error::refused("Give one e-mail address, such as ada@example.com."))
    }
}

/// An IANA time zone.
pub(crate) fn time_zone(text: &str) -> Result<TimeZone, Error> {
    let name = text.trim();
    name.parse().map_err(|_| {
        Error::refused("That is no time zone. Give its IANA name, a region and a city such as Europe/Rome, or UTC.")
    })
}

/// A currency of ISO 4217 that is in use.
pub(crate) fn currency(text: &str) -> Result<Currency, Error> {
    let code = text.trim().to_ascii_uppercase();
    match code.parse::<Currency>() {
        Ok(currency) if currency.is_in_use() => Ok(currency),
        _ => Err(Error::refused("That is no currency. Give its three-letter ISO 4217 code, such as EUR or USD.")),
    }
}

/// Why a value cannot be, for the field it was typed in. `None`: it can.
pub(crate) fn why<T>(checked: Result<T, Error>) -> Option<String> {
    checked.err().map(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p2_a_slug_is_made_from_the_name_when_none_is_given() {
        for (name, made) in [
            ("Northlight Productions", "northlight-productions"),
            ("Città & Luce S.r.l.", "citta-luce-s-r-l"),
            ("  Øresund!  ", "oresund"),
            (&format!("{} b", "a".repeat(39)), &"a".repeat(39)),
        ] {
            assert_eq!(slug("", name).unwrap(), made, "{name}");
        }
        assert_eq!(slug(" own-2 ", "Whatever").unwrap(), "own-2");
        for (typed, name) in [("Über", "x"), ("-a", "x"), ("", "!!!")] {
            assert!(slug(typed, name).is_err(), "{typed} {name}");
        }
    }

    #[test]
    fn names_are_one_clean_line() {
        assert_eq!(name(" Ada\u{202e} \n Lovelace ", "you").unwrap(), "Ada Lovelace");
        assert!(name("\u{200b} ", "you").is_err());
        assert!(name(&"x".repeat(101), "you").is_err());
    }

    #[test]
    fn p4_time_zones_and_currencies_are_those_of_the_standards() {
        assert_eq!(time_zone(" Europe/Rome ").unwrap().name(), "Europe/Rome");
        for bad in ["", "Rome", "CEST+1", "europe/rome/x"] {
            assert!(time_zone(bad).is_err(), "{bad}");
        }
        assert_eq!(currency("eur").unwrap().code(), "EUR");
        for bad in ["", "EURO", "ZZZ", "DEM", "€"] {
            assert!(currency(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_are_one_each_and_have_no_case() {
        assert_eq!(email(" Ada@Example.COM ").unwrap(), "ada@example.com");
        for bad in
            ["", "ada", "@x", "ada@", "a@b@c", "a b@c.d", "a\u{202e}@b.c", "a@.b", &format!("{}@b.c", "a".repeat(252))]
        {
            assert!(email(bad).is_err(), "{bad}");
        }
    }
}
