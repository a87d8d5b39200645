//! The load: connections that stay open, each asking again as soon as it has its answer.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, StatusCode};
use tokio::task::JoinSet;

use crate::data;
use crate::failure::{During, Result};
use crate::wire::{Wire, unexpected};
use crate::workload::{VERSION, Work};

/// What was seen in one stretch of load.
pub(crate) struct Sample {
    pub(crate) elapsed: Duration,
    /// Microseconds, the shortest first.
    latencies: Vec<u32>,
}

impl Sample {
    pub(crate) fn requests(&self) -> usize {
        self.latencies.len()
    }

    /// The latency that `share` of all requests stayed under, in microseconds.
    pub(crate) fn latency(&self, share: f64) -> f64 {
        under(&self.latencies, share).map_or(0.0, |micros| f64::from(*micros))
    }
}

/// What `share` of all stayed under. The least come first.
pub(crate) fn under<T>(all: &[T], share: f64) -> Option<&T> {
    let last = all.len().saturating_sub(1);
    all.get((last as f64 * share) as usize)
}

/// Somebody who asks, over and over.
pub(crate) trait Asking: Send + 'static {
    /// Asks, and waits for the answer.
    fn ask(&mut self) -> impl Future<Output = Result<Bytes>> + Send;

    /// Looks at the answer, which is not measured.
    fn heed(&mut self, answer: &Bytes) -> Result<()>;
}

/// A number that no request had before.
pub(crate) fn next_turn() -> u64 {
    static TURN: AtomicU64 = AtomicU64::new(0);
    TURN.fetch_add(1, Ordering::Relaxed)
}

/// Connects as the holder of one of the tokens, who does this work.
pub(crate) async fn open(address: SocketAddr, work: Work, token: u64) -> Result<Wire> {
    let mut wire = Wire::open(address).await?;
    let headers = &mut wire.headers;
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    headers.insert("mcp-protocol-version", HeaderValue::from_static(VERSION));
    headers.insert("mcp-method", HeaderValue::from_static(work.method()));
    if let Some(tool) = work.tool() {
        headers.insert("mcp-name", HeaderValue::from_static(tool));
    }
    headers.insert(AUTHORIZATION, HeaderValue::try_from(format!("Bearer {}", data::plain(token)))?);
    Ok(wire)
}

/// A connection with what it says each time.
struct Client {
    wire: Wire,
    work: Work,
    body: Bytes,
    /// Bytes of the first answer.
    length: Option<usize>,
}

impl Client {
    async fn open(address: SocketAddr, work: Work, token: u64) -> Result<Self> {
        let wire = open(address, work, token).await?;
        Ok(Self { wire, work, body: work.body(next_turn()).into(), length: None })
    }
}

impl Asking for Client {
    async fn ask(&mut self) -> Result<Bytes> {
        if self.work.varies() {
            self.body = self.work.body(next_turn()).into();
        }
        self.wire.send(Method::POST, "/mcp", self.body.clone(), StatusCode::OK).await
    }

    /// The first answer is read; the others must be about as long, which a refusal is not.
    fn heed(&mut self, answer: &Bytes) -> Result<()> {
        match self.length {
            None => {
                check(answer)?;
                self.length = Some(answer.len());
                Ok(())
            }
            Some(length) if answer.len().abs_diff(length) > length / 4 => Err(unexpected(StatusCode::OK, answer)),
            Some(_) => Ok(()),
        }
    }
}

/// Keeps `connections` busy for so long.
pub(crate) async fn run(address: SocketAddr, work: Work, connections: u64, length: Duration) -> Result<Sample> {
    let mut clients = Vec::new();
    for token in 0..connections {
        clients.push(Client::open(address, work, token).await?);
    }
    keep_busy(&mut clients, length).await
}

/// Keeps everybody busy for so long.
pub(crate) async fn keep_busy(crowd: &mut Vec<impl Asking>, length: Duration) -> Result<Sample> {
    let began = Instant::now();
    let mut running: JoinSet<_> = crowd.drain(..).map(|somebody| repeat(somebody, began + length)).collect();
    let mut latencies = Vec::new();
    let patience = length + Duration::from_secs(60);
    while let Some(ended) = tokio::time::timeout(patience, running.join_next()).await.during("no answer comes")? {
        let (somebody, seen) = ended??;
        crowd.push(somebody);
        latencies.extend(seen);
    }
    let elapsed = began.elapsed();
    latencies.sort_unstable();
    Ok(Sample { elapsed, latencies })
}

async fn repeat<A: Asking>(mut somebody: A, end: Instant) -> Result<(A, Vec<u32>)> {
    let mut latencies = Vec::with_capacity(1 << 14);
    loop {
        let began = Instant::now();
        if began >= end {
            return Ok((somebody, latencies));
        }
        let answer = somebody.ask().await?;
        latencies.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
        somebody.heed(&answer)?;
    }
}

/// Asks once, and gives the answer.
pub(crate) async fn once(address: SocketAddr, work: Work) -> Result<Bytes> {
    let body = Client::open(address, work, 0).await?.ask().await?;
    check(&body)?;
    Ok(body)
}

/// Hands the floor an answer to give.
pub(crate) async fn hand_over(address: SocketAddr, work: Work, answer: Bytes) -> Result<()> {
    let mut client = Client::open(address, work, 0).await?;
    client.wire.send(Method::PUT, "/mcp", answer, StatusCode::OK).await.map(drop)
}

/// Whether somebody there is ready to answer.
pub(crate) async fn is_healthy(address: SocketAddr) -> bool {
    let ask = async { Wire::open(address).await?.send(Method::GET, "/healthz", Bytes::new(), StatusCode::OK).await };
    matches!(tokio::time::timeout(Duration::from_secs(2), ask).await, Ok(Ok(_)))
}

/// Whether an answer is a result, and not one that tells of a mistake.
pub(crate) fn check(body: &[u8]) -> Result<()> {
    let answer: serde_json::Value = serde_json::from_slice(body).during("the answer is no JSON")?;
    if answer.get("result").is_none() || answer["result"]["isError"] == true {
        return Err(unexpected(StatusCode::OK, body));
    }
    Ok(())
}
