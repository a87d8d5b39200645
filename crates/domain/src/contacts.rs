//! Clients, suppliers and partners of an organization.

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
    /// Where to write to.
    pub email: Option<String>,
    /// Where to call, E.164.
    pub phone: Option<String>,
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
    /// Its short key, `C-7`.
    pub fn key(&self) -> Key {
        Key { kind: KeyKind::Contact, number: self.number }
    }
}
