//! The accept loop, and what becomes of one connection.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::either::Either;

use crate::certificates::Certificates;
use crate::head_guard::Guarded;
use crate::patience::Patient;
use crate::places::{Full, Place, PlaceLimits, Places};

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long a client may take for the TLS handshake, for its first line, and for the headers of each request.
    pub headers: Duration,
    /// How long a client may leave unread what it is sent.
    pub reading: Duration,
    /// How long running requests get when the server stops.
    pub drain: Duration,
    /// How many connections may be open: from one address (IPv6: one /64), and in all.
    pub connections: PlaceLimits,
    /// The longest head of a request, in bytes.
    pub head_bytes: usize,
    /// How many requests one HTTP/2 connection may have open.
    pub streams: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(15),
            reading: Duration::from_secs(30),
            drain: Duration::from_secs(20),
            connections: PlaceLimits { each: 1_000, in_all: 10_000 },
            head_bytes: 32 * 1024,
            streams: 100,
        }
    }
}

/// Connections beyond the limit that are still told so; more are closed without a word.
const TOLD: usize = 64;
/// How long such a client may take for its request.
const TOLD_WITHIN: Duration = Duration::from_secs(3);
/// The first byte of a TLS connection: a handshake record (RFC 8446 section 5.1).
const HANDSHAKE: u8 = 22;
const SPEAKS_TLS: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 36\r\n\
    Connection: close\r\n\r\nThis address speaks HTTPS: https://.\n";

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// Whether the connection is a TLS one that ends here.
    pub over_tls: bool,
    /// Whether it came beyond a limit: it is to be told to come back later, and nothing is to be done for it.
    pub is_beyond_limit: bool,
}

/// Something that accepts connections.
pub struct Listener {
    tcp: TcpListener,
    tls: Option<TlsAcceptor>,
    limits: Limits,
}

impl Listener {
    /// Over plain HTTP.
    pub fn new(tcp: TcpListener, limits: Limits) -> Self {
        Self { tcp, tls: None, limits }
    }

    /// The same over TLS with these certificates.
    ///
    /// # Errors
    /// When this build of TLS cannot be used.
    pub fn over_tls(self, certificates: &Arc<Certificates>) -> Result<Self, rustls::Error> {
        Ok(Self { tls: Some(certificates.acceptor()?), ..self })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the operating system does not know.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// Answers requests until `stop` is done, then lets running ones finish within the limit. `may_have_all` says which
    /// addresses are not counted one by one: those of proxies, behind which everybody is.
    pub async fn serve<A, F, B>(self, answer: A, may_have_all: impl Fn(IpAddr) -> bool, stop: impl Future<Output = ()>)
    where
        A: Fn(Request<Incoming>, Peer) -> F + Clone + Send + 'static,
        F: Future<Output = Response<B>> + Send + 'static,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let graceful = GracefulShutdown::new();
        let places = Places::new(self.limits.connections);
        let told = Places::new(PlaceLimits { each: TOLD, in_all: TOLD });
        let mut stop = std::pin::pin!(stop);
        loop {
            let (stream, address) = tokio::select! {
                () = &mut stop => break,
                accepted = self.tcp.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        // Out of file descriptors, most likely: those in use come free as connections end.
                        tracing::warn!(error = &error as &dyn std::error::Error, "a connection could not be accepted");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    }
                },
            };
            // Answers are small and complete: waiting to fill a packet only delays them.
            let _best_effort = stream.set_nodelay(true);
            let ip = address.ip().to_canonical();
            let client = counted(ip);
            let place = if may_have_all(ip) { places.take_any(client) } else { places.take(client) };
            let (place, is_beyond_limit) = match place {
                Ok(place) => (place, false),
                Err(full) => {
                    let reason = if full == Full::ForOne { "address" } else { "process" };
                    metrics::counter!("lavori_connections_refused_total", "reason" => reason).increment(1);
                    let Ok(place) = told.take_any(client) else { continue };
                    (place, true)
                }
            };
            let connection = Connection {
                peer: Peer { address, over_tls: self.tls.is_some(), is_beyond_limit },
                limits: self.limits,
                watcher: graceful.watcher(),
                place,
            };
            tokio::spawn(connection.serve(stream, self.tls.clone(), answer.clone()));
        }
        drop(self.tcp);
        if tokio::time::timeout(self.limits.drain, graceful.shutdown()).await.is_err() {
            tracing::warn!("some requests did not finish in time and were cut off");
        }
    }
}

/// Whose places a client takes: whoever has an IPv6 address has a whole /64.
fn counted(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

struct Connection {
    peer: Peer,
    limits: Limits,
    watcher: Watcher,
    /// Held for as long as the connection lasts.
    place: Place<IpAddr>,
}

impl Connection {
    async fn serve<A, F, B>(self, stream: TcpStream, tls: Option<TlsAcceptor>, answer: A)
    where
        A: Fn(Request<Incoming>, Peer) -> F + Clone + Send + 'static,
        F: Future<Output = Response<B>> + Send + 'static,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let Self { peer, limits, watcher, place } = self;
        let patience = if peer.is_beyond_limit { TOLD_WITHIN } else { limits.headers };
        let open = metrics::gauge!("lavori_connections_open");
        open.increment(1);
        let stream = match tls {
            None => Some(Either::Left(Patient::new(stream, limits.reading))),
            Some(tls) => tokio::time::timeout(patience, handshake(stream, &tls, limits))
                .await
                .ok()
                .flatten()
                .map(|stream| Either::Right(Box::new(stream))),
        };
        if let Some(stream) = stream {
            let mut builder = Builder::new(TokioExecutor::new());
            builder.http1().timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(limits.head_bytes);
            builder
                .http2()
                .timer(TokioTimer::new())
                .keep_alive_interval(limits.headers)
                .keep_alive_timeout(patience)
                .max_concurrent_streams(limits.streams)
                .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX));
            let service = service_fn(move |request| {
                // In a box, because hyper keeps room for an answer on every connection, idle ones too.
                let answered = Box::pin(answer(request, peer));
                async move { Ok::<_, Infallible>(answered.await) }
            });
            let stream = TokioIo::new(Guarded::new(stream, patience));
            let served = watcher.watch(builder.serve_connection(stream, service).into_owned());
            // A client that breaks off mid-request is the client's affair.
            if peer.is_beyond_limit {
                let _ended = tokio::time::timeout(TOLD_WITHIN, served).await;
            } else {
                let _ended = served.await;
            }
        }
        open.decrement(1);
        drop(place);
    }
}

/// `None` where it failed.
async fn handshake(
    stream: TcpStream,
    tls: &TlsAcceptor,
    limits: Limits,
) -> Option<tokio_rustls::server::TlsStream<Patient<TcpStream>>> {
    let mut first = [HANDSHAKE];
    stream.peek(&mut first).await.ok()?;
    if first != [HANDSHAKE] {
        let _best_effort = tokio::time::timeout(TOLD_WITHIN, tell_of_tls(stream)).await;
        return None;
    }
    match tls.accept(Patient::new(stream, limits.reading)).await {
        Ok(stream) => Some(stream),
        Err(error) => {
            metrics::counter!("lavori_tls_handshakes_failed_total").increment(1);
            tracing::debug!(error = &error as &dyn std::error::Error, "a TLS handshake failed");
            None
        }
    }
}

/// Told, and not led on: what was sent here in the clear should not be sent again by itself.
async fn tell_of_tls(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(SPEAKS_TLS).await?;
    stream.shutdown().await?;
    // What is closed with something unread takes back what was written.
    let mut read = [0; 1024];
    while stream.read(&mut read).await? > 0 {}
    Ok(())
}
