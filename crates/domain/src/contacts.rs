//! Clients, suppliers and partners of an organization.

mod address;
mod reach;
mod tax_id;

pub use address::{Address, read_country};
pub use reach::{read_email, read_language, read_phone};
pub use tax_id::{NotATaxId, normalize_tax_id};

use crate::currency::Currency;
use crate::id::{ContactId, OrganizationId};
use crate::key::{Key, KeyKind};
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// What a contact is.
    ContactKind {
        /// A company.
        Company = "company",
        /// A person.
        Person = "person",
    }
}

words! {
    /// What a contact is to the organization. It may be several things.
    ContactRole {
        /// Work is done for it.
        Client = "client",
        /// Things are bought or rented from it.
        Supplier = "supplier",
        /// Does work for the organization's clients.
        Subcontractor = "subcontractor",
        /// May become a client.
        Lead = "lead",
        /// Works beside the organization.
        Partner = "partner",
    }
}

words! {
    /// Whether a contact is in use. Derived from when it was put away.
    ContactStatus {
        /// In use.
        Active = "active",
        /// Put away: lists leave it out.
        Archived = "archived",
    }
}

impl ContactStatus {
    /// The statuses it may move to (TOOLS.md 3.2): both ways.
    pub fn allowed_transitions(self) -> &'static [Self] {
        match self {
            Self::Active => &[Self::Archived],
            Self::Archived => &[Self::Active],
        }
    }
}

/// An entry of the directory that is not a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: ContactId,
    /// The number in its key.
    pub number: i64,
    /// Company or person.
    pub kind: ContactKind,
    /// Its name.
    pub name: String,
    /// The company that a person works for, by name.
    pub company: Option<String>,
    /// Where to write to, lower case.
    pub email: Option<String>,
    /// Where to call, E.164.
    pub phone: Option<String>,
    /// What it is to the organization.
    pub roles: Vec<ContactRole>,
    /// Where it sits.
    pub address: Option<Address>,
    /// Tax identification number as [`normalize_tax_id`] makes it.
    pub tax_id: Option<String>,
    /// Days from an invoice to its due date.
    pub payment_terms_days: Option<i32>,
    /// What it is billed in, if not in the organization's currency.
    pub currency: Option<Currency>,
    /// What it is written to in: `it`, `pt-BR`.
    pub language: Option<String>,
    /// Words of the organization's own.
    pub tags: Vec<String>,
    /// When it was put away.
    pub archived_at: Option<Timestamp>,
    /// Counts changes, from 1.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Contact {
    /// A new contact of which no more is known.
    pub fn new(
        organization: OrganizationId,
        id: ContactId,
        number: i64,
        kind: ContactKind,
        name: String,
        now: Timestamp,
    ) -> Self {
        Self {
            organization,
            id,
            number,
            kind,
            name,
            company: None,
            email: None,
            phone: None,
            roles: Vec::new(),
            address: None,
            tax_id: None,
            payment_terms_days: None,
            currency: None,
            language: None,
            tags: Vec::new(),
            archived_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Its short key, `C-7`.
    pub fn key(&self) -> Key {
        Key { kind: KeyKind::Contact, number: self.number }
    }

    /// Whether it is in use.
    pub fn status(&self) -> ContactStatus {
        if self.archived_at.is_some() { ContactStatus::Archived } else { ContactStatus::Active }
    }

    /// The country it sits in, if that is known.
    pub fn country(&self) -> Option<&str> {
        self.address.as_ref().and_then(|address| address.country.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_goes_away_and_comes_back() {
        for status in ContactStatus::ALL {
            assert_eq!(status.allowed_transitions().len(), 1);
            assert!(!status.allowed_transitions().contains(status));
        }
    }
}
