//! A run: writers that never stop, over servers in processes of their own, while somebody takes away what they rely on.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lavori_policy::Scopes;
use lavori_testkit::{Browser, Connected, Consent, Http, Process, TestApp};
use serde_json::{Value, json};

use super::history::{TakenAway, Violation, Write, violations};

/// Writers that run at the same time.
pub(crate) const WRITERS: usize = 16;

const ADA: &str = "ada@demo.example";
const NORTHLIGHT: &str = "northlight";

/// What a run came to.
pub(crate) struct Outcome {
    pub(crate) taken_away: usize,
    pub(crate) committed: usize,
    pub(crate) refused: usize,
    /// How often a write of the connection, or of anybody, was running when it was taken away.
    pub(crate) met_a_write: usize,
    pub(crate) violations: Vec<Violation>,
    /// How long taking away took, each.
    pub(crate) waits: Vec<Duration>,
}

impl Outcome {
    /// How long taking away took, in milliseconds, for this share of the times.
    pub(crate) fn wait(&self, share: f64) -> f64 {
        let mut waits: Vec<f64> = self.waits.iter().map(|wait| wait.as_secs_f64() * 1000.0).collect();
        waits.sort_by(f64::total_cmp);
        #[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "a place in a short list")]
        let place = ((waits.len() - 1) as f64 * share).round() as usize;
        waits[place]
    }
}

/// An app and the servers that the writers use.
pub(crate) struct Servers {
    app: TestApp,
    processes: Vec<Process>,
}

impl Servers {
    /// Starts one server for each set of flags; with SQLite, which one process serves, only the first.
    pub(crate) async fn start(app: &TestApp, flags: &[&[&str]]) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_lavori-test-server"));
        let number = if app.database() == "SQLite" { 1 } else { flags.len() };
        let mut processes = Vec::new();
        for flags in &flags[..number] {
            processes.push(app.process(program, flags).await);
        }
        Self { app: app.clone(), processes }
    }

    fn http(&self, number: usize) -> Http {
        self.processes[number % self.processes.len()].http()
    }

    /// Takes `times` connections away from writers that use them, each by its client or by its person.
    pub(crate) async fn revoke(&self, times: usize) -> Outcome {
        let connections = Arc::new(self.connect(times).await);
        let ids = self.app.connection_ids(ADA).await;
        let current = Arc::new(AtomicUsize::new(0));
        let tally = Arc::new(Tally::new(&self.app));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (connections, current, tally) =
                    (Arc::clone(&connections), Arc::clone(&current), Arc::clone(&tally));
                let http = self.http(writer);
                tokio::spawn(async move {
                    loop {
                        let number = current.load(Ordering::Acquire);
                        let Some(connected) = connections.get(number) else { return };
                        let _more = tally.write(&connected.through(http.clone())).await;
                    }
                })
            })
            .collect();

        let mut ada = self.person(0).await;
        let mut taken_away = Vec::new();
        let (mut waits, mut met_a_write) = (Vec::new(), 0);
        for (number, connected) in connections.iter().enumerate() {
            // Until the writers have come over to this connection.
            tally.wait_for_writes(2).await;
            pause(number).await;
            met_a_write += usize::from(tally.running.load(Ordering::Acquire) > 0);
            let connection = ids[number].clone();
            let started = Instant::now();
            // By the client itself, or by its person.
            if number % 2 == 0 {
                let answer = connected.through(self.http(number / 2)).revoke().await;
                assert_eq!(answer.status, 200, "{}", answer.body);
            } else {
                ada.post(&format!("/settings/mcp/{connection}/revoke"), &[]).await;
            }
            waits.push(started.elapsed());
            let seen_at_answer = self.writes_of(Some(&connection)).await;
            current.store(number + 1, Ordering::Release);
            taken_away.push((connection, seen_at_answer));
        }
        for writer in writers {
            writer.await.expect("a writer ends");
        }

        let (writes, revoked) = self.history("connection.revoked").await;
        let order: HashMap<String, u64> = revoked.into_iter().collect();
        let mut later: HashMap<&str, HashSet<String>> = HashMap::new();
        for write in &writes {
            later.entry(&write.connection).or_default().insert(write.id.clone());
        }
        let taken_away: Vec<TakenAway> = taken_away
            .into_iter()
            .map(|(connection, seen_at_answer)| TakenAway {
                committed: *order.get(&connection).expect("every revocation is recorded"),
                given_back: None,
                seen_at_answer,
                seen_later: later.remove(&*connection).unwrap_or_default(),
                connection: Some(connection),
            })
            .collect();
        tally.outcome(&writes, &taken_away, waits, met_a_write)
    }

    /// Switches write off and on again `times`, under writers who renew whenever they are refused.
    pub(crate) async fn switch_off(&self, times: usize) -> Outcome {
        let connections = self.connect(WRITERS).await;
        let stop = Arc::new(AtomicBool::new(false));
        let tally = Arc::new(Tally::new(&self.app));
        let writers: Vec<_> = connections
            .into_iter()
            .enumerate()
            .map(|(writer, connected)| {
                let (stop, tally, http) = (Arc::clone(&stop), Arc::clone(&tally), self.http(writer));
                tokio::spawn(async move {
                    let mut connected = connected.through(http);
                    while !stop.load(Ordering::Acquire) {
                        if !tally.write(&connected).await {
                            let answer = connected.refresh().await;
                            assert_eq!(answer.status, 200, "{}", answer.body);
                            connected = connected.renewed(&answer.json());
                        }
                    }
                })
            })
            .collect();

        let mut people = [self.person(0).await, self.person(1).await];
        let mut rounds = Vec::new();
        let (mut waits, mut met_a_write) = (Vec::new(), 0);
        for number in 0..times {
            tally.wait_for_writes(2).await;
            pause(number).await;
            met_a_write += usize::from(tally.running.load(Ordering::Acquire) > 0);
            let started = Instant::now();
            let ada = &mut people[number % 2];
            ada.post(SWITCHES, &[("switch", "write"), ("to", "off")]).await;
            waits.push(started.elapsed());
            let seen_at_answer = self.writes_of(None).await;
            // The writers go on trying.
            tokio::time::sleep(Duration::from_millis(5)).await;
            let seen_later = self.writes_of(None).await;
            ada.post(SWITCHES, &[("switch", "write"), ("to", "on")]).await;
            rounds.push((seen_at_answer, seen_later));
        }
        stop.store(true, Ordering::Release);
        for writer in writers {
            writer.await.expect("a writer ends");
        }

        let (writes, switched) = self.history("switches.changed").await;
        // Off and on in turns.
        assert_eq!(switched.len(), 2 * rounds.len(), "every switch is recorded");
        let taken_away: Vec<TakenAway> = rounds
            .into_iter()
            .zip(switched.chunks_exact(2))
            .map(|((seen_at_answer, seen_later), switch)| TakenAway {
                connection: None,
                committed: switch[0].1,
                given_back: Some(switch[1].1),
                seen_at_answer,
                seen_later,
            })
            .collect();
        tally.outcome(&writes, &taken_away, waits, met_a_write)
    }

    /// Connects Ada's client `times`, with write. She signs in once.
    async fn connect(&self, times: usize) -> Vec<Connected> {
        let client_id = self.app.register().await;
        let (mut browser, page, action) = self.app.ask(ADA, &client_id, "/mcp").await;
        let consent = Consent::to_read(ADA, NORTHLIGHT).with(Scopes::Write);
        let mut connections = vec![self.app.finish(&mut browser, &page, &action, &consent, &client_id).await];
        while connections.len() < times {
            connections.push(self.connect_again(&mut browser, &consent, &client_id).await);
        }
        connections
    }

    async fn connect_again(&self, browser: &mut Browser, consent: &Consent<'_>, client_id: &str) -> Connected {
        let page = browser.open(&self.app.authorize_path(client_id, "/mcp")).await;
        let action = TestApp::consent_action(&page);
        self.app.finish(browser, &page, &action, consent, client_id).await
    }

    /// Ada at a browser, signed in at one of the servers.
    async fn person(&self, number: usize) -> Ada {
        let mut browser = self.processes[number % self.processes.len()].browser();
        let page = browser.open("/sign-in").await;
        self.app.sign_in(&mut browser, &page, ADA).await;
        let csrf = browser.open("/settings/mcp").await.hidden("csrf").expect("the page has a form token");
        Ada { browser, csrf }
    }

    /// The writes that can be seen now.
    async fn writes_of(&self, connection: Option<&str>) -> HashSet<String> {
        let of = connection.map(|id| format!(" AND connection_id = '{id}'")).unwrap_or_default();
        let sql = format!("SELECT CAST(id AS TEXT) AS value FROM audit_events WHERE {WRITE}{of}");
        self.app.texts(&sql).await.into_iter().collect()
    }

    /// Every write, and every taking away with its connection, if it has one; both with their place in the order of
    /// commits, and in that order.
    async fn history(&self, action: &str) -> (Vec<Write>, Vec<(String, u64)>) {
        // PostgreSQL keeps the time of each commit, taken before its locks are given up. SQLite lets one transaction in
        // at a time, so rows are in the order of commits.
        let order = match self.app.database() {
            "SQLite" => "printf('%020d', rowid)",
            _ => "to_char(extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000, 'FM00000000000000000000')",
        };
        let sql = format!(
            "SELECT {order} || ' ' || CASE WHEN {WRITE} THEN 'write' ELSE action END || ' ' || CAST(id AS TEXT) || ' ' || \
             COALESCE(CAST(connection_id AS TEXT), '') AS value FROM audit_events \
             WHERE ({WRITE}) OR action = '{action}' ORDER BY 1"
        );
        let (mut writes, mut taken) = (Vec::new(), Vec::new());
        for line in self.app.texts(&sql).await {
            let parts: Vec<&str> = line.split(' ').collect();
            let committed = parts[0].parse().expect("an order");
            let (id, connection) = (parts[2].to_owned(), parts[3].to_owned());
            if parts[1] == "write" {
                writes.push(Write { id, connection, committed });
            } else {
                taken.push((connection, committed));
            }
        }
        (writes, taken)
    }
}

/// The switches of Ada's organization.
const SWITCHES: &str = "/settings/organizations/northlight/access";

/// The owner, in the settings.
struct Ada {
    browser: Browser,
    csrf: String,
}

impl Ada {
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend_from_slice(fields);
        let answer = self.browser.submit(path, &all).await;
        assert!(matches!(answer.status.as_u16(), 200 | 303), "{}: {}", answer.status, answer.body);
    }
}

/// A write's record: it commits with the write.
const WRITE: &str = "action = 'tool.called' AND CAST(details AS TEXT) LIKE '%add_contact%' \
                     AND CAST(details AS TEXT) LIKE '%\"changed\"%'";

/// Between nothing and fifteen milliseconds, never in step with the writers.
async fn pause(number: usize) {
    tokio::time::sleep(Duration::from_micros((number as u64 * 7919) % 15_000)).await;
}

/// What the writers did.
struct Tally {
    /// In milliseconds, between check and commit.
    longest_pause: i64,
    number: AtomicI64,
    running: AtomicU64,
    committed: AtomicUsize,
    refused: AtomicUsize,
}

impl Tally {
    fn new(app: &TestApp) -> Self {
        // SQLite lets one write in at a time: each pause is waited for by all others.
        let longest_pause = if app.database() == "SQLite" { 3 } else { 20 };
        Self {
            longest_pause,
            number: AtomicI64::new(0),
            running: AtomicU64::new(0),
            committed: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
        }
    }

    /// Writes once, standing still for a while between check and commit. `false`: it was refused.
    async fn write(&self, connected: &Connected) -> bool {
        let number = 1_000_000 + self.number.fetch_add(1, Ordering::Relaxed);
        let pause = number * 7 % (self.longest_pause + 1);
        let arguments = json!({"name": format!("Writer {number}"), "number": number, "pause_ms": pause});
        self.running.fetch_add(1, Ordering::AcqRel);
        let answer = connected.call("add_contact", arguments).await;
        self.running.fetch_sub(1, Ordering::AcqRel);
        let written = match answer.status.as_u16() {
            200 => answer.json()["result"]["isError"] == Value::Bool(false),
            401 | 403 => false,
            other => panic!("{other}: {}", answer.body),
        };
        if written {
            self.committed.fetch_add(1, Ordering::AcqRel);
        } else {
            self.refused.fetch_add(1, Ordering::AcqRel);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        written
    }

    /// Waits until so many more writes were acknowledged.
    async fn wait_for_writes(&self, more: usize) {
        let enough = self.committed.load(Ordering::Acquire) + more;
        let patience = Instant::now() + Duration::from_secs(30);
        while self.committed.load(Ordering::Acquire) < enough {
            assert!(Instant::now() < patience, "the writers are stuck");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn outcome(&self, writes: &[Write], taken_away: &[TakenAway], waits: Vec<Duration>, met_a_write: usize) -> Outcome {
        let acknowledged = self.committed.load(Ordering::Acquire);
        assert!(writes.len() >= acknowledged, "{acknowledged} writes were acknowledged, {} are there", writes.len());
        Outcome {
            taken_away: taken_away.len(),
            committed: writes.len(),
            refused: self.refused.load(Ordering::Acquire),
            met_a_write,
            violations: violations(writes, taken_away),
            waits,
        }
    }
}
