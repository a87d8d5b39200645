//! rmcp's own client: the library that serves inside, here at the other end of the wire.

use std::time::Duration;

use lavori_policy::Scopes;
use lavori_testkit::{CALLBACK, Consent, TestApp, app, parameter};
use rmcp::RoleClient;
use rmcp::model::{CallToolRequestParams, Implementation, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, ClientServiceExt, RunningService, ServiceError};
use rmcp::transport::auth::{
    AuthClient, AuthorizationCallback, AuthorizationManager, AuthorizationRequest, OAuthState, WWWAuthenticateParams,
};
use rmcp::transport::streamable_http_client::{StreamableHttpClientTransport, StreamableHttpClientTransportConfig};
use serde_json::{Value, json};
use tokio::time::timeout;
use url::Url;

use super::row::{self, Report, STEPS};
use super::stage::{ADA, AN_HOUR, agrees, revoke};
use super::{TITLE, publish};

/// A call of a revoked connection that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(20);

type Client = AuthClient<reqwest::Client>;
type Running = RunningService<RoleClient, ()>;

/// A person at the consent page; keeps the scope that each authorization URL asked for.
struct Person<'a> {
    app: &'a TestApp,
    asked: Vec<String>,
}

impl Person<'_> {
    /// Opens the URL, signs in, allows this, and gives the URL by which the browser would be back at the client.
    async fn allows(&mut self, url: &str, scopes: Scopes) -> String {
        self.asked.push(parameter(url, "scope").unwrap_or_default());
        let path = url.strip_prefix(self.app.origin()).expect("the server's own page");
        let mut browser = self.app.browser();
        let page = browser.open(path).await;
        let page = self.app.sign_in(&mut browser, &page, ADA).await;
        let consent = Consent::to_read(ADA, "northlight").in_team("sound").with(scopes);
        let answer = TestApp::decide(&mut browser, &page, &TestApp::consent_action(&page), &consent).await;
        assert!(answer.location().starts_with(CALLBACK), "{}", answer.body);
        answer.location().to_owned()
    }
}

/// Reaches the server as this client does; without tokens it is told what to ask for.
async fn connect(
    url: &str,
    manager: AuthorizationManager,
    mode: &ClientLifecycleMode,
) -> Result<(Running, Client), String> {
    let client = AuthClient::new(reqwest::Client::new(), manager);
    let config = StreamableHttpClientTransportConfig::with_uri(url);
    let transport = StreamableHttpClientTransport::with_client(client.clone(), config);
    match ().serve_with_lifecycle(transport, mode.clone()).await {
        Ok(running) => Ok((running, client)),
        Err(error) => Err(error.auth_challenge().unwrap_or_else(|| panic!("no challenge: {error}")).to_owned()),
    }
}

/// A call's structured content.
async fn call(running: &Running, tool: &'static str, arguments: Value) -> Result<Value, ServiceError> {
    let arguments = arguments.as_object().expect("an object").clone();
    let result = running.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await?;
    assert_ne!(result.is_error, Some(true), "{tool}: {:?}", result.content);
    Ok(result.structured_content.expect(tool))
}

/// Goes all the way in one era, with a document of its own or without.
async fn journey(mode: ClientLifecycleMode, with_document: bool) {
    // The only one in this process that relies on a default: rmcp sets up its HTTP clients itself.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let app = app().await;
    let url = format!("{}/mcp", app.origin());
    let document = with_document.then_some("https://rmcp.example/client.json");
    if let Some(id) = document {
        publish(&app, id, &[CALLBACK]).await;
    }
    let mut person = Person { app: &app, asked: Vec::new() };

    let nobody = AuthorizationManager::new(&*url).await.expect("a manager");
    let Err(challenge) = connect(&url, nobody, &mode).await else { panic!("nobody is let in without a token") };
    let mut request =
        AuthorizationRequest::new(CALLBACK).with_client_name("Lavori journey (Rust)").with_initial_scope_selection();
    if let Some(document) = document {
        request = request.with_client_metadata_url(document);
    }
    let mut state = OAuthState::new(&*url, None).await.expect("a state");
    state.start_authorization(request.with_challenge(challenge)).await.expect("it discovers and registers");
    let authorize = state.get_authorization_url().await.expect("a URL");
    let back = person.allows(&authorize, Scopes::Read).await;
    state.handle_callback_url(&back).await.expect("it gets its tokens");
    let manager = state.into_authorization_manager().expect("it is authorized");
    let (running, client) = connect(&url, manager, &mode).await.expect("it is let in with a token");

    let shows = async |name: &str| running.list_all_tools().await.expect("a list").iter().any(|tool| tool.name == name);
    assert!(shows("list_tasks").await && !shows("create_tasks").await);
    let read = call(&running, "list_tasks", json!({"limit": 5})).await.expect("a list");
    assert_eq!(read["data"].as_array().map(Vec::len), Some(5));
    let context = call(&running, "get_context", json!({})).await.expect("a context");
    assert_eq!(context["applied"]["team"], "sound");

    // Allowed to read only: it is shown no tool that writes, and when it calls one all the same it is told which scope
    // is missing, asks the person for all of it, and calls once more.
    let projects = call(&running, "list_projects", json!({"status": ["active"], "limit": 1})).await.expect("a list");
    let task = json!({"tasks": [{"title": TITLE, "project": projects["data"][0]["id"]}]});
    let error = call(&running, "create_tasks", task.clone()).await.expect_err("it may only read");
    let challenge = error.auth_challenge().unwrap_or_else(|| panic!("no challenge: {error}"));
    let missing = WWWAuthenticateParams::parse(challenge, &Url::parse(&url).expect("a URL"));
    assert!(missing.is_insufficient_scope(), "{challenge}");
    {
        let manager = client.auth_manager.lock().await;
        let authorize = manager.request_scope_upgrade(&missing.scope.expect("a scope")).await.expect("a URL");
        let back = AuthorizationCallback::from_redirect_url(&person.allows(&authorize, Scopes::Write).await);
        let AuthorizationCallback { code, csrf_token, issuer, .. } = back.expect("an answer");
        manager.exchange_code_for_token_with_issuer(&code, &csrf_token, issuer.as_deref()).await.expect("tokens");
    }
    call(&running, "create_tasks", task).await.expect("it may write now");
    let found = call(&running, "search", json!({"query": TITLE})).await.expect("an answer");
    assert_eq!(found["results"][0]["title"], TITLE);
    // In the other era the first list is good for half a minute, and the client keeps it as long.
    assert!(shows("create_tasks").await || mode != ClientLifecycleMode::Initialize);

    app.shift_clock(AN_HOUR);
    let renewed = call(&running, "search", json!({"query": TITLE})).await.expect("it renews by itself");
    assert_eq!(renewed["results"], found["results"]);
    assert_eq!(person.asked, ["mcp:read", "mcp:read mcp:write"], "nobody was asked for the renewal");

    revoke(&app).await;
    let ended = timeout(PATIENCE, call(&running, "list_tasks", json!({"limit": 1}))).await.expect("it does not hang");
    let error = ended.expect_err("the connection is revoked");
    assert!(error.is_authorization_required(), "{error}");

    let report = Report {
        client: "Rust rmcp".to_owned(),
        version: Implementation::from_build_env().version,
        protocol: running.peer_info().expect("a server").protocol_version.to_string(),
        registration: if with_document { "CIMD" } else { "DCR" }.to_owned(),
        passed: STEPS.map(|(step, _)| step).into(),
        cannot: [].into(),
        seen: serde_json::Map::new(),
    };
    agrees(&app, &report, TITLE, document).await;
    row::check(&report);
}

#[tokio::test]
async fn p7_rmcps_client_goes_all_the_way_with_its_own_document() {
    let preferred_versions = vec![ProtocolVersion::LATEST];
    journey(ClientLifecycleMode::Auto { preferred_versions, legacy_version: None }, true).await;
}

#[tokio::test]
async fn p7_rmcps_client_goes_all_the_way_registered_in_the_2025_era() {
    journey(ClientLifecycleMode::Initialize, false).await;
}
