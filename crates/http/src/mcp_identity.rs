//! Who the server says it is, to clients and to models.

use lavori_mcp::Identity;
use lavori_oauth::AuthorizationServer;
use lavori_surface::INSTRUCTIONS;

/// What people are told about the server before they connect.
const DESCRIPTION: &str = "Projects, tasks, schedule, quotes, invoices, budgets and contacts of an event-production \
company, as far as a person and their organization allow.";

/// The server's name and instructions.
pub(crate) fn identity(oauth: &AuthorizationServer) -> Identity {
    Identity {
        name: "lavori".to_owned(),
        title: "Lavori".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        description: DESCRIPTION.to_owned(),
        website_url: Some(oauth.issuer().to_owned()),
        icons: Vec::new(),
        instructions: INSTRUCTIONS.to_owned(),
    }
}
