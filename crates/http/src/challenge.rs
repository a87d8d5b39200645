//! `WWW-Authenticate` challenges of the MCP endpoint (RFC 6750 section 3, RFC 9728 section 5.1).

use http::StatusCode;
use http::header::{HeaderValue, WWW_AUTHENTICATE};
use lavori_mcp::error_response;
use lavori_oauth::{AuthorizationServer, Resource};
use lavori_policy::Scopes;

use crate::respond::Response;

/// JSON-RPC error codes of our own, outside the reserved range: the HTTP status, for clients that only see the body.
const UNAUTHORIZED: i32 = 401;
const FORBIDDEN: i32 = 403;

/// 401 to a request without a token: where to find out how to get one. No `error`, as nothing was wrong.
pub(crate) fn no_token(oauth: &AuthorizationServer, resource: &Resource) -> Response {
    let message = "Authentication is required: connect through the authorization server named in the challenge.";
    let response = error_response(StatusCode::UNAUTHORIZED, UNAUTHORIZED, message, None, None);
    challenged(response, oauth, resource, Scopes::Read, None)
}

/// 401 to a request whose token is not good here and now.
pub(crate) fn invalid_token(oauth: &AuthorizationServer, resource: &Resource) -> Response {
    let message = "The access token is expired, revoked or not for this resource: renew it or connect again.";
    let response = error_response(StatusCode::UNAUTHORIZED, UNAUTHORIZED, message, None, None);
    let description = "the access token is expired, revoked or not for this resource";
    challenged(response, oauth, resource, Scopes::Read, Some(("invalid_token", description)))
}

/// 403 where a new consent would help: asks for everything granted and everything needed in one go (PRODUCT.md P18).
pub(crate) fn insufficient_scope(
    oauth: &AuthorizationServer,
    resource: &Resource,
    needed: Scopes,
    id: Option<&lavori_mcp::Id>,
) -> Response {
    let message = "This tool needs a scope that the person has not approved yet: ask for it and call again.";
    let response = error_response(StatusCode::FORBIDDEN, FORBIDDEN, message, id, None);
    challenged(response, oauth, resource, needed, Some(("insufficient_scope", "the person has to approve more")))
}

fn challenged(
    mut response: Response,
    oauth: &AuthorizationServer,
    resource: &Resource,
    scopes: Scopes,
    error: Option<(&str, &str)>,
) -> Response {
    let metadata = oauth.resource_metadata_url(resource);
    let error = error
        .map(|(error, description)| format!("error=\"{error}\", error_description=\"{description}\", "))
        .unwrap_or_default();
    let challenge = format!("Bearer realm=\"lavori\", {error}scope=\"{scopes}\", resource_metadata=\"{metadata}\"");
    // Origins and slugs hold no quote and no control character.
    if let Ok(value) = HeaderValue::from_str(&challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }
    response
}
