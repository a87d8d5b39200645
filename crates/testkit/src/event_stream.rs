//! The reader's end of a stream of server-sent events.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::header::HeaderMap;
use http::{Response, StatusCode};
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;

/// How long something is waited for that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A body that is still to arrive.
pub(crate) type Body = BoxBody<Bytes, Box<dyn Error + Send + Sync>>;

/// An open stream. It is closed when this is dropped.
pub struct EventStream {
    /// The answer's status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    body: Body,
    text: String,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its id.
    pub id: String,
    /// Its kind: `message` where none is named.
    pub event: String,
    /// Its text.
    pub data: String,
}

impl EventStream {
    pub(crate) fn new(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        Self { status: parts.status, headers: parts.headers, body, text: String::new() }
    }

    /// The next message; `None`: the stream ended. Comments and `retry` are passed over.
    ///
    /// # Panics
    /// When nothing comes in time.
    pub async fn next(&mut self) -> Option<Told> {
        tokio::time::timeout(PATIENCE, self.message()).await.expect("a message in time")
    }

    /// What comes within a time; `None`: nothing, and the stream is still open.
    pub async fn within(&mut self, time: Duration) -> Option<Told> {
        tokio::time::timeout(time, self.message()).await.ok().map(|told| told.expect("the stream is open"))
    }

    async fn message(&mut self) -> Option<Told> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let told = read(block);
                self.text = rest.to_owned();
                if told.is_some() {
                    return told;
                }
            }
            let frame = self.body.frame().await?.ok()?;
            let data = frame.into_data().ok()?;
            self.text.push_str(std::str::from_utf8(&data).expect("text"));
        }
    }
}

fn read(block: &str) -> Option<Told> {
    let all = |name: &str| {
        let values = block.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        values.collect::<Vec<_>>().join("\n")
    };
    let (event, data) = (all("event"), all("data"));
    let is_told = !event.is_empty() || !data.is_empty();
    let event = if event.is_empty() { "message".to_owned() } else { event };
    is_told.then(|| Told { id: all("id"), event, data })
}
