//! What stands in front of a server at an operator's: it ends TLS or adds a header, and passes everything else on as it
//! came, `Host` and `Origin` too.

use std::convert::Infallible;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HeaderValue};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use lavori_http::{App, Limits, serve};
use lavori_oauth::{AuthorizationServer, PasswordParameters};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::app::{Inner, TestApp, listen, seed};
use crate::compose::{compose_with, oauth_config};
use crate::event_stream::Body;
use crate::stores::sqlite;
use crate::strangers::{self, Strangers};

/// A place where clients arrive, before anything is behind it.
pub struct Front {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    origin: String,
}

/// Where requests go on to, and what they get on the way.
#[derive(Clone)]
struct Behind {
    client: Client<HttpConnector, Incoming>,
    address: String,
    authorization: Option<HeaderValue>,
}

impl Front {
    /// Without TLS.
    pub async fn plain() -> Self {
        let (listener, origin) = listen().await;
        Self { listener, tls: None, origin: origin.replace("127.0.0.1", "localhost") }
    }

    /// With a certificate for `localhost` of the tests' own authority: see [`Front::authority`].
    pub async fn https() -> Self {
        let (listener, origin) = listen().await;
        let origin = origin.replace("http://127.0.0.1", "https://localhost");
        Self { listener, tls: Some(strangers::acceptor()), origin }
    }

    /// What clients take for the server's origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Writes the authority's certificate to a file, as programs of others read it.
    pub fn authority() -> tempfile::TempPath {
        use std::io::Write;
        let text = STANDARD.encode(strangers::authority_certificate());
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| str::from_utf8(line).expect("base64")).collect();
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
        file.write_all(pem.as_bytes()).expect("it is written");
        file.into_temp_path()
    }

    /// Begins to pass requests on to `app`, with this access token if there is one.
    pub fn open(self, app: &TestApp, access_token: Option<&str>) {
        let bearer = access_token.map(|token| format!("Bearer {token}"));
        let behind = Behind {
            client: Client::builder(TokioExecutor::new()).build(HttpConnector::new()),
            address: app.inner.address.clone(),
            authorization: bearer.map(|bearer| HeaderValue::try_from(bearer).expect("a header value")),
        };
        // It ends with the test's runtime.
        tokio::spawn(async move {
            while let Ok((stream, _)) = self.listener.accept().await {
                let (behind, tls) = (behind.clone(), self.tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => behind.pass_all(stream).await,
                        Some(tls) => {
                            // Who does not trust the certificate says so itself.
                            if let Ok(stream) = tls.accept(stream).await {
                                behind.pass_all(stream).await;
                            }
                        }
                    }
                });
            }
        });
    }
}

impl Behind {
    async fn pass_all(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let service = service_fn(move |request| self.clone().pass(request));
        // A client that breaks off is the client's affair.
        let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }

    async fn pass(self, mut request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = format!("{}{path}", self.address).parse::<Uri>().expect("a URL");
        if let Some(authorization) = self.authorization {
            request.headers_mut().insert(AUTHORIZATION, authorization);
        }
        Ok(match self.client.request(request).await {
            Ok(response) => response.map(|body| body.map_err(Into::into).boxed()),
            Err(_) => {
                let mut response = Response::new(Empty::new().map_err(|never: Infallible| match never {}).boxed());
                *response.status_mut() = StatusCode::BAD_GATEWAY;
                response
            }
        })
    }
}

impl TestApp {
    /// A server on SQLite with the demo data that is reached through `front`, once that is open.
    pub async fn behind(front: &Front) -> Self {
        Self::finished_behind(front, |app| app).await
    }

    /// The same with the fixtures of the protocol's conformance suite beside its tools.
    pub async fn with_fixtures_behind(front: &Front) -> Self {
        Self::finished_behind(front, |app| app.with_fixtures().expect("the fixtures fit")).await
    }

    async fn finished_behind(front: &Front, finish: impl FnOnce(App) -> App) -> Self {
        let database = sqlite().await;
        seed(&database, PasswordParameters::CHEAP).await;
        let (listener, address) = listen().await;
        let (strangers, origin) = (Strangers::default(), front.origin.clone());
        let oauth = Arc::new(AuthorizationServer::new(oauth_config(&origin, &strangers)));
        let app = finish(compose_with(database.store.clone(), Arc::clone(&oauth), true));
        // It ends with the test's runtime.
        tokio::spawn(serve(Arc::new(app), listener, Limits::default(), std::future::pending()));
        let store = database.store.clone();
        Self { inner: Arc::new(Inner { origin, address, store, database: Arc::new(database), oauth, strangers }) }
    }
}
