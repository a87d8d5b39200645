//! One error type: whatever went wrong, with what was being done.

use std::fmt::Display;

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// Says what was being done when something failed.
pub(crate) trait During<T> {
    fn during(self, what: impl Display) -> Result<T>;
}

impl<T, E: Into<Failure>> During<T> for std::result::Result<T, E> {
    fn during(self, what: impl Display) -> Result<T> {
        self.map_err(|error| {
            let error: Failure = error.into();
            let mut text = format!("{what}: {error}");
            let mut cause = error.source();
            while let Some(deeper) = cause {
                text = format!("{text}: {deeper}");
                cause = deeper.source();
            }
            text.into()
        })
    }
}
