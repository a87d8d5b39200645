//! Resources: text, bytes, one by template, one that can be watched.

use rmcp::model::{ReadResourceResult, Resource, ResourceContents, ResourceTemplate};
use serde_json::json;

use super::content::PIXEL;

const TEXT: &str = "test://static-text";
const BINARY: &str = "test://static-binary";
const WATCHED: &str = "test://watched-resource";

/// Every fixture that is a resource.
pub(super) fn all() -> Vec<Resource> {
    let resource = |uri: &str, name: &str, mime_type: &str| {
        Resource::new(uri, name).with_description("A fixture of the conformance suite").with_mime_type(mime_type)
    };
    vec![
        resource(TEXT, "Static text", "text/plain"),
        resource(BINARY, "Static bytes", "image/png"),
        resource(WATCHED, "Watched", "text/plain"),
    ]
}

/// The one template.
pub(super) fn templates() -> Vec<ResourceTemplate> {
    let template = ResourceTemplate::new("test://template/{id}/data", "By id");
    vec![template.with_description("A fixture of the conformance suite").with_mime_type("application/json")]
}

/// What stands at a URI, where it is one of these.
pub(super) fn read(uri: &str) -> Option<ReadResourceResult> {
    let contents = match uri {
        TEXT => {
            ResourceContents::text("This is the content of the static text resource.", uri).with_mime_type("text/plain")
        }
        BINARY => ResourceContents::blob(PIXEL, uri).with_mime_type("image/png"),
        WATCHED => ResourceContents::text("Nothing has changed.", uri).with_mime_type("text/plain"),
        _ => {
            let id = uri.strip_prefix("test://template/")?.strip_suffix("/data")?;
            let data = json!({ "id": id, "templateTest": true, "data": format!("Data for ID: {id}") });
            ResourceContents::text(data.to_string(), uri).with_mime_type("application/json")
        }
    };
    Some(ReadResourceResult::new(vec![contents]))
}
