//! Clients of others that are programs, as they come out of npm's registry, against the real server, as far as each of
//! them goes. What a program does is kept in `docs/clients.md`, beside the libraries' rows.

use lavori_testkit::{Front, TestApp};

use crate::foreign_clients::stage::{agrees, play};
use crate::foreign_clients::{client, installed, publish, row};

/// The task that a client adds.
const TITLE: &str = "Label the patch cables";
/// The document that Anthropic publishes for Claude Code.
const CLAUDE_CODE: &str = "https://claude.ai/oauth/claude-code-client-metadata";

/// A program goes as far as it can: with this document, published where the server finds it, or registered without one.
async fn journey(program: &str, document: Option<(&str, &[&str])>) {
    let (Some(node), Some(folder)) = (installed("LAVORI_TEST_NODE"), installed("LAVORI_TEST_PROGRAMS")) else { return };
    let front = Front::new().await;
    let app = TestApp::behind(&front).await;
    let versions = front.open(&app, None);
    if let Some((id, redirect_uris)) = document {
        publish(&app, id, redirect_uris).await;
    }
    let id = document.map(|(id, _)| id);
    let mut command = client(&node, &format!("{folder}/journey.mjs"), &app, TITLE, id);
    let report = play(&app, command.args(["--program", program])).await;
    agrees(&app, &report, TITLE, id).await;
    assert!(versions.seen().contains(&report.protocol), "{report:?}: {:?}", versions.seen());
    row::check(&report);
}

#[tokio::test]
async fn p7_mcp_remote_goes_all_the_way_registered() {
    journey("mcp-remote", None).await;
}

#[tokio::test]
async fn p7_mcp_remote_goes_all_the_way_with_a_document() {
    let document = ("https://remote.example/client.json", &["http://localhost/oauth/callback"][..]);
    journey("mcp-remote", Some(document)).await;
}

#[tokio::test]
async fn p7_inspector_goes_as_far_as_it_can_registered_in_the_2025_era() {
    journey("inspector", None).await;
}

#[tokio::test]
async fn p7_inspector_goes_as_far_as_it_can_with_a_document() {
    let document = ("https://inspector.example/client.json", &["http://127.0.0.1/oauth/callback"][..]);
    journey("inspector", Some(document)).await;
}

#[tokio::test]
async fn p7_mcporter_goes_as_far_as_it_can_registered_in_the_2025_era() {
    journey("mcporter", None).await;
}

#[tokio::test]
async fn p7_claude_code_is_added_signed_in_and_says_how_it_stands() {
    let redirect_uris = ["http://localhost/callback", "http://127.0.0.1/callback"];
    journey("claude-code", Some((CLAUDE_CODE, &redirect_uris))).await;
}
