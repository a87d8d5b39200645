//! Against real servers on loopback, most of them over TLS: what arrives there counts, and what does not.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http::StatusCode;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::address::is_public;
use crate::network::{Resolve, Resolving};

/// Plays the part of a public address in these tests; every other one is refused.
const PUBLIC: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
/// Plays the part of a private one.
const PRIVATE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

fn only_public(address: IpAddr) -> bool {
    address == IpAddr::V4(PUBLIC)
}

/// What a server does once it has read a request.
#[derive(Clone)]
enum Answer {
    Whole(String),
    /// This, and then the connection stays open without a word.
    ThenSilence(&'static str),
    /// The head, and then bytes until nobody listens.
    Endless(&'static str),
}

impl Answer {
    fn ok(body: &str) -> Self {
        Self::Whole(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()))
    }
}

struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
    authority: Option<CertificateDer<'static>>,
}

impl Server {
    async fn start(at: Ipv4Addr, tls_name: Option<&str>, answer: Answer) -> Self {
        let listener = TcpListener::bind((at, 0)).await.unwrap();
        let (connections, requests) = (Arc::<AtomicUsize>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (acceptor, authority) = tls_name.map(acceptor).unzip();
        let server = Self {
            address: listener.local_addr().unwrap(),
            connections: Arc::clone(&connections),
            requests: Arc::clone(&requests),
            authority,
        };
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.fetch_add(1, Ordering::SeqCst);
                let (answer, requests, acceptor) = (answer.clone(), Arc::clone(&requests), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => converse(stream, &answer, &requests).await,
                        Some(acceptor) => match acceptor.accept(stream).await {
                            Ok(stream) => converse(stream, &answer, &requests).await,
                            Err(_) => Ok(()),
                        },
                    }
                });
            }
        });
        server
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn acceptor(name: &str) -> (TlsAcceptor, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), certificate)
}

/// Reads requests (with a body shorter than one buffer) and answers each.
async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: &Answer,
    requests: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let mut request = String::new();
        while !request.contains("\r\n\r\n") || !has_body(&request) {
            let read = stream.read(&mut buffer).await?;
            if read == 0 {
                return Ok(());
            }
            request.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        }
        requests.lock().unwrap().push(request);
        match answer {
            Answer::Whole(text) => stream.write_all(text.as_bytes()).await?,
            Answer::ThenSilence(text) => {
                stream.write_all(text.as_bytes()).await?;
                std::future::pending::<()>().await;
            }
            Answer::Endless(head) => {
                stream.write_all(head.as_bytes()).await?;
                loop {
                    stream.write_all(&[b'x'; 1000]).await?;
                }
            }
        }
        stream.flush().await?;
    }
}

fn has_body(request: &str) -> bool {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| body.len() >= length.parse().unwrap())
}

/// Answers each name's lookups in turn, the last one again and again.
#[derive(Default)]
struct Script {
    names: Mutex<HashMap<String, Vec<Vec<SocketAddr>>>>,
    lookups: AtomicUsize,
}

impl Script {
    fn of(names: &[(&str, &[&[SocketAddr]])]) -> Arc<Self> {
        let names = names
            .iter()
            .map(|(name, answers)| ((*name).to_owned(), answers.iter().map(|answer| answer.to_vec()).collect()));
        Arc::new(Self { names: Mutex::new(names.collect()), lookups: AtomicUsize::new(0) })
    }
}

impl Resolve for Script {
    fn resolve(&self, host: &str) -> Resolving {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        let mut names = self.names.lock().unwrap();
        let answer = match names.get_mut(host) {
            Some(answers) if answers.len() > 1 => Ok(answers.remove(0)),
            Some(answers) => Ok(answers[0].clone()),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "no such name")),
        };
        Box::pin(async move { answer })
    }
}

fn network(script: &Arc<Script>, servers: &[&Server], allowed: fn(IpAddr) -> bool) -> Network {
    let resolver: Arc<dyn Resolve> = Arc::<Script>::clone(script);
    Network::for_tests(resolver, servers.iter().filter_map(|server| server.authority.clone()), allowed).unwrap()
}

fn get(url: &str) -> Request<Vec<u8>> {
    Request::get(url).body(Vec::new()).unwrap()
}

/// One stranger named `client.example`, and a fetcher that can reach it.
async fn stranger(answer: Answer) -> (Server, Fetcher) {
    let server = Server::start(PUBLIC, Some("client.example"), answer).await;
    let script = Script::of(&[("client.example", &[&[server.address]])]);
    let fetcher = Fetcher::for_strangers(&network(&script, &[&server], only_public)).unwrap();
    (server, fetcher)
}

#[tokio::test]
async fn a_strangers_document_arrives_on_a_connection_of_its_own() {
    let (server, fetcher) = stranger(Answer::ok("{}")).await;
    for _ in 0..2 {
        let answer = fetcher.send(get("https://client.example/meta.json?a=b")).await.unwrap();
        assert_eq!((answer.status(), answer.body().as_slice()), (StatusCode::OK, b"{}".as_slice()));
    }
    assert_eq!(server.connections(), 2);
    let request = &server.requests()[0];
    assert!(request.starts_with("GET /meta.json?a=b HTTP/1.1\r\n"), "{request}");
    assert!(!request.to_lowercase().contains("accept-encoding"), "{request}");
}

#[tokio::test]
async fn b2_a_name_of_a_private_address_is_refused_before_anything_is_sent() {
    let server = Server::start(PRIVATE, Some("inside.example"), Answer::ok("secret")).await;
    let script = Script::of(&[("inside.example", &[&[server.address]])]);
    let fetcher = Fetcher::for_strangers(&network(&script, &[&server], only_public)).unwrap();
    let error = fetcher.send(get("https://inside.example/")).await.unwrap_err();
    assert!(matches!(error, Error::NotPublic), "{error:?}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn b2_addresses_as_hosts_are_checked_in_every_spelling() {
    let script = Script::of(&[]);
    let fetcher = Fetcher::for_strangers(&network(&script, &[], is_public)).unwrap();
    for host in [
        "127.0.0.1",
        "0177.0.0.1",
        "0x7f.1",
        "2130706433",
        "127.1",
        "0",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.0.1:8443",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd00:ec2::254]",
        "[fe80::1]",
    ] {
        let error = fetcher.send(get(&format!("https://{host}/"))).await.unwrap_err();
        assert!(matches!(error, Error::NotPublic), "{host}: {error:?}");
    }
    assert_eq!(script.lookups.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn b3_one_private_answer_among_public_ones_refuses_the_name() {
    let public = Server::start(PUBLIC, Some("mixed.example"), Answer::ok("{}")).await;
    let private = Server::start(PRIVATE, Some("mixed.example"), Answer::ok("{}")).await;
    let script = Script::of(&[("mixed.example", &[&[public.address, private.address]])]);
    let fetcher = Fetcher::for_strangers(&network(&script, &[&public, &private], only_public)).unwrap();
    let error = fetcher.send(get("https://mixed.example/")).await.unwrap_err();
    assert!(matches!(error, Error::NotPublic), "{error:?}");
    assert_eq!((public.connections(), private.connections()), (0, 0));
}

#[tokio::test]
async fn b3_a_name_that_changes_its_answer_gains_nothing() {
    let public = Server::start(PUBLIC, Some("rebind.example"), Answer::ok("{}")).await;
    let private = Server::start(PRIVATE, Some("rebind.example"), Answer::ok("{}")).await;
    let script = Script::of(&[("rebind.example", &[&[public.address], &[private.address]])]);
    let fetcher = Fetcher::for_strangers(&network(&script, &[&public, &private], only_public)).unwrap();
    fetcher.send(get("https://rebind.example/")).await.unwrap();
    assert_eq!(script.lookups.load(Ordering::SeqCst), 1, "what was checked is what was connected to");
    let error = fetcher.send(get("https://rebind.example/")).await.unwrap_err();
    assert!(matches!(error, Error::NotPublic), "{error:?}");
    assert_eq!((public.connections(), private.connections()), (1, 0));
}

#[tokio::test]
async fn b4_no_redirect_is_followed() {
    let elsewhere = Server::start(PUBLIC, None, Answer::ok("{}")).await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("http://{}/", elsewhere.address);
        let head = format!("HTTP/1.1 {status} Moved\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        let (_server, fetcher) = stranger(Answer::Whole(head)).await;
        let answer = fetcher.send(get("https://client.example/")).await.unwrap();
        assert_eq!(answer.status(), status);
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn b5_a_body_ends_at_the_limit_announced_or_not() {
    let limit = STRANGERS.body;
    let (_server, fetcher) = stranger(Answer::ok(&"x".repeat(limit))).await;
    assert_eq!(fetcher.send(get("https://client.example/")).await.unwrap().body().len(), limit);
    for answer in [
        Answer::ok(&"x".repeat(limit + 1)),
        Answer::Endless("HTTP/1.1 200 OK\r\n\r\n"),
        Answer::Endless("HTTP/1.1 200 OK\r\ncontent-length: 100000000000\r\n\r\n"),
    ] {
        let (_server, fetcher) = stranger(answer).await;
        let error = fetcher.send(get("https://client.example/")).await.unwrap_err();
        assert!(matches!(error, Error::TooLarge(_)), "{error:?}");
    }
}

#[tokio::test]
async fn b5_nobody_is_waited_for_longer_than_five_seconds() {
    let start = Instant::now();
    let silent = [
        Answer::ThenSilence(""),
        Answer::ThenSilence("HTTP/1.1 200 OK\r\nx-slow: "),
        Answer::ThenSilence("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{"),
    ];
    let waiting: Vec<_> = silent
        .into_iter()
        .map(|answer| {
            tokio::spawn(async move {
                let (_server, fetcher) = stranger(answer).await;
                fetcher.send(get("https://client.example/")).await.unwrap_err()
            })
        })
        .collect();
    for waiting in waiting {
        assert!(matches!(waiting.await.unwrap(), Error::TimedOut));
    }
    let waited = start.elapsed();
    assert!((STRANGERS.time..STRANGERS.time + Duration::from_secs(3)).contains(&waited), "{waited:?}");
}

#[tokio::test]
async fn b5_what_is_compressed_is_not_unpacked() {
    let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\u{1f}x";
    let (_server, fetcher) = stranger(Answer::Whole(head.to_owned())).await;
    let error = fetcher.send(get("https://client.example/")).await.unwrap_err();
    assert!(matches!(error, Error::Compressed), "{error:?}");
}

#[tokio::test]
async fn strangers_are_asked_over_https_only_and_must_prove_their_name() {
    let (server, fetcher) = stranger(Answer::ok("{}")).await;
    for url in ["http://client.example/", "https://a:b@client.example/"] {
        assert!(matches!(fetcher.send(get(url)).await.unwrap_err(), Error::Url), "{url}");
    }
    assert_eq!(server.connections(), 0);

    let other = Server::start(PUBLIC, Some("other.example"), Answer::ok("{}")).await;
    let unknown = Server::start(PUBLIC, Some("unknown.example"), Answer::ok("{}")).await;
    let script = Script::of(&[("client.example", &[&[other.address]]), ("unknown.example", &[&[unknown.address]])]);
    let fetcher = Fetcher::for_strangers(&network(&script, &[&other], only_public)).unwrap();
    for url in ["https://client.example/", "https://unknown.example/", "https://nowhere.example/"] {
        let error = fetcher.send(get(url)).await.unwrap_err();
        assert!(matches!(error, Error::Unreachable(_)), "{url}: {error:?}");
    }
    assert_eq!(other.requests().len() + unknown.requests().len(), 0);
}

#[tokio::test]
async fn j4_an_operators_server_is_asked_where_it_is_and_what_it_refers_to_like_a_stranger() {
    let issuer = Server::start(PRIVATE, None, Answer::ok(&"x".repeat(100_000))).await;
    let inside = Server::start(PRIVATE, None, Answer::ok("{}")).await;
    let keys = Server::start(PUBLIC, Some("keys.example"), Answer::ok("{}")).await;
    let hidden = Server::start(PRIVATE, Some("hidden.example"), Answer::ok("{}")).await;
    let script = Script::of(&[("keys.example", &[&[keys.address]]), ("hidden.example", &[&[hidden.address]])]);
    let named: Url = format!("http://{}/realm", issuer.address).parse().unwrap();
    let fetcher = Fetcher::for_configured(&network(&script, &[&keys, &hidden], only_public), [&named]).unwrap();

    let token = Request::post(format!("http://{}/token", issuer.address))
        .header("authorization", "Basic YTpi")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(b"grant_type=authorization_code".to_vec())
        .unwrap();
    for _ in 0..2 {
        assert_eq!(fetcher.send(token.clone()).await.unwrap().body().len(), 100_000);
    }
    assert_eq!(issuer.connections(), 1, "connections are kept");
    let request = &issuer.requests()[1];
    assert!(request.starts_with("POST /token HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Basic YTpi\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\ngrant_type=authorization_code"), "{request}");

    assert_eq!(fetcher.send(get("https://keys.example/jwks")).await.unwrap().body(), b"{}");
    let error = fetcher.send(get("https://hidden.example/jwks")).await.unwrap_err();
    assert!(matches!(error, Error::NotPublic), "{error:?}");
    let error = fetcher.send(get(&format!("http://{}/jwks", inside.address))).await.unwrap_err();
    assert!(matches!(error, Error::Url), "{error:?}");
    let error = fetcher.send(get(&format!("https://{}/jwks", inside.address))).await.unwrap_err();
    assert!(matches!(error, Error::NotPublic), "{error:?}");
    assert_eq!((inside.connections(), hidden.connections()), (0, 0));
}

#[tokio::test]
async fn an_operators_server_may_be_https_on_a_private_address() {
    let issuer = Server::start(PRIVATE, Some("sso.example"), Answer::ok("{}")).await;
    let script = Script::of(&[("sso.example", &[&[issuer.address]])]);
    let named: Url = "https://sso.example".parse().unwrap();
    let fetcher = Fetcher::for_configured(&network(&script, &[&issuer], only_public), [&named]).unwrap();
    assert_eq!(fetcher.send(get("https://sso.example/jwks")).await.unwrap().body(), b"{}");
    let large = Server::start(PRIVATE, Some("sso.example"), Answer::Endless("HTTP/1.1 200 OK\r\n\r\n")).await;
    let script = Script::of(&[("sso.example", &[&[large.address]])]);
    let fetcher = Fetcher::for_configured(&network(&script, &[&large], only_public), [&named]).unwrap();
    let error = fetcher.send(get("https://sso.example/jwks")).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge(262_144)), "{error:?}");
}

#[test]
fn the_machines_network_can_be_set_up() {
    let network = Network::system().unwrap();
    assert!(!(network.is_public)(IpAddr::V4(PUBLIC)), "what ships guards the real addresses");
    Fetcher::for_strangers(&network).unwrap();
}
