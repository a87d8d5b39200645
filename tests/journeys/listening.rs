//! Whoever listens hears when its tools change, and when its token is good no more (MCP 2026-07-28
//! basic/patterns/subscriptions; DESIGN section 3).

use std::time::{Duration, Instant};

use lavori_policy::Scopes;
use lavori_store::Options;
use lavori_testkit::{Connected, Consent, EventStream, Secrets, apps};
use serde_json::{Value, json};

use crate::processes::processes;

const ADA: &str = "ada@demo.example";
const BEN: &str = "ben@demo.example";
/// Quicker than the next look at the token would be: it was a notice.
const AT_ONCE: Duration = Duration::from_secs(5);

/// A subscription that has begun.
async fn listen(connected: &Connected) -> EventStream {
    let mut stream = connected.listen().await;
    assert_eq!(stream.status, 200);
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    assert_eq!(stream.headers["x-accel-buffering"], "no");
    let begun = next(&mut stream).await;
    assert_eq!(begun["method"], "notifications/subscriptions/acknowledged");
    assert_eq!(begun["params"]["notifications"], json!({"toolsListChanged": true}));
    stream
}

async fn next(stream: &mut EventStream) -> Value {
    let told = stream.next().await.expect("one more message");
    let message: Value = serde_json::from_str(&told.data).expect("JSON");
    let about = if message["result"].is_object() { &message["result"] } else { &message["params"] };
    assert_eq!(about["_meta"]["io.modelcontextprotocol/subscriptionId"], 1, "{message}");
    message
}

async fn hears_that_tools_changed(stream: &mut EventStream) {
    assert_eq!(next(stream).await["method"], "notifications/tools/list_changed");
}

/// The stream ends as the protocol wants it: with the request's result, and nothing after it.
async fn ends(stream: &mut EventStream) {
    let last = next(stream).await;
    assert_eq!((&last["id"], &last["result"]["resultType"]), (&json!(1), &json!("complete")), "{last}");
    assert_eq!(stream.next().await, None);
}

async fn ends_at_once(stream: &mut EventStream) {
    let began = Instant::now();
    ends(stream).await;
    assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
}

async fn is_open(stream: &mut EventStream) {
    assert_eq!(stream.within(Duration::from_millis(300)).await, None);
}

async fn tools(connected: &Connected) -> usize {
    let list = connected.request("tools/list", json!({})).await.json();
    list["result"]["tools"].as_array().expect("tools").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn p20_p21_a_switch_that_changes_the_tools_is_told() {
    for app in apps().await {
        let writer = app.connect(&app.ada_reads_northlight().with(Scopes::Write)).await;
        let reader = app.connect(&app.ada_reads_northlight()).await;
        let (mut of_writer, mut of_reader) = (listen(&writer).await, listen(&reader).await);
        let began = Instant::now();
        app.set_switches("northlight", false, false).await;
        hears_that_tools_changed(&mut of_writer).await;
        ends_at_once(&mut of_writer).await;
        assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
        is_open(&mut of_reader).await;
        assert_eq!(writer.listen().await.status, 401, "the token is good no more");

        // What a renewal gives is told to whoever listens with the token from before it.
        let narrowed = writer.renewed(&writer.refresh().await.json());
        let mut of_narrowed = listen(&narrowed).await;
        app.set_switches("northlight", true, false).await;
        is_open(&mut of_narrowed).await;
        let widened = narrowed.renewed(&narrowed.refresh().await.json());
        assert!(tools(&widened).await > tools(&narrowed).await, "{}", widened.scope);
        hears_that_tools_changed(&mut of_narrowed).await;
        is_open(&mut of_narrowed).await;
        is_open(&mut of_reader).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i8_p25_a_subscription_ends_at_once_with_what_it_rests_on() {
    for app in apps().await {
        let others = app.connect(&app.ada_reads_northlight()).await;
        let mut of_others = listen(&others).await;
        let revoked = app.connect(&app.ada_reads_northlight()).await;
        let mut streams = vec![listen(&revoked).await];
        if app.database() == "PostgreSQL" {
            streams.push(listen(&revoked.via(&app.replica().await)).await);
        }
        assert_eq!(revoked.revoke().await.status, 200);
        for stream in &mut streams {
            ends_at_once(stream).await;
        }
        assert_eq!(revoked.listen().await.status, 401);
        is_open(&mut of_others).await;

        let left = app.connect(&Consent::to_read(BEN, "northlight")).await;
        let mut stream = listen(&left).await;
        app.end_membership(BEN, "northlight").await;
        ends_at_once(&mut stream).await;
        app.disable(ADA).await;
        ends_at_once(&mut of_others).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i8_a_subscription_ends_with_its_token_and_no_notice_is_needed() {
    for app in apps().await {
        let connected = app.connect(&app.ada_reads_northlight()).await;
        let mut stream = listen(&connected).await;
        app.shift_clock(3601);
        ends(&mut stream).await;

        // A server that hears nothing looks by itself.
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_lavori-test-server"));
        let deaf = app.process(program, &["--silent"]).await;
        let connected = connected.renewed(&connected.refresh().await.json());
        let mut stream = listen(&connected.through(deaf.http())).await;
        assert_eq!(connected.revoke().await.status, 200);
        ends(&mut stream).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p36_subscriptions_end_in_good_order_when_the_server_stops() {
    for app in apps().await {
        let process = processes(&app).await.swap_remove(0);
        let connected = app.connect(&app.ada_reads_northlight()).await.through(process.http());
        let mut stream = listen(&connected).await;
        let began = Instant::now();
        tokio::join!(process.stop(), ends(&mut stream));
        assert!(began.elapsed() < AT_ONCE, "nobody waits for them: {:?}", began.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_few_for_each_connection_come_free_again_and_hold_no_database_connection() {
    for app in apps().await {
        let one = Options { connections: 1, wait: Duration::from_secs(5) };
        let server = app.replica_with(&Secrets::default(), &one).await;
        let [first, second] =
            [app.connect(&app.ada_reads_northlight()).await, app.connect(&app.ada_reads_northlight()).await];
        let [first, second] = [first.via(&server), second.via(&server)];
        let mut streams = Vec::new();
        for _ in 0..4 {
            streams.push(listen(&first).await);
        }
        let full = first.listen().await;
        assert_eq!(full.status, 503);
        assert_eq!(full.headers["retry-after"], "10");
        let _others = listen(&second).await;
        first.ask("get_context", json!({})).await;

        drop(streams.pop());
        let began = Instant::now();
        while first.listen().await.status != 200 {
            assert!(began.elapsed() < AT_ONCE, "a client that goes away leaves its place");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn only_clients_that_can_listen_are_told_that_they_can() {
    let app = lavori_testkit::app().await;
    let connected = app.connect(&app.ada_reads_northlight()).await;
    let discovered = connected.request("server/discover", json!({})).await.json();
    assert_eq!(discovered["result"]["capabilities"]["tools"], json!({"listChanged": true}));
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    });
    let accept = [("accept", "application/json, text/event-stream")];
    let initialized = connected.raw(http::Method::POST, &accept, &body.to_string()).await.json();
    assert_eq!(initialized["result"]["capabilities"]["tools"], json!({}));
}
