//! How callers of the MCP endpoint are asked for a token: each resource's document leads to our authorization server.

use lavori_oauth::{AuthorizationServer, Resource};
use lavori_surface::Challenge;

/// The challenges of `resource`.
pub(crate) fn of(oauth: &AuthorizationServer, resource: &Resource) -> Challenge {
    Challenge::new("lavori").with_metadata(oauth.resource_metadata_url(resource))
}
