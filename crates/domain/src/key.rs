//! Short keys that people and models see: `P-12`, `T-1042`. They count per organization and kind.

use std::fmt;
use std::str::FromStr;

use crate::words::words;

words! {
    /// What a key names.
    KeyKind {
        /// A project: `P-12`.
        Project = "P",
        /// A task: `T-1042`.
        Task = "T",
        /// A contact: `C-7`.
        Contact = "C",
        /// An event: `E-30`.
        Event = "E",
        /// A shift: `S-218`.
        Shift = "S",
        /// A quote, an invoice or a credit note: `D-41`. Its number in a series is another thing.
        Document = "D",
        /// A budget: `B-3`.
        Budget = "B",
        /// An item of the service library: `I-9`.
        ServiceItem = "I",
    }
}

/// A record's short key, unique within its organization.
///
/// ```
/// use lavori_domain::{Key, KeyKind};
/// let key: Key = "t-1042".parse().unwrap();
/// assert_eq!((key.kind, key.number), (KeyKind::Task, 1042));
/// assert_eq!(key.to_string(), "T-1042");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// What it names.
    pub kind: KeyKind,
    /// Its number, from 1.
    pub number: i64,
}

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (kind, number) = text.split_once('-').ok_or(NotAKey)?;
        let kind = kind.to_ascii_uppercase().parse().map_err(|_| NotAKey)?;
        if number.is_empty() || number.len() > 12 || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAKey);
        }
        let number = number.parse().map_err(|_| NotAKey)?;
        if number == 0 { Err(NotAKey) } else { Ok(Self { kind, number }) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.kind, self.number)
    }
}

impl serde::Serialize for Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key: expected a letter, a hyphen and a number, such as T-1042")]
pub struct NotAKey;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_key_is_refused() {
        for text in ["", "T", "T-", "T-0", "X-1", "T-1x", "T--1", "T-+1", "T-9999999999999", "1-T"] {
            assert!(text.parse::<Key>().is_err(), "{text}");
        }
    }
}
