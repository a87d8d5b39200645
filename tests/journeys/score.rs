//! mcpscore, as it comes out of its registry: it signs in over HTTPS like any client, and judges what it finds.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Stdio;
use std::time::Duration;

use lavori_testkit::{Front, TestApp};
use serde::Deserialize;
use serde_json::json;
use tokio::process::Command;

use crate::foreign_clients::installed;
use crate::foreign_clients::stage::ADA;
use crate::graded;

/// What it finds and we leave as it is, with the reason. None of it is more than `LOW`.
const ACCEPTED: [(&str, &str); 4] = [
    (
        "capability_tools_list_changed",
        "It asks a client of 2025-11-25, which could hear it only in a session. Clients of 2026-07-28 are told.",
    ),
    (
        "capability_prompts_list_changed",
        "The prompts are part of the program: they change with the server and not while a client is connected.",
    ),
    ("capability_resources_list_changed", "So are the resources, the views of tools."),
    (
        "tools_output_properties_documented",
        "Every client would pay for the words in every conversation. The first level is described, below it names speak.",
    ),
];

/// Longer than it takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(180);

#[derive(Debug, Deserialize)]
struct Report {
    mcpscore_version: String,
    score: u32,
    max_score: u32,
    authenticated: bool,
    partial: bool,
    results: Vec<Rule>,
    readiness: Readiness,
}

#[derive(Debug, Deserialize)]
struct Rule {
    rule_id: String,
    severity: String,
    passed: bool,
    message: String,
}

#[derive(Debug, Deserialize)]
struct Readiness {
    score: u32,
    max_score: u32,
    results: Vec<Rule>,
}

impl Report {
    fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.results.iter().chain(&self.readiness.results)
    }

    /// The part of the page.
    fn page(&self) -> String {
        let Self { mcpscore_version, score, max_score, readiness, .. } = self;
        let mut page = format!(
            "mcpscore {mcpscore_version}: **{score} of {max_score} points**, {} of {} of them for readiness for 2026-07-28.\n\n\
             | Severity | Rules passed | Failed |\n|---|---|---|\n",
            readiness.score, readiness.max_score
        );
        for severity in ["CRITICAL", "HIGH", "MEDIUM", "LOW"] {
            let of = |passed| self.rules().filter(|rule| rule.severity == severity && rule.passed == passed).count();
            let _infallible = writeln!(page, "| {severity} | {} | {} |", of(true), of(false));
        }
        page += "\n| Accepted | Severity | Why |\n|---|---|---|\n";
        let reasons = BTreeMap::from(ACCEPTED);
        for rule in self.rules().filter(|rule| !rule.passed) {
            let why = reasons.get(&*rule.rule_id).unwrap_or_else(|| panic!("{}: {}", rule.rule_id, rule.message));
            let _infallible = writeln!(page, "| `{}` | {} | {why} |", rule.rule_id, rule.severity);
        }
        page
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mcpscore_finds_nothing_critical_high_or_medium() {
    let (Some(python), Some(node)) = (installed("LAVORI_TEST_SCORE"), installed("LAVORI_TEST_NODE")) else { return };
    let Some(programs) = installed("LAVORI_TEST_PROGRAMS") else { return };
    let front = Front::over_tls().await;
    let app = TestApp::behind(&front).await;
    front.open(&app, None);
    let folder = tempfile::tempdir().expect("a folder");
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, Front::authority()).expect("a file");
    // A person who lets the client do what the page offers.
    let person = json!({
        "email": ADA, "password": "lavori-demo", "organization": "northlight", "write": true, "refuses": false,
    });
    std::fs::write(folder.path().join("person.json"), person.to_string()).expect("a file");
    let mut mcpscore = Command::new(python);
    mcpscore
        .args([
            "-c",
            "from mcpscore.cli import main; main()",
            &format!("{}/mcp", app.origin()),
            "--oauth",
            "--smoke",
            "--json",
            "--no-config",
        ])
        // Python waits for a browser that does not go into the background.
        .env("BROWSER", format!("'{node}' '{programs}/opener.mjs' %s &"))
        .env("SSL_CERT_FILE", &authority)
        .env("NODE_EXTRA_CA_CERTS", &authority)
        .env("LAVORI_STAGE", folder.path())
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = tokio::time::timeout(DEADLINE, mcpscore.output()).await.expect("it ends").expect("it starts");
    let told = String::from_utf8_lossy(&output.stderr);
    let report: Report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
    assert!(output.status.success() && report.authenticated && !report.partial, "{told}");
    let grave = report.rules().filter(|rule| !rule.passed && rule.severity != "LOW").collect::<Vec<_>>();
    assert!(grave.is_empty(), "{grave:#?}");
    graded::check("mcpscore", &report.page());
}
