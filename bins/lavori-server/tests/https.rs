//! The binary, speaking HTTPS by itself.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use lavori_testkit::{Binary, TestStore, free_address, stores};
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

type Sent = Empty<bytes::Bytes>;

/// A new certificate for `localhost` in the two files; gives what clients are to trust.
fn renew(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).expect("a file");
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).expect("a file");
    made.cert.der().clone()
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

/// A connection of somebody who trusts this certificate and speaks these protocols.
async fn connect(
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
    protocols: &[&[u8]],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(trusted.clone()).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, TcpStream::connect(address).await?).await
}

fn get(address: SocketAddr, path: &str, version: Version) -> Request<Sent> {
    let host = format!("localhost:{}", address.port());
    let request =
        Request::get(if version == Version::HTTP_2 { format!("https://{host}{path}") } else { path.to_owned() });
    request.version(version).header("host", host).body(Empty::new()).expect("a request")
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
    let stream = connect(address, &first, &[b"http/1.1"]).await.expect("it is trusted");
    let (mut kept, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP/1.1");
    tokio::spawn(connection);
    let answer = kept.send_request(get(address, "/set-up", Version::HTTP_11)).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().map(|c| c.to_str().expect("text")).collect();
    assert!(cookies.iter().all(|cookie| cookie.contains("; Secure")) && !cookies.is_empty(), "{cookies:?}");
    answer.into_body().collect().await.expect("a page");

    // HTTP/2, which is preferred.
    let stream = connect(address, &first, &[b"http/1.1", b"h2"]).await.expect("it is trusted");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut http2, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    tokio::spawn(connection);
    let path = "/.well-known/oauth-authorization-server";
    let answer = http2.send_request(get(address, path, Version::HTTP_2)).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let text = answer.into_body().collect().await.expect("a document").to_bytes();
    let issuer = format!("\"issuer\":\"https://localhost:{}\"", address.port());
    assert!(String::from_utf8_lossy(&text).contains(&issuer), "{text:?}");

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
    while connect(address, &second, &[b"h2"]).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(10), "the new certificate is used");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(connect(address, &first, &[b"h2"]).await.is_err(), "the old one is not");
    let answer = kept.send_request(get(address, "/healthz", Version::HTTP_11)).await.expect("the same connection");
    assert_eq!(answer.status(), StatusCode::OK);

    // Without a signal it is found by itself; a broken pair changes nothing.
    std::fs::write(folder.path().join("key.pem"), "nonsense").expect("a file");
    server.signal("HUP").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(connect(address, &second, &[b"h2"]).await.is_ok(), "the one before stays");
    let third = renew(folder.path());
    let begun = Instant::now();
    while connect(address, &third, &[b"h2"]).await.is_err() {
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
