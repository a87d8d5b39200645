//! `subscriptions/listen` (MCP 2026-07-28 basic/patterns/subscriptions).

use std::sync::Mutex;
use std::time::Duration;

use http_body_util::BodyExt;
use lavori_mcp::{Change, Response};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::library::Library;
use crate::support::{Desked, Reply, desk_of, legacy, modern, modern_head, with_body};

const ID: &str = "io.modelcontextprotocol/subscriptionId";

fn teller() -> (Desked, mpsc::UnboundedSender<Change>) {
    let (sender, changes) = mpsc::unbounded_channel();
    let changes = Some(Mutex::new(Some(changes)));
    (desk_of(Library { changes, ..Library::new("teller", "The Teller") }), sender)
}

async fn listen(desk: &Desked, filter: Value) -> Response {
    let request = modern("subscriptions/listen", json!({ "notifications": filter }));
    desk.endpoint.serve(desk.read(request).unwrap()).await
}

/// The next message of a stream; `None`: it ended.
async fn next(response: &mut Response) -> Option<Value> {
    let patience = Duration::from_secs(10);
    loop {
        let frame = tokio::time::timeout(patience, response.body_mut().frame()).await.expect("it comes")?;
        let bytes = frame.unwrap().into_data().unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        assert!(!text.lines().any(|line| line.starts_with("id:") && line.len() > 4), "no stream is taken up again");
        let data: String = text.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim).collect();
        if !data.is_empty() {
            return Some(serde_json::from_str(&data).unwrap());
        }
    }
}

#[tokio::test]
async fn a_subscription_is_acknowledged_told_and_ended_with_its_result() {
    let (desk, changes) = teller();
    let filter = json!({ "toolsListChanged": true, "promptsListChanged": true, "resourceSubscriptions": ["x:y"] });
    let mut response = listen(&desk, filter).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");

    let begun = next(&mut response).await.unwrap();
    assert_eq!(begun["method"], "notifications/subscriptions/acknowledged");
    assert_eq!(begun["params"]["notifications"], json!({ "toolsListChanged": true }), "no more than there is");
    assert_eq!(begun["params"]["_meta"][ID], 7);
    changes.send(Change::Tools).unwrap();
    let told = next(&mut response).await.unwrap();
    assert_eq!(
        (&told["method"], &told["params"]["_meta"][ID]),
        (&json!("notifications/tools/list_changed"), &json!(7))
    );
    assert!(told.get("id").is_none());

    drop(changes);
    let result = next(&mut response).await.unwrap();
    assert_eq!((&result["id"], &result["result"]["resultType"]), (&json!(7), &json!("complete")));
    assert_eq!(result["result"]["_meta"][ID], 7);
    assert_eq!(result["result"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "teller");
    assert_eq!(next(&mut response).await, None);
}

#[tokio::test]
async fn who_did_not_ask_for_a_kind_is_not_told_of_it() {
    let (desk, changes) = teller();
    let mut response = listen(&desk, json!({})).await;
    let begun = next(&mut response).await.unwrap();
    assert_eq!(begun["params"]["notifications"], json!({}));
    changes.send(Change::Tools).unwrap();
    drop(changes);
    assert_eq!(next(&mut response).await.unwrap()["result"]["resultType"], "complete");
    assert_eq!(next(&mut response).await, None);
}

#[tokio::test]
async fn a_subscriber_that_goes_away_is_listened_for_no_more() {
    let (desk, changes) = teller();
    let mut response = listen(&desk, json!({ "toolsListChanged": true })).await;
    next(&mut response).await.unwrap();
    assert!(!changes.is_closed());
    drop(response);
    tokio::time::timeout(Duration::from_secs(10), changes.closed()).await.expect("the stream is dropped");
}

#[tokio::test]
async fn where_there_is_no_place_the_client_is_told_when_to_come_back() {
    let (desk, _changes) = teller();
    let _first = listen(&desk, json!({})).await;
    let response = listen(&desk, json!({})).await;
    assert_eq!(response.headers()["retry-after"], "10");
    assert_eq!(Reply::of(response).await.error().0, 503);
}

#[tokio::test]
async fn a_subscription_has_its_headers_and_its_filter_and_is_unknown_to_legacy_clients() {
    let (desk, _changes) = teller();
    let body = modern("subscriptions/listen", json!({ "notifications": {} })).into_body();
    let lie = with_body(modern_head("tools/list"), body);
    assert_eq!(desk.send(lie).await.error(), (400, -32020));
    assert_eq!(desk.send(modern("subscriptions/listen", json!({}))).await.error(), (400, -32602));
    let params = json!({ "notifications": { "toolsListChanged": true } });
    assert_eq!(desk.send(legacy("subscriptions/listen", &params)).await.error(), (200, -32601));
}
