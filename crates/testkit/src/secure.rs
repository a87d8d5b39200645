//! A client over TLS that trusts one certificate and nothing else.

use std::net::SocketAddr;
use std::sync::Arc;

use http::{Request, Response, Version};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A certificate for `localhost` and its key (PEM), and what whoever is to trust it needs.
pub struct SelfSigned {
    /// PEM.
    pub certificate: String,
    /// PEM.
    pub key: String,
    trusted: CertificateDer<'static>,
}

impl SelfSigned {
    /// A new one.
    ///
    /// # Panics
    /// When none can be made.
    pub fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        Self { certificate, key, trusted: made.cert.der().clone() }
    }
}

impl Default for SelfSigned {
    fn default() -> Self {
        Self::new()
    }
}

/// One connection.
pub struct Secure {
    address: SocketAddr,
    sender: Sender,
}

enum Sender {
    Http1(http1::SendRequest<Empty<Bytes>>),
    Http2(http2::SendRequest<Empty<Bytes>>),
}

impl Secure {
    /// Connects to `localhost` at this address and speaks what the server prefers of `protocols` (ALPN).
    ///
    /// # Errors
    /// When the certificate is not the trusted one, or nobody answers.
    pub async fn connect(address: SocketAddr, trusted: &SelfSigned, protocols: &[&str]) -> std::io::Result<Self> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(trusted.trusted.clone()).expect("a certificate");
        let mut config =
            rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .expect("versions")
                .with_root_certificates(roots)
                .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let name = ServerName::try_from("localhost").expect("a name");
        let stream = TcpStream::connect(address).await?;
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        let stream = TokioIo::new(stream);
        let sender = if is_http2 {
            let (sender, connection) =
                http2::handshake(TokioExecutor::new(), stream).await.map_err(std::io::Error::other)?;
            tokio::spawn(connection);
            Sender::Http2(sender)
        } else {
            let (sender, connection) = http1::handshake(stream).await.map_err(std::io::Error::other)?;
            tokio::spawn(connection);
            Sender::Http1(sender)
        };
        Ok(Self { address, sender })
    }

    /// Whether HTTP/2 is spoken.
    pub fn is_http2(&self) -> bool {
        matches!(self.sender, Sender::Http2(_))
    }

    /// Fetches a page, read whole.
    ///
    /// # Panics
    /// When the connection breaks.
    pub async fn get(&mut self, path: &str) -> Response<String> {
        let host = format!("localhost:{}", self.address.port());
        let request = match self.sender {
            Sender::Http1(_) => Request::get(path).header("host", &host),
            Sender::Http2(_) => Request::get(format!("https://{host}{path}")).version(Version::HTTP_2),
        };
        let request = request.body(Empty::new()).expect("a request");
        let answer: Response<Incoming> = match &mut self.sender {
            Sender::Http1(sender) => sender.send_request(request).await,
            Sender::Http2(sender) => sender.send_request(request).await,
        }
        .expect("an answer");
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Response::from_parts(parts, String::from_utf8(body.to_vec()).expect("text"))
    }
}
