//! What a document must hold to be a client here: nothing is guessed, and one mistake refuses it whole.

use http::header::{CONTENT_TYPE, HeaderMap};
use http::{Response, StatusCode};
use serde_json::{Map, Value};

use super::json;
use super::url::DocumentUrl;
use crate::client::Client;
use crate::client::shown_name;
use crate::redirect_uri;

/// The most redirect URIs of one document.
const MOST_REDIRECT_URIS: usize = 32;

/// The members of a JSON Web Key that are secret (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1).
const SECRET_KEY_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// What is wrong with a document, for the person and for the client's developer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Nothing came, or it must not be asked for.
    #[error("it cannot be reached over https at a public address")]
    Unreachable,
    /// It came too slowly.
    #[error("it did not arrive within 5 seconds")]
    TooSlow,
    /// It is too long.
    #[error("it is longer than 5 kB")]
    TooLong,
    /// It is compressed.
    #[error("it is compressed, which was not asked for")]
    Compressed,
    /// Another status than 200; redirects are not followed.
    #[error("its server answered with status {0}, and only 200 will do (redirects are not followed)")]
    Status(u16),
    /// Another media type than JSON.
    #[error("its content type is not application/json")]
    MediaType,
    /// Not one JSON object that can be read in one way only.
    #[error("it is not one JSON object in UTF-8, without a byte order mark and without repeated members")]
    Json,
    /// It is about another client.
    #[error("its client_id is not the very same text as its URL")]
    OtherClient,
    /// A name is what a person is shown first.
    #[error("its client_name is missing, empty or not text")]
    Name,
    /// There is nowhere to send answers.
    #[error("its redirect_uris must be an array of 1 to 32 URIs")]
    RedirectUris,
    /// One redirect URI is not acceptable: its position, counted from 1.
    #[error(
        "its redirect URI number {0} must be https, http on localhost, 127.0.0.1 or [::1], or an app's own scheme; at \
         most 512 characters, in normal form, without fragment and user information"
    )]
    RedirectUri(usize),
    /// It holds, or wants, a secret shared with this server; what is public cannot be secret.
    #[error("it names a client secret, or an authentication method that needs one; a public document cannot have any")]
    Secret,
    /// It holds a private key.
    #[error("its jwks is not a set of public keys")]
    Keys,
    /// It authenticates in another way than `none`.
    #[error(
        "it does not offer token_endpoint_auth_method \"none\", the only one this server supports (private_key_jwt is \
         not supported yet)"
    )]
    AuthMethod,
}

/// Reads the client out of an answer.
///
/// # Errors
/// The first [`Problem`].
pub(super) fn client(url: &DocumentUrl, answer: &Response<Vec<u8>>) -> Result<Client, Problem> {
    if answer.status() != StatusCode::OK {
        return Err(Problem::Status(answer.status().as_u16()));
    }
    if !is_json(answer.headers()) {
        return Err(Problem::MediaType);
    }
    let document = json::object(answer.body()).map_err(|_| Problem::Json)?;
    if document.get("client_id").and_then(Value::as_str) != Some(url.as_str()) {
        return Err(Problem::OtherClient);
    }
    let name = document.get("client_name").and_then(Value::as_str).map(shown_name).unwrap_or_default();
    if name.is_empty() {
        return Err(Problem::Name);
    }
    no_secrets(&document)?;
    offers_none(&document)?;
    Ok(Client {
        id: url.as_str().to_owned(),
        name,
        redirect_uris: redirect_uris(&document)?,
        verified_host: Some(url.host().to_owned()),
    })
}

/// `application/json`, or a type of its own that is JSON (draft section 4.1), in no other character set than UTF-8.
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter().map(|value| value.to_str().unwrap_or_default());
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let value = value.to_ascii_lowercase();
    let mut parts = value.split(';').map(str::trim);
    let is_type = parts.next().is_some_and(|media_type| {
        media_type == "application/json" || (media_type.starts_with("application/") && media_type.ends_with("+json"))
    });
    is_type && parts.all(|part| part.strip_prefix("charset=").is_none_or(|set| set.trim_matches('"') == "utf-8"))
}

fn redirect_uris(document: &Map<String, Value>) -> Result<Vec<String>, Problem> {
    let given = document.get("redirect_uris").and_then(Value::as_array).ok_or(Problem::RedirectUris)?;
    if given.is_empty() || given.len() > MOST_REDIRECT_URIS {
        return Err(Problem::RedirectUris);
    }
    let check = |(position, uri): (usize, &Value)| match uri.as_str() {
        Some(uri) if redirect_uri::may_be_registered(uri) => Ok(uri.to_owned()),
        _ => Err(Problem::RedirectUri(position + 1)),
    };
    given.iter().enumerate().map(check).collect()
}

fn no_secrets(document: &Map<String, Value>) -> Result<(), Problem> {
    if document.contains_key("client_secret") || document.contains_key("client_secret_expires_at") {
        return Err(Problem::Secret);
    }
    let Some(keys) = document.get("jwks") else { return Ok(()) };
    let keys = keys.get("keys").and_then(Value::as_array).ok_or(Problem::Keys)?;
    let is_public =
        |key: &Value| key.as_object().is_some_and(|key| !SECRET_KEY_MEMBERS.iter().any(|name| key.contains_key(*name)));
    if keys.iter().all(is_public) { Ok(()) } else { Err(Problem::Keys) }
}

/// Whether the client can be a public one. `token_endpoint_auth_method` is what it prefers, and
/// `token_endpoint_auth_methods_supported` all it can do (OpenID Connect Relying Party Metadata Choices), which is how
/// ChatGPT's documents offer `none`. Without either it has nothing to authenticate with.
fn offers_none(document: &Map<String, Value>) -> Result<(), Problem> {
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or(Problem::AuthMethod);
    let preferred = document.get("token_endpoint_auth_method").map(text).transpose()?;
    let supported: Option<Vec<String>> = match document.get("token_endpoint_auth_methods_supported") {
        None => None,
        Some(Value::Array(methods)) => Some(methods.iter().map(text).collect::<Result<_, _>>()?),
        Some(_) => return Err(Problem::AuthMethod),
    };
    // All three shared-secret methods begin like this (RFC 7591 section 2, OpenID Connect Core section 9).
    if preferred.iter().chain(supported.iter().flatten()).any(|method| method.starts_with("client_secret_")) {
        return Err(Problem::Secret);
    }
    let offered = match (&preferred, &supported) {
        (_, Some(supported)) => supported.iter().any(|method| method == "none"),
        (Some(preferred), None) => preferred == "none",
        (None, None) => true,
    };
    if offered { Ok(()) } else { Err(Problem::AuthMethod) }
}

#[cfg(test)]
mod tests;
