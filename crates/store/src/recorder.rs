//! The writer of events that have no transaction of their own, such as reads: many are committed together, and each
//! caller waits for its own to be durable (DESIGN decision 11).

use std::time::Duration;

use lavori_audit::Event;
use tokio::sync::{mpsc, oneshot};

use crate::audit_events;
use crate::conn::Store;
use crate::error::Error;

/// The most events that wait. Beyond it callers are told to come back later: nothing goes unrecorded.
const WAITING: usize = 4096;
/// The most events in one commit.
const BATCH: usize = 256;
/// How long a caller waits for its place in the queue.
const PATIENCE: Duration = Duration::from_secs(2);

struct Entry {
    event: Event,
    done: oneshot::Sender<bool>,
}

/// Records events. Clones share one writer, which ends when the last of them is gone.
#[derive(Clone, Debug)]
pub struct Recorder {
    queue: mpsc::Sender<Entry>,
}

impl Recorder {
    /// Starts the writer on the current runtime.
    pub fn start(store: Store) -> Self {
        let (queue, entries) = mpsc::channel(WAITING);
        tokio::spawn(write_all(store, entries));
        Self { queue }
    }

    /// Records an event; when this returns, it is durable.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full or the database did not take the event: the answer it stands for must
    /// not leave.
    pub async fn record(&self, event: Event) -> Result<(), Error> {
        let (done, written) = oneshot::channel();
        let entry = Entry { event, done };
        self.queue
            .send_timeout(entry, PATIENCE)
            .await
            .map_err(|_| Error::Busy("the audit log's queue is full".into()))?;
        match written.await {
            Ok(true) => Ok(()),
            _ => Err(Error::Busy("the audit log could not be written".into())),
        }
    }
}

async fn write_all(store: Store, mut entries: mpsc::Receiver<Entry>) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        match write(&store, &batch).await {
            Ok(()) => batch.drain(..).for_each(|entry| answer(entry, true)),
            Err(error) if batch.len() == 1 => {
                tracing::error!(error = &error as &dyn std::error::Error, "an audit event could not be written");
                batch.drain(..).for_each(|entry| answer(entry, false));
            }
            // One event that the database refuses must not take its neighbours with it.
            Err(_) => {
                for entry in batch.drain(..) {
                    let written = write(&store, std::slice::from_ref(&entry)).await;
                    if let Err(error) = &written {
                        tracing::error!(error = error as &dyn std::error::Error, "an audit event could not be written");
                    }
                    answer(entry, written.is_ok());
                }
            }
        }
    }
}

async fn write(store: &Store, batch: &[Entry]) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    for entry in batch {
        audit_events::insert(&mut tx, &entry.event).await?;
    }
    tx.commit().await
}

fn answer(entry: Entry, written: bool) {
    // A caller that went away does not need the answer; its event stays.
    let _gone = entry.done.send(written);
}
