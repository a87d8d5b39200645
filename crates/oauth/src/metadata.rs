//! The documents a client discovers everything from: protected resource metadata (RFC 9728) and authorization server
//! metadata (RFC 8414).

use lavori_policy::Scope;
use serde_json::{Value, json};

use crate::resource::Resource;
use crate::server::AuthorizationServer;

/// The well-known name of protected resource metadata (RFC 9728 section 3).
pub const PROTECTED_RESOURCE: &str = "/.well-known/oauth-protected-resource";
/// The well-known names under which clients look for authorization server metadata; all answer the same bytes.
pub const AUTHORIZATION_SERVER: [&str; 2] =
    ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];

impl AuthorizationServer {
    /// Protected resource metadata. `resource` is echoed as the client spelled its URL, because some compare strictly
    /// (OAUTH.md 1.2).
    pub fn protected_resource_metadata(&self, resource_url: &str) -> Value {
        json!({
            "resource": resource_url,
            "authorization_servers": [self.origin],
            // Only the least: clients ask for everything that is listed here.
            "scopes_supported": [Scope::Read.as_str()],
            "bearer_methods_supported": ["header"],
            "resource_name": "Lavori",
            // The start page: what this is, and how to connect.
            "resource_documentation": format!("{}/", self.origin),
        })
    }

    /// The URL of a resource's metadata, for the `resource_metadata` of a challenge (RFC 9728 section 5.1).
    pub fn resource_metadata_url(&self, resource: &Resource) -> String {
        format!("{}{PROTECTED_RESOURCE}{}", self.origin, resource.path())
    }

    /// Authorization server metadata.
    pub fn authorization_server_metadata(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.origin);
        json!({
            "issuer": self.origin,
            "service_documentation": at("/"),
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "registration_endpoint": at("/register"),
            "revocation_endpoint": at("/revoke"),
            "scopes_supported": Scope::ALL.map(Scope::as_str),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["none"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "client_id_metadata_document_supported": true,
        })
    }
}
