//! Strangers on the internet: one TLS server on loopback that answers for every name that was published, with an
//! authority that the app under test trusts. It counts what it is asked for.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lavori_fetch::{Network, Resolve, Resolving};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::authority;

/// What a stranger answers.
#[derive(Debug, Clone)]
pub struct Published {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long it thinks about it.
    pub delay: Duration,
}

impl Published {
    /// A JSON document.
    pub fn json(document: &serde_json::Value) -> Self {
        Self::of_type("application/json", document.to_string())
    }

    /// A document of some content type.
    pub fn of_type(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), media_type.to_owned())];
        Self { status: 200, headers, body: body.into(), delay: Duration::ZERO }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

#[derive(Default)]
struct State {
    /// By URL.
    published: HashMap<String, Published>,
    /// How often each URL was asked for.
    requests: HashMap<String, usize>,
    /// Where all names lead; none before the first is published, and while everybody is away.
    address: Option<SocketAddr>,
    /// What some names are said to be at instead.
    elsewhere: HashMap<String, Vec<SocketAddr>>,
}

/// The strangers of one network. Clones are the same.
#[derive(Clone, Default)]
pub struct Strangers(Arc<Mutex<State>>);

impl Strangers {
    /// A network in which loopback is public and these strangers are all there is.
    pub fn network(&self) -> Network {
        let resolver: Arc<dyn Resolve> = Arc::new(self.clone());
        Network::for_tests(resolver, [authority::certificate()], is_loopback).expect("a network")
    }

    /// Serves an answer at an https URL.
    pub async fn publish(&self, url: &str, answer: Published) {
        assert!(url.starts_with("https://"), "{url}");
        self.lock().published.insert(url.to_owned(), answer);
        if self.lock().address.is_none() {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            self.lock().address = Some(listener.local_addr().expect("an address"));
            // It ends with the test's runtime.
            tokio::spawn(self.clone().accept(listener));
        }
    }

    /// Makes a name resolve to these addresses.
    pub fn resolve_to(&self, host: &str, addresses: &[SocketAddr]) {
        self.lock().elsewhere.insert(host.to_owned(), addresses.to_vec());
    }

    /// Takes everything off the network; the counts stay.
    pub fn leave(&self) {
        self.lock().address = None;
    }

    /// How often a URL was asked for.
    pub fn requests_for(&self, url: &str) -> usize {
        self.lock().requests.get(url).copied().unwrap_or_default()
    }

    /// How often anything was asked for.
    pub fn requests(&self) -> usize {
        self.lock().requests.values().sum()
    }

    async fn accept(self, listener: TcpListener) {
        let acceptor = authority::acceptor();
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(self.clone().answer(acceptor.clone(), stream));
        }
    }

    /// Answers one request, and hangs up. What goes wrong here is seen by whoever asked.
    async fn answer(self, acceptor: TlsAcceptor, stream: TcpStream) -> io::Result<()> {
        let mut stream = acceptor.accept(stream).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let path = head.split(' ').nth(1).unwrap_or_default();
        let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        let url = format!("https://{host}{path}");
        let found = {
            let mut state = self.lock();
            *state.requests.entry(url.clone()).or_default() += 1;
            state.published.get(&url).cloned()
        };
        let answer = found.unwrap_or_else(|| Published { status: 404, ..Published::of_type("text/html", "nothing") });
        tokio::time::sleep(answer.delay).await;
        let headers: String = answer.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = answer.body.len();
        let head =
            format!("HTTP/1.1 {} x\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n", answer.status);
        stream.write_all(&[head.as_bytes(), &answer.body].concat()).await?;
        stream.shutdown().await
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolve for Strangers {
    fn resolve(&self, host: &str) -> Resolving {
        let state = self.lock();
        let is_published = state.published.keys().any(|url| url.split('/').nth(2) == Some(host));
        let found = match (state.elsewhere.get(host), state.address) {
            (Some(addresses), _) => Ok(addresses.clone()),
            (None, Some(address)) if is_published => Ok(vec![address]),
            _ => Err(io::Error::new(io::ErrorKind::NotFound, "no such name")),
        };
        Box::pin(async move { found })
    }
}

fn is_loopback(address: IpAddr) -> bool {
    address == IpAddr::V4(Ipv4Addr::LOCALHOST)
}
