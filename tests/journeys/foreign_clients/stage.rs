//! Where a client's program plays: it prints what it wishes of the world, a line each, and its report in the end.

use std::process::Stdio;
use std::time::Duration;

use lavori_testkit::TestApp;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

use super::row::{Report, Step};

/// Who uses every foreign client.
pub(crate) const ADA: &str = "ada@demo.example";
/// Longer than an access token is good for, in seconds.
pub(crate) const AN_HOUR: i64 = 3600 + 1;
/// Longer than a journey takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(150);

/// Runs a client's program until it reports.
///
/// # Panics
/// When it fails, or does not end.
pub(crate) async fn play(app: &TestApp, program: &mut Command) -> Report {
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut running = program.spawn().expect("the client starts");
    let mut answers = running.stdin.take().expect("a pipe");
    let mut printed = BufReader::new(running.stdout.take().expect("a pipe")).lines();
    let mut errors = running.stderr.take().expect("a pipe");
    let errors = tokio::spawn(async move {
        let mut told = Vec::new();
        errors.read_to_end(&mut told).await.map(|_| String::from_utf8_lossy(&told).into_owned())
    });
    let going = async {
        let mut last = String::new();
        while let Some(line) = printed.next_line().await.expect("text") {
            match &*line {
                "expire" => app.shift_clock(AN_HOUR),
                "revoke" => revoke(app).await,
                _ => {
                    last = line;
                    continue;
                }
            }
            // A program that ended meanwhile says why on its standard error.
            let _ = answers.write_all(b"done\n").await;
        }
        (last, running.wait().await.expect("an end"))
    };
    let ended = tokio::time::timeout(DEADLINE, going).await;
    let (last, status) = ended.unwrap_or_else(|_| panic!("{program:?} did not end"));
    let told = errors.await.expect("no panic").expect("text");
    assert!(status.success(), "{program:?}: {told}");
    Report::read(&last)
}

/// Ada opens her connections and revokes each.
pub(crate) async fn revoke(app: &TestApp) {
    const LIST: &str = "/settings/mcp";
    let mut ada = app.signed_in(ADA).await;
    for id in app.connection_ids(ADA).await {
        assert_eq!(ada.act(LIST, &format!("{LIST}/{id}/revoke"), &[]).await.status, 303);
    }
}

/// Holds what a client says to what the server keeps: `title` is that of the task which it added, `document` the URL of
/// its metadata document, if it has one.
pub(crate) async fn agrees(app: &TestApp, report: &Report, title: &str, document: Option<&str>) {
    let ids = app.texts("SELECT client_id AS value FROM connections").await;
    match document {
        Some(document) => {
            assert_eq!(report.registration, "CIMD");
            assert!(ids.iter().all(|id| id == document), "{ids:?}");
            assert_eq!(app.fetches_of(document), 1);
        }
        None => {
            assert_eq!(report.registration, "DCR");
            assert!(ids.iter().all(|id| id.starts_with("lvr_dc_")), "{ids:?}");
        }
    }
    let passed = |step| report.passed.contains(&step);
    let scopes = app.texts("SELECT approved_scope AS value FROM connections ORDER BY id").await;
    let wanted: &[&str] = match (passed(Step::StepUp), passed(Step::Write)) {
        (true, _) => &["mcp:read", "mcp:read mcp:write"],
        (false, true) => &["mcp:read mcp:write"],
        (false, false) => &["mcp:read"],
    };
    assert_eq!(scopes, wanted, "what the person allowed");
    let written = app.texts(&format!("SELECT title AS value FROM tasks WHERE title = '{title}'")).await;
    assert_eq!(written.len(), usize::from(passed(Step::Write)), "what the client added");

    let actions = app.connection_actions(ADA).await;
    let count = |wanted: &str| actions.iter().filter(|action| *action == wanted).count();
    assert_eq!(count("access.issued"), scopes.len(), "one code for each consent: {actions:?}");
    assert_eq!(count("access.renewed") > 0, passed(Step::Refresh), "{actions:?}");
    assert_eq!(count("connection.revoked"), scopes.len(), "{actions:?}");
    let revoked = actions.iter().position(|action| action == "connection.revoked").expect("it was counted");
    let after = &actions[revoked..];
    assert!(!after.iter().any(|action| action == "tool.called" || action == "access.renewed"), "{actions:?}");
}
