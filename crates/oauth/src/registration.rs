//! Dynamic client registration (RFC 7591) without a row: the client id is the metadata, signed (appendix A.5.2).
//! Whoever is not signed in cannot grow the database, and the same metadata gives the same id.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::{Client, MOST_REDIRECT_URIS, shown_name};
use crate::error::{ErrorCode, Failure};
use crate::redirect_uri;
use crate::server::AuthorizationServer;

/// What a dynamically registered client's id starts with. It must not look like a client id metadata document's URL.
const PREFIX: &str = "lvr_dc_";

/// What is inside a client id.
#[derive(Serialize, Deserialize)]
struct Signed {
    n: String,
    r: Vec<String>,
}

impl AuthorizationServer {
    /// Registers a client: answers the client information response (RFC 7591 section 3.2.1).
    ///
    /// # Errors
    /// `invalid_redirect_uri` or `invalid_client_metadata`, naming the limit.
    pub fn register(&self, body: &[u8]) -> Result<Map<String, Value>, Failure> {
        let metadata: Map<String, Value> = serde_json::from_slice(body)
            .map_err(|_| Failure::new(ErrorCode::InvalidClientMetadata, "the body must be one JSON object"))?;
        let redirect_uris = redirect_uris(&metadata)?;
        let name = match metadata.get("client_name") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(name)) => shown_name(name),
            Some(_) => return Err(not_text()),
        };
        let signed = Signed { n: name, r: redirect_uris };
        let payload = serde_json::to_vec(&signed)
            .map_err(|_| Failure::new(ErrorCode::InvalidClientMetadata, "the metadata cannot be kept"))?;
        let tagged = [self.keys.sign_registration(&payload).as_slice(), &payload].concat();
        let mut answer = Map::new();
        answer.insert("client_id".to_owned(), format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(tagged)).into());
        if !signed.n.is_empty() {
            answer.insert("client_name".to_owned(), signed.n.into());
        }
        answer.insert("redirect_uris".to_owned(), signed.r.into());
        // Whatever was asked: every client here is public and proves itself by PKCE (OAUTH.md C4).
        answer.insert("token_endpoint_auth_method".to_owned(), "none".into());
        answer.insert("grant_types".to_owned(), vec!["authorization_code", "refresh_token"].into());
        answer.insert("response_types".to_owned(), vec!["code"].into());
        Ok(answer)
    }

    /// The client behind an id, if this server signed it.
    pub(crate) fn registered_client(&self, id: &str) -> Option<Client> {
        let tagged = URL_SAFE_NO_PAD.decode(id.strip_prefix(PREFIX)?).ok()?;
        let (tag, payload) = tagged.split_first_chunk::<16>()?;
        if !self.keys.signed_registration(payload, tag) {
            return None;
        }
        let Signed { n: name, r: redirect_uris } = serde_json::from_slice(payload).ok()?;
        Some(Client { id: id.to_owned(), name, redirect_uris, verified_host: None })
    }
}

fn redirect_uris(metadata: &Map<String, Value>) -> Result<Vec<String>, Failure> {
    let refuse = |description| Err(Failure::new(ErrorCode::InvalidRedirectUri, description));
    let Some(Value::Array(given)) = metadata.get("redirect_uris") else {
        return refuse("redirect_uris must be an array with at least one URI");
    };
    if given.is_empty() || given.len() > MOST_REDIRECT_URIS {
        return refuse("redirect_uris must hold 1 to 10 URIs");
    }
    let mut uris = Vec::with_capacity(given.len());
    for uri in given {
        let Value::String(uri) = uri else { return Err(not_text()) };
        if !redirect_uri::may_be_registered(uri) {
            return refuse(
                "each redirect URI must be https, http on localhost, 127.0.0.1 or [::1], or an app's own scheme; \
                 at most 512 characters, in normal form, without fragment and user information",
            );
        }
        uris.push(uri.clone());
    }
    Ok(uris)
}

fn not_text() -> Failure {
    Failure::new(ErrorCode::InvalidClientMetadata, "names and URIs must be strings")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::tests::server;
    use serde_json::json;

    fn register(metadata: &Value) -> Result<Map<String, Value>, Failure> {
        server().register(metadata.to_string().as_bytes())
    }

    #[test]
    fn c2_the_same_metadata_gives_the_same_client_which_reads_back() {
        let metadata = json!({"client_name": "Claude", "redirect_uris": ["http://localhost/callback"]});
        let answer = register(&metadata).unwrap();
        assert_eq!(answer, register(&metadata).unwrap());
        let client = server().registered_client(answer["client_id"].as_str().unwrap()).unwrap();
        assert_eq!(client.name, "Claude");
        assert_eq!(client.verified_host(), None);
        assert_eq!(client.redirect_uris, ["http://localhost/callback"]);
    }

    #[test]
    fn c3_a_tampered_cut_or_foreign_id_is_unknown() {
        let answer = register(&json!({"redirect_uris": ["https://a.example/cb"]})).unwrap();
        let id = answer["client_id"].as_str().unwrap();
        let mut tampered = id.as_bytes().to_vec();
        let middle = tampered.len() - 8;
        tampered[middle] = if tampered[middle] == b'A' { b'B' } else { b'A' };
        for bad in [std::str::from_utf8(&tampered).unwrap(), &id[..id.len() - 2], "lvr_dc_", "", "https://x.example/c"]
        {
            assert!(server().registered_client(bad).is_none(), "{bad}");
        }
        let other = AuthorizationServer::new(crate::server::tests::config(b"another secret of thirty-two bytes"));
        assert!(other.registered_client(id).is_none());
    }

    #[test]
    fn c4_the_answer_says_none_and_has_no_empty_fields() {
        let answer = register(&json!({
            "redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "client_secret_post",
            "client_name": null, "logo_uri": "", "contacts": null,
        }))
        .unwrap();
        assert_eq!(answer["token_endpoint_auth_method"], "none");
        assert!(!answer.contains_key("client_secret"));
        for value in answer.values() {
            assert!(!value.is_null() && *value != json!("") && *value != json!([]));
        }
    }

    #[test]
    fn c6_too_many_too_long_or_one_bad_uri_is_refused() {
        for uris in [
            json!([]),
            json!(null),
            json!("https://a.example/cb"),
            json!(vec!["https://a.example/cb"; 50]),
            json!([format!("https://a.example/{}", "x".repeat(4096))]),
            json!(["https://a.example/cb", "javascript:alert(1)"]),
        ] {
            let failure = register(&json!({ "redirect_uris": uris })).unwrap_err();
            assert_eq!(failure.code, ErrorCode::InvalidRedirectUri, "{uris}");
        }
    }

    #[test]
    fn c8_what_is_not_an_object_of_strings_is_refused() {
        for body in ["", "[]", "redirect_uris=x", "{\"redirect_uris\":[1]}"] {
            let failure = server().register(body.as_bytes()).unwrap_err();
            assert_eq!(failure.code, ErrorCode::InvalidClientMetadata, "{body}");
        }
        let failure = register(&json!({"redirect_uris": ["https://a.example/cb"], "client_name": 5})).unwrap_err();
        assert_eq!(failure.code, ErrorCode::InvalidClientMetadata);
    }
}
