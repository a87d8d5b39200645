//! Whether this process should be sent requests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http::StatusCode;
use lavori_store::Store;
use tokio::sync::Mutex;

use crate::respond::{self, Response};

/// For how long an answer of the database is good: anybody may ask.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is known of it.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    stopping: AtomicBool,
    /// When the database was asked last, and why it cannot be used.
    asked: Mutex<Option<(Instant, Result<(), &'static str>)>>,
}

impl Readiness {
    /// From now on others should be sent the requests.
    pub(crate) fn stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// 200, or 503 and why.
    pub(crate) async fn answer(&self, store: &Store) -> Response {
        match self.look(store).await {
            Ok(()) => respond::text(StatusCode::OK, "ready\n"),
            Err(why) => respond::come_back(why),
        }
    }

    /// Whether it should.
    ///
    /// # Errors
    /// Why not, as a line.
    pub(crate) async fn look(&self, store: &Store) -> Result<(), &'static str> {
        if self.stopping.load(Ordering::Relaxed) {
            return Err("this process is stopping\n");
        }
        let mut asked = self.asked.lock().await;
        if let Some((when, known)) = *asked
            && when.elapsed() < GOOD_FOR
        {
            return known;
        }
        let found = match tokio::time::timeout(PATIENCE, store.is_migrated()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the database is to be migrated\n"),
            Ok(Err(_)) | Err(_) => Err("the database cannot be used\n"),
        };
        *asked = Some((Instant::now(), found));
        found
    }
}
