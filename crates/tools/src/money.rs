//! Amounts on their way from the database into an answer.

use lavori_domain::{Currency, Money, NotAnAmount};

use crate::error::Error;

/// A sum of minor units as an amount.
///
/// # Errors
/// When it is too large: nobody's books are, so it is ours to fix.
pub(crate) fn of(minor: i64, currency: Currency) -> Result<Money, Error> {
    Money::of_minor(minor, currency).map_err(too_large)
}

/// A sum left the range that is kept exactly.
pub(crate) fn too_large(error: NotAnAmount) -> Error {
    Error::Internal(Box::new(error))
}
