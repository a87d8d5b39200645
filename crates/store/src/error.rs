//! What can go wrong in the store, cut by what a caller would do differently.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such row for this tenant.
    #[error("no such row")]
    NotFound,
    /// The row would break a uniqueness or reference rule; the name is the constraint's, for the log.
    #[error("the change conflicts with {0}")]
    Conflict(String),
    /// The database is out of reach, full or overloaded: the same call may succeed later.
    #[error("the database is busy or out of reach")]
    Busy(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row holds what this server never writes.
    #[error("a stored value is not readable")]
    Corrupt(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database refused the statement.
    #[error("the database refused the statement")]
    Database(#[source] DieselError),
    /// The URL of the database cannot be understood.
    #[error("the database URL must start with sqlite: or postgres://")]
    Url,
    /// The migrations could not be run.
    #[error("the migrations could not be run")]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What passes by itself, or once an operator has acted, and reaches us as a text only. First SQLite's: SQLITE_BUSY,
/// SQLITE_LOCKED, SQLITE_FULL, SQLITE_IOERR. Then PostgreSQL's classes 40 (deadlock), 53 (resources), 55 (locks) and 57
/// (an operator ends connections or the server), whose codes diesel does not pass on.
const PASSING: [&str; 18] = [
    "database is locked",
    "database table is locked",
    "disk is full",
    "disk I/O error",
    "deadlock detected",
    "No space left on device",
    // A full disk that took a part of a page is not named by PostgreSQL, nor is a quota.
    "could not extend file",
    "could not write to file",
    "out of memory",
    "out of shared memory",
    "too many connections",
    "too many clients",
    "remaining connection slots",
    "lock timeout",
    "could not obtain lock",
    "canceling statement",
    "terminating connection",
    "the database system is",
];

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DeserializationError(cause) => Self::Corrupt(cause),
            DieselError::BrokenTransactionManager => Self::Busy(Box::new(error)),
            DieselError::DatabaseError(kind, info) => match kind {
                DatabaseErrorKind::UniqueViolation
                | DatabaseErrorKind::ForeignKeyViolation
                | DatabaseErrorKind::CheckViolation => {
                    Self::Conflict(info.constraint_name().unwrap_or_else(|| info.message()).to_owned())
                }
                // Read only: the primary has become a standby, and the pool will find the new one.
                DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ReadOnlyTransaction
                | DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand => {
                    Self::Busy(Box::new(DieselError::DatabaseError(kind, info)))
                }
                _ if PASSING.iter().any(|text| info.message().contains(text)) => {
                    Self::Busy(Box::new(DieselError::DatabaseError(kind, info)))
                }
                _ => Self::Database(DieselError::DatabaseError(kind, info)),
            },
            other => Self::Database(other),
        }
    }
}
