//! ISO 4217 currencies: an amount is an integer of minor units, and the exponent says what one minor unit is.

use std::fmt;
use std::str::FromStr;

use in_use::IN_USE;

mod in_use;

/// An ISO 4217 alphabetic code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// The currencies whose minor unit is not a hundredth (ISO 4217, list one).
const EXPONENTS: [(&str, u32); 24] = [
    ("BHD", 3),
    ("BIF", 0),
    ("CLF", 4),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("IQD", 3),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("RWF", 0),
    ("TND", 3),
    ("UGX", 0),
    ("UYI", 0),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
];

/// Funds codes, units of account, and the second code of Venezuela's one currency.
const UNPAID: [&str; 10] = ["BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "VED"];

impl Currency {
    /// The alphabetic code, such as `EUR`.
    pub fn code(&self) -> &str {
        // Made of ASCII letters only, by the one constructor.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Whether the code is of a currency in use: what an organization can keep its books in.
    pub fn is_in_use(self) -> bool {
        IN_USE.iter().any(|(code, _)| *code == self.code())
    }

    /// Code and English name of every currency that money is paid in, by name: what a list offers. Funds codes and units of
    /// account are left out, which nobody sends an invoice in; they still work when typed.
    pub fn offered() -> Vec<(&'static str, &'static str)> {
        let mut all: Vec<_> = IN_USE.iter().copied().filter(|(code, _)| !UNPAID.contains(code)).collect();
        all.sort_unstable_by_key(|(_, name)| *name);
        all
    }

    /// The currencies whose minor unit is not a hundredth but has so many decimals.
    pub fn with_exponent(exponent: u32) -> impl Iterator<Item = Self> {
        let codes = EXPONENTS.iter().filter(move |(_, of)| *of == exponent);
        codes.filter_map(|(code, _)| code.parse().ok())
    }

    /// How many decimals an amount has: 2 for EUR, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        EXPONENTS.iter().find(|(code, _)| *code == self.code()).map_or(2, |(_, exponent)| *exponent)
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(code: &str) -> Result<Self, NotACurrency> {
        match code.as_bytes() {
            [a, b, c] if code.bytes().all(|byte| byte.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(NotACurrency),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text is not three capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 4217 code: expected three capital letters such as EUR")]
pub struct NotACurrency;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m1_the_exponent_is_the_currencys_own() {
        for (code, exponent) in [("EUR", 2), ("USD", 2), ("JPY", 0), ("KWD", 3)] {
            assert_eq!(code.parse::<Currency>().unwrap().exponent(), exponent, "{code}");
        }
    }

    #[test]
    fn every_currency_with_an_exponent_of_its_own_is_in_use_and_made_up_codes_are_not() {
        for code in EXPONENTS.map(|(code, _)| code).iter().chain(&["EUR", "AED", "ZWG"]) {
            assert!(code.parse::<Currency>().unwrap().is_in_use(), "{code}");
        }
        for code in ["XXX", "XTS", "ZZZ", "DEM"] {
            assert!(!code.parse::<Currency>().unwrap().is_in_use(), "{code}");
        }
    }

    #[test]
    fn p4_a_list_offers_each_currency_that_is_paid_in_once_and_by_name() {
        let all = Currency::offered();
        assert!(all.is_sorted_by(|(_, one), (_, next)| one < next));
        assert!(all.iter().all(|(code, _)| code.parse::<Currency>().is_ok_and(Currency::is_in_use)));
        assert!(all.contains(&("EUR", "Euro")) && !all.iter().any(|(code, _)| UNPAID.contains(code)));
        assert!(UNPAID.iter().all(|code| code.parse::<Currency>().is_ok_and(Currency::is_in_use)));
    }

    #[test]
    fn only_three_capital_letters_are_a_code() {
        for text in ["", "eur", "EURO", "E1R", "€"] {
            assert!(text.parse::<Currency>().is_err(), "{text}");
        }
    }
}
