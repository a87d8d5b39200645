//! The connector URLs that fix what a person would else choose when they connect (PRODUCT.md P5).

use lavori_domain::{OrganizationId, PersonId};
use lavori_store::{Conn, memberships, teams};

use crate::consent::closed_to;
use crate::error::Error;
use crate::resource::Resource;
use crate::server::AuthorizationServer;

/// The connector URLs of one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedUrls {
    /// The organization's name.
    pub organization: String,
    /// Why the person cannot connect clients to it, if they cannot.
    pub why_not: Option<&'static str>,
    /// The URL for all its teams.
    pub url: String,
    /// Its teams, by name, each with its URL.
    pub teams: Vec<(String, String)>,
}

impl AuthorizationServer {
    /// The connector URLs of a person's organizations, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn fixed_urls(&self, conn: &mut Conn, person: PersonId) -> Result<Vec<FixedUrls>, Error> {
        let memberships = memberships::list_of(conn, person).await?;
        let ids: Vec<OrganizationId> = memberships.iter().map(|membership| membership.organization).collect();
        let teams = teams::list(conn, &ids).await?;
        let url = |resource: Resource| resource.url(self.issuer());
        Ok(memberships
            .into_iter()
            .map(|membership| FixedUrls {
                why_not: closed_to(&membership),
                url: url(Resource::Organization(membership.slug.clone())),
                teams: teams
                    .iter()
                    .filter(|team| team.organization == membership.organization)
                    .map(|team| (team.name.clone(), url(Resource::Team(membership.slug.clone(), team.slug.clone()))))
                    .collect(),
                organization: membership.name,
            })
            .collect())
    }
}
