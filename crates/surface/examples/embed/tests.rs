//! P38: the example as clients of both eras meet it, over HTTP, on both databases.

use http::Method;
use lavori_policy::Switches;
use lavori_testkit::{Answer, Browser, TestStore, stores};
use serde_json::{Map, Value, json};

use super::*;

/// The example, listening.
struct Running {
    database: TestStore,
    origin: String,
    /// Ada of Northlight, who may write.
    writer: String,
    /// The same, who may only read.
    reader: String,
}

async fn started() -> Vec<Running> {
    let mut all = Vec::new();
    for database in stores().await {
        let store = database.store.clone();
        lavori_demo::seed(&store, &SystemEnv, "none").await.unwrap();
        switch(&store, true).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let desk = Desk::new(store, &host).unwrap();
        let writer = desk.sessions.sign_in("ada@demo.example", "northlight", Scopes::Write).await.unwrap();
        let reader = desk.sessions.sign_in("ada@demo.example", "northlight", Scopes::Read).await.unwrap();
        tokio::spawn(async move { desk.serve(listener).await.unwrap_or_else(|error| panic!("{error}")) });
        all.push(Running { database, origin: format!("http://{host}"), writer, reader });
    }
    all
}

/// Turns Northlight's switch for changes.
async fn switch(store: &Store, write: bool) {
    let mut tx = store.begin().await.unwrap();
    let organization = lavori_store::organizations::find_by_slug(&mut tx, "northlight").await.unwrap().unwrap();
    let switches = Switches::new(write, false);
    lavori_store::organizations::set_switches(&mut tx, organization.id, switches).await.unwrap();
    tx.commit().await.unwrap();
}

const LEGACY: &str = "2025-11-25";
const MODERN: &str = "2026-07-28";

impl Running {
    /// Sends a request as a client of this version does.
    async fn send(&self, token: Option<&str>, version: &str, method: &str, mut params: Value) -> Answer {
        let authorization = token.map(|token| format!("Bearer {token}"));
        let name = params["name"].as_str().unwrap_or_default().to_owned();
        let mut headers = vec![
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
            ("mcp-protocol-version", version),
        ];
        headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
        if version == MODERN {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientCapabilities": {},
            });
            headers.push(("mcp-method", method));
            headers.extend((!name.is_empty()).then_some(("mcp-name", name.as_str())));
        }
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        Browser::at(&self.origin).send(Method::POST, "/mcp", &headers, body).await
    }

    /// Calls a tool that answers.
    async fn call(&self, version: &str, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = self.send(Some(&self.writer), version, "tools/call", params).await;
        assert_eq!(answer.status, 200, "{tool} on {}: {}", self.database.name, answer.body);
        answer.json()["result"].take()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p38_the_tool_of_its_own_stands_beside_ours_in_both_eras() {
    for desk in started().await {
        for version in [MODERN, LEGACY] {
            let listed = desk.send(Some(&desk.writer), version, "tools/list", json!({})).await.json();
            let tools = listed["result"]["tools"].as_array().unwrap();
            let named: Map<String, Value> =
                tools.iter().map(|tool| (tool["name"].as_str().unwrap().to_owned(), tool.clone())).collect();
            assert_eq!(tools.last().unwrap()["name"], "get_load_in");
            assert_eq!(named["get_load_in"]["annotations"]["readOnlyHint"], true);
            assert!(named.contains_key("get_context") && named.contains_key("create_tasks"), "{named:?}");

            let own = desk.call(version, "get_load_in", json!({ "project": "P-1" })).await;
            assert_eq!(own["structuredContent"]["gate"], "North gate, ramp 2", "{own}");
            assert_eq!(own["structuredContent"]["applied"]["resolved"]["project"]["key"], "P-1");
            let ours = desk.call(version, "fetch", json!({ "id": "P-1" })).await;
            assert_eq!(ours["structuredContent"]["title"], own["structuredContent"]["project"], "{ours}");
            let unknown = desk.call(version, "get_load_in", json!({ "project": "P-2" })).await;
            assert_eq!(unknown["isError"], true, "{unknown}");
            let text: Value = serde_json::from_str(unknown["content"][0]["text"].as_str().unwrap()).unwrap();
            assert_eq!((&text["code"], &text["field"]), (&json!("not_found"), &json!("project")));
        }
        // The legacy client introduces itself first, and the server by its own name.
        let hello = json!({ "protocolVersion": LEGACY, "capabilities": {},
            "clientInfo": { "name": "t", "version": "1" } });
        let hello = desk.send(Some(&desk.reader), LEGACY, "initialize", hello).await.json();
        assert_eq!(hello["result"]["serverInfo"]["name"], "desk");
        // And the other server's own page is where it was.
        let page = Browser::at(&desk.origin).open("/").await;
        assert_eq!((page.status.as_u16(), page.body.as_str()), (200, "The Loading Desk"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p38_without_a_good_token_there_is_a_challenge_of_the_other_server_s_own() {
    for desk in started().await {
        for version in [MODERN, LEGACY] {
            let answer = desk.send(None, version, "tools/list", json!({})).await;
            assert_eq!(answer.status, 401, "{}", answer.body);
            assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="desk", scope="mcp:read""#);
            let answer = desk.send(Some("made up"), version, "tools/list", json!({})).await;
            assert_eq!(answer.status, 401, "{}", answer.body);
            assert!(answer.header("www-authenticate").starts_with(r#"Bearer realm="desk", error="invalid_token""#));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p38_what_a_person_allowed_and_the_switches_hold_as_everywhere() {
    for desk in started().await {
        let contact = json!({ "contacts": [{ "kind": "company", "name": "Ramp & Co" }] });
        let params = json!({ "name": "create_contacts", "arguments": contact });
        // Not approved, and could be: a challenge, and no such tool in the list.
        let refused = desk.send(Some(&desk.reader), MODERN, "tools/call", params.clone()).await;
        assert_eq!(refused.status, 403, "{}", refused.body);
        let challenge = refused.header("www-authenticate");
        assert!(challenge.contains(r#"error="insufficient_scope""#), "{challenge}");
        assert!(challenge.contains(r#"scope="mcp:read mcp:write""#), "{challenge}");
        let listed = desk.send(Some(&desk.reader), MODERN, "tools/list", json!({})).await;
        assert!(listed.body.contains("get_load_in") && !listed.body.contains("create_contacts"));

        // Approved: done, and in the log of that very connection.
        let written = desk.call(MODERN, "create_contacts", contact).await;
        assert_eq!(written["structuredContent"]["results"][0]["status"], "created", "{written}");
        let changes = desk.call(LEGACY, "list_changes", json!({ "since": "today" })).await;
        assert!(changes.to_string().contains("Ramp & Co"), "{changes}");

        // Switched off: gone at the next request, without a new sign-in.
        switch(&desk.database.store, false).await;
        let listed = desk.send(Some(&desk.writer), MODERN, "tools/list", json!({})).await;
        assert!(!listed.body.contains("create_contacts"));
        let refused = desk.send(Some(&desk.writer), MODERN, "tools/call", params).await;
        assert_eq!(refused.json()["result"]["isError"], true, "{}", refused.body);
        assert!(refused.body.contains("can_be_allowed_by"), "{}", refused.body);
    }
}
