//! Reads documents: each at most once at a time, however many ask, and not again while it is fresh.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Request;
use http::header::ACCEPT;
use lavori_domain::{Env, Timestamp};
use lavori_fetch::Fetcher;
use tokio::sync::watch;

use super::budget::Budget;
use super::fields::{self, Problem};
use super::freshness;
use super::url::DocumentUrl;
use crate::client::Client;

/// The most documents that are kept.
const MOST_KEPT: usize = 1000;
/// How long a failure is kept, in seconds: long enough for a browser's reloads, short enough for a developer.
const FAILURE_KEPT: i64 = 10;
/// How long a document that is no longer fresh still serves while the budget is spent, in seconds: who floods this
/// server with ids does not keep known clients out.
const SPARE: i64 = 60 * 60;

type Outcome = Result<Client, Problem>;

/// Why there is no client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The document cannot be used.
    Unusable(Problem),
    /// Too many documents are asked for: seconds to wait.
    Overloaded(i64),
}

/// The documents of this process.
pub(crate) struct Reader {
    fetcher: Fetcher,
    env: Arc<dyn Env>,
    state: Mutex<State>,
}

struct State {
    documents: HashMap<String, Document>,
    budget: Budget,
}

enum Document {
    /// Being read: everybody who asks waits for the same answer.
    Reading(watch::Receiver<Option<Outcome>>),
    Read {
        outcome: Outcome,
        /// Used again until then.
        until: Timestamp,
        used_at: Timestamp,
    },
}

impl Reader {
    pub(crate) fn new(fetcher: Fetcher, env: Arc<dyn Env>) -> Arc<Self> {
        let budget = Budget::new(env.now());
        Arc::new(Self { fetcher, env, state: Mutex::new(State { documents: HashMap::new(), budget }) })
    }

    /// The client whose document is at `url`.
    ///
    /// # Errors
    /// [`Trouble`].
    pub(crate) async fn read(self: &Arc<Self>, url: &DocumentUrl) -> Result<Client, Trouble> {
        let mut reading = match self.start(url)? {
            Started::Known(outcome) => return outcome.map_err(Trouble::Unusable),
            Started::Reading(reading) => reading,
        };
        match reading.wait_for(Option::is_some).await.map(|outcome| outcome.clone()) {
            Ok(Some(outcome)) => outcome.map_err(Trouble::Unusable),
            // The task that read it is gone, as when the process stops.
            Ok(None) | Err(_) => {
                self.lock().documents.remove(url.as_str());
                Err(Trouble::Overloaded(1))
            }
        }
    }

    fn start(self: &Arc<Self>, url: &DocumentUrl) -> Result<Started, Trouble> {
        let mut state = self.lock();
        let now = self.env.now();
        match state.documents.get_mut(url.as_str()) {
            Some(Document::Reading(reading)) => return Ok(Started::Reading(reading.clone())),
            Some(Document::Read { outcome, until, used_at }) if now < *until => {
                *used_at = now;
                return Ok(Started::Known(outcome.clone()));
            }
            _ => {}
        }
        if let Err(seconds) = state.budget.take(url.host(), now) {
            return match state.documents.get(url.as_str()) {
                Some(Document::Read { outcome: Ok(client), until, .. }) if now < until.plus_seconds(SPARE) => {
                    Ok(Started::Known(Ok(client.clone())))
                }
                _ => Err(Trouble::Overloaded(seconds)),
            };
        }
        state.make_room(now);
        let (tell, reading) = watch::channel(None);
        state.documents.insert(url.as_str().to_owned(), Document::Reading(reading.clone()));
        drop(state);
        // A task of its own: whoever asked first may go away, and what was taken from the budget is used to the end.
        let (reader, url) = (Arc::clone(self), url.clone());
        tokio::spawn(async move {
            let (outcome, seconds) = reader.fetch(&url).await;
            let now = reader.env.now();
            let read = Document::Read { outcome: outcome.clone(), until: now.plus_seconds(seconds), used_at: now };
            reader.lock().documents.insert(url.as_str().to_owned(), read);
            tell.send_replace(Some(outcome));
        });
        Ok(Started::Reading(reading))
    }

    /// Asks for a document: what came of it, and for how many seconds that holds.
    async fn fetch(&self, url: &DocumentUrl) -> (Outcome, i64) {
        let request = Request::get(url.as_str()).header(ACCEPT, "application/json").body(Vec::new());
        let answer = match request {
            Ok(request) => self.fetcher.send(request).await,
            Err(_) => Err(lavori_fetch::Error::Url),
        };
        let outcome = match &answer {
            Ok(answer) => fields::client(url, answer),
            Err(error) => Err(problem(error)),
        };
        if let Err(problem) = &outcome {
            let cause = answer.as_ref().err().map(|error| error as &(dyn std::error::Error + 'static));
            tracing::info!(document = url.as_str(), cause, "a client's document cannot be used: {problem}");
        }
        let seconds = match (&outcome, &answer) {
            (Ok(_), Ok(answer)) => freshness::seconds(answer.headers()),
            _ => FAILURE_KEPT,
        };
        (outcome, seconds)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Started {
    Known(Outcome),
    Reading(watch::Receiver<Option<Outcome>>),
}

impl State {
    /// Makes room for one more: what is over goes, else what was not used for longest. What is being read stays; the
    /// budget bounds how much that is.
    fn make_room(&mut self, now: Timestamp) {
        if self.documents.len() < MOST_KEPT {
            return;
        }
        self.documents.retain(|_, document| !matches!(document, Document::Read { until, .. } if *until <= now));
        if self.documents.len() < MOST_KEPT {
            return;
        }
        let oldest = self.documents.iter().filter_map(|(url, document)| match document {
            Document::Read { used_at, .. } => Some((*used_at, url)),
            Document::Reading(_) => None,
        });
        if let Some(url) = oldest.min().map(|(_, url)| url.clone()) {
            self.documents.remove(&url);
        }
    }
}

/// What the client's developer is told. Whether a name leads inside or nowhere is nobody's business.
fn problem(error: &lavori_fetch::Error) -> Problem {
    match error {
        lavori_fetch::Error::Url | lavori_fetch::Error::NotPublic | lavori_fetch::Error::Unreachable(_) => {
            Problem::Unreachable
        }
        lavori_fetch::Error::TimedOut => Problem::TooSlow,
        lavori_fetch::Error::TooLarge(_) => Problem::TooLong,
        lavori_fetch::Error::Compressed => Problem::Compressed,
    }
}

#[cfg(test)]
mod tests;
