//! The protocol's own conformance suite, as it comes out of its registry, against the real server. The suite cannot sign
//! in: a proxy adds the access token and passes everything else on as it came.

mod found;

use std::path::Path;
use std::process::Stdio;

use http::Method;
use lavori_testkit::{Answer, Browser, Consent, Front, TestApp};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;
use url::Url;

use crate::foreign_clients::installed;
use crate::graded;
use found::Found;

const SUITE: &str = "node_modules/@modelcontextprotocol/conformance/dist/index.js";
const EXPECTED_FAILURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/conformance/expected-failures.yml");

/// The suite's program, ready for its arguments; `None` in the quick run.
fn suite() -> Option<Command> {
    let (node, folder) = (installed("LAVORI_TEST_NODE")?, installed("LAVORI_TEST_CONFORMANCE")?);
    let mut command = Command::new(node);
    command.arg(Path::new(&folder).join(SUITE)).stdin(Stdio::null()).kill_on_drop(true);
    Some(command)
}

/// All server scenarios of a version of the protocol, whether or not they count for the suite's score.
/// `without_a_session`: those that fail, and those that find nothing to check, because the server keeps none.
async fn requirements(version: &str, without_a_session: (&[&str], &[&str])) {
    let (expected_failures, unchecked) = without_a_session;
    let Some(mut suite) = suite() else { return };
    let front = Front::new().await;
    let app = TestApp::with_fixtures_behind(&front).await;
    let connected = app.connect(&app.ada_reads_northlight()).await;
    let url = format!("{}/mcp", front.origin());
    front.open(&app, Some(&connected.access_token));
    let results = tempfile::tempdir().expect("a folder");
    suite.args(["server", "--url", &url, "--requirements", version]).arg("-o").arg(results.path());
    if !expected_failures.is_empty() {
        suite.args(["--expected-failures", EXPECTED_FAILURES]);
    }
    let output = suite.output().await.expect("the suite starts");
    let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let found = Found::read(results.path());
    assert_eq!(found.failing(), expected_failures, "{}\n{told}", found.told_failures());
    assert_eq!(found.unchecked(), unchecked, "{told}");
    assert!(output.status.success(), "{told}");
    graded::check(&format!("scenarios of {version}"), &found.table());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scenario_of_2026_07_28_passes() {
    // The suite leaves all of this one out until the extension says how a task is subscribed to.
    requirements("2026-07-28", (&[], &["tasks-status-notifications"])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scenario_of_2025_11_25_passes_but_those_that_need_a_session() {
    let need_a_session =
        ["elicitation-sep1034-defaults", "elicitation-sep1330-enums", "tools-call-elicitation", "tools-call-sampling"];
    let are_about_sessions = ["server-session-lifecycle", "server-sse-multiple-streams", "server-sse-polling"];
    requirements("2025-11-25", (&need_a_session, &are_about_sessions)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authorization_server_passes_its_scenarios() {
    let Some(mut suite) = suite() else { return };
    let app = lavori_testkit::app().await;
    let client_id = app.register().await;
    let port = free_port().await.to_string();
    let results = tempfile::tempdir().expect("a folder");
    suite.args(["authorization", "--url", app.origin(), "--client-id", &client_id, "-p", &port]);
    let suite = suite.arg("-o").arg(results.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = suite.spawn().expect("the suite starts");
    let mut lines = BufReader::new(running.stdout.take().expect("a pipe")).lines();
    let mut told = Vec::new();
    while let Some(line) = lines.next_line().await.expect("text") {
        if let Some(path) = line.trim().strip_prefix(app.origin()).filter(|path| path.starts_with("/authorize?")) {
            let back = consent(&app, path).await;
            let callback = Browser::at(&format!("http://127.0.0.1:{port}")).send(Method::GET, &back, &[], "").await;
            assert!(callback.status.is_success(), "{}", callback.status);
        }
        told.push(line);
    }
    let status = running.wait().await.expect("the suite ends");
    let found = Found::read(results.path());
    assert_eq!(
        (found.failing(), found.unchecked()),
        (vec![], vec![]),
        "{}\n{}",
        found.told_failures(),
        told.join("\n")
    );
    assert!(status.success(), "{}", told.join("\n"));
    graded::check("authorization", &found.table());
}

/// Signs in and allows, and gives the path at which the client waits.
async fn consent(app: &TestApp, path: &str) -> String {
    let mut browser = app.browser();
    let page: Answer = browser.open(path).await;
    let page = app.sign_in(&mut browser, &page, "ada@demo.example").await;
    let consent = Consent::to_read("ada@demo.example", "northlight");
    let answer = TestApp::decide(&mut browser, &page, &TestApp::consent_action(&page), &consent).await;
    let back = Url::parse(answer.location()).expect("a URL");
    format!("{}?{}", back.path(), back.query().unwrap_or_default())
}

async fn free_port() -> u16 {
    // The port is free again when this returns.
    TcpListener::bind("127.0.0.1:0").await.expect("a free port").local_addr().expect("an address").port()
}
