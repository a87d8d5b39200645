//! What MCP owes its clients, over the whole server: the rows of docs/protocol.md that the endpoint alone cannot prove.

use http::Method;
use lavori_policy::Scopes;
use lavori_testkit::{Answer, Connected, TestApp, apps};
use serde_json::{Value, json};

const ACCEPT: (&str, &str) = ("accept", "application/json, text/event-stream");
/// Called without any argument: some answer, some say what is missing, one is not there.
const CALLED: [&str; 8] = [
    "get_context",
    "list_projects",
    "list_tasks",
    "list_billing_documents",
    "list_budgets",
    "list_directory",
    "no_such_tool",
    "search",
];

/// A request of the 2025 era, without any `initialize` before it.
async fn legacy(connected: &Connected, method: &str, params: Value) -> Answer {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    connected.raw(Method::POST, &[ACCEPT, ("mcp-protocol-version", "2025-11-25")], &body.to_string()).await
}

#[tokio::test]
async fn authentication_comes_before_everything_else() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        for (method, body) in
            [(Method::GET, ""), (Method::DELETE, ""), (Method::PUT, ""), (Method::POST, "{"), (Method::POST, "")]
        {
            for path in ["/mcp", "/mcp/o/northlight", "/mcp/o/nowhere"] {
                let answer = app.http().send(method.clone(), path, &[("mcp-protocol-version", "1")], body).await;
                assert_eq!(answer.status, 401, "{method} {path}");
                let challenge = answer.header("www-authenticate");
                assert!(challenge.starts_with("Bearer ") && !challenge.contains("error="), "{challenge}");
                assert!(challenge.contains("resource_metadata=") && challenge.contains("scope="), "{challenge}");
            }
            let mut wrong = connected.with_token("lvr_at_nonsense");
            wrong.path = "/mcp".to_owned();
            let answer = wrong.raw(method, &[], body).await;
            assert_eq!(answer.status, 401);
            assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
        }
    }
}

#[tokio::test]
async fn every_answer_to_a_call_is_json_stamped_complete_and_without_a_session() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let mut requests: Vec<(&str, Value)> = vec![("server/discover", json!({})), ("tools/list", json!({}))];
        requests.extend(CALLED.map(|tool| ("tools/call", json!({ "name": tool, "arguments": {} }))));
        for (method, params) in requests {
            let answer = connected.request(method, params.clone()).await;
            assert_eq!(answer.status, 200, "{params}");
            assert_eq!(answer.header("content-type"), "application/json");
            assert_eq!(answer.header("mcp-session-id"), "");
            let answer = answer.json();
            if params["name"] == "no_such_tool" {
                assert_eq!(answer["error"]["code"], -32602);
                continue;
            }
            let result = &answer["result"];
            assert_eq!(result["resultType"], "complete", "{params}");
            assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "lavori", "{params}");
        }
    }
}

#[tokio::test]
async fn what_may_be_kept_says_how_long_and_that_it_is_the_callers_own() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        for method in ["server/discover", "tools/list"] {
            let result = &connected.request(method, json!({})).await.json()["result"];
            assert_eq!(result["cacheScope"], "private", "{method}");
            assert!(result["ttlMs"].as_u64().is_some_and(|millis| millis <= 300_000), "{method}: {result}");
        }
        // What a client kept is no right: a tool that it was once shown is checked when it is called.
        let writer = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let listed = writer.request("tools/list", json!({})).await.body;
        assert!(listed.contains("create_tasks"));
        app.set_switches("northlight", false, false).await;
        assert_eq!(writer.call("create_tasks", json!({ "tasks": [] })).await.status, 401);
        assert_eq!(connected.call("create_tasks", json!({ "tasks": [] })).await.json()["result"]["isError"], true);
    }
}

#[tokio::test]
async fn the_list_of_tools_is_the_same_for_the_same_rights_on_every_connection_and_replica() {
    for app in apps().await {
        let replica = app.replica().await;
        let list = async |connected: &Connected| {
            connected.request("tools/list", json!({})).await.json()["result"]["tools"].to_string()
        };
        let first = app.connect(&app.ada_reads_northlight()).await;
        let second = app.connect(&app.ada_reads_northlight()).await;
        let listed = list(&first).await;
        first.ask("get_context", json!({})).await;
        first.refusal("list_tasks", json!({ "no_such_argument": 1 })).await;
        assert_eq!(list(&first).await, listed, "no call changes it");
        assert_eq!(list(&second).await, listed);
        assert_eq!(list(&first.via(&replica)).await, listed);
        assert_eq!(list(&first.over_http2()).await, listed);
        let writer = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        assert_ne!(list(&writer).await, listed, "it goes by what the token may do");
    }
}

#[tokio::test]
async fn nothing_is_remembered_from_one_request_to_the_next() {
    for app in apps().await {
        let ada = app.connect(&app.ada_reads_northlight()).await;
        let hana = app.connect(&lavori_testkit::Consent::to_read("hana@demo.example", "harbor")).await;
        // Both over the same connections, of HTTP/1.1 and of HTTP/2.
        for http in [app.http(), app.http().over_http2()] {
            let (ada, hana) = (ada.through(http.clone()), hana.through(http));
            for _ in 0..3 {
                for (connected, slug) in [(&ada, "northlight"), (&hana, "harbor")] {
                    let context = connected.ask("get_context", json!({ "sections": ["organization"] })).await;
                    assert_eq!(context["data"]["organization"]["slug"], slug);
                    // The other era in between, and a call without the `initialize` that it has.
                    let call = json!({ "name": "get_context", "arguments": { "sections": ["organization"] } });
                    let answer = legacy(connected, "tools/call", call).await.json();
                    assert_eq!(answer["result"]["structuredContent"]["data"]["organization"]["slug"], slug);
                }
                assert_eq!(app.http().json("/mcp", &[ACCEPT], &json!({})).await.status, 401);
            }
        }
        // What a request hands on is explicit, and checked against its owner.
        let page = ada.ask("list_tasks", json!({ "limit": 1 })).await;
        let cursor = page["page"]["next_cursor"].as_str().expect("a cursor");
        let other = app.connect(&app.ada_reads_northlight()).await;
        ada.ask("list_tasks", json!({ "limit": 1, "cursor": cursor })).await;
        let error = other.refusal("list_tasks", json!({ "limit": 1, "cursor": cursor })).await;
        assert!(error.contains("invalid_cursor"), "{error}");
    }
}

#[tokio::test]
async fn codes_of_our_own_are_outside_the_ranges_that_are_reserved() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let large = format!("\"{}\"", "x".repeat(2 << 20));
        let ours = [
            (401, app.http().get("/mcp").await),
            (401, connected.with_token("lvr_at_nonsense").call("get_context", json!({})).await),
            (403, connected.call("add_contact", json!({ "name": "x" })).await),
            (413, connected.raw(Method::POST, &[ACCEPT], &large).await),
        ];
        for (status, answer) in ours {
            assert_eq!(answer.status, status, "{}", answer.body);
            let code = answer.json()["error"]["code"].as_i64().expect("a JSON-RPC error");
            assert!(!(-32768..=-32000).contains(&code), "{status}: {code}");
        }
    }
}

#[tokio::test]
async fn no_tool_repeats_an_argument_in_a_header_or_asks_the_client_for_anything() {
    for app in apps().await {
        let biller = app.connect(&app.ada_reads_northlight().with(Scopes::Billing)).await;
        let listed = biller.request("tools/list", json!({})).await.json();
        let tools = listed["result"]["tools"].as_array().expect("tools");
        assert!(tools.len() > 25);
        for tool in tools {
            let text = tool.to_string();
            assert!(!text.contains("x-mcp-header") && !text.contains("$ref"), "{text}");
        }
        // The connections of these tests declare no capability: sampling, elicitation, roots and tasks are none of ours.
        let discovered = biller.request("server/discover", json!({})).await.json();
        let capabilities = discovered["result"]["capabilities"].as_object().expect("capabilities");
        for (name, about) in capabilities {
            assert!(["tools", "prompts", "resources", "extensions"].contains(&name.as_str()), "{name}: {about}");
        }
        for gone in ["tasks/list", "sampling/createMessage", "elicitation/create", "roots/list", "logging/setLevel"] {
            let answer = biller.request(gone, json!({})).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()["error"]["code"].as_i64()),
                (404, Some(-32601)),
                "{gone}"
            );
        }
    }
}

#[tokio::test]
async fn a_trace_that_cannot_be_read_fails_no_call() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} }).to_string();
        for odd in ["", "nonsense", "00-0-0-0", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "\u{e9}"] {
            let headers = [ACCEPT, ("traceparent", odd), ("tracestate", odd), ("baggage", odd)];
            assert_eq!(connected.raw(Method::POST, &headers, &body).await.status, 200, "{odd:?}");
        }
        preflight_allows_traces(&app).await;
    }
}

/// Browsers ask before they send such a header to another origin.
async fn preflight_allows_traces(app: &TestApp) {
    let headers = [("origin", "http://localhost:6274"), ("access-control-request-method", "POST")];
    let answer = app.http().send(Method::OPTIONS, "/mcp", &headers, "").await;
    for name in ["traceparent", "tracestate", "baggage"] {
        assert!(answer.header("access-control-allow-headers").contains(name), "{name}");
    }
}
