//! A run: the servers as they are at this moment, how they are asked, and what is counted.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use lavori_store::inspect;
use lavori_testkit::{Answer, Connected, Http, TestApp};
use serde_json::Value;

use super::dice::Dice;

/// How long something may go on failing while servers and database come and go.
const PATIENCE: Duration = Duration::from_secs(90);

/// What a run counts.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) servers_killed: AtomicUsize,
    pub(super) sessions_ended: AtomicUsize,
    pub(super) backends_killed: AtomicUsize,
    pub(super) databases_restarted: AtomicUsize,
    pub(super) checks: AtomicUsize,
    pub(super) no_answer: AtomicUsize,
    pub(super) come_back: AtomicUsize,
    pub(super) batches: AtomicUsize,
    pub(super) abandoned: AtomicUsize,
    pub(super) updates: AtomicUsize,
    pub(super) invoices: AtomicUsize,
    /// Writes that had been done when an earlier answer was lost, and were not done again.
    pub(super) replayed: AtomicUsize,
    pub(super) renewals: AtomicUsize,
    pub(super) renewals_again: AtomicUsize,
    pub(super) revocations: AtomicUsize,
    pub(super) switches: AtomicUsize,
    /// Of the slowest answer.
    pub(super) longest_milliseconds: AtomicUsize,
}

pub(super) fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// What became of a tool call.
#[derive(Debug)]
pub(super) enum Told {
    Done(Value),
    /// By the tool, with its words.
    Refused(#[expect(dead_code, reason = "it is printed when it should not be")] String),
    /// 401 or 403.
    NotAllowed(u16),
    /// Whether it was done is not known, or it was put off: it may be sent again.
    Later,
}

pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) seed: u64,
    pub(super) counts: Counts,
    servers: Mutex<Vec<Http>>,
    over: AtomicBool,
}

impl World {
    pub(super) fn new(app: TestApp, seed: u64, servers: Vec<Http>) -> Arc<Self> {
        let (servers, over) = (Mutex::new(servers), AtomicBool::new(false));
        Arc::new(Self { app, seed, counts: Counts::default(), servers, over })
    }

    /// Any of the servers. It may be dead.
    pub(super) fn http(&self, dice: &Dice) -> Http {
        let servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        #[expect(clippy::cast_possible_truncation, reason = "there are two")]
        servers[dice.below(servers.len() as u64) as usize].clone()
    }

    pub(super) fn every_server(&self) -> Vec<Http> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn started_anew(&self, number: usize, http: Http) {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner)[number] = http;
    }

    pub(super) fn end(&self) {
        self.over.store(true, Ordering::Release);
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// What is left of an answer once trouble is taken out: `None` after none, and after one that says to come back.
    /// Whatever else says that the server failed is a fault.
    pub(super) async fn settled(&self, asking: impl Future<Output = Option<Answer>>) -> Option<Answer> {
        let started = Instant::now();
        let answer = asking.await;
        let took = usize::try_from(started.elapsed().as_millis()).unwrap_or(usize::MAX);
        self.counts.longest_milliseconds.fetch_max(took, Ordering::Relaxed);
        let Some(answer) = answer else {
            count(&self.counts.no_answer);
            tokio::time::sleep(Duration::from_millis(15)).await;
            return None;
        };
        if answer.status == 503 {
            assert!(answer.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds >= 1), "{answer:?}");
            assert_eq!(answer.header("www-authenticate"), "", "{answer:?}");
            count(&self.counts.come_back);
            tokio::time::sleep(Duration::from_millis(60)).await;
            return None;
        }
        assert!(!answer.status.is_server_error(), "{answer:?}");
        Some(answer)
    }

    /// Asks until there is an answer. Every attempt may go to another server.
    pub(super) async fn answered<F>(&self, dice: &Dice, mut ask: impl FnMut(Http) -> F) -> Answer
    where
        F: Future<Output = Option<Answer>>,
    {
        let started = Instant::now();
        loop {
            if let Some(answer) = self.settled(ask(self.http(dice))).await {
                return answer;
            }
            assert!(started.elapsed() < PATIENCE, "no answer in {PATIENCE:?}");
        }
    }

    /// Calls a tool once. Now and then the client goes away before the answer comes.
    pub(super) async fn call(&self, dice: &Dice, connected: &Connected, tool: &str, arguments: &Value) -> Told {
        let connected = connected.through(self.http(dice));
        let calling = connected.attempt_call(tool, arguments);
        let answer = if dice.one_in(12) {
            tokio::time::timeout(dice.milliseconds(25), self.settled(calling)).await.unwrap_or(None)
        } else {
            self.settled(calling).await
        };
        let Some(answer) = answer else { return Told::Later };
        match answer.status.as_u16() {
            200 => {
                let mut answer = answer.json();
                let text = answer["result"]["content"][0]["text"].as_str().unwrap_or_default().to_owned();
                match answer["result"]["isError"].as_bool() {
                    Some(true) if text.contains("\"unavailable\"") => Told::Later,
                    Some(true) => Told::Refused(text),
                    Some(false) => Told::Done(answer["result"]["structuredContent"].take()),
                    None => panic!("{answer}"),
                }
            }
            status @ (401 | 403) => Told::NotAllowed(status),
            other => panic!("{other}: {}", answer.body),
        }
    }

    /// Calls a tool that nothing stands against until it is done.
    pub(super) async fn done(&self, dice: &Dice, connected: &Connected, tool: &str, arguments: &Value) -> Value {
        let started = Instant::now();
        loop {
            match self.call(dice, connected, tool, arguments).await {
                Told::Done(result) => {
                    self.counts.replayed.fetch_add(usize::from(result["replayed"] == true), Ordering::Relaxed);
                    return result;
                }
                Told::Later => assert!(started.elapsed() < PATIENCE, "{tool} is not done in {PATIENCE:?}"),
                wrong => panic!("{tool}: {wrong:?}"),
            }
        }
    }

    /// Looks into the database itself, which may be away for a while.
    pub(super) async fn look(&self, sql: &str) -> Vec<String> {
        let started = Instant::now();
        loop {
            let looked = async { inspect::texts(&mut self.app.store().read().await?, sql).await };
            match looked.await {
                Ok(lines) => return lines,
                Err(error) => assert!(started.elapsed() < PATIENCE, "{sql}: {error:?}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
