//! The activity of one connection: complete, and for its person only (PRODUCT.md P28 to P30).

use http::Method;
use lavori_policy::Scopes;
use lavori_testkit::{Browser, Connected, Consent, TestApp, apps, apps_without_call_records};
use serde_json::{Value, json};

const ADA: &str = "ada@demo.example";
const BEN: &str = "ben@demo.example";

/// The path of a person's only connection, or of the one at a place among several.
async fn path(app: &TestApp, email: &str) -> String {
    format!("/settings/mcp/{}", app.connection_ids(email).await.remove(0))
}

async fn exported(browser: &mut Browser, path: &str, query: &str) -> Vec<Value> {
    let answer = browser.open(&format!("{path}/activity.json?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["events"].as_array().expect("events").clone()
}

fn actions(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["action"].as_str().expect("an action")).collect()
}

#[tokio::test]
async fn p28_everything_that_happens_to_a_connection_is_in_its_activity_with_where_it_came_from() {
    for app in apps().await {
        let consent = Consent::to_read(BEN, "northlight").with(Scopes::Write);
        let connected = app.connect(&consent).await;
        connected.ask("get_context", json!({})).await;
        connected.ask("add_contact", json!({"name": "Teatro Nuovo"})).await;
        connected.refusal("list_tasks", json!({"limit": 100_000})).await;
        assert_eq!(connected.call("no_such_tool", json!({})).await.json()["error"]["code"], -32602);
        // A switch goes off: the token dies, the renewal gives less, and later all of it again.
        app.set_switches("northlight", false, false).await;
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
        assert_eq!(connected.call("get_context", json!({})).await.status, 401);
        let narrowed = connected.renewed(&connected.refresh().await.json());
        narrowed.refusal("add_contact", json!({"name": "Nobody"})).await;
        app.set_switches("northlight", true, true).await;
        let restored = narrowed.renewed(&narrowed.refresh().await.json());
        assert_eq!(narrowed.refresh().await.status, 200, "the same renewal again");
        restored.ask("get_context", json!({})).await;
        // The first refresh token comes back long after: somebody stole it.
        app.shift_clock(601);
        assert_eq!(connected.refresh().await.json()["error"], "invalid_grant");
        assert_eq!(restored.refresh().await.json()["error"], "invalid_grant");
        assert_eq!(restored.call("get_context", json!({})).await.status, 401);

        let mut ben = app.signed_in(BEN).await;
        let path = path(&app, BEN).await;
        let mut events = exported(&mut ben, &path, "").await;
        // Two events of one renewal may share their millisecond.
        events.sort_by_key(|event| (event["time"].to_string(), event["action"].to_string()));
        let refused: Vec<_> = events.iter().filter(|event| event["action"] == "call.refused").collect();
        let reasons: Vec<_> = refused.iter().map(|event| event["details"]["reason"].as_str().unwrap()).collect();
        assert_eq!(
            reasons,
            [
                "unknown_tool",
                "a switch the access token relied on was turned off",
                "insufficient_scope",
                "the connection was revoked"
            ],
            "each once: a client that does not take no for an answer fills no log"
        );
        assert_eq!(
            actions(&events),
            [
                "connection.approved",
                "access.issued",
                "tool.called",
                "tool.called",
                "tool.called",
                "call.refused",
                "call.refused",
                "access.renewed",
                "scope.reduced",
                "call.refused",
                "access.renewed",
                "scope.restored",
                "access.renewed_again",
                "tool.called",
                "replay.detected",
                "call.refused",
                "activity.exported",
            ]
        );
        for event in &events {
            assert_eq!(event["ip_address"], "127.0.0.1", "{event}");
            assert!(event["time"].as_str().unwrap().ends_with('Z') && event["request_id"].is_string(), "{event}");
        }
        let find = |action: &str| events.iter().find(|event| event["action"] == action).unwrap();
        assert_eq!(find("replay.detected")["severity"], "high");
        assert_eq!(find("scope.reduced")["details"]["scope"], "mcp:read");
        assert_eq!(find("scope.restored")["details"]["scope"], "mcp:read mcp:write");
        let write = events.iter().find(|event| event["details"]["tool"] == "add_contact").unwrap();
        assert_eq!(write["details"]["outcome"], "ok");
        assert!(write["details"]["changed"][0].as_str().unwrap().starts_with("C-"));
        assert!(write["details"]["duration_ms"].is_number());

        let page = ben.open(&format!("{path}/activity")).await.body;
        for words in ["Connected", "Access issued", "Replay attempt", "Scope restored", "Tool called", "127.0.0.1"] {
            assert!(page.contains(words), "{words}");
        }
    }
}

#[tokio::test]
async fn p28_revocations_by_the_person_and_by_the_client_say_by_whom() {
    for app in apps().await {
        let own = app.connect(&app.ada_reads_northlight()).await;
        let by_client = app.connect(&app.ada_reads_northlight()).await;
        let mut ada = app.signed_in(ADA).await;
        let ids = app.connection_ids(ADA).await;
        ada.act("/settings/mcp", &format!("/settings/mcp/{}/revoke", ids[0]), &[]).await;
        by_client.revoke().await;
        for connected in [&own, &by_client] {
            assert_eq!(connected.call("get_context", json!({})).await.status, 401);
        }
        for (id, by) in ids.iter().zip(["person", "client"]) {
            let events = exported(&mut ada, &format!("/settings/mcp/{id}"), "kind=revoked").await;
            assert_eq!(actions(&events), ["connection.revoked"]);
            assert_eq!(events[0]["details"]["by"], by);
        }
    }
}

#[tokio::test]
async fn p28_user_agent_and_time_are_shown_in_the_zone_of_the_organization_with_the_exact_one_behind() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let answer = connected.raw(Method::POST, &[("user-agent", "Assistant/1.0 (<b>)")], "{}").await;
        assert_ne!(answer.status, 401);
        call_as(&connected, "Assistant/1.0 (<b>)").await;
        let mut ada = app.signed_in(ADA).await;
        let page = ada.open(&format!("{}/activity?kind=tool_calls", path(&app, ADA).await)).await.body;
        assert!(page.contains("Assistant/1.0 (&#60;b&#62;)"), "{page}");
        let zone = app.texts("SELECT time_zone AS value FROM organizations WHERE slug = 'northlight'").await.remove(0);
        assert!(page.contains(&zone));
        let time = page.split("<time datetime=\"").nth(1).unwrap();
        let (exact, rest) = time.split_once('"').unwrap();
        assert!(exact.ends_with('Z') && rest.starts_with('>'), "{rest}");
        let in_utc = exact.replace('T', " ").replace('Z', " UTC");
        assert!(rest.contains(&format!("<dt>Exact time</dt><dd>{in_utc}</dd>")), "without hovering, too: {rest}");
    }
}

/// One tool call of a program that says who it is.
pub(crate) async fn call_as(connected: &Connected, user_agent: &str) {
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "get_context", "arguments": {}, "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        }},
    });
    let headers = [
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "get_context"),
        ("user-agent", user_agent),
    ];
    assert_eq!(connected.raw(Method::POST, &headers, &body.to_string()).await.status, 200);
}

#[tokio::test]
async fn p28_activity_comes_in_pages_and_can_be_filtered_by_kind_and_severity() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        for _ in 0..30 {
            connected.ask("get_context", json!({})).await;
        }
        connected.call("no_such_tool", json!({})).await;
        let mut ada = app.signed_in(ADA).await;
        let path = path(&app, ADA).await;
        let rows = |page: &str| page.matches("data-event=").count();
        let older = |page: &str| {
            let query = page.split("/activity?").skip(1).find(|rest| rest.contains("\">Older"))?;
            Some(query.split('"').next()?.replace("&#38;", "&"))
        };
        let first = ada.open(&format!("{path}/activity")).await.body;
        assert_eq!(rows(&first), 25);
        let second = ada.open(&format!("{path}/activity?{}", older(&first).expect("older ones"))).await.body;
        assert_eq!(rows(&second), 8, "31 calls, connected and access issued");
        assert_eq!(older(&second), None);
        assert!(first.contains("Call refused") && second.contains("Connected"), "newest first");

        let calls = ada.open(&format!("{path}/activity?kind=tool_calls&severity=")).await.body;
        assert_eq!(rows(&calls), 25);
        let more = older(&calls).expect("older ones");
        assert!(more.contains("kind=tool_calls"), "{more}");
        assert_eq!(rows(&ada.open(&format!("{path}/activity?{more}")).await.body), 5);
        assert_eq!(rows(&ada.open(&format!("{path}/activity?severity=low")).await.body), 1);
        assert_eq!(rows(&ada.open(&format!("{path}/activity?kind=replay")).await.body), 0);
        assert_eq!(rows(&ada.open(&format!("{path}/activity?kind=connected&severity=high")).await.body), 0);
        for odd in ["kind=x", "severity=worst", "before=1", "before=%00"] {
            assert_eq!(ada.open(&format!("{path}/activity?{odd}")).await.status, 404, "{odd}");
        }
    }
}

#[tokio::test]
async fn p29_with_recording_off_calls_are_absent_lifecycle_stays_and_the_panel_says_so() {
    for app in apps_without_call_records().await {
        let connected = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        connected.ask("get_context", json!({})).await;
        connected.ask("add_contact", json!({"name": "Teatro Nuovo"})).await;
        connected.call("no_such_tool", json!({})).await;
        assert_eq!(connected.refresh().await.status, 200);
        connected.revoke().await;
        assert_eq!(
            app.connection_actions(ADA).await,
            ["connection.approved", "access.issued", "call.refused", "access.renewed", "connection.revoked"]
        );
        let mut ada = app.signed_in(ADA).await;
        let panel = format!("{}/activity", path(&app, ADA).await);
        assert!(ada.open(&panel).await.body.contains("turned off the recording of tool calls"));
    }
    for app in apps().await {
        app.connect(&app.ada_reads_northlight()).await;
        let panel = format!("{}/activity", path(&app, ADA).await);
        assert!(!app.signed_in(ADA).await.open(&panel).await.body.contains("turned off the recording"));
    }
}

#[tokio::test]
async fn p30_activity_is_seen_by_its_owner_and_by_no_admin() {
    for app in apps().await {
        let connected = app.connect(&Consent::to_read(BEN, "northlight")).await;
        connected.ask("get_context", json!({})).await;
        let path = path(&app, BEN).await;
        for page in ["activity", "activity.csv", "activity.json"] {
            assert_eq!(app.signed_in(BEN).await.open(&format!("{path}/{page}")).await.status, 200);
            for other in [ADA, "hana@demo.example", "dan@demo.example"] {
                let answer = app.signed_in(other).await.open(&format!("{path}/{page}")).await;
                assert_eq!(answer.status, 404, "{other}");
                assert!(!answer.body.contains("tool.called") && !answer.body.contains("Ben"));
            }
        }
        app.disable(BEN).await;
        assert_eq!(app.signed_in(ADA).await.open(&format!("{path}/activity")).await.status, 404);
    }
}

#[tokio::test]
async fn p30_activity_is_exported_whole_as_csv_and_json_and_that_is_recorded() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        call_as(&connected, "=HYPERLINK(\"https://evil.example\",\"x\")").await;
        for _ in 0..60 {
            connected.ask("get_context", json!({})).await;
        }
        let mut ada = app.signed_in(ADA).await;
        let path = path(&app, ADA).await;
        let csv = ada.open(&format!("{path}/activity.csv")).await;
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
        assert_eq!(csv.header("content-disposition"), "attachment; filename=\"lavori-activity.csv\"");
        assert_eq!(csv.header("cache-control"), "no-store");
        assert!(csv.body.starts_with("time,action,severity,ip_address,user_agent,request_id,details,id\r\n"));
        assert_eq!(csv.body.matches("\r\n").count(), 1 + 2 + 61 + 1);
        assert!(csv.body.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"x\"\")\","), "no formula");

        let json = ada.open(&format!("{path}/activity.json")).await;
        assert_eq!(json.header("content-type"), "application/json");
        let file = json.json();
        assert_eq!(file["complete"], true);
        assert_eq!(file["events"].as_array().unwrap().len(), 2 + 61 + 2);
        assert!(json.body.contains("=HYPERLINK"), "as it is");
        let exported: Vec<_> = file["events"].as_array().unwrap()[..2]
            .iter()
            .map(|event| (event["action"].as_str().unwrap(), event["details"]["format"].as_str().unwrap()))
            .collect();
        assert_eq!(exported, [("activity.exported", "json"), ("activity.exported", "csv")]);
        assert_eq!(ada.send(Method::HEAD, &format!("{path}/activity.csv"), &[], "").await.status, 405);

        let filtered = ada.open(&format!("{path}/activity.csv?kind=connected")).await;
        assert_eq!(filtered.body.matches("\r\n").count(), 2);
    }
}

#[tokio::test]
async fn i13_markup_secrets_and_endless_arguments_are_escaped_redacted_and_cut() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let script = "<script>alert(1)</script>";
        connected.call(script, json!({})).await;
        connected.call(&connected.refresh_token.clone(), json!({})).await;
        connected.call("get_context", json!({ "x": "y".repeat(1_000_000) })).await;
        connected.call(&"z".repeat(8_000), json!({})).await;
        // As a name that the client gives itself, too.
        let metadata = json!({"client_name": script, "redirect_uris": [lavori_testkit::CALLBACK]});
        let client =
            app.http().json("/register", &[], &metadata).await.json()["client_id"].as_str().unwrap().to_owned();
        let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
        TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;

        let mut ada = app.signed_in(ADA).await;
        for id in app.connection_ids(ADA).await {
            let panel = ada.open(&format!("/settings/mcp/{id}/activity")).await.body;
            assert!(!panel.contains(script));
            let events = exported(&mut ada, &format!("/settings/mcp/{id}"), "").await;
            for event in &events {
                assert!(event.to_string().len() < 2_000, "{} bytes", event.to_string().len());
            }
        }
        assert!(!ada.open("/settings/mcp").await.body.contains(script));
        let kept = app.activity_text(ADA).await;
        assert!(kept.contains(script) && kept.contains("[redacted]") && kept.contains("… [cut]"));
        assert!(!kept.contains("lvr_") && !kept.contains(&"y".repeat(400)) && !kept.contains(&"z".repeat(400)));
        assert!(!app.database_holds(&connected.refresh_token).await);
    }
}
