//! What a query over tenant rows may see.

use lavori_domain::{OrganizationId, TeamId};
use lavori_policy::Tenant;

/// The organization and the team limit of a query. Every read over the work takes one, so that neither can be
/// forgotten (PRODUCT.md P12, P13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within {
    /// The organization: the wall.
    pub organization: OrganizationId,
    /// The one team whose records are seen; none: every record of the organization.
    pub team: Option<TeamId>,
}

impl From<&Tenant> for Within {
    fn from(tenant: &Tenant) -> Self {
        Self { organization: tenant.organization, team: tenant.team }
    }
}

/// Whether the person of a row is in the team that a query is limited to; false where it is limited to none, as every
/// member is seen there. The one text of that rule (PRODUCT.md P13).
macro_rules! is_teammate {
    ($within:expr, $table:ident, $person:ident) => {
        diesel::dsl::exists(
            $crate::schema::team_members::table
                .filter($crate::schema::team_members::organization_id.eq($table::organization_id))
                .filter($crate::schema::team_members::person_id.nullable().eq($table::$person.nullable()))
                .filter($crate::schema::team_members::team_id.nullable().eq($within.team.map($crate::sql::Sql))),
        )
    };
}

/// Whether the contact of a row is known to the team that a query is limited to; false where it is limited to none.
macro_rules! is_known_contact {
    ($within:expr, $table:ident, $contact:ident) => {
        diesel::dsl::exists(
            $crate::schema::contact_teams::table
                .filter($crate::schema::contact_teams::organization_id.eq($table::organization_id))
                .filter($crate::schema::contact_teams::contact_id.nullable().eq($table::$contact.nullable()))
                .filter($crate::schema::contact_teams::team_id.nullable().eq($within.team.map($crate::sql::Sql))),
        )
    };
}
pub(crate) use {is_known_contact, is_teammate};
