//! Why something was not done, in words for the person who asked for it.

/// Nothing was changed, and why.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such organization, or the person does not belong to it: which of them, they are not told.
    #[error("no such organization for this person")]
    NotFound,
    /// The person's role does not allow it.
    #[error("{what}")]
    Forbidden {
        /// What is not theirs to do, and whose it is.
        what: &'static str,
        /// The names of those who can do it.
        who: Vec<String>,
    },
    /// What was asked for cannot be, or cannot be now.
    #[error("{0}")]
    Refused(String),
    /// Too many wrong guesses.
    #[error("too many wrong codes: wait {seconds} seconds")]
    TooMany {
        /// How long to wait.
        seconds: i64,
    },
    /// The database could not do its part.
    #[error("the store failed")]
    Store(#[from] lavori_store::Error),
}

impl Error {
    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    /// The words of a uniqueness rule, where breaking one is the person's to mend.
    pub(crate) fn taken(error: lavori_store::Error, why: &'static str) -> Self {
        match error {
            lavori_store::Error::Conflict(_) => Self::refused(why),
            other => Self::Store(other),
        }
    }
}
