//! The way a client gets its tokens, step by step, as a client and a person would go it.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::Method;
use lavori_policy::Scopes;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::app::TestApp;
use crate::client::{Answer, Browser, Http, encode};
use crate::compose::CALLBACK;
use crate::event_stream::EventStream;

/// A PKCE verifier (RFC 7636 appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// What a person decides on the consent page.
#[derive(Debug, Clone, Copy)]
pub struct Consent<'a> {
    /// Who signs in.
    pub email: &'a str,
    /// The organization's slug.
    pub organization: &'a str,
    /// The team's slug.
    pub team: Option<&'a str>,
    /// The toggles.
    pub scopes: Scopes,
}

impl<'a> Consent<'a> {
    /// Everything in an organization, reading only.
    pub fn to_read(email: &'a str, organization: &'a str) -> Self {
        Self { email, organization, team: None, scopes: Scopes::Read }
    }

    /// The same, in one team only.
    #[must_use]
    pub fn in_team(self, team: &'a str) -> Self {
        Self { team: Some(team), ..self }
    }

    /// The same, with these scopes.
    #[must_use]
    pub fn with(self, scopes: Scopes) -> Self {
        Self { scopes, ..self }
    }
}

/// A connected client.
#[derive(Clone)]
pub struct Connected {
    pub(crate) http: Http,
    /// The path it calls.
    pub path: String,
    /// Its client id.
    pub client_id: String,
    /// Its access token.
    pub access_token: String,
    /// Its refresh token.
    pub refresh_token: String,
    /// The granted scope.
    pub scope: String,
}

impl TestApp {
    /// Ada's consent to read all of Northlight.
    pub fn ada_reads_northlight(&self) -> Consent<'static> {
        Consent::to_read("ada@demo.example", "northlight")
    }

    /// Registers a client, and gives its id.
    pub async fn register(&self) -> String {
        let metadata = json!({"client_name": "Test client", "redirect_uris": [CALLBACK]});
        let answer = self.http().json("/register", &[], &metadata).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["client_id"].as_str().expect("an id").to_owned()
    }

    /// The path and query of an authorization request for the connector at `path`.
    pub fn authorize_path(&self, client_id: &str, path: &str) -> String {
        let resource = format!("{}{path}", self.origin());
        let fields = [
            ("client_id", client_id),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("code_challenge", &challenge()),
            ("code_challenge_method", "S256"),
            ("state", "the state"),
            ("resource", &resource),
        ];
        format!("/authorize?{}", encode(&fields))
    }

    /// Signs a person in at a page that asks for it, and opens what follows.
    pub async fn sign_in(&self, browser: &mut Browser, page: &Answer, email: &str) -> Answer {
        let csrf = page.hidden("csrf").expect("the sign-in page has a form token");
        let request = page.hidden("request");
        let mut fields = vec![("csrf", csrf.as_str()), ("email", email), ("password", lavori_demo::PASSWORD)];
        fields.extend(request.iter().map(|request| ("request", request.as_str())));
        let answer = browser.submit("/sign-in", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser.open(answer.location()).await
    }

    /// A browser in which a person is signed in.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.open("/sign-in").await;
        self.sign_in(&mut browser, &page, email).await;
        browser
    }

    /// Goes to the consent page of a fresh request: gives the browser, the page and the page's path.
    pub async fn ask(&self, email: &str, client_id: &str, path: &str) -> (Browser, Answer, String) {
        let mut browser = self.browser();
        let page = browser.open(&self.authorize_path(client_id, path)).await;
        let page = self.sign_in(&mut browser, &page, email).await;
        let action = Self::consent_action(&page);
        (browser, page, action)
    }

    /// Where the form of a consent page goes.
    ///
    /// # Panics
    /// When it is none.
    pub fn consent_action(page: &Answer) -> String {
        let action = page.body.split("action=\"/consent/").nth(1).and_then(|rest| rest.split('"').next());
        format!("/consent/{}", action.expect("the consent page has a form"))
    }

    /// Allows what a consent page asks, and exchanges the code.
    ///
    /// # Panics
    /// When the client gets no tokens.
    pub async fn finish(
        &self,
        browser: &mut Browser,
        page: &Answer,
        action: &str,
        consent: &Consent<'_>,
        client_id: &str,
    ) -> Connected {
        let answer = Self::decide(browser, page, action, consent).await;
        let code = parameter(answer.location(), "code").unwrap_or_else(|| panic!("{}", answer.body));
        let answer = self.exchange(client_id, &code).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Connected::new(self.http(), "/mcp", client_id.to_owned(), &answer.json())
    }

    /// Sends the person's decision, and gives the answer as it is.
    pub async fn decide(browser: &mut Browser, page: &Answer, action: &str, consent: &Consent<'_>) -> Answer {
        let csrf = page.hidden("csrf").expect("the consent page has a form token");
        let mut fields = vec![("csrf", csrf.as_str()), ("organization", consent.organization), ("decision", "allow")];
        let team_field = format!("team-{}", consent.organization);
        fields.extend(consent.team.map(|team| (team_field.as_str(), team)));
        if consent.scopes.write() {
            fields.push(("allow_write", "on"));
        }
        if consent.scopes.billing() {
            fields.push(("allow_billing", "on"));
        }
        browser.submit(action, &fields).await
    }

    /// The whole way to a code; gives the client id and the code.
    pub async fn code(&self, consent: &Consent<'_>, path: &str) -> (String, String) {
        let client_id = self.register().await;
        let (mut browser, page, action) = self.ask(consent.email, &client_id, path).await;
        let answer = Self::decide(&mut browser, &page, &action, consent).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        (client_id, parameter(answer.location(), "code").expect("a code"))
    }

    /// Exchanges a code.
    pub async fn exchange(&self, client_id: &str, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", client_id),
            ("code", code),
            ("code_verifier", VERIFIER),
            ("redirect_uri", CALLBACK),
        ];
        self.http().form("/token", &fields).await
    }

    /// Connects at `/mcp`.
    pub async fn connect(&self, consent: &Consent<'_>) -> Connected {
        self.connect_at(consent, "/mcp").await
    }

    /// Connects at another connector URL.
    pub async fn connect_at(&self, consent: &Consent<'_>, path: &str) -> Connected {
        let (client_id, code) = self.code(consent, path).await;
        let answer = self.exchange(&client_id, &code).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Connected::new(self.http(), path, client_id, &answer.json())
    }
}

impl Connected {
    fn new(http: Http, path: &str, client_id: String, tokens: &Value) -> Self {
        let text = |name: &str| tokens[name].as_str().expect(name).to_owned();
        Self {
            http,
            path: path.to_owned(),
            client_id,
            access_token: text("access_token"),
            refresh_token: text("refresh_token"),
            scope: text("scope"),
        }
    }

    /// Sends one JSON-RPC request of the 2026-07-28 era.
    pub async fn request(&self, method: &str, params: Value) -> Answer {
        let (headers, body) = self.message(method, params);
        self.http.send(Method::POST, &self.path, &borrowed(&headers), body).await
    }

    /// Listens to changes of the tools (`subscriptions/listen`).
    pub async fn listen(&self) -> EventStream {
        let wanted = json!({"notifications": {"toolsListChanged": true}});
        let (headers, body) = self.message("subscriptions/listen", wanted);
        self.http.stream(Method::POST, &self.path, &borrowed(&headers), body).await
    }

    pub(crate) fn message(&self, method: &str, mut params: Value) -> (Vec<(&'static str, String)>, String) {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let name = params["name"].as_str().unwrap_or_default().to_owned();
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("authorization", format!("Bearer {}", self.access_token)),
            ("accept", "application/json, text/event-stream".to_owned()),
            ("mcp-protocol-version", "2026-07-28".to_owned()),
            ("mcp-method", method.to_owned()),
        ];
        if !name.is_empty() {
            headers.push(("mcp-name", name));
        }
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        (headers, body.to_string())
    }

    /// Calls a tool, and gives the HTTP answer.
    pub async fn call(&self, tool: &str, arguments: Value) -> Answer {
        self.request("tools/call", json!({"name": tool, "arguments": arguments})).await
    }

    /// Calls a tool that must answer, and gives its result.
    ///
    /// # Panics
    /// When it does not.
    pub async fn ask(&self, tool: &str, arguments: Value) -> Value {
        let answer = self.call(tool, arguments).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let mut answer = answer.json();
        assert_ne!(answer["result"]["isError"], true, "{answer}");
        answer["result"]["structuredContent"].take()
    }

    /// Calls a tool that must refuse, and gives its error as the model reads it.
    ///
    /// # Panics
    /// When it does not refuse.
    pub async fn refusal(&self, tool: &str, arguments: Value) -> String {
        let answer = self.call(tool, arguments).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let answer = answer.json();
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        answer["result"]["content"][0]["text"].as_str().expect("text").to_owned()
    }

    /// Presents the refresh token.
    pub async fn refresh(&self) -> Answer {
        self.refresh_as(&self.client_id, &[]).await
    }

    /// Presents the refresh token as some client, with more parameters.
    pub async fn refresh_as(&self, client_id: &str, more: &[(&str, &str)]) -> Answer {
        let mut fields =
            vec![("grant_type", "refresh_token"), ("client_id", client_id), ("refresh_token", &self.refresh_token)];
        fields.extend_from_slice(more);
        self.http.form("/token", &fields).await
    }

    /// Gives the connection up (RFC 7009).
    pub async fn revoke(&self) -> Answer {
        let fields = [("client_id", self.client_id.as_str()), ("token", &self.refresh_token)];
        self.http.form("/revoke", &fields).await
    }

    /// Presents the refresh token with these headers.
    pub async fn refresh_with(&self, headers: &[(&str, &str)]) -> Answer {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        let fields =
            [("grant_type", "refresh_token"), ("client_id", &*self.client_id), ("refresh_token", &*self.refresh_token)];
        self.http.send(Method::POST, "/token", &all, encode(&fields)).await
    }

    /// The same connection with the tokens of an answer.
    pub fn renewed(&self, tokens: &Value) -> Self {
        Self::new(self.http.clone(), &self.path, self.client_id.clone(), tokens)
    }

    /// The same tokens, sent over HTTP/2.
    #[must_use]
    pub fn over_http2(&self) -> Self {
        Self { http: self.http.clone().over_http2(), ..self.clone() }
    }

    /// The same tokens at another server over the same database.
    #[must_use]
    pub fn via(&self, app: &TestApp) -> Self {
        self.through(app.http())
    }

    /// The same tokens, sent by another client.
    #[must_use]
    pub fn through(&self, http: Http) -> Self {
        Self { http, ..self.clone() }
    }

    /// The same tokens at another connector URL.
    #[must_use]
    pub fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }

    /// The same connection with another access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { access_token: token.to_owned(), ..self.clone() }
    }

    /// Sends a raw body with this connection's token.
    pub async fn raw(&self, method: Method, headers: &[(&str, &str)], body: &str) -> Answer {
        let bearer = format!("Bearer {}", self.access_token);
        let mut all = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.http.send(method, &self.path, &all, body.to_owned()).await
    }
}

/// Base64url without padding (RFC 4648 section 5).
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The `Authorization` header of RFC 7617.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// A secret of a kind as the server writes it, out of other people's random bytes: its checksum is no secret.
pub fn secret_of(prefix: &str, random: &[u8]) -> String {
    let checksum = Sha256::new().chain_update(prefix).chain_update(random).finalize();
    format!("{prefix}{}", base64url(&[random, &checksum[..4]].concat()))
}

/// The S256 challenge of [`VERIFIER`].
pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER.as_bytes()))
}

/// A query parameter of a URL.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    url.query_pairs().find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
}

pub(crate) fn borrowed<'h>(headers: &'h [(&'static str, String)]) -> Vec<(&'static str, &'h str)> {
    headers.iter().map(|(name, value)| (*name, value.as_str())).collect()
}
