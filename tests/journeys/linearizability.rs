//! Once the call that revoked a connection, or turned a switch off, has answered, no write of it commits anywhere
//! (PRODUCT.md P23, OAUTH.md 4.1): shown by the history of many rounds, not by luck.
//!
//! On PostgreSQL two server processes write to one database, one of which hears no notice of what is taken away, so that
//! the locks alone keep the promise there. On SQLite one process is all there can be.

mod history;
mod run;

use lavori_testkit::{TestApp, apps};
use run::{Outcome, Servers, WRITERS};

const ROUNDS: usize = 30;

#[expect(clippy::print_stdout, reason = "the counts are what docs/guarantees.md states")]
fn report(app: &TestApp, what: &str, outcome: &Outcome) {
    println!(
        "{}: {} {what} under {WRITERS} writers, {} of them met a running write; {} writes committed, {} refused; \
         {} committed after the answer; the answer took {:.0} ms (median), {:.0} ms (95 %)",
        app.database(),
        outcome.taken_away,
        outcome.met_a_write,
        outcome.committed,
        outcome.refused,
        outcome.violations.len(),
        outcome.wait(0.5),
        outcome.wait(0.95),
    );
}

fn assert_kept(app: &TestApp, what: &str, outcome: &Outcome) {
    report(app, what, outcome);
    assert_eq!(outcome.violations, []);
    assert!(outcome.met_a_write * 2 > outcome.taken_away, "most rounds must meet a running write to mean anything");
}

#[tokio::test(flavor = "multi_thread")]
async fn p23_h7_i8_no_write_commits_after_its_revocation_was_answered() {
    for app in apps().await {
        let servers = Servers::start(&app, &[&[], &["--silent"]]).await;
        assert_kept(&app, "revocations", &servers.revoke(ROUNDS).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p23_i7_no_write_commits_after_the_switch_off_was_answered() {
    for app in apps().await {
        let servers = Servers::start(&app, &[&[], &["--silent"]]).await;
        assert_kept(&app, "switch-offs", &servers.switch_off(ROUNDS).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_shows_it_when_the_writers_lock_is_taken_out() {
    for app in apps().await.into_iter().filter(|app| app.database() == "PostgreSQL") {
        let without: &[&str] = &["--silent", "--without-locks"];
        let servers = Servers::start(&app, &[without, without]).await;
        let outcome = servers.revoke(30).await;
        report(&app, "revocations without the lock", &outcome);
        assert!(!outcome.violations.is_empty(), "without the lock the promise must be seen to break");
    }
}
