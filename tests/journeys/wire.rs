//! Bytes that no HTTP library would send.

use std::time::{Duration, Instant};

use lavori_testkit::{TestApp, apps};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends bytes and gives everything that comes back until the server closes or says nothing more.
async fn exchange(app: &TestApp, bytes: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(app.address()).await.expect("a connection");
    // The server may close before it has read everything.
    let _closed_early = socket.write_all(bytes).await;
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(Ok(read)) = tokio::time::timeout(Duration::from_millis(400), socket.read(&mut buffer)).await {
        if read == 0 {
            break;
        }
        received.extend_from_slice(&buffer[..read]);
    }
    received
}

/// The status of each answer in what came back over HTTP/1.1.
fn statuses(received: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(received);
    text.split("HTTP/1.1 ").skip(1).map(|answer| answer[..3].parse().expect("a status")).collect()
}

const SMUGGLED: &str = "GET /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n";

#[tokio::test]
async fn a7_a_request_that_could_be_two_is_refused_and_never_two() {
    for app in apps().await {
        let post = |headers: &str, body: &str| {
            let head = "POST /token HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/x-www-form-urlencoded\r\n";
            format!("{head}{headers}\r\n\r\n{body}{SMUGGLED}").replace("HOST", app.address())
        };
        let hidden = SMUGGLED.len();
        let cases = [
            post("Content-Length: 0\r\nContent-Length: 5", ""),
            post(&format!("Content-Length: {hidden}\r\nContent-Length: 0"), ""),
            post("Content-Length: 5\r\nContent-Length: 5", "a=b&c"),
            post("Content-Length: 5, 5", "a=b&c"),
            post("Content-Length: +5", "a=b&c"),
            post("Content-Length: -1", ""),
            post("Content-Length: 0x5", "a=b&c"),
            post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
            post("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"),
            post("Transfer-Encoding : chunked\r\nContent-Length: 0", ""),
            post("Transfer-Encoding: identity\r\nContent-Length: 0", ""),
            post("Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
            post("Transfer-Encoding: xchunked", "0\r\n\r\n"),
            post("Transfer-Encoding: \u{b}chunked", "0\r\n\r\n"),
            post("Content-Length : 0", ""),
            post("Content-Length: 0\nX: y", ""),
            post("X: y\r\n Content-Length: 100", ""),
            post("X: y\r\n\tz\r\nContent-Length: 0", ""),
            post("X: y\rContent-Length: 100", ""),
            post("X\0: y\r\nContent-Length: 0", ""),
            format!("POST /token HTTP/1.1\nHost: {}\nContent-Length: 0\n\n{SMUGGLED}", app.address()),
            format!("POST /token HTTP/1.1\r\nHost: a\r\nHost: {}\r\nContent-Length: 0\r\n\r\n", app.address()),
            format!("POST /token HTTP/1.0\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", app.address()),
            "GET / HTTP/1.1\r\n\r\n".to_owned(),
        ];
        for case in cases {
            let answered = statuses(&exchange(&app, case.as_bytes()).await);
            assert!(answered.iter().all(|status| [400, 421].contains(status)), "{answered:?} for {case:?}");
            assert!(answered.len() <= 1, "two requests in {case:?}");
        }
        // The same trick behind an ordinary request on the same connection.
        let first = SMUGGLED.replace("HOST", app.address());
        let second = post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n");
        let answered = statuses(&exchange(&app, format!("{first}{second}").as_bytes()).await);
        assert!(answered.iter().all(|status| *status == 200) && answered.len() <= 1, "{answered:?}");
        assert_eq!(statuses(&exchange(&app, format!("{first}{first}").as_bytes()).await), [200, 200]);
    }
}

#[tokio::test]
async fn a7_what_follows_a_chunked_body_is_not_another_request() {
    for app in apps().await {
        let head = format!(
            "POST /token HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Transfer-Encoding: chunked\r\n\r\n",
            app.address()
        );
        let smuggled = SMUGGLED.replace("HOST", app.address());
        for body in [
            "3\r\na=b\r\n0\r\n\r\n",
            "3;x=y\r\na=b\r\n0\r\n\r\n",
            "3\na=b\r\n0\r\n\r\n",
            "3;\na=b\r\n0\r\n\r\n",
            "03\r\na=bX\r\n0\r\n\r\n",
            "3\r\na=b0\r\n\r\n",
            "0x3\r\na=b\r\n0\r\n\r\n",
            "FFFFFFFFFFFFFFFFF\r\na=b\r\n0\r\n\r\n",
            "-1\r\n\r\n",
            " 3\r\na=b\r\n0\r\n\r\n",
            "0\r\nContent-Length: 100\r\n\r\n",
            "0\r\n\r\n",
        ] {
            let answered = statuses(&exchange(&app, format!("{head}{body}{smuggled}").as_bytes()).await);
            assert!(answered.len() <= 1, "{answered:?} for {body:?}");
            assert!(answered.iter().all(|status| [400, 401].contains(status)), "{answered:?} for {body:?}");
        }
    }
}

/// An HTTP/2 frame (RFC 9113 section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A request in HTTP/2 with these fields, each a literal that is neither indexed nor compressed (RFC 7541 section 6.2.2).
fn http2(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            block.push(u8::try_from(text.len()).expect("short"));
            block.extend_from_slice(text.as_bytes());
        }
    }
    let headers = frame(1, 0x5, 1, &block); // END_STREAM, END_HEADERS
    [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(4, 0, 0, &[]), headers].concat()
}

/// The kinds of the frames that came back.
fn frames(mut received: &[u8]) -> Vec<u8> {
    let mut kinds = Vec::new();
    while received.len() >= 9 {
        let length = usize::from(received[0]) << 16 | usize::from(received[1]) << 8 | usize::from(received[2]);
        kinds.push(received[3]);
        received = received.get(9 + length..).unwrap_or_default();
    }
    kinds
}

#[tokio::test]
async fn a7_http_2_with_upper_case_or_repeated_pseudo_headers_is_refused() {
    const HEADERS: u8 = 1;
    const RST_STREAM: u8 = 3;
    const GOAWAY: u8 = 7;
    for app in apps().await {
        let host = app.address().to_owned();
        let good = [(":method", "GET"), (":scheme", "http"), (":path", "/healthz"), (":authority", host.as_str())];
        assert!(frames(&exchange(&app, &http2(&good)).await).contains(&HEADERS), "a proper request is answered");
        for bad in [
            vec![("Host", "x")],
            vec![("X-Upper", "y")],
            vec![(":Path", "/healthz")],
            vec![(":path", "/token")],
            vec![(":method", "POST")],
            vec![(":authority", "evil.example")],
            vec![(":scheme", "https")],
            vec![(":unknown", "x")],
            vec![("x", "y"), (":path", "/token")],
            vec![("connection", "close")],
            vec![("transfer-encoding", "chunked")],
            vec![("x", "a\r\nb")],
            vec![("content-length", "5")],
        ] {
            let fields = [&good[..], &bad].concat();
            let kinds = frames(&exchange(&app, &http2(&fields)).await);
            assert!(!kinds.contains(&HEADERS), "{bad:?} was answered: {kinds:?}");
            assert!(kinds.contains(&RST_STREAM) || kinds.contains(&GOAWAY), "{bad:?}: {kinds:?}");
        }
    }
}

#[tokio::test]
async fn a8_endless_bodies_and_heads_cost_neither_memory_nor_time() {
    for app in apps().await {
        let start = Instant::now();
        let head = |more: &str| {
            let form = "Content-Type: application/x-www-form-urlencoded";
            format!("POST /token HTTP/1.1\r\nHost: {}\r\n{form}\r\n{more}\r\n\r\n", app.address())
        };
        // Told to be huge, and endless in chunks: refused after what fits has been read.
        let huge = format!("{}{}", head("Content-Length: 1000000000000"), "x".repeat(100_000));
        assert_eq!(statuses(&exchange(&app, huge.as_bytes()).await), [413]);
        let endless =
            format!("{}{}", head("Transfer-Encoding: chunked"), "400\r\n".to_owned() + &"x".repeat(1024) + "\r\n");
        let endless = endless + &("400\r\n".to_owned() + &"x".repeat(1024) + "\r\n").repeat(100);
        assert_eq!(statuses(&exchange(&app, endless.as_bytes()).await), [413]);
        // An endless head, and a thousand of them.
        let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(2_000_000));
        let answered = statuses(&exchange(&app, long.as_bytes()).await);
        assert!(answered.iter().all(|status| [414, 431].contains(status)), "{answered:?}");
        let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: y\r\n".repeat(1000));
        let answered = statuses(&exchange(&app, many.as_bytes()).await);
        assert!(answered.iter().all(|status| [400, 431].contains(status)), "{answered:?}");
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
        assert_eq!(app.http().get("/healthz").await.status, 200);
    }
}
