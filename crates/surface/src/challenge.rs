//! `WWW-Authenticate` challenges of the MCP endpoint (RFC 6750 section 3, RFC 9728 section 5.1).

use std::borrow::Cow;

use http::StatusCode;
use http::header::{HeaderValue, WWW_AUTHENTICATE};
use lavori_mcp::{Response, error_response};
use lavori_policy::Scopes;

/// JSON-RPC error codes of our own, outside the reserved range: the HTTP status, for clients that only see the body.
const UNAUTHORIZED: i32 = 401;
const FORBIDDEN: i32 = 403;

/// How callers are asked for a token, or for a better one.
///
/// ```
/// use lavori_surface::Challenge;
///
/// let response = Challenge::new("desk").no_token();
/// assert_eq!(response.status(), 401);
/// assert_eq!(response.headers()["www-authenticate"], r#"Bearer realm="desk", scope="mcp:read""#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    realm: Cow<'static, str>,
    resource_metadata: Option<String>,
}

impl Challenge {
    /// Challenges of a server that hands out its tokens by other means than OAuth.
    pub fn new(realm: impl Into<Cow<'static, str>>) -> Self {
        Self { realm: realm.into(), resource_metadata: None }
    }

    /// The same, with the URL of the document that names the authorization server (RFC 9728): clients find their way
    /// from there.
    #[must_use]
    pub fn with_metadata(self, url: impl Into<String>) -> Self {
        Self { resource_metadata: Some(url.into()), ..self }
    }

    /// 401 to a request without a token: where to find out how to get one. No `error`, as nothing was wrong.
    pub fn no_token(&self) -> Response {
        let message = match self.resource_metadata {
            Some(_) => "Authentication is required: connect through the authorization server named in the challenge.",
            None => "Authentication is required: send a bearer token of this server.",
        };
        self.respond(StatusCode::UNAUTHORIZED, UNAUTHORIZED, message, Scopes::Read, None)
    }

    /// 401 to a request whose token is not good here and now.
    pub fn invalid_token(&self) -> Response {
        let message = "The access token is expired, revoked or not for this resource: renew it or connect again.";
        let error = ("invalid_token", "the access token is expired, revoked or not for this resource");
        self.respond(StatusCode::UNAUTHORIZED, UNAUTHORIZED, message, Scopes::Read, Some(error))
    }

    /// 403 where a new approval would help: asks for everything granted and everything needed in one go (PRODUCT.md
    /// P18).
    pub fn insufficient_scope(&self, needed: Scopes) -> Response {
        let message = "This tool needs a scope that the person has not approved yet: ask for it and call again.";
        let error = ("insufficient_scope", "the person has to approve more");
        self.respond(StatusCode::FORBIDDEN, FORBIDDEN, message, needed, Some(error))
    }

    fn respond(
        &self,
        status: StatusCode,
        code: i32,
        message: &str,
        scopes: Scopes,
        error: Option<(&str, &str)>,
    ) -> Response {
        let mut response = error_response(status, code, message, None, None);
        let mut challenge = format!("Bearer realm=\"{}\"", quoted(&self.realm));
        if let Some((error, description)) = error {
            challenge += &format!(", error=\"{error}\", error_description=\"{description}\"");
        }
        challenge += &format!(", scope=\"{scopes}\"");
        if let Some(url) = &self.resource_metadata {
            challenge += &format!(", resource_metadata=\"{}\"", quoted(url));
        }
        if let Ok(value) = HeaderValue::from_str(&challenge) {
            response.headers_mut().insert(WWW_AUTHENTICATE, value);
        }
        response
    }
}

/// What may stand in a quoted string (RFC 9110 section 5.6.4): a challenge is never lost to a letter in a name.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' '..='~' => quoted.push(character),
            _ => quoted.push('?'),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(response: &Response) -> &str {
        response.headers()[WWW_AUTHENTICATE].to_str().unwrap()
    }

    #[test]
    fn a_challenge_says_what_was_wrong_what_is_needed_and_where_to_get_it() {
        let challenge = Challenge::new("lavori").with_metadata("https://lavori.example/.well-known/x");
        let metadata = r#"resource_metadata="https://lavori.example/.well-known/x""#;
        let response = challenge.no_token();
        assert_eq!(response.status(), 401);
        assert_eq!(header(&response), format!(r#"Bearer realm="lavori", scope="mcp:read", {metadata}"#));
        let response = challenge.invalid_token();
        assert_eq!(response.status(), 401);
        assert!(header(&response).starts_with(r#"Bearer realm="lavori", error="invalid_token", error_description=""#));
        let response = challenge.insufficient_scope(Scopes::Write);
        assert_eq!(response.status(), 403);
        assert!(header(&response).contains(r#"error="insufficient_scope""#));
        assert!(header(&response).ends_with(&format!(r#"scope="mcp:read mcp:write", {metadata}"#)));
    }

    #[test]
    fn a_realm_cannot_break_out_of_its_quotes_and_loses_no_challenge() {
        let response = Challenge::new("a\"b\\c\r\nd\u{e9}").no_token();
        assert_eq!(header(&response), r#"Bearer realm="a\"b\\c??d?", scope="mcp:read""#);
    }
}
