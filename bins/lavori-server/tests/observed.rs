//! What the operator sees on the private listener, and where the traces go.

use std::collections::BTreeSet;
use std::time::Duration;

use http::Method;
use lavori_testkit::{Binary, Collector, Http, TestApp, free_address, stores};
use serde_json::{Value, json};

const DASHBOARD: &str = include_str!("../../../docs/grafana-dashboard.json");
const TRACE: [u8; 16] = *b"\x4b\xf9\x2f\x35\x77\xb3\x4d\xa6\xa3\xce\x92\x9d\x0e\x0e\x47\x36";
const PARENT: [u8; 8] = *b"\x00\xf0\x67\xaa\x0b\xa9\x02\xb7";

/// The names of the time series in a text.
fn series(text: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c| !is_name(c)).filter(|word| word.starts_with("lavori_") || word.starts_with("process_"));
    words.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn p36_health_readiness_metrics_and_a_profile_are_on_the_private_listener() {
    for store in stores().await {
        let private = free_address().to_string();
        let program = env!("CARGO_BIN_EXE_lavori-server");
        let server = Binary::start(program, &store, &[("LAVORI_PRIVATE_LISTEN", &private)]).await;
        let origin = format!("http://{}", server.address);
        let app = TestApp::of_process(store, &origin).await;
        let operator = Http::new(format!("http://{private}"), &format!("http://{private}"));
        let connected = app.connect(&app.ada_reads_northlight()).await;
        connected.ask("list_tasks", json!({})).await;
        connected.refusal("list_tasks", json!({ "limit": "many" })).await;
        assert_eq!(connected.with_token("lvr_at_no").call("get_context", json!({})).await.status, 401);

        for (path, status) in
            [("/healthz", 200), ("/readyz", 200), ("/nothing", 404), ("/debug/pprof/profile?seconds=0", 400)]
        {
            assert_eq!(operator.get(path).await.status, status, "{path}");
        }
        assert_eq!(operator.send(Method::POST, "/metrics", &[], "").await.status, 405);
        for path in ["/healthz", "/readyz"] {
            assert_eq!(app.http().get(path).await.status, 200, "load balancers ask the other one");
        }
        assert_eq!(app.http().get("/metrics").await.status, 404, "nobody else is told");

        let metrics = operator.get("/metrics").await;
        assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
        for line in [
            "lavori_tool_calls_total{tool=\"list_tasks\",outcome=\"done\"} 1",
            "lavori_tool_calls_total{tool=\"list_tasks\",outcome=\"refused\"} 1",
            "lavori_http_requests_total{route=\"mcp\",status=\"401\"} 1",
            "lavori_http_requests_total{route=\"token\",status=\"200\"} 1",
            "lavori_audit_events_total{action=\"connection.approved\"} 1",
            "lavori_http_requests_running 0",
        ] {
            assert!(metrics.body.contains(line), "{line} is missing in:\n{}", metrics.body);
        }
        let told = series(&metrics.body);
        // A quiet server has refused nothing yet.
        let quiet = [
            "lavori_connections_refused_total",
            "lavori_connections_ended_total",
            "lavori_tls_handshakes_failed_total",
        ];
        for name in series(DASHBOARD) {
            assert!(told.contains(&name) || quiet.contains(&&*name), "the dashboard draws {name}, which nobody counts");
        }

        // A profile while there is work.
        let work = tokio::spawn({
            let connected = connected.through(app.http());
            async move {
                loop {
                    connected.ask("list_tasks", json!({})).await;
                }
            }
        });
        let profile = operator.get("/debug/pprof/profile?seconds=2").await;
        work.abort();
        assert_eq!((profile.status.as_u16(), profile.header("content-type")), (200, "application/vnd.google.protobuf"));
        assert!(profile.body.contains("lavori_"), "our own functions are in it");

        if app.database() == "PostgreSQL" {
            app.take_away_database().await;
            // What was asked within the last second is still good.
            tokio::time::sleep(Duration::from_millis(1200)).await;
            for http in [&operator, &app.http()] {
                let answer = http.get("/readyz").await;
                assert_eq!(answer.status, 503, "{}", answer.body);
                assert_eq!(http.get("/healthz").await.status, 200, "the process is well");
            }
            app.bring_back_database().await;
            tokio::time::sleep(Duration::from_millis(1200)).await;
            assert_eq!(operator.get("/readyz").await.status, 200, "it recovers by itself");
        }
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p36_traces_go_to_a_collector_and_belong_to_the_callers_trace() {
    let store = stores().await.remove(0);
    let collector = Collector::start().await;
    let settings = [("LAVORI_OTLP_ENDPOINT", collector.url.as_str()), ("LAVORI_OTLP_SAMPLE_PERCENT", "0")];
    let server = Binary::start(env!("CARGO_BIN_EXE_lavori-server"), &store, &settings).await;
    let app = TestApp::of_process(store, &format!("http://{}", server.address)).await;
    let connected = app.connect(&app.ada_reads_northlight()).await;
    let call = |tool: &str, traceparent: &str| {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": tool, "arguments": {}, "_meta": { "traceparent": traceparent } } });
        (connected.through(app.http()), body.to_string())
    };
    let asked: [(&str, &str); 3] = [
        ("list_tasks", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        // Its caller keeps no trace, and the third belongs to none.
        ("list_projects", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"),
        ("list_directory", ""),
    ];
    for (tool, traceparent) in asked {
        let (connected, body) = call(tool, traceparent);
        let accept = ("accept", "application/json, text/event-stream");
        let answer = connected.raw(Method::POST, &[accept], &body).await;
        assert_eq!(answer.json()["result"]["isError"], Value::Bool(false), "{}", answer.body);
    }
    server.stop().await;
    for part in [&TRACE[..], &PARENT, b"lavori-server", b"list_tasks", b"request", b"done"] {
        assert!(collector.has(part), "{:?} is missing", String::from_utf8_lossy(part));
    }
    for part in ["list_projects", "list_directory"] {
        assert!(!collector.has(part), "{part} is in no trace that is kept");
    }
}
