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
