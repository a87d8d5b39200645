//! The view that draws a report, in a host's page.

use lavori_testkit::app;
use serde_json::json;

use crate::in_a_browser::journey;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_drawn_in_a_host_of_another_origin_and_asks_nobody_for_anything() {
    let app = app().await;
    let connected = app.connect(&app.ada_reads_northlight()).await;
    let given = json!({"path": connected.path, "access_token": connected.access_token});
    journey(&app, "pages/report_view", &given).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_hosts_that_show_views_hear_of_them_and_answers_are_the_same_for_all() {
    let app = app().await;
    let connected = app.connect(&app.ada_reads_northlight()).await;
    let plain = connected.request("tools/list", json!({})).await;
    assert!(!plain.body.contains("ui://"), "{}", plain.body);

    let view = "ui://lavori/report";
    let read = connected.request("resources/list", json!({})).await.json();
    let listed = &read["result"]["resources"][0];
    assert_eq!((&listed["uri"], &listed["mimeType"]), (&json!(view), &json!("text/html;profile=mcp-app")));

    let called = connected.call("query_analytics", json!({"report": "revenue", "group_by": ["month"]})).await.json();
    let (text, data) = (&called["result"]["content"], &called["result"]["structuredContent"]);
    assert_eq!(text.as_array().unwrap().len(), 1, "text alone");
    let told: serde_json::Value = serde_json::from_str(text[0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(&told, data);
    assert!(!called.to_string().contains("ui://"), "an answer names no view");
}
