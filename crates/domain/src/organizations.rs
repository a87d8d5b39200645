//! Organizations, their people and teams (PRODUCT.md P1).

use crate::currency::Currency;
use crate::id::{OrganizationId, PersonId, TeamId};
use crate::time::{TimeZone, Timestamp};
use crate::words::words;

words! {
    /// What a person may do in an organization.
    Role {
        /// Everything, and there is always at least one.
        Owner = "owner",
        /// Everything but ending the organization.
        Admin = "admin",
        /// The organization's daily work.
        Member = "member",
        /// Work they were booked for. Cannot connect MCP clients (P1).
        Contractor = "contractor",
    }
}

impl Role {
    /// Whether the role may change the organization's settings and see everyone's connections.
    pub fn administers(self) -> bool {
        matches!(self, Self::Owner | Self::Admin)
    }

    /// What somebody with this role is, in a sentence: `an owner`.
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Owner => "an owner",
            Self::Admin => "an admin",
            Self::Member => "a member",
            Self::Contractor => "a contractor",
        }
    }

    /// Whether the role may connect MCP clients at all.
    pub fn may_connect_clients(self) -> bool {
        !matches!(self, Self::Contractor)
    }
}

words! {
    /// Whether an organization is open for work.
    OrganizationState {
        /// Open.
        Active = "active",
        /// Closed for now: nothing of it can be reached over MCP.
        Suspended = "suspended",
    }
}

words! {
    /// Whether a person may sign in.
    PersonState {
        /// May sign in.
        Active = "active",
        /// May not, and none of their connections works.
        Disabled = "disabled",
    }
}

/// An organization: the tenant, and the wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name in URLs: lower-case letters, digits and hyphens.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The zone its people read times in.
    pub time_zone: TimeZone,
    /// The currency of its totals.
    pub currency: Currency,
    /// Whether it is open for work.
    pub state: OrganizationState,
    /// Since when it exists.
    pub created_at: Timestamp,
}

/// A person. The e-mail address identifies them at sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their address, lower case.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Whether they may sign in.
    pub state: PersonState,
    /// Since when they are known.
    pub created_at: Timestamp,
}

/// A team of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its id.
    pub id: TeamId,
    /// Its name in URLs.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// Whether `slug` may name an organization or team in a URL: 1 to 40 of `a-z`, `0-9` and inner hyphens.
pub fn is_slug(slug: &str) -> bool {
    (1..=40).contains(&slug.len())
        && !slug.starts_with('-')
        && !slug.ends_with('-')
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// The form in which e-mail addresses are stored and compared: trimmed and lower case.
pub fn normalize_email(email: &str) -> String {
    email.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p1_contractors_cannot_connect_clients_and_only_owners_and_admins_administer() {
        let may_connect: Vec<_> = Role::ALL.iter().filter(|role| role.may_connect_clients()).collect();
        assert_eq!(may_connect, [&Role::Owner, &Role::Admin, &Role::Member]);
        let administer: Vec<_> = Role::ALL.iter().filter(|role| role.administers()).collect();
        assert_eq!(administer, [&Role::Owner, &Role::Admin]);
    }

    #[test]
    fn slugs_are_safe_in_a_url() {
        for slug in ["northlight", "a", "team-2"] {
            assert!(is_slug(slug), "{slug}");
        }
        for slug in ["", "-a", "a-", "A", "a/b", "a.b", "é", &"a".repeat(41)] {
            assert!(!is_slug(slug), "{slug}");
        }
    }
}
