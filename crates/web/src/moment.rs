//! Times, as every page shows them.

/// A time: as its reader reads it, and exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// In the reader's zone: `22 Nov 2026, 18:30`.
    pub shown: String,
    /// RFC 3339 in UTC, which hovering shows.
    pub exact: String,
}
