//! The well-known documents, under every name clients look for them (OAUTH.md 1.2, A1).

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use lavori_oauth::Resource;
use lavori_oauth::metadata::{AUTHORIZATION_SERVER, PROTECTED_RESOURCE};

use crate::app::App;
use crate::respond::{self, Response};

/// The document at `path`.
pub(crate) fn find(app: &App, path: &str) -> Option<Response> {
    if let Some(suffix) = path.strip_prefix(PROTECTED_RESOURCE) {
        // The root names the canonical resource; a suffix is echoed as it is spelled, because some clients compare
        // strictly with the URL they were given.
        let resource = match suffix {
            "" | "/" => Resource::Any.url(app.oauth.issuer()),
            suffix => {
                connector_path(suffix)?;
                format!("{}{suffix}", app.oauth.issuer())
            }
        };
        return Some(document(&app.oauth.protected_resource_metadata(&resource)));
    }
    let suffix = AUTHORIZATION_SERVER.iter().find_map(|name| {
        // Inserted before the path (RFC 8414 section 3.1) or appended to it (OpenID Connect Discovery section 4.1).
        path.strip_prefix(name).or_else(|| path.strip_suffix(name))
    })?;
    if !suffix.is_empty() && suffix != "/" {
        connector_path(suffix)?;
    }
    Some(document(&app.oauth.authorization_server_metadata()))
}

fn connector_path(suffix: &str) -> Option<Resource> {
    Resource::from_path(suffix.strip_suffix('/').unwrap_or(suffix))
}

fn document(value: &serde_json::Value) -> Response {
    let mut response = respond::json(StatusCode::OK, value);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}
