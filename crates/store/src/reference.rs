//! How a caller names a record, and what is shown of one that was named.

use std::fmt;

use lavori_domain::Id;

/// The most records that a name is looked up for: one more than the candidates an answer shows.
pub const MATCHES: i64 = 6;

/// An id, a key's number or an exact name (TOOLS.md A5).
pub enum Reference<'a, K> {
    /// Its id.
    Id(Id<K>),
    /// The number in its key.
    Number(i64),
    /// Its name. Case does not matter, nothing may be missing.
    Name(&'a str),
}

impl<K> Clone for Reference<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Reference<'_, K> {}

impl<K> fmt::Debug for Reference<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "{id}"),
            Self::Number(number) => write!(f, "#{number}"),
            Self::Name(name) => write!(f, "{name:?}"),
        }
    }
}

/// A record in a few words: enough to name it and to tell it from its namesakes.
pub struct Brief<K> {
    /// Its id.
    pub id: Id<K>,
    /// The number in its key, if it has one.
    pub number: Option<i64>,
    /// Its name or title.
    pub name: String,
    /// What tells it from others of the same name.
    pub hint: Option<String>,
}

impl<K> fmt::Debug for Brief<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.id, self.name)
    }
}

/// A record with a key that another one points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pointed {
    /// The number in its key, and its name.
    Seen(i64, String),
    /// It is of another team.
    Hidden,
}
