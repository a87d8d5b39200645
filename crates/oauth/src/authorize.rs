//! The authorization request (RFC 6749 section 4.1.1, RFC 7636, RFC 8707), checked before anybody signs in.

use lavori_policy::Scopes;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::client::Client;
use crate::error::{ErrorCode, Failure};
use crate::metadata_document::Unusable;
use crate::parameters::Parameters;
use crate::resource::Resource;
use crate::server::AuthorizationServer;

/// The longest `state`, in bytes.
const LONGEST_STATE: usize = 4096;

/// A checked authorization request that nobody has decided yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The client, frozen.
    pub client: Client,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// Whether the request named it.
    pub redirect_uri_given: bool,
    /// What the client wants back unchanged.
    pub state: Option<String>,
    /// What the client asked for, as far as it is known here. It pre-selects nothing (PRODUCT.md P9).
    pub scope: String,
    /// The S256 challenge.
    pub code_challenge: String,
    /// The canonical resource.
    pub resource: String,
}

/// Why a request goes no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The client or the redirect URI is doubtful: the person is told, and nothing is sent anywhere (OAUTH.md D1).
    Page(Failure),
    /// The client's metadata document cannot be used: the person is told what its makers have to mend.
    Document(Unusable),
    /// Too many clients' documents are asked for at once.
    Overloaded {
        /// Until one more may be.
        seconds: i64,
    },
    /// The client is told, at its redirect URI.
    Redirect(String),
}

impl AuthorizationServer {
    /// Checks an authorization request. The client is found, and if need be its document fetched, here and nowhere else.
    ///
    /// # Errors
    /// A [`Refusal`] that says whom to tell.
    pub async fn authorize(&self, query: &[u8]) -> Result<Pending, Refusal> {
        let parameters = Parameters::parse(query).map_err(Refusal::Page)?;
        let id = parameters.require("client_id", "client_id is missing").map_err(Refusal::Page)?;
        let client = self.find_client(id).await?;
        let (redirect_uri, redirect_uri_given) = redirect_uri(&parameters, &client).map_err(Refusal::Page)?;
        // A state that cannot be echoed byte by byte is not echoed at all.
        let state = parameters.get("state").unwrap_or(None).filter(|state| state.len() <= LONGEST_STATE);
        self.checked(&parameters, &client, &redirect_uri, redirect_uri_given)
            .map_err(|failure| Refusal::Redirect(self.error_redirect(&redirect_uri, state, &failure)))
    }

    fn checked(
        &self,
        parameters: &Parameters,
        client: &Client,
        redirect_uri: &str,
        redirect_uri_given: bool,
    ) -> Result<Pending, Failure> {
        let refuse = |code, description| Err(Failure::new(code, description));
        let state = parameters.get("state")?;
        if state.is_some_and(|state| state.len() > LONGEST_STATE) {
            return refuse(ErrorCode::InvalidRequest, "state is longer than 4096 bytes");
        }
        if parameters.get("request")?.is_some() {
            return refuse(ErrorCode::RequestNotSupported, "request objects are not supported");
        }
        if parameters.get("request_uri")?.is_some() {
            return refuse(ErrorCode::RequestUriNotSupported, "request_uri is not supported");
        }
        for name in ["authorization_details", "claims"] {
            if parameters.get(name)?.is_some() {
                return refuse(ErrorCode::InvalidRequest, "authorization_details and claims are not supported");
            }
        }
        match parameters.require("response_type", "response_type is missing")? {
            "code" => {}
            _ => return refuse(ErrorCode::UnsupportedResponseType, "response_type must be code"),
        }
        if !matches!(parameters.get("response_mode")?, None | Some("query")) {
            return refuse(ErrorCode::InvalidRequest, "response_mode must be query");
        }
        // Consent is never skipped (RFC 8252 section 8.6).
        if parameters.get("prompt")?.is_some_and(|prompt| prompt.split(' ').any(|word| word == "none")) {
            return refuse(ErrorCode::InteractionRequired, "a person has to decide: prompt=none is not possible");
        }
        let code_challenge = parameters.require("code_challenge", "code_challenge is missing: PKCE is required")?;
        if parameters.get("code_challenge_method")? != Some("S256") {
            return refuse(ErrorCode::InvalidRequest, "code_challenge_method must be S256");
        }
        // BASE64URL of SHA-256 without padding (RFC 7636 section 4.2): exactly 43 characters.
        let is_base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if code_challenge.len() != 43 || !code_challenge.bytes().all(is_base64url) {
            return refuse(ErrorCode::InvalidRequest, "code_challenge must be 43 characters of base64url");
        }
        let resource = self.requested_resource(parameters)?.unwrap_or(Resource::Any);
        let scope = parameters.get("scope")?.and_then(Scopes::parse).unwrap_or(Scopes::Read);
        Ok(Pending {
            client: client.clone(),
            redirect_uri: redirect_uri.to_owned(),
            redirect_uri_given,
            state: state.map(str::to_owned),
            scope: scope.to_string(),
            code_challenge: code_challenge.to_owned(),
            resource: resource.url(&self.origin),
        })
    }

    /// The resource a request names; `None` when it names none. The same one twice is one (OAUTH.md 1.2).
    pub(crate) fn requested_resource(&self, parameters: &Parameters) -> Result<Option<Resource>, Failure> {
        let mut found = None;
        for url in parameters.all("resource") {
            let resource = Resource::parse(&self.origin, url).filter(|r| found.as_ref().is_none_or(|f| f == r));
            let unknown = || Failure::new(ErrorCode::InvalidTarget, "resource must be the one connector URL in use");
            found = Some(resource.ok_or_else(unknown)?);
        }
        Ok(found)
    }

    /// The redirect that brings a failure to the client (RFC 6749 section 4.1.2.1, RFC 9207).
    pub(crate) fn error_redirect(&self, redirect_uri: &str, state: Option<&str>, failure: &Failure) -> String {
        self.redirect(
            redirect_uri,
            [("error", failure.code.as_str()), ("error_description", failure.description)].into_iter().collect(),
            state,
        )
    }

    /// Adds the answer, the client's state and the issuer to a redirect URI.
    pub(crate) fn redirect(&self, redirect_uri: &str, answer: Vec<(&str, &str)>, state: Option<&str>) -> String {
        let mut pairs = answer;
        pairs.extend(state.map(|state| ("state", state)));
        pairs.push(("iss", &self.origin));
        let query: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        // The registered text itself is kept: parsing and writing it again could change it.
        let separator = match Url::parse(redirect_uri) {
            Ok(url) if url.query().is_some() => "&",
            _ => "?",
        };
        format!("{redirect_uri}{separator}{query}")
    }
}

fn redirect_uri(parameters: &Parameters, client: &Client) -> Result<(String, bool), Failure> {
    match parameters.get("redirect_uri")? {
        Some(uri) if client.may_redirect_to(uri) => Ok((uri.to_owned(), true)),
        Some(_) => Err(Failure::new(ErrorCode::InvalidRequest, "the redirect URI is not one of the client's")),
        None => match client.only_redirect_uri() {
            Some(uri) => Ok((uri.to_owned(), false)),
            None => Err(Failure::new(ErrorCode::InvalidRequest, "redirect_uri is missing and the client has several")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::tests::server;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const CALLBACK: &str = "http://localhost/callback";

    fn authorize(query: impl AsRef<[u8]>) -> Result<Pending, Refusal> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(server().authorize(query.as_ref()))
    }

    fn client_id() -> String {
        let body = serde_json::json!({"client_name": "Claude", "redirect_uris": [CALLBACK]}).to_string();
        server().register(body.as_bytes()).unwrap()["client_id"].as_str().unwrap().to_owned()
    }

    fn query(changes: &[(&str, Option<&str>)]) -> String {
        let id = client_id();
        let mut pairs = vec![
            ("client_id", id.as_str()),
            ("redirect_uri", "http://localhost:4711/callback"),
            ("response_type", "code"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("state", "s t/a+te"),
            ("scope", " mcp:write offline_access"),
            ("resource", "https://lavori.example/mcp"),
        ];
        for (name, value) in changes {
            pairs.retain(|(other, _)| other != name);
            pairs.extend(value.map(|value| (*name, value)));
        }
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    }

    fn refused(changes: &[(&str, Option<&str>)]) -> String {
        match authorize(query(changes)) {
            Err(Refusal::Redirect(url)) => {
                let url = Url::parse(&url).unwrap();
                let get = |name: &str| url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned());
                assert_eq!(get("iss").as_deref(), Some("https://lavori.example"));
                assert_eq!(url.query_pairs().filter(|(name, _)| name == "iss").count(), 1);
                get("error").unwrap()
            }
            other => panic!("{changes:?} gave {other:?}"),
        }
    }

    fn page(query: &str) -> ErrorCode {
        match authorize(query) {
            Err(Refusal::Page(failure)) => failure.code,
            other => panic!("{query} gave {other:?}"),
        }
    }

    #[test]
    fn p7_a_proper_request_is_frozen_as_asked() {
        let pending = authorize(query(&[])).unwrap();
        assert_eq!(pending.client.name, "Claude");
        assert_eq!(pending.redirect_uri, "http://localhost:4711/callback");
        assert_eq!(pending.state.as_deref(), Some("s t/a+te"));
        assert_eq!(pending.scope, "mcp:read mcp:write");
        assert_eq!(pending.resource, "https://lavori.example/mcp");
        assert!(pending.redirect_uri_given);
    }

    #[test]
    fn omitted_scope_resource_and_single_redirect_uri_have_their_defaults() {
        let changes = [("scope", None), ("resource", None), ("redirect_uri", None), ("state", None)];
        let pending = authorize(query(&changes)).unwrap();
        assert_eq!(pending.scope, "mcp:read");
        assert_eq!(pending.resource, "https://lavori.example/mcp");
        assert_eq!((pending.redirect_uri.as_str(), pending.redirect_uri_given), (CALLBACK, false));
    }

    #[test]
    fn d1_a_doubtful_client_or_redirect_uri_is_never_redirected_to() {
        assert_eq!(page(&query(&[("client_id", Some("lvr_dc_unknown"))])), ErrorCode::InvalidClient);
        assert_eq!(page(&query(&[("client_id", None)])), ErrorCode::InvalidRequest);
        assert_eq!(page(&query(&[("redirect_uri", Some("https://evil.example/"))])), ErrorCode::InvalidRequest);
        assert_eq!(page(&format!("{}&redirect_uri=x", query(&[]))), ErrorCode::InvalidRequest);
        assert_eq!(page(&format!("{}&client_id=x", query(&[]))), ErrorCode::InvalidRequest);
    }

    #[test]
    fn d7_repeated_parameters_are_refused_at_the_redirect_uri() {
        for name in ["state", "code_challenge", "scope", "response_type", "code_challenge_method", "prompt"] {
            let Err(Refusal::Redirect(url)) = authorize(format!("{}&{name}=x&{name}=y", query(&[]))) else {
                panic!("{name}");
            };
            assert!(url.contains("error=invalid_request"), "{name}: {url}");
        }
    }

    #[test]
    fn d9_pkce_s256_is_not_negotiable() {
        for change in [
            ("code_challenge", None),
            ("code_challenge_method", None),
            ("code_challenge_method", Some("plain")),
            ("code_challenge_method", Some("s256")),
            ("code_challenge", Some(&CHALLENGE[1..])),
            ("code_challenge", Some(&*format!("{CHALLENGE}="))),
            ("code_challenge", Some(&*"a".repeat(129))),
        ] {
            assert_eq!(refused(&[change]), "invalid_request", "{change:?}");
        }
    }

    #[test]
    fn d10_d11_d12_what_is_not_offered_is_refused_by_its_name() {
        for (name, value, error) in [
            ("response_type", Some("token"), "unsupported_response_type"),
            ("response_type", Some("id_token"), "unsupported_response_type"),
            ("response_type", Some("code token"), "unsupported_response_type"),
            ("response_type", None, "invalid_request"),
            ("response_mode", Some("form_post"), "invalid_request"),
            ("response_mode", Some("fragment"), "invalid_request"),
            ("response_mode", Some("jwt"), "invalid_request"),
            ("request", Some("eyJ"), "request_not_supported"),
            ("request_uri", Some("https://x.example/r"), "request_uri_not_supported"),
            ("authorization_details", Some("[]"), "invalid_request"),
            ("claims", Some("{}"), "invalid_request"),
            ("prompt", Some("none"), "interaction_required"),
        ] {
            assert_eq!(refused(&[(name, value)]), error, "{name}={value:?}");
        }
        assert!(authorize(query(&[("prompt", Some("consent"))])).is_ok());
    }

    #[test]
    fn d13_a_state_is_echoed_byte_by_byte_or_refused() {
        let echoed = |state: &str| match authorize(query(&[("state", Some(state)), ("response_type", Some("token"))])) {
            Err(Refusal::Redirect(url)) => {
                assert!(!url.contains(['\r', '\n', ' ']), "{url}");
                Url::parse(&url).unwrap().query_pairs().find(|(name, _)| name == "state").map(|(_, v)| v.into_owned())
            }
            other => panic!("{other:?}"),
        };
        for state in ["a b+c%2B&=é日", &"x".repeat(4096)] {
            assert_eq!(echoed(state).as_deref(), Some(state));
        }
        assert_eq!(echoed(&"x".repeat(4097)), None);
        assert_eq!(page(&query(&[("state", Some("a\r\nSet-Cookie: x"))])), ErrorCode::InvalidRequest);
    }

    #[test]
    fn d15_only_known_resources_are_accepted() {
        for bad in ["https://evil.example/mcp", "https://lavori.example/mcp#f", "https://lavori.example/other"] {
            assert_eq!(refused(&[("resource", Some(bad))]), "invalid_target", "{bad}");
        }
        let repeated = format!("{}&resource=https://lavori.example/mcp/", query(&[]));
        assert_eq!(authorize(repeated).unwrap().resource, "https://lavori.example/mcp");
        let different = format!("{}&resource=https://lavori.example/mcp/o/harbor", query(&[]));
        let Err(Refusal::Redirect(url)) = authorize(different) else { panic!() };
        assert!(url.contains("error=invalid_target"));
    }
}
