//! The binary as an operator runs it: bootstrap, person, and what serve prints where nobody is yet.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use lavori_accounts::set_up;
use lavori_store::{inspect, people};
use lavori_testkit::{TestStore, stores};

const PASSWORD: &str = "correct horse battery staple";

fn server(store: &TestStore, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lavori-server"));
    command.env_clear().env("LAVORI_DATABASE_URL", &store.url).env("LAVORI_LISTEN", "127.0.0.1:0");
    command.env("LAVORI_SECRET_FILE", folder.join("secret")).current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn bootstrap(store: &TestStore, folder: &Path, change: &[(&str, &str)], password: &str) -> Output {
    let mut options = vec![
        ("--organization", "Città & Luce"),
        ("--time-zone", "Europe/Rome"),
        ("--currency", "EUR"),
        ("--owner", "Ada Lovelace"),
        ("--email", "ada@luce.example"),
    ];
    for (name, value) in change {
        options.retain(|(other, _)| other != name);
        options.push((name, value));
    }
    let mut command = server(store, folder);
    command.arg("bootstrap");
    for (name, value) in options {
        command.args([name, value]);
    }
    let mut child = command.spawn().expect("the binary starts");
    // It may refuse before it reads.
    let _unread = child.stdin.take().expect("a pipe").write_all(format!("{password}\n").as_bytes());
    child.wait_with_output().expect("it ends")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A server that is stopped with its test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// The lines the server writes until it listens: the code comes before that.
fn lines_at_start(store: &TestStore, folder: &Path) -> Vec<String> {
    let mut serving = Serving(server(store, folder).arg("serve").spawn().expect("the binary starts"));
    let mut lines = Vec::new();
    for line in BufReader::new(serving.0.stderr.take().expect("a pipe")).lines() {
        lines.push(line.expect("text"));
        if lines.last().is_some_and(|line| line.contains("listening on")) {
            return lines;
        }
    }
    panic!("it ended before it listened: {lines:?}");
}

async fn texts(store: &TestStore, sql: &str) -> Vec<String> {
    let mut conn = store.store.read().await.expect("a connection");
    inspect::texts(&mut conn, sql).await.expect(sql)
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_bootstrap_makes_the_first_organization_once() {
    for store in stores().await {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for (change, password, says) in [
            (("--time-zone", "Rome"), PASSWORD, "time zone"),
            (("--currency", "ZZZ"), PASSWORD, "currency"),
            (("--email", "ada"), PASSWORD, "e-mail"),
            (("--slug", "No Slug"), PASSWORD, "short name"),
            (("--owner", "Ada"), "short", "at least 12 characters"),
            (("--password-file", "/nowhere/at/all"), PASSWORD, "/nowhere/at/all"),
        ] {
            let refused = bootstrap(&store, folder, &[change], password);
            assert_eq!(refused.status.code(), Some(1), "{change:?}");
            assert!(said(&refused).contains(says), "{change:?}: {}", said(&refused));
            assert!(!people::any(&mut store.store.read().await.unwrap()).await.unwrap(), "nothing was made");
        }
        let done = bootstrap(&store, folder, &[], PASSWORD);
        assert!(done.status.success(), "{}", said(&done));
        assert!(!said(&done).contains(PASSWORD));
        let made =
            texts(&store, "SELECT slug || ' ' || time_zone || ' ' || currency AS value FROM organizations").await;
        assert_eq!(made, ["citta-luce Europe/Rome EUR"], "{}", store.name);
        let hash = texts(&store, "SELECT password_hash AS value FROM people").await;
        assert!(hash[0].starts_with("$argon2id$"), "{hash:?}");
        assert_eq!(texts(&store, "SELECT action AS value FROM audit_events").await, ["organization.created"]);

        let again = bootstrap(&store, folder, &[("--email", "eve@luce.example")], PASSWORD);
        assert_eq!(again.status.code(), Some(1));
        assert!(said(&again).contains("set up already"), "{}", said(&again));
        assert_eq!(texts(&store, "SELECT email AS value FROM people").await, ["ada@luce.example"]);
        let lines = lines_at_start(&store, folder);
        assert!(!lines.iter().any(|line| line.contains("set-up code")), "{lines:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_serve_prints_a_code_and_where_to_use_it_where_nobody_is_yet() {
    for store in stores().await {
        let folder = tempfile::tempdir().unwrap();
        let lines = lines_at_start(&store, folder.path());
        let line = lines.iter().find(|line| line.contains("set-up code")).unwrap_or_else(|| panic!("{lines:?}"));
        assert!(line.contains("http://localhost:8700/set-up"), "{line}");
        let code = line.rsplit(' ').next().unwrap();
        set_up::check_code(&store.store, code).await.unwrap();
        assert!(set_up::check_code(&store.store, "0000-0000-0000-0000").await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p2_an_operator_disables_and_enables_a_person() {
    for store in stores().await {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert!(bootstrap(&store, folder, &[], PASSWORD).status.success());
        let person = |words: &[&str]| server(&store, folder).arg("person").args(words).output().expect("it ends");
        let done = person(&["disable", "Ada@luce.example"]);
        assert!(done.status.success() && said(&done).contains("citta-luce"), "no owner is left: {}", said(&done));
        assert_eq!(texts(&store, "SELECT state AS value FROM people").await, ["disabled"]);
        assert!(said(&person(&["disable", "ada@luce.example"])).contains("already"));
        assert!(person(&["enable", "ada@luce.example"]).status.success());
        assert_eq!(texts(&store, "SELECT state AS value FROM people").await, ["active"]);
        let unknown = person(&["disable", "eve@luce.example"]);
        assert!(unknown.status.code() == Some(1) && said(&unknown).contains("Nobody has"), "{}", said(&unknown));
        assert_eq!(person(&["disable"]).status.code(), Some(64));
        let actions = texts(&store, "SELECT action AS value FROM account_events ORDER BY id").await;
        assert_eq!(actions, ["person.disabled", "person.enabled"]);
        let details = texts(&store, "SELECT CAST(details AS TEXT) AS value FROM account_events").await;
        assert!(details.iter().all(|details| details.contains("operator")), "{details:?}");
    }
}
