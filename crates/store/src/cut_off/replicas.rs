//! Notices between replicas, by PostgreSQL's `LISTEN` and `NOTIFY`.

use std::sync::Arc;
use std::time::Duration;

use diesel::sql_types::Text;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::StreamExt;
use tokio::sync::{Mutex, broadcast};

use super::{CHANNEL, CutOff};
use crate::error::Error;
use crate::kept::kept;

/// How long a revocation is held up to tell the other replicas first.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long to wait before listening again after the connection was lost.
const PAUSE: Duration = Duration::from_secs(1);

/// The way to the other replicas.
pub(super) struct Replicas {
    url: Box<str>,
    /// A connection of its own: a transaction must not wait for a pooled one while it holds another.
    speaker: Mutex<Option<AsyncPgConnection>>,
}

impl Replicas {
    pub(super) fn new(url: &str) -> Self {
        Self { url: url.into(), speaker: Mutex::new(None) }
    }

    /// Tells every listening replica at once, not at the end of a transaction.
    pub(super) async fn tell(&self, cut: CutOff) {
        let told = tokio::time::timeout(PATIENCE, self.say(cut));
        if !matches!(told.await, Ok(Ok(()))) {
            tracing::warn!("the other replicas could not be told early what is taken away; they are when it commits");
        }
    }

    async fn say(&self, cut: CutOff) -> Result<(), Error> {
        let mut speaker = self.speaker.lock().await;
        // Out of its place until it has answered: a statement given up in the middle leaves no connection behind.
        let mut connection = match speaker.take() {
            Some(connection) => connection,
            None => AsyncPgConnection::establish(&self.url).await.map_err(|error| Error::Busy(Box::new(error)))?,
        };
        let notice =
            diesel::sql_query("SELECT pg_notify($1, $2)").bind::<Text, _>(CHANNEL).bind::<Text, _>(cut.to_payload());
        kept(notice).execute(&mut connection).await?;
        *speaker = Some(connection);
        Ok(())
    }
}

/// Hears the replicas, this one among them, for as long as the runtime lives.
pub(super) async fn hear(replicas: Arc<Replicas>, here: broadcast::Sender<CutOff>) {
    loop {
        if let Err(error) = hear_once(&replicas.url, &here).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the other replicas cannot be heard; trying again"
            );
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn hear_once(url: &str, here: &broadcast::Sender<CutOff>) -> Result<(), Error> {
    let mut connection = AsyncPgConnection::establish(url).await.map_err(|error| Error::Busy(Box::new(error)))?;
    connection.batch_execute(&format!("LISTEN {CHANNEL}")).await?;
    let mut notices = std::pin::pin!(connection.notifications_stream());
    while let Some(notice) = notices.next().await {
        if let Some(cut) = CutOff::from_payload(&notice?.payload) {
            let _listeners = here.send(cut);
        }
    }
    Ok(())
}
