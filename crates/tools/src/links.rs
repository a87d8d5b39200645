//! Deep links: where a person sees a record in a browser.

use lavori_domain::RecordType;
use lavori_domain::changes::RecordKind;

/// Makes links into one organization.
#[derive(Debug, Clone, Copy)]
pub struct Links<'c> {
    pub(crate) public_url: &'c str,
    pub(crate) organization: &'c str,
}

impl Links<'_> {
    /// The link to a record, by its key or else its id.
    pub fn to(self, kind: RecordType, name: &impl std::fmt::Display) -> String {
        self.of(kind.as_str(), name)
    }

    /// The same for a record that was written.
    pub fn to_record(self, kind: RecordKind, name: &impl std::fmt::Display) -> String {
        self.of(kind.as_str(), name)
    }

    fn of(self, kind: &str, name: &impl std::fmt::Display) -> String {
        format!("{}/o/{}/{kind}s/{name}", self.public_url, self.organization)
    }
}
