//! Clients that take more than their share, over real sockets.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use lavori_listener::{Limits, Listener, Peer, PlaceLimits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

fn limits() -> Limits {
    let connections = PlaceLimits { each: 4, in_all: 6 };
    Limits { headers: Duration::from_secs(1), reading: Duration::from_secs(1), connections, ..Limits::default() }
}

/// Says `ok`, or what it is told to say to whoever comes beyond the limit; `/big` is more than any socket buffers.
async fn answer(request: Request<Incoming>, peer: Peer) -> Response<Full<Bytes>> {
    let status = if peer.is_beyond_limit { 503 } else { 200 };
    let path = request.uri().path().to_owned();
    let _read = request.into_body().collect().await;
    if path == "/slow" {
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    let body = if path == "/big" { vec![b'x'; 64 * 1024 * 1024].into() } else { Bytes::from_static(b"ok") };
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = http::StatusCode::from_u16(status).expect("a status");
    response
}

/// A running listener; it stops when the sender is dropped.
async fn start(limits: Limits) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let listener = Listener::new(TcpListener::bind("127.0.0.1:0").await.expect("a port"), limits);
    let address = listener.address().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(listener.serve(answer, |_| false, async move { drop(stopped.await) }));
    (address, stop, serving)
}

/// The status of the answer to `REQUEST` on a connection.
async fn ask(stream: &mut TcpStream) -> Option<String> {
    stream.write_all(REQUEST).await.ok()?;
    let mut read = [0; 512];
    let length = stream.read(&mut read).await.ok()?;
    let text = std::str::from_utf8(&read[..length]).ok()?;
    text.strip_prefix("HTTP/1.1 ").map(|rest| rest[..3].to_owned())
}

async fn ended_within(stream: &mut TcpStream, limit: Duration) -> bool {
    let mut rest = Vec::new();
    tokio::time::timeout(limit, stream.read_to_end(&mut rest)).await.is_ok()
}

#[tokio::test]
async fn p37_whoever_says_nothing_or_stops_half_way_is_let_go() {
    let (address, _stop, _) = start(limits()).await;
    // Nothing; half a first line; the preface of HTTP/2, but for its end and whole; all headers but the last line.
    for said in
        [&b""[..], b"GET /", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r", PREFACE, b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n"]
    {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(said).await.expect("it is taken");
        assert!(ended_within(&mut stream, Duration::from_secs(10)).await, "{:?}", String::from_utf8_lossy(said));
    }
    // A byte at a time does not help.
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let started = Instant::now();
    for byte in REQUEST.iter().cycle() {
        if stream.write_all(&[*byte]).await.is_err() || started.elapsed() > Duration::from_secs(10) {
            break;
        }
        if *byte == b'T' {
            continue;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(started.elapsed() < Duration::from_secs(10), "the connection ended");
}

#[tokio::test]
async fn whoever_asked_in_time_may_wait_for_the_answer_as_long_as_it_takes() {
    let (address, _stop, _) = start(limits()).await;
    for said in
        ["GET /slow HTTP/1.1\r\nHost: x\r\n\r\n", "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"]
    {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(said.as_bytes()).await.expect("it is taken");
        let mut read = [0; 512];
        let length = stream.read(&mut read).await.expect("an answer");
        assert!(
            read[..length].starts_with(b"HTTP/1.1 200"),
            "{said:?}: {:?}",
            String::from_utf8_lossy(&read[..length])
        );
    }
}

#[tokio::test]
async fn p37_whoever_reads_nothing_is_let_go() {
    let (address, _stop, _) = start(limits()).await;
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("it is taken");
    tokio::time::sleep(Duration::from_secs(3)).await;
    // What was on its way comes, and then the end comes much too soon.
    let mut read = Vec::new();
    let _reset = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut read)).await.expect("an end");
    assert!(read.len() < 64 * 1024 * 1024, "{}", read.len());
}

#[tokio::test]
async fn p37_connections_are_bounded_for_each_address_and_in_all_and_more_are_told_so() {
    let (address, _stop, _) = start(limits()).await;
    let from = |number: u8| {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from(([127, 0, 0, number], 0))).expect("an address of this machine");
        socket.connect(address)
    };
    let mut held = Vec::new();
    for _ in 0..4 {
        let mut stream = from(2).await.expect("a connection");
        assert_eq!(ask(&mut stream).await.as_deref(), Some("200"));
        held.push(stream);
    }
    assert_eq!(ask(&mut from(2).await.expect("a connection")).await.as_deref(), Some("503"), "too many from one");
    for number in [3, 4] {
        let mut stream = from(number).await.expect("a connection");
        assert_eq!(ask(&mut stream).await.as_deref(), Some("200"), "others are served");
        held.push(stream);
    }
    assert_eq!(ask(&mut from(5).await.expect("a connection")).await.as_deref(), Some("503"), "too many in all");
    drop(held.pop());
    let mut stream = from(5).await.expect("a connection");
    let mut told = ask(&mut stream).await;
    for _ in 0..100 {
        if told.as_deref() == Some("200") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        stream = from(5).await.expect("a connection");
        told = ask(&mut stream).await;
    }
    assert_eq!(told.as_deref(), Some("200"), "a place came free");
}

#[tokio::test]
async fn p36_a_stop_lets_running_requests_finish_and_idle_connections_go() {
    let (address, stop, serving) = start(Limits { headers: Duration::from_secs(30), ..limits() }).await;
    let mut idle = TcpStream::connect(address).await.expect("a connection");
    assert_eq!(ask(&mut idle).await.as_deref(), Some("200"));
    let mut running = TcpStream::connect(address).await.expect("a connection");
    running.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab").await.expect("it is taken");
    tokio::time::sleep(Duration::from_millis(300)).await;
    drop(stop);
    assert!(ended_within(&mut idle, Duration::from_secs(5)).await);
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    running.write_all(b"cd").await.expect("it is taken");
    let mut read = Vec::new();
    running.read_to_end(&mut read).await.expect("the answer");
    assert!(read.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&read));
    tokio::time::timeout(Duration::from_secs(5), serving).await.expect("it ends").expect("in good order");
}
