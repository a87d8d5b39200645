//! The real server, told to log everything it can, through a full run: no secret is in what it writes.

use http::Method;
use lavori_testkit::{
    Binary, Collector, Connected, Http, TestApp, TestStore, VERIFIER, base64url, basic, encode, free_address, stores,
};
use serde_json::json;

const ADA: &str = "ada@demo.example";
const WRONG: &str = "a-wrong-password-of-somebody";
/// What every secret of ours starts with, and a piece of the password in the database's URL.
const NEVER: [&str; 7] = ["lvr_at_", "lvr_rt_", "lvr_ac_", "lvr_se_", "lvr_rq_", "lavori-demo", WRONG];
/// Stands in tool arguments, which are nobody's business.
const ARGUMENT: &str = "zebra crossing in tool arguments";

/// The binary, told to log everything it can.
async fn started(database: &TestStore, format: &str, settings: &[(&str, &str)]) -> Binary {
    let all = [&[("LAVORI_LOG", "trace"), ("LAVORI_LOG_FORMAT", format)], settings].concat();
    Binary::start(env!("CARGO_BIN_EXE_lavori-server"), database, &all).await
}

/// Everything that can happen to a secret; gives all that were used.
async fn full_run(app: &TestApp) -> Vec<String> {
    let mut secrets = Vec::new();
    // A wrong password, then the right one; the pages' tokens, cookies and handles.
    let client = app.register().await;
    let mut browser = app.browser();
    let page = browser.open(&app.authorize_path(&client, "/mcp")).await;
    let csrf = page.hidden("csrf").expect("a form token");
    let request = page.hidden("request").expect("a sealed request");
    let wrong = [("csrf", csrf.as_str()), ("email", ADA), ("password", WRONG), ("request", &request)];
    assert_eq!(browser.submit("/sign-in", &wrong).await.status, 422);
    secrets.extend([csrf, request, browser.cookie("lavori_form").expect("a cookie").to_owned()]);
    let (mut browser, page, action) = app.ask(ADA, &client, "/mcp").await;
    secrets.extend([
        page.hidden("csrf").expect("a form token"),
        browser.cookie("lavori_session").expect("a cookie").to_owned(),
    ]);
    secrets.push(action.trim_start_matches("/consent/").to_owned());
    assert_eq!(browser.submit(&action, &[("csrf", "forged")]).await.status, 403);
    browser.open("/no-such-page").await;
    let answer = TestApp::decide(&mut browser, &page, &action, &app.ada_reads_northlight()).await;
    let code = lavori_testkit::parameter(answer.location(), "code").expect("a code");

    // Exchange, with every kind of mistake before and a replay behind another one.
    let form = ("content-type", "application/x-www-form-urlencoded");
    for fields in [vec![("code_verifier", VERIFIER), ("code", &code)], vec![("client_id", &client), ("code", &code)]] {
        app.http().form("/token", &fields).await;
    }
    let secret_header = basic(&client, WRONG);
    let body = encode(&[("code", &code), ("code_verifier", VERIFIER), ("client_secret", WRONG)]);
    app.http().send(Method::POST, "/token", &[form, ("authorization", &secret_header)], body.clone()).await;
    app.http().send(Method::POST, &format!("/token?code={code}&client_secret={WRONG}"), &[form], body.clone()).await;
    app.http().send(Method::POST, "/token", &[("content-type", "application/json")], body).await;
    let tokens = app.exchange(&client, &code).await.json();
    secrets.push(code.clone());
    let text = |name: &str| tokens[name].as_str().expect(name).to_owned();
    let mut connected = app.connect(&app.ada_reads_northlight()).await;
    secrets.extend([text("access_token"), text("refresh_token")]);

    // Calls, over both versions of HTTP; bad tokens; tokens where they do not belong.
    connected.ask("list_tasks", json!({ "query": ARGUMENT })).await;
    let http2 = connected.over_http2();
    http2.ask("list_tasks", json!({ "query": ARGUMENT })).await;
    http2.refusal("list_tasks", json!({ "no_such_argument": ARGUMENT })).await;
    let fields = [("grant_type", "refresh_token"), ("client_id", &*client), ("refresh_token", "lvr_rt_bad")];
    app.http().over_http2().form("/token", &fields).await;
    for bad in [connected.refresh_token.clone(), format!("{}A", connected.access_token), code.clone()] {
        assert_eq!(connected.with_token(&bad).call("get_context", json!({})).await.status, 401);
        assert_eq!(http2.with_token(&bad).call("get_context", json!({})).await.status, 401);
    }
    let token = connected.access_token.clone();
    let cookie = format!("lavori_session={token}");
    for http in [app.http(), app.http().over_http2()] {
        let in_query = http.send(Method::POST, &format!("/mcp?access_token={token}"), &[], "{}").await;
        assert_eq!(in_query.status, 401);
        http.send(Method::GET, &format!("/{token}"), &[("cookie", &cookie), ("x-token", &token)], "").await;
        http.send(Method::GET, &format!("/consent/{token}"), &[("cookie", &cookie)], "").await;
        http.send(Method::POST, "/mcp", &[("authorization", &format!("Bearer {token}"))], format!("{{\"{token}")).await;
        http.send(Method::POST, "/mcp", &[("authorization", &format!("Bearer {token} \u{e9}"))], "{}").await;
    }

    // Renewal, retry, replay of the code, revocation, a database in trouble.
    for _ in 0..3 {
        secrets.extend([connected.access_token.clone(), connected.refresh_token.clone()]);
        let renewed = connected.refresh().await.json();
        connected.refresh().await;
        connected = connected.renewed(&renewed);
    }
    secrets.extend([connected.access_token.clone(), connected.refresh_token.clone()]);
    app.exchange(&client, &code).await;
    trouble(app, &connected).await;
    let fields = [("client_id", &*connected.client_id), ("token", &*connected.refresh_token)];
    assert_eq!(app.http().form("/revoke", &fields).await.status, 200);
    assert_eq!(connected.refresh().await.status, 400);
    secrets
}

/// Makes statements fail that carry secrets.
async fn trouble(app: &TestApp, connected: &Connected) {
    match app.database() {
        "SQLite" => {
            let fails = "BEFORE INSERT ON access_tokens BEGIN SELECT RAISE(ABORT, 'in trouble'); END";
            app.execute(&format!("CREATE TRIGGER fails {fails}")).await;
            assert_eq!(connected.refresh().await.status, 500);
            app.execute("DROP TRIGGER fails").await;
        }
        _ => {
            app.execute(
                "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'in trouble'; END $$; \
                 CREATE TRIGGER fails BEFORE INSERT ON access_tokens FOR EACH ROW EXECUTE FUNCTION fails()",
            )
            .await;
            assert_eq!(connected.refresh().await.status, 500);
            app.execute("DROP FUNCTION fails CASCADE").await;
            app.take_away_database().await;
            assert_eq!(connected.refresh().await.status, 503);
            app.bring_back_database().await;
        }
    }
}

async fn writes_no_secret(format: &str) {
    for database in stores().await {
        let (name, url) = (database.name, database.url.clone());
        let (collector, private) = (Collector::start().await, free_address().to_string());
        let told = [("LAVORI_PRIVATE_LISTEN", private.as_str()), ("LAVORI_OTLP_ENDPOINT", &collector.url)];
        let server = started(&database, format, &told).await;
        let origin = format!("http://{}", server.address);
        let app = TestApp::of_process(database, &origin).await;
        let mut secrets = full_run(&app).await;
        let metrics = Http::new(format!("http://{private}"), &format!("http://{private}")).get("/metrics").await.body;
        let own = std::fs::read(server.folder().join("secret")).expect("the secret");
        let log = server.stop().await;
        for logged in ["listening on", "a request failed", "stopping", "TRACE"] {
            assert!(log.contains(logged), "{name}: without {logged:?} there was no full run");
        }
        let hexadecimal = own.iter().map(|byte| format!("{byte:02x}")).collect();
        secrets.extend([base64url(&own), hexadecimal, format!("{own:?}"), VERIFIER.to_owned(), ARGUMENT.to_owned()]);
        secrets.extend(NEVER.map(str::to_owned));
        // postgres://USER:PASSWORD@HOST/NAME
        let password = url.split("://").nth(1).and_then(|rest| rest.split_once('@')?.0.split_once(':')?.1.into());
        secrets.extend(password.map(str::to_owned));
        let leaks: Vec<&str> =
            log.lines().filter(|line| secrets.iter().any(|secret| line.contains(secret.as_str()))).collect();
        assert!(leaks.is_empty(), "{name}, {} lines of {}: {}", leaks.len(), log.lines().count(), leaks[0]);
        assert!(metrics.contains("lavori_tool_calls_total{tool=\"list_tasks\"") && collector.has("list_tasks"));
        // Nor what people and projects are called.
        secrets.extend([ADA, "Northlight"].map(str::to_owned));
        for secret in &secrets {
            assert!(!metrics.contains(secret.as_str()), "{name}: {secret} is in the metrics");
            assert!(!collector.has(secret), "{name}: {secret} is in the traces");
        }
    }
}

#[tokio::test]
async fn j7_no_secret_is_in_the_logs_for_people_after_a_full_run() {
    writes_no_secret("text").await;
}

#[tokio::test]
async fn j7_no_secret_is_in_the_logs_for_machines_after_a_full_run() {
    writes_no_secret("json").await;
}

/// Makes a call with these headers and this `_meta`; gives the id of its request.
async fn logged(connected: &Connected, headers: &[(&str, &str)], meta: serde_json::Value) -> String {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "get_context", "arguments": { "sections": ["now"] }, "_meta": meta } });
    let accept = ("accept", "application/json, text/event-stream");
    let answer = connected.raw(Method::POST, &[&[accept], headers].concat(), &body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.header("x-request-id").to_owned()
}

#[tokio::test]
async fn lines_of_a_call_carry_its_request_id_and_the_trace_that_it_names() {
    const MESSAGE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const HEADER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let database = stores().await.remove(0);
    let server = started(&database, "json", &[]).await;
    let origin = format!("http://{}", server.address);
    let app = TestApp::of_process(database, &origin).await;
    let connected = app.connect(&app.ada_reads_northlight()).await;
    let header = [("traceparent", HEADER)];
    let none = json!({});
    let expected = [
        (logged(&connected, &[], json!({ "traceparent": MESSAGE })).await, Some(MESSAGE)),
        (logged(&connected, &header, none.clone()).await, Some(HEADER)),
        (logged(&connected, &header, json!({ "traceparent": MESSAGE })).await, Some(MESSAGE)),
        (logged(&connected, &header, json!({ "traceparent": "nonsense" })).await, Some(HEADER)),
        (logged(&connected, &[("traceparent", "nonsense")], none.clone()).await, None),
        (logged(&connected, &[], none).await, None),
    ];
    let log = server.stop().await;
    let lines: Vec<serde_json::Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    for (request_id, traceparent) in expected {
        let of_request = |line: &&serde_json::Value| line["span"]["request_id"] == request_id.as_str();
        let line = lines.iter().filter(of_request).find(|line| line["fields"]["status"] == 200).expect(&request_id);
        let named = traceparent.map(|text| text.split('-').collect::<Vec<_>>());
        let (trace_id, parent_id) = named.map(|parts| (json!(parts[1]), json!(parts[2]))).unwrap_or_default();
        assert_eq!((&line["span"]["trace_id"], &line["span"]["parent_id"]), (&trace_id, &parent_id), "{line}");
    }
}
