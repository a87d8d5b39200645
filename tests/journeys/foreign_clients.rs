//! The official clients of others, as they come out of their registries, against the real server.

pub(crate) mod row;

use std::process::Stdio;

use lavori_testkit::{TestApp, apps};
use serde_json::Value;
use tokio::process::Command;

/// Set by `cargo xtask test --fast`, whose closing lines say what was left out.
const FAST: &str = "LAVORI_TEST_FAST";

/// A variable that `cargo xtask test` sets; `None` in the quick run.
pub(crate) fn installed(variable: &str) -> Option<String> {
    match std::env::var(variable) {
        Ok(value) => Some(value),
        Err(_) if std::env::var_os(FAST).is_some() => None,
        Err(_) => panic!("{variable} is not set: run the tests with `cargo xtask test`, or with --fast"),
    }
}

async fn journey(program: &str, script: &str, app: &TestApp, era: &str) -> Value {
    let output = Command::new(program)
        .arg(script)
        .args(["--mcp-url", &format!("{}/mcp", app.origin())])
        .args(["--email", "ada@demo.example", "--password", "lavori-demo"])
        .args(["--organization", "northlight", "--team", "sound", "--write", "--era", era])
        .stdin(Stdio::null())
        .output()
        .await
        .expect("the client starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script} --era {era}: {errors}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
}

fn check(report: &Value, version: Option<&str>) {
    if let Some(version) = version {
        assert_eq!(report["protocol_version"], version, "{report}");
    }
    let tools: Vec<&str> = report["tools"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(tools.contains(&"list_tasks") && tools.contains(&"get_context"), "{tools:?}");
    assert_eq!(report["list_tasks"]["data"].as_array().map(Vec::len), Some(5));
    assert_eq!(report["context"]["applied"]["team"], "sound");
    assert_eq!(report["scope"], "mcp:read mcp:write");
}

#[tokio::test]
async fn p7_the_official_python_client_connects_and_calls() {
    let Some(python) = installed("LAVORI_TEST_PYTHON") else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/python/journey.py");
    for app in apps().await {
        check(&journey(&python, script, &app, "auto").await, Some("2026-07-28"));
    }
}

#[tokio::test]
async fn p7_the_official_typescript_client_connects_and_calls_in_both_eras() {
    let (Some(node), Some(folder)) = (installed("LAVORI_TEST_NODE"), installed("LAVORI_TEST_TYPESCRIPT")) else {
        return;
    };
    let script = format!("{folder}/journey.mjs");
    for app in apps().await {
        check(&journey(&node, &script, &app, "legacy").await, Some("2025-11-25"));
        check(&journey(&node, &script, &app, "modern").await, Some("2026-07-28"));
    }
}
