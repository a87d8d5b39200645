//! The protocol as a client sees it, over the real face.

use http::Method;
use lavori_policy::Scopes;
use lavori_testkit::apps;
use serde_json::{Value, json};

const TOOLS: [&str; 12] = [
    "get_context",
    "search",
    "fetch",
    "list_projects",
    "list_tasks",
    "list_schedule",
    "check_availability",
    "list_billing_documents",
    "list_budgets",
    "list_directory",
    "query_analytics",
    "list_changes",
];

#[tokio::test]
async fn p31_the_tools_are_listed_and_answer_in_both_eras() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let listed = connected.request("tools/list", json!({})).await.json();
        let names: Vec<&str> =
            listed["result"]["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
        assert_eq!(names, TOOLS);
        assert_eq!(listed["result"]["cacheScope"], "private");
        for tool in listed["result"]["tools"].as_array().unwrap() {
            assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
            for part in ["title", "description", "inputSchema", "outputSchema"] {
                assert!(!tool[part].is_null(), "{part} is missing in {tool}");
            }
        }

        // The 2025 era, by hand: initialize, then a call without any session.
        let accept = ("accept", "application/json, text/event-stream");
        let initialize = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}});
        let answer = connected.raw(Method::POST, &[accept], &initialize.to_string()).await;
        assert_eq!(answer.json()["result"]["protocolVersion"], "2025-11-25");
        assert_eq!(answer.header("mcp-session-id"), "");
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "list_tasks", "arguments": {"limit": 3}}});
        let version = ("mcp-protocol-version", "2025-11-25");
        let answer = connected.raw(Method::POST, &[accept, version], &call.to_string()).await.json();
        let text: Value = serde_json::from_str(answer["result"]["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(text, answer["result"]["structuredContent"], "r5: the text is the same JSON");
        assert_eq!(text["data"].as_array().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn malformed_bodies_and_versions_get_the_answers_the_protocol_demands() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let accept = ("accept", "application/json, text/event-stream");
        for (body, code) in [
            ("{", -32700),
            ("[]", -32600),
            ("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", -32600),
            ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", -32600),
            ("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", -32600),
        ] {
            let answer = connected.raw(Method::POST, &[accept], body).await;
            assert_eq!((answer.status.as_u16(), answer.json()["error"]["code"].as_i64()), (400, Some(code)), "{body}");
        }
        let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}"#;
        let answer = connected.raw(Method::POST, &[accept, ("mcp-protocol-version", "1999-01-01")], ping).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"]["code"].as_i64()), (400, Some(-32022)));
        for method in [Method::GET, Method::DELETE] {
            assert_eq!(connected.raw(method.clone(), &[accept], "").await.status, 405, "{method}");
        }
        let unknown = connected.call("delete_everything", json!({})).await;
        assert_eq!(unknown.json()["error"]["code"], -32602);
        let large = format!("\"{}\"", "x".repeat(2 << 20));
        assert_eq!(connected.raw(Method::POST, &[accept], &large).await.status, 413);
    }
}

#[tokio::test]
async fn p18_a_missing_scope_is_challenged_where_a_consent_would_help() {
    for app in apps().await {
        let reader = app.connect(&app.ada_reads_northlight()).await;
        let answer = reader.call("add_contact", json!({"name": "Teatro Nuovo"})).await;
        assert_eq!(answer.status, 403);
        let challenge = answer.header("www-authenticate");
        assert!(challenge.contains("error=\"insufficient_scope\""), "{challenge}");
        assert!(challenge.contains("scope=\"mcp:read mcp:write\""), "{challenge}");
        assert!(challenge.contains("resource_metadata="), "{challenge}");

        let writer = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let added = writer.ask("add_contact", json!({"name": "Teatro Nuovo"})).await;
        assert_eq!(added["name"], "Teatro Nuovo");
        let listed = writer.request("tools/list", json!({})).await.json();
        assert_eq!(listed["result"]["tools"].as_array().unwrap().len(), 23 + 1, "T1, and the tool of the tests");
    }
}

#[tokio::test]
async fn p18_a_scope_no_consent_could_give_is_a_tool_error_that_says_who_can_change_that() {
    for app in apps().await {
        let hana = app.connect(&lavori_testkit::Consent::to_read("hana@demo.example", "harbor")).await;
        let error = hana.refusal("add_contact", json!({"name": "Teatro Nuovo"})).await;
        assert!(error.contains("insufficient_scope") && error.contains("Hana"), "{error}");
    }
}

#[tokio::test]
async fn p29_tool_calls_are_in_the_connections_activity_unless_the_operator_turned_that_off() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        connected.ask("list_tasks", json!({"limit": 1})).await;
        connected.refusal("list_tasks", json!({"no_such_argument": 1})).await;
        let actions = app.connection_actions("ada@demo.example").await;
        assert_eq!(actions.iter().filter(|action| *action == "tool.called").count(), 2, "{actions:?}");
        let details = app.activity_text("ada@demo.example").await;
        assert!(details.contains("list_tasks"));
        for secret in [&connected.access_token, &connected.refresh_token] {
            assert!(!details.contains(secret.as_str()));
        }
    }
}

#[tokio::test]
async fn p33_an_error_tells_the_model_what_to_do_next() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let error = connected.refusal("list_tasks", json!({"statsu": ["todo"]})).await;
        assert!(error.contains("unknown_argument") && error.contains("status"), "{error}");
        let error = connected.refusal("list_tasks", json!({"status": ["finished"]})).await;
        assert!(error.contains("in_progress"), "what is allowed is named: {error}");
    }
}
