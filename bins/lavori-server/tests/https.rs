//! The binary, speaking HTTPS by itself.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use lavori_testkit::{Binary, Secure, SelfSigned, TestStore, free_address, stores};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A new certificate in the two files.
fn renew(folder: &Path) -> SelfSigned {
    let made = SelfSigned::new();
    std::fs::write(folder.join("key.pem"), &made.key).expect("a file");
    std::fs::write(folder.join("cert.pem"), &made.certificate).expect("a file");
    made
}

async fn started(store: &TestStore, folder: &Path) -> Binary {
    let address = free_address();
    let path = |name: &str| folder.join(name).to_str().expect("text").to_owned();
    let settings = [
        ("LAVORI_LISTEN", address.to_string()),
        ("LAVORI_PUBLIC_URL", format!("https://localhost:{}", address.port())),
        ("LAVORI_TLS_CERTIFICATE_FILE", path("cert.pem")),
        ("LAVORI_TLS_KEY_FILE", path("key.pem")),
    ];
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Binary::start(env!("CARGO_BIN_EXE_lavori-server"), store, &settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn p35_https_by_itself_with_a_certificate_that_changes_while_connections_go_on() {
    // The database makes no difference to it.
    let store = stores().await.remove(0);
    let folder = tempfile::tempdir().expect("a folder");
    let first = renew(folder.path());
    let server = started(&store, folder.path()).await;
    let address = server.address;

    // HTTP/1.1, and a connection that stays open.
    let mut kept = Secure::connect(address, &first, &["http/1.1"]).await.expect("it is trusted");
    assert!(!kept.is_http2());
    let answer = kept.get("/set-up").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().map(|c| c.to_str().expect("text")).collect();
    assert!(cookies.iter().all(|cookie| cookie.contains("; Secure")) && !cookies.is_empty(), "{cookies:?}");

    // HTTP/2, which is preferred.
    let mut http2 = Secure::connect(address, &first, &["http/1.1", "h2"]).await.expect("it is trusted");
    assert!(http2.is_http2());
    let answer = http2.get("/.well-known/oauth-authorization-server").await;
    let issuer = format!("\"issuer\":\"https://localhost:{}\"", address.port());
    assert!(answer.status() == 200 && answer.body().contains(&issuer), "{answer:?}");

    // Plain http is told where it is, and led nowhere.
    let mut plain = TcpStream::connect(address).await.expect("a connection");
    plain.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("it is taken");
    let mut told = String::new();
    plain.read_to_string(&mut told).await.expect("an answer");
    assert!(told.starts_with("HTTP/1.1 400 ") && told.contains("HTTPS") && !told.contains("Location"), "{told}");

    // A new certificate: a signal, new connections, the old one goes on.
    let second = renew(folder.path());
    server.signal("HUP").await;
    let begun = Instant::now();
    while Secure::connect(address, &second, &["h2"]).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(10), "the new certificate is used");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(Secure::connect(address, &first, &["h2"]).await.is_err(), "the old one is not");
    assert_eq!(kept.get("/healthz").await.status(), 200, "the same connection");

    // Without a signal it is found by itself; a broken pair changes nothing.
    std::fs::write(folder.path().join("key.pem"), "nonsense").expect("a file");
    server.signal("HUP").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(Secure::connect(address, &second, &["h2"]).await.is_ok(), "the one before stays");
    let third = renew(folder.path());
    let begun = Instant::now();
    while Secure::connect(address, &third, &["h2"]).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(30), "the third certificate is found");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p35_behind_proxies_nobody_else_is_answered_over_plain_http() {
    let store = stores().await.remove(0);
    let settings = [("LAVORI_PUBLIC_URL", "https://lavori.example"), ("LAVORI_TRUSTED_PROXIES", "127.0.0.2")];
    let server = Binary::start(env!("CARGO_BIN_EXE_lavori-server"), &store, &settings).await;
    let address = server.address;
    let ask = async |from: [u8; 4], path: &str| {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from((from, 0))).expect("an address of this machine");
        let mut stream = socket.connect(address).await.expect("a connection");
        let request = format!("GET {path} HTTP/1.1\r\nHost: lavori.example\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("it is taken");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        answer[9..12].to_owned()
    };
    assert_eq!(ask([127, 0, 0, 2], "/set-up").await, "200", "the proxy");
    assert_eq!(ask([127, 0, 0, 1], "/set-up").await, "403", "somebody else");
    assert_eq!(ask([127, 0, 0, 1], "/mcp").await, "403", "nor with a token");
    assert_eq!(ask([127, 0, 0, 1], "/healthz").await, "200", "whoever asks for its health");
    assert_eq!(ask([127, 0, 0, 1], "/readyz").await, "200");
}
