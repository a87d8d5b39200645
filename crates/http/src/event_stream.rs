//! Answers that go on: server-sent events (HTML Living Standard section 9.2).
//!
//! A [`Source`] is asked for messages, in a task of its own, as long as somebody listens. What is not taken off is not
//! asked for: at most one message waits. Streams are counted, and end by themselves when the server stops, so that its
//! last requests are not waited for in vain: whoever listened connects again.

use std::convert::Infallible;
use std::fmt::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use http_body_util::BodyExt;
use hyper::body::Frame;
use lavori_domain::PersonId;
use lavori_listener::{Full, Place, PlaceLimits, Places};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::respond::Response;

/// After how long without a message a comment is sent: proxies cut off what is silent.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a message waits for a reader that takes nothing off. Then the stream ends.
const PATIENCE: Duration = Duration::from_secs(30);
/// The first bytes: how long, in milliseconds, a browser waits before it connects again.
const OPENING: &[u8] = b"retry: 2000\n\n";

/// nginx's word for "pass on at once".
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The streams of this process.
pub(crate) struct Streams {
    places: Arc<Places<PersonId>>,
    heartbeat: Duration,
    patience: Duration,
    stop: CancellationToken,
}

/// One stream's place.
pub(crate) struct Seat {
    streams: Arc<Streams>,
    _place: Place<PersonId>,
}

impl Streams {
    /// They end when `stop` is cancelled, and so does every one that would begin.
    pub(crate) fn new(limits: PlaceLimits, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self::with(limits, stop, HEARTBEAT, PATIENCE))
    }

    fn with(limits: PlaceLimits, stop: CancellationToken, heartbeat: Duration, patience: Duration) -> Self {
        Self { places: Places::new(limits), heartbeat, patience, stop }
    }

    /// A place for one more stream of this person.
    ///
    /// # Errors
    /// [`Full`].
    pub(crate) fn seat(self: &Arc<Self>, person: PersonId) -> Result<Seat, Full> {
        Ok(Seat { _place: self.places.take(person)?, streams: Arc::clone(self) })
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    /// What a reader that was cut off after this message brings back as `Last-Event-ID`.
    pub(crate) id: Option<String>,
    /// Its kind.
    pub(crate) event: &'static str,
    /// Its text.
    pub(crate) data: String,
}

impl Message {
    fn bytes(&self) -> Bytes {
        let mut text = String::with_capacity(self.data.len() + 64);
        // An id is made by us, without line ends. Writing into a String cannot fail.
        let _infallible = self.id.as_ref().map(|id| writeln!(text, "id: {id}"));
        let _infallible = writeln!(text, "event: {}", self.event);
        // Each of these ends a line: none of them may end a message that somebody else wrote.
        for line in self.data.replace("\r\n", "\n").split(['\r', '\n']) {
            let _infallible = writeln!(text, "data: {line}");
        }
        text.push('\n');
        text.into()
    }
}

/// What there is to tell.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// The messages.
    pub(crate) messages: Vec<Message>,
    /// Whether the stream ends after them.
    pub(crate) over: bool,
}

/// Where a stream's messages come from.
pub(crate) trait Source: Send + 'static {
    /// What there is to tell now. It runs to its end, whoever goes away.
    fn read(&mut self) -> impl Future<Output = News> + Send;
    /// Until it is worth reading again. It may be dropped at any time.
    fn wait(&mut self) -> impl Future<Output = ()> + Send;
}

/// The answer that tells what `source` has, until it is over, nobody listens, or the server stops.
pub(crate) fn respond(seat: Seat, source: impl Source) -> Response {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(run(seat, source, sender));
    let mut response = Response::new(Body(receiver).boxed());
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_ACCEL_BUFFERING, "no"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn run(seat: Seat, mut source: impl Source, sender: mpsc::Sender<Bytes>) {
    let Streams { stop, heartbeat, patience, .. } = &*seat.streams;
    let send = async |bytes: Bytes| {
        tokio::select! {
            sent = tokio::time::timeout(*patience, sender.send(bytes)) => matches!(sent, Ok(Ok(()))),
            () = stop.cancelled() => false,
        }
    };
    if !send(Bytes::from_static(OPENING)).await {
        return;
    }
    let mut last_sent = Instant::now();
    loop {
        let news = source.read().await;
        for message in news.messages {
            if !send(message.bytes()).await {
                return;
            }
            last_sent = Instant::now();
        }
        if news.over {
            return;
        }
        let wait = source.wait();
        tokio::pin!(wait);
        loop {
            tokio::select! {
                () = &mut wait => break,
                () = sender.closed() => return,
                () = stop.cancelled() => return,
                () = tokio::time::sleep_until(last_sent + *heartbeat) => {
                    if !send(Bytes::from_static(b":\n\n")).await {
                        return;
                    }
                    last_sent = Instant::now();
                }
            }
        }
    }
}

/// What the task sends, as it comes.
struct Body(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use lavori_domain::env::SystemEnv;

    /// Tells its reads, a thousand bytes each, without ever waiting.
    struct Endless(Arc<AtomicUsize>);

    impl Source for Endless {
        async fn read(&mut self) -> News {
            self.0.fetch_add(1, Ordering::Relaxed);
            let message = Message { id: None, event: "x", data: "y".repeat(1000) };
            News { messages: vec![message], over: false }
        }
        async fn wait(&mut self) {}
    }

    /// Has nothing to tell.
    struct Silent;

    impl Source for Silent {
        async fn read(&mut self) -> News {
            News::default()
        }
        async fn wait(&mut self) {
            std::future::pending().await
        }
    }

    async fn next(response: &mut Response) -> Option<String> {
        let frame = response.body_mut().frame().await?.unwrap();
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    }

    #[test]
    fn no_text_leaves_its_message() {
        let message = Message { id: Some("i".to_owned()), event: "row", data: "a\r\nb\rid: x\n\nevent: y".to_owned() };
        assert_eq!(message.bytes(), "id: i\nevent: row\ndata: a\ndata: b\ndata: id: x\ndata: \ndata: event: y\n\n");
    }

    #[tokio::test]
    async fn what_is_not_taken_off_is_not_asked_for() {
        let reads = Arc::new(AtomicUsize::new(0));
        let streams = Streams::new(PlaceLimits { each: 1, in_all: 1 }, CancellationToken::new());
        let seat = streams.seat(PersonId::new(&SystemEnv)).ok().unwrap();
        let mut response = respond(seat, Endless(Arc::clone(&reads)));
        assert_eq!(next(&mut response).await.as_deref(), Some("retry: 2000\n\n"));
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let read = reads.load(Ordering::Relaxed);
        assert!(read <= 2, "one message waits, and one to be sent: {read}");
        for _ in 0..10 {
            assert!(next(&mut response).await.is_some());
        }
        assert!(reads.load(Ordering::Relaxed) <= 12);
        drop(response);
        while streams.places.taken() > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_silent_stream_beats_a_reader_that_takes_nothing_off_loses_it_and_the_server_ends_it() {
        let (beat, patience) = (Duration::from_millis(60), Duration::from_millis(200));
        let stop = CancellationToken::new();
        let limits = PlaceLimits { each: 9, in_all: 9 };
        let streams = Arc::new(Streams::with(limits, stop.clone(), beat, patience));
        let person = PersonId::new(&SystemEnv);
        let mut response = respond(streams.seat(person).ok().unwrap(), Silent);
        assert_eq!(next(&mut response).await.as_deref(), Some("retry: 2000\n\n"));
        let begun = Instant::now();
        assert_eq!(next(&mut response).await.as_deref(), Some(":\n\n"));
        assert!(begun.elapsed() >= beat);

        let stuck = respond(streams.seat(person).ok().unwrap(), Endless(Arc::default()));
        let place_is_free = async {
            while streams.places.taken() != 1 {
                // The silent one's reader goes on reading.
                assert_eq!(next(&mut response).await.as_deref(), Some(":\n\n"));
            }
        };
        tokio::time::timeout(Duration::from_secs(10), place_is_free).await.expect("it is");
        drop(stuck);

        stop.cancel();
        while next(&mut response).await.is_some() {}
        assert_eq!(streams.places.taken(), 0);
        let mut late = respond(streams.seat(person).ok().unwrap(), Silent);
        while next(&mut late).await.is_some() {}
    }
}
