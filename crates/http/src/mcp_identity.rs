//! Who the server says it is, to clients and to models.

use lavori_mcp::{Icon, Identity};
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
        icons: icons(oauth.issuer()),
        instructions: INSTRUCTIONS.to_owned(),
    }
}

/// The mark, at addresses of our own that need no sign-in.
fn icons(origin: &str) -> Vec<Icon> {
    let icon = |(asset, size): (&lavori_web::assets::Asset, &str)| Icon {
        src: format!("{origin}{}", asset.path),
        mime_type: asset.content_type.to_owned(),
        sizes: vec![size.to_owned()],
        // It brings its own ground: it looks the same on light and dark.
        theme: None,
    };
    lavori_web::assets::icons().into_iter().map(icon).collect()
}
