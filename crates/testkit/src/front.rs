//! What stands in front of a server for tools of others: it passes everything on as it came, `Host` and `Origin` too, adds
//! an access token for those that cannot sign in, and remembers which protocol versions were spoken.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
use lavori_http::{App, serve};
use lavori_listener::{Limits, Listener};
use lavori_oauth::AuthorizationServer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::app::{Inner, TestApp, listen};
use crate::authority;
use crate::compose::{Settings, compose_with, oauth_config};
use crate::event_stream::Body;
use crate::stores::sqlite;
use crate::strangers::Strangers;
use crate::templates::Contents;

/// A place where clients arrive, before anything is behind it.
pub struct Front {
    listener: TcpListener,
    origin: String,
    tls: Option<TlsAcceptor>,
}

/// Where requests go on to, and what they get on the way.
#[derive(Clone)]
struct Behind {
    client: Client<HttpConnector, Incoming>,
    address: String,
    authorization: Option<HeaderValue>,
    versions: Versions,
}

/// The values of `MCP-Protocol-Version` in the requests that came by.
#[derive(Debug, Clone, Default)]
pub struct Versions(Arc<Mutex<BTreeSet<String>>>);

impl Versions {
    /// Those that were seen until now.
    pub fn seen(&self) -> Vec<String> {
        self.all().iter().cloned().collect()
    }

    fn all(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Front {
    /// On a free port.
    pub async fn new() -> Self {
        let (listener, origin) = listen().await;
        Self { listener, origin: origin.replace("127.0.0.1", "localhost"), tls: None }
    }

    /// The same over TLS. Whoever trusts what [`Front::authority`] gives takes it for the server.
    pub async fn over_tls() -> Self {
        let Self { listener, origin, .. } = Self::new().await;
        Self { listener, origin: origin.replace("http:", "https:"), tls: Some(authority::acceptor()) }
    }

    /// The certificate of the tests' own authority (PEM, RFC 7468).
    pub fn authority() -> String {
        let text = STANDARD.encode(authority::certificate());
        let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// What clients take for the server's origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Begins to pass requests on to `app`, each with this access token if there is one.
    pub fn open(self, app: &TestApp, access_token: Option<&str>) -> Versions {
        let authorization = |token| HeaderValue::try_from(format!("Bearer {token}")).expect("a header value");
        let versions = Versions::default();
        let behind = Behind {
            client: Client::builder(TokioExecutor::new()).build(HttpConnector::new()),
            address: app.inner.address.clone(),
            authorization: access_token.map(authorization),
            versions: versions.clone(),
        };
        // It ends with the test's runtime.
        tokio::spawn(async move {
            while let Ok((stream, _)) = self.listener.accept().await {
                let (behind, tls) = (behind.clone(), self.tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => behind.pass_all(stream).await,
                        Some(tls) => {
                            // Whoever does not trust us hangs up.
                            if let Ok(stream) = tls.accept(stream).await {
                                behind.pass_all(stream).await;
                            }
                        }
                    }
                });
            }
        });
        versions
    }
}

impl Behind {
    async fn pass_all(self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
        let service = service_fn(move |request| self.clone().pass(request));
        // A client that breaks off is the client's affair.
        let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }

    async fn pass(self, mut request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = format!("{}{path}", self.address).parse::<Uri>().expect("a URL");
        let headers = request.headers_mut();
        self.authorization.into_iter().for_each(|authorization| drop(headers.insert(AUTHORIZATION, authorization)));
        let version = headers.get("mcp-protocol-version").and_then(|version| version.to_str().ok());
        self.versions.all().extend(version.map(str::to_owned));
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
    /// A server on SQLite with the demo data, which is reached through `front` once that is open.
    pub async fn behind(front: &Front) -> Self {
        Self::composed_behind(front, |app| app).await
    }

    /// The same with the fixtures of the protocol's conformance suite.
    pub async fn with_fixtures_behind(front: &Front) -> Self {
        Self::composed_behind(front, |app| app.with_fixtures().expect("the fixtures fit")).await
    }

    async fn composed_behind(front: &Front, finish: impl FnOnce(App) -> App) -> Self {
        let database = sqlite(Contents::Demo).await;
        let (listener, address) = listen().await;
        let (strangers, origin) = (Strangers::default(), front.origin.clone());
        let oauth = Arc::new(AuthorizationServer::new(oauth_config(&origin, &strangers)));
        let app = finish(compose_with(database.store.clone(), Arc::clone(&oauth), &Settings::default()));
        // It ends with the test's runtime.
        tokio::spawn(serve(Arc::new(app), Listener::new(listener, Limits::default()), std::future::pending()));
        let store = database.store.clone();
        Self { inner: Arc::new(Inner { origin, address, store, database: Arc::new(database), oauth, strangers }) }
    }
}
