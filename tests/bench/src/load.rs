//! The load: connections that stay open, each asking again as soon as it has its answer.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::data;
use crate::failure::{During, Result};
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
        let last = self.latencies.len().saturating_sub(1);
        let at = (last as f64 * share) as usize;
        self.latencies.get(at).map_or(0.0, |micros| f64::from(*micros))
    }
}

/// A connection with what it says each time.
struct Client {
    sender: SendRequest<Full<Bytes>>,
    headers: HeaderMap,
    body: Bytes,
}

impl Client {
    /// Connects as the holder of one of the tokens.
    async fn open(address: SocketAddr, work: Work, token: u64) -> Result<Self> {
        let mut headers = HeaderMap::new();
        let authority = data::PUBLIC_URL.trim_start_matches("http://");
        headers.insert(HOST, HeaderValue::from_static(authority));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        headers.insert("mcp-protocol-version", HeaderValue::from_static(VERSION));
        headers.insert("mcp-method", HeaderValue::from_static(work.method()));
        if let Some(tool) = work.tool() {
            headers.insert("mcp-name", HeaderValue::from_static(tool));
        }
        headers.insert(AUTHORIZATION, HeaderValue::try_from(format!("Bearer {}", data::plain(token)))?);
        Ok(Self { sender: connect(address).await?, headers, body: work.body().into() })
    }

    async fn ask(&mut self) -> Result<Bytes> {
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from_static("/mcp");
        *request.headers_mut() = self.headers.clone();
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if status == StatusCode::OK { Ok(body) } else { Err(unexpected(status, &body)) }
    }

    /// Asks until `end`. The first answer is read; the others must be about as long, which a refusal is not.
    async fn run(mut self, end: Instant) -> Result<Vec<u32>> {
        let mut latencies = Vec::with_capacity(1 << 14);
        let mut length = None;
        loop {
            let began = Instant::now();
            if began >= end {
                return Ok(latencies);
            }
            let body = self.ask().await?;
            latencies.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
            match length {
                None => {
                    check(&body)?;
                    length = Some(body.len());
                }
                Some(length) if body.len().abs_diff(length) > length / 4 => {
                    return Err(unexpected(StatusCode::OK, &body));
                }
                Some(_) => {}
            }
        }
    }
}

/// Keeps `connections` busy for so long.
pub(crate) async fn run(address: SocketAddr, work: Work, connections: u64, length: Duration) -> Result<Sample> {
    let mut clients = Vec::new();
    for token in 0..connections {
        clients.push(Client::open(address, work, token).await?);
    }
    let began = Instant::now();
    let mut running: JoinSet<_> = clients.into_iter().map(|client| client.run(began + length)).collect();
    let mut latencies = Vec::new();
    let patience = length + Duration::from_secs(60);
    while let Some(ended) = tokio::time::timeout(patience, running.join_next()).await.during("no answer comes")? {
        latencies.extend(ended??);
    }
    let elapsed = began.elapsed();
    latencies.sort_unstable();
    Ok(Sample { elapsed, latencies })
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
    let mut request = Request::new(Full::new(answer));
    *request.method_mut() = Method::PUT;
    *request.headers_mut() = client.headers.clone();
    let status = client.sender.send_request(request).await?.status();
    if status == StatusCode::OK { Ok(()) } else { Err(unexpected(status, b"")) }
}

/// Whether somebody there is ready to answer.
pub(crate) async fn is_healthy(address: SocketAddr) -> bool {
    let ask = async {
        let mut request = Request::new(Full::default());
        *request.uri_mut() = Uri::from_static("/healthz");
        let authority = data::PUBLIC_URL.trim_start_matches("http://");
        request.headers_mut().insert(HOST, HeaderValue::from_static(authority));
        Ok::<_, crate::failure::Failure>(connect(address).await?.send_request(request).await?.status())
    };
    matches!(tokio::time::timeout(Duration::from_secs(2), ask).await, Ok(Ok(StatusCode::OK)))
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        // An error here is told by the request that it breaks.
        let _closed = connection.await;
    });
    Ok(sender)
}

/// Whether an answer is a result, and not one that tells of a mistake.
fn check(body: &[u8]) -> Result<()> {
    let answer: serde_json::Value = serde_json::from_slice(body).during("the answer is no JSON")?;
    if answer.get("result").is_none() || answer["result"]["isError"] == true {
        return Err(unexpected(StatusCode::OK, body));
    }
    Ok(())
}

fn unexpected(status: StatusCode, body: &[u8]) -> crate::failure::Failure {
    let beginning = String::from_utf8_lossy(&body[..body.len().min(600)]).into_owned();
    format!("an answer that was not expected: {status} {beginning}").into()
}
