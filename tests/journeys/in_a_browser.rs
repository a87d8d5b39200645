//! Rows that only a real browser can answer: Chromium, driven from outside.

use std::process::Stdio;

use lavori_testkit::{TestApp, app, apps};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::foreign_clients::installed;

const ADA: &str = "ada@demo.example";
const CONNECTIONS: &str = "SELECT CAST(id AS TEXT) AS value FROM connections";

/// Runs a journey of `tests/browser`; `None` in the quick run. `given` is what the script gets besides.
pub(crate) async fn journey(app: &TestApp, script: &str, given: &Value) -> Option<Value> {
    let (node, folder) = (installed("LAVORI_TEST_NODE")?, installed("LAVORI_TEST_BROWSER")?);
    let mut command = Command::new(node);
    command
        .arg(format!("{folder}/{script}.mjs"))
        .args(["--origin", app.origin(), "--chromium", &installed("LAVORI_TEST_CHROMIUM")?])
        .args(["--email", ADA, "--password", "lavori-demo", "--organization", "northlight"])
        .args(["--given", &given.to_string()]);
    if let Ok(folder) = std::env::var("LAVORI_TEST_SCREENS") {
        command.args(["--screens", &folder]);
    }
    let output = command.stdin(Stdio::null()).output().await.expect("the journey starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {errors}");
    Some(serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a5_a_client_in_a_page_of_another_origin_connects_and_reads_the_challenges() {
    for app in apps().await {
        let Some(report) = journey(&app, "inspector", &Value::Null).await else { return };
        let text = |name: &str| report[name].as_str().unwrap_or_default().to_owned();
        assert!(text("challenge").contains("resource_metadata="), "{report}");
        assert_eq!(text("scope"), "mcp:read", "{report}");
        assert!(
            report["tools"].as_array().is_some_and(|tools| tools.iter().any(|tool| tool == "list_tasks")),
            "{report}"
        );
        assert_eq!(report["refused"], 401);
        assert!(text("refusal").contains("invalid_token"), "{report}");
        assert_eq!((text("state"), text("iss")), ("s".to_owned(), app.origin().to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a5_inspectors_own_page_connects_lists_and_calls() {
    let Some(programs) = installed("LAVORI_TEST_PROGRAMS") else { return };
    let app = app().await;
    let Some(report) = journey(&app, "inspector_ui", &json!({ "programs": programs })).await else { return };
    assert_eq!(report["tools"], json!(["get_context", "list_tasks", "query_analytics"]), "what may be read");
    assert_eq!(app.texts(CONNECTIONS).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn f1_a_page_cannot_be_framed_and_a_second_answer_grants_nothing() {
    for app in apps().await {
        let Some(report) = journey(&app, "consent", &Value::Null).await else { return };
        for frame in report["framed"].as_array().unwrap() {
            assert!(frame["url"].as_str().unwrap().starts_with("chrome-error://"), "{frame}");
            assert!(!frame["text"].as_str().unwrap().contains("Lavori"), "{frame}");
        }
        let answers = report["answers"].as_array().unwrap();
        for answer in answers {
            let arrived = answer["arrivals"].as_u64().unwrap();
            let told = answer["text"].as_str().unwrap().contains("This request is over");
            assert!(arrived == 1 || (arrived == 0 && told), "{answer}");
        }
        // With our script the second click is not even sent: the client always gets its code.
        assert_eq!((&answers[0]["arrivals"], &answers[1]["arrivals"]), (&1.into(), &1.into()), "{report}");
        assert_eq!(app.texts(CONNECTIONS).await.len(), answers.len(), "each page granted once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f10_after_allow_the_browser_arrives_wherever_the_client_is() {
    for app in apps().await {
        let Some(report) = journey(&app, "redirects", &Value::Null).await else { return };
        let places = report.as_array().unwrap();
        assert_eq!(places.len(), 4);
        for place in places {
            assert_eq!(place["arrived"], true, "{place}");
            assert_eq!(place["policy"], serde_json::json!([]), "nothing was refused: {place}");
        }
    }
}
