//! A row of the directory: the fields of contacts, members and teams side by side.

use lavori_domain::contacts::{Address, Contact, ContactKind, ContactRole};
use lavori_domain::organizations::{Role, Team};
use lavori_domain::{ContactId, PersonId, TimeZone};
use lavori_store::directory::Member;

use super::Kind;
use crate::views::{Named, selectable, some};

/// What was found.
pub(super) enum Entry {
    Contact(Box<Contact>),
    Member(Member),
    Team(Team),
}

selectable! {
    /// An entry of the directory.
    Row, RowField;
    always {
        /// Its id.
        id: String,
        /// Its key, if it is a contact.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    }
    optional {
        /// Its name.
        name: String,
        /// What it is.
        kind: Kind,
        /// The company that a person works for.
        company: String,
        /// Where to write to.
        email: String,
        /// Where to call.
        phone: String,
        /// What it is to the organization.
        roles: Vec<ContactRole>,
        /// A member's role in the organization.
        member_role: Role,
        /// The teams that know it or that it is in.
        teams: Vec<Named>,
        /// How many documents of this client are drafts, sent quotes or unpaid invoices.
        open_documents: i64,
        /// Put away.
        archived: bool,
        /// Counts changes.
        version: i32,
        /// Where it sits.
        address: Address,
        /// Tax identification number.
        tax_id: String,
        /// Days from an invoice to its due date.
        payment_terms_days: i32,
        /// What it is billed in.
        currency: String,
        /// What it is written to in.
        language: String,
        /// Words of the organization's own.
        tags: Vec<String>,
        /// How long a member works in a week.
        weekly_capacity_minutes: i32,
        /// Name in URLs, if it is a team.
        slug: String,
        /// When it last changed.
        updated_at: String,
    }
}

impl Entry {
    /// Its id, if it is a contact.
    pub(super) fn contact(&self) -> Option<ContactId> {
        match self {
            Self::Contact(contact) => Some(contact.id),
            Self::Member(_) | Self::Team(_) => None,
        }
    }

    /// Its id, if it is a member.
    pub(super) fn member(&self) -> Option<PersonId> {
        match self {
            Self::Member(member) => Some(member.id),
            Self::Contact(_) | Self::Team(_) => None,
        }
    }

    /// It as a row; with everything that is known when `full`.
    pub(super) fn row(self, teams: Vec<Named>, open_documents: i64, full: bool, zone: TimeZone) -> Row {
        let teams = some(teams);
        match self {
            Self::Contact(contact) => {
                Row { teams, open_documents: Some(open_documents), ..of_contact(*contact, full, zone) }
            }
            Self::Member(member) => Row {
                id: member.id.to_string(),
                name: Some(member.name),
                kind: Some(Kind::Member),
                email: Some(member.email),
                member_role: Some(member.role),
                teams,
                weekly_capacity_minutes: full.then_some(member.weekly_capacity_minutes),
                ..Row::default()
            },
            Self::Team(team) => Row {
                id: team.id.to_string(),
                name: Some(team.name),
                kind: Some(Kind::Team),
                slug: full.then_some(team.slug),
                ..Row::default()
            },
        }
    }
}

fn of_contact(contact: Contact, full: bool, zone: TimeZone) -> Row {
    let key = contact.key().to_string();
    let mut row = Row {
        id: contact.id.to_string(),
        key: Some(key),
        name: Some(contact.name),
        kind: Some(match contact.kind {
            ContactKind::Person => Kind::Person,
            ContactKind::Company => Kind::Company,
        }),
        company: contact.company,
        email: contact.email,
        phone: contact.phone,
        roles: some(contact.roles),
        archived: contact.archived_at.map(|_| true),
        version: Some(contact.version),
        ..Row::default()
    };
    if full {
        row.address = contact.address;
        row.tax_id = contact.tax_id;
        row.payment_terms_days = contact.payment_terms_days;
        row.currency = contact.currency.map(|currency| currency.to_string());
        row.language = contact.language;
        row.tags = some(contact.tags);
        row.updated_at = Some(zone.rfc3339(contact.updated_at));
    }
    row
}
