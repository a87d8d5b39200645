//! Contacts, members and teams.

use lavori_domain::contacts::{Contact, ContactStatus};
use lavori_domain::organizations::Team;
use lavori_domain::{RecordType, TimeZone};
use lavori_store::directory::Member;

use super::record::Record;
use crate::links::Links;
use crate::views::some;

impl Record {
    pub(crate) fn of_contact(contact: Contact, links: Links<'_>, zone: TimeZone) -> Self {
        let status = if contact.archived_at.is_some() { ContactStatus::Archived } else { ContactStatus::Active };
        let key = contact.key().to_string();
        Self {
            status: Some(status.to_string()),
            allowed_transitions: Some(status.allowed_transitions().iter().map(|to| to.as_str()).collect()),
            version: Some(contact.version),
            contact_kind: Some(contact.kind),
            company: contact.company,
            email: contact.email,
            phone: contact.phone,
            roles: some(contact.roles),
            address: contact.address,
            tax_id: contact.tax_id,
            payment_terms_days: contact.payment_terms_days,
            currency: contact.currency.map(|currency| currency.to_string()),
            language: contact.language,
            tags: some(contact.tags),
            created_at: Some(zone.rfc3339(contact.created_at)),
            updated_at: Some(zone.rfc3339(contact.updated_at)),
            ..Self::new(RecordType::Contact, contact.id.to_string(), Some(key), contact.name, links)
        }
    }

    pub(crate) fn of_member(member: Member, links: Links<'_>) -> Self {
        Self {
            email: Some(member.email),
            role: Some(member.role.to_string()),
            weekly_capacity_minutes: Some(member.weekly_capacity_minutes),
            ..Self::new(RecordType::Member, member.id.to_string(), None, member.name, links)
        }
    }

    pub(crate) fn of_team(team: Team, links: Links<'_>) -> Self {
        Self { slug: Some(team.slug), ..Self::new(RecordType::Team, team.id.to_string(), None, team.name, links) }
    }
}
