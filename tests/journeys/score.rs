//! mcpscore, as it comes out of its registry, against the real server over HTTPS: it registers, sends a person through
//! sign-in and consent, and audits what it then sees.

use std::fmt::Write;
use std::process::Stdio;

use lavori_testkit::{Front, TestApp};
use serde_json::Value;
use tokio::process::Command;

use crate::foreign_clients::installed;
use crate::graded;

const BROWSE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients/score/browse.py");

/// Findings that are known and stay: the rule, and why.
const ACCEPTED: &[(&str, &str)] = &[];

#[tokio::test(flavor = "multi_thread")]
async fn mcpscore_finds_nothing_that_is_not_accepted() {
    let Some(python) = installed("LAVORI_TEST_SCORE") else { return };
    let front = Front::https().await;
    let app = TestApp::behind(&front).await;
    let url = format!("{}/mcp", front.origin());
    front.open(&app, None);
    let authority = Front::authority();
    // Python's `webbrowser` takes a command; the `&` lets mcpscore go on to wait for the answer.
    let person = "--email ada@demo.example --password lavori-demo --organization northlight";
    let output = Command::new(&python)
        .args(["-m", "mcpscore.cli", "--json", "--oauth", "--no-config", &url])
        .env("BROWSER", format!("{python} {BROWSE} {person} %s &"))
        .env("SSL_CERT_FILE", &authority)
        .stdin(Stdio::null())
        .output()
        .await
        .expect("mcpscore starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
    println!("{report:#}");
    graded::check("score", &page(&report));
}

fn page(report: &Value) -> String {
    let mut page = String::new();
    let _ = writeln!(page, "{report:#}");
    page
}
