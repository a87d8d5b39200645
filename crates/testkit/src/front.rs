//! What stands in front of a server for clients that cannot sign in: it adds an access token, and passes everything else
//! on as it came, `Host` and `Origin` too.

use std::convert::Infallible;
use std::sync::Arc;

use http::header::{AUTHORIZATION, HeaderValue};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use lavori_http::{Limits, serve};
use lavori_oauth::{AuthorizationServer, PasswordParameters};
use tokio::net::{TcpListener, TcpStream};

use crate::app::{Inner, TestApp, listen, seed};
use crate::compose::{Settings, compose_with, oauth_config};
use crate::event_stream::Body;
use crate::stores::sqlite;
use crate::strangers::Strangers;

/// A place where clients arrive, before anything is behind it.
pub struct Front {
    listener: TcpListener,
    origin: String,
}

/// Where requests go on to, and what they get on the way.
#[derive(Clone)]
struct Behind {
    client: Client<HttpConnector, Incoming>,
    address: String,
    authorization: HeaderValue,
}

impl Front {
    /// On a free port.
    pub async fn new() -> Self {
        let (listener, origin) = listen().await;
        Self { listener, origin: origin.replace("127.0.0.1", "localhost") }
    }

    /// What clients take for the server's origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Begins to pass requests on to `app`, each with this access token.
    pub fn open(self, app: &TestApp, access_token: &str) {
        let behind = Behind {
            client: Client::builder(TokioExecutor::new()).build(HttpConnector::new()),
            address: app.inner.address.clone(),
            authorization: HeaderValue::try_from(format!("Bearer {access_token}")).expect("a header value"),
        };
        // It ends with the test's runtime.
        tokio::spawn(async move {
            while let Ok((stream, _)) = self.listener.accept().await {
                tokio::spawn(behind.clone().pass_all(stream));
            }
        });
    }
}

impl Behind {
    async fn pass_all(self, stream: TcpStream) {
        let service = service_fn(move |request| self.clone().pass(request));
        // A client that breaks off is the client's affair.
        let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    }

    async fn pass(self, mut request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = format!("{}{path}", self.address).parse::<Uri>().expect("a URL");
        request.headers_mut().insert(AUTHORIZATION, self.authorization);
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
    /// A server on SQLite with the demo data and the fixtures of the protocol's conformance suite, which is reached through
    /// `front` once that is open.
    pub async fn with_fixtures_behind(front: &Front) -> Self {
        let database = sqlite().await;
        seed(&database, PasswordParameters::CHEAP).await;
        let (listener, address) = listen().await;
        let (strangers, origin) = (Strangers::default(), front.origin.clone());
        let oauth = Arc::new(AuthorizationServer::new(oauth_config(&origin, &strangers)));
        let app = compose_with(database.store.clone(), Arc::clone(&oauth), &Settings::default());
        let app = app.with_fixtures().expect("the fixtures fit");
        // It ends with the test's runtime.
        tokio::spawn(serve(Arc::new(app), listener, Limits::default(), std::future::pending()));
        let store = database.store.clone();
        Self { inner: Arc::new(Inner { origin, address, store, database: Arc::new(database), oauth, strangers }) }
    }
}
