//! Deep links: where a person sees a record in a browser.

use lavori_store::search::Kind;

/// Makes links into one organization.
#[derive(Debug, Clone, Copy)]
pub struct Links<'c> {
    pub(crate) public_url: &'c str,
    pub(crate) organization: &'c str,
}

impl Links<'_> {
    /// The link to a record, by its key or else its id.
    pub fn to(self, kind: Kind, name: &impl std::fmt::Display) -> String {
        format!("{}/o/{}/{}s/{name}", self.public_url, self.organization, kind.as_str())
    }
}
