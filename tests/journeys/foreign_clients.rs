//! Clients of others that are libraries, as they come out of their registries, against the real server, all the way:
//! discover, register, sign in, consent, list, read, step up, write, refresh, and find themselves revoked.
//!
//! What a client does is kept in `docs/clients.md`. Nothing of it depends on the database: each journey runs once.

pub(crate) mod row;
mod rust;
pub(crate) mod stage;

use lavori_testkit::{TestApp, app};
use serde_json::json;
use tokio::process::Command;

use self::stage::{ADA, agrees, play};

/// Set by `cargo xtask test --fast`, whose closing lines say what was left out.
const FAST: &str = "LAVORI_TEST_FAST";
/// The task that a client adds.
const TITLE: &str = "Hang the second delay line";
/// The document of a client that is no program of somebody in particular.
const DOCUMENT: &str = "https://client.example/client.json";

/// A variable that `cargo xtask test` sets; `None` in the quick run.
pub(crate) fn installed(variable: &str) -> Option<String> {
    match std::env::var(variable) {
        Ok(value) => Some(value),
        Err(_) if std::env::var_os(FAST).is_some() => None,
        Err(_) => panic!("{variable} is not set: run the tests with `cargo xtask test`, or with --fast"),
    }
}

/// A client's metadata document, published where the server finds it.
pub(crate) async fn publish(app: &TestApp, id: &str, redirect_uris: &[&str]) {
    let document = json!({
        "client_id": id, "client_name": "Lavori journey", "redirect_uris": redirect_uris,
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    app.publish_client(id, &document).await;
}

/// A client's program with what it needs to know: where it plays, who sits before it, which task it is to add, and its
/// document, if it has one.
pub(crate) fn client(program: &str, script: &str, app: &TestApp, title: &str, document: Option<&str>) -> Command {
    let mut command = Command::new(program);
    command
        .arg(script)
        .args(["--mcp-url", &format!("{}/mcp", app.origin()), "--email", ADA, "--password", "lavori-demo"])
        .args(["--organization", "northlight", "--team", "sound", "--title", title])
        .args(document.iter().flat_map(|document| ["--document", document]));
    command
}

/// A client's program goes all the way in one era, with a document or without, and its row is held to the page.
async fn journey(program: &str, script: &str, era: &str, document: Option<&str>) {
    let app = app().await;
    if let Some(redirect_uri) = document {
        publish(&app, DOCUMENT, &[redirect_uri]).await;
    }
    let document = document.map(|_| DOCUMENT);
    let report = play(&app, client(program, script, &app, TITLE, document).args(["--era", era])).await;
    agrees(&app, &report, TITLE, document).await;
    assert_eq!(report.seen["context"]["applied"]["team"], "sound");
    let shows = |list: &str, tool: &str| report.seen[list].as_array().expect("a list").contains(&json!(tool));
    assert!(shows("tools", "list_tasks") && !shows("tools", "create_tasks"), "{report:?}");
    // In the modern era the first list is good for half a minute, and some clients keep it as long.
    assert!(shows("tools_then", "create_tasks") || era == "modern", "{report:?}");
    row::check(&report);
}

fn python(script: &str) -> String {
    format!("{}/clients/python/{script}", env!("CARGO_MANIFEST_DIR"))
}

#[tokio::test]
async fn p7_the_official_python_client_goes_all_the_way_with_its_own_document() {
    let Some(program) = installed("LAVORI_TEST_PYTHON") else { return };
    journey(&program, &python("journey.py"), "modern", Some("http://127.0.0.1:41237/callback")).await;
}

#[tokio::test]
async fn p7_the_official_python_client_goes_all_the_way_registered_in_the_2025_era() {
    let Some(program) = installed("LAVORI_TEST_PYTHON") else { return };
    journey(&program, &python("journey.py"), "legacy", None).await;
}

#[tokio::test]
async fn p7_fastmcp_goes_all_the_way_registered() {
    let Some(program) = installed("LAVORI_TEST_PYTHON") else { return };
    journey(&program, &python("fastmcp_journey.py"), "modern", None).await;
}

#[tokio::test]
async fn p7_fastmcp_goes_all_the_way_with_its_own_document_in_the_2025_era() {
    let Some(program) = installed("LAVORI_TEST_PYTHON") else { return };
    // It listens at another port each time, which its document does not name.
    journey(&program, &python("fastmcp_journey.py"), "legacy", Some("http://localhost/callback")).await;
}

#[tokio::test]
async fn p7_the_official_typescript_client_goes_all_the_way_with_its_own_document() {
    let (Some(node), Some(folder)) = (installed("LAVORI_TEST_NODE"), installed("LAVORI_TEST_TYPESCRIPT")) else {
        return;
    };
    journey(&node, &format!("{folder}/journey.mjs"), "modern", Some("http://localhost:41238/callback")).await;
}

#[tokio::test]
async fn p7_the_official_typescript_client_goes_all_the_way_registered_in_the_2025_era() {
    let (Some(node), Some(folder)) = (installed("LAVORI_TEST_NODE"), installed("LAVORI_TEST_TYPESCRIPT")) else {
        return;
    };
    journey(&node, &format!("{folder}/journey.mjs"), "legacy", None).await;
}
