//! A client over real HTTP that follows nothing and hides nothing.

use std::net::IpAddr;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION, SET_COOKIE};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tower_service::Service;

use crate::event_stream::{Body, EventStream};

/// How long anything may take, whatever befalls the server: longer than all of its own limits.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer, whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.body))
    }

    /// The body without what differs from one request to the next by chance: the request's id and a page's nonce.
    pub fn apart_from_chance(&self) -> String {
        let policy = self.header("content-security-policy");
        let nonce = policy.split_once("'nonce-").and_then(|(_, rest)| rest.split_once('\''));
        let body = self.body.replace(self.header("x-request-id"), "ID");
        nonce.map_or_else(|| body.clone(), |(nonce, _)| body.replace(nonce, "NONCE"))
    }

    /// A header's text, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where the answer redirects to.
    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// The value of a hidden field of the page.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let at = self.body.find(&format!("name=\"{name}\""))?;
        let start = self.body[..at].rfind('<')?;
        let tag = &self.body[start..start + self.body[start..].find('>')?];
        let value = tag.split_once("value=\"")?.1;
        Some(value[..value.find('"')?].replace("&amp;", "&"))
    }
}

/// A connection pool of its own.
#[derive(Clone)]
pub struct Http {
    client: Client<To, Full<Bytes>>,
    /// The server's origin, such as `http://127.0.0.1:4711`.
    pub origin: String,
    to: To,
}

/// Connects to one server, whatever it is called: a replica listens at another place than its name says.
#[derive(Clone)]
struct To {
    connector: HttpConnector,
    address: Uri,
}

impl Service<Uri> for To {
    type Response = <HttpConnector as Service<Uri>>::Response;
    type Error = <HttpConnector as Service<Uri>>::Error;
    type Future = <HttpConnector as Service<Uri>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Service::<Uri>::poll_ready(&mut self.connector, context)
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        self.connector.call(self.address.clone())
    }
}

impl Http {
    /// A client of the server at `address`, which calls itself `origin`.
    pub fn new(origin: String, address: &str) -> Self {
        Self::over(HttpConnector::new(), origin, address)
    }

    /// The same from another address of this machine.
    pub(crate) fn from(origin: String, address: &str, from: IpAddr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_local_address(Some(from));
        Self::over(connector, origin, address)
    }

    fn over(connector: HttpConnector, origin: String, address: &str) -> Self {
        let to = To { connector, address: address.parse().expect("a URL") };
        Self { client: Client::builder(TokioExecutor::new()).build(to.clone()), origin, to }
    }

    /// The same client, speaking HTTP/2.
    #[must_use]
    pub fn over_http2(self) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).http2_only(true).build(self.to.clone()), ..self }
    }

    /// Sends a request as it is.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
        let (parts, body) = self.open(method, path, headers, body.into()).await.into_parts();
        let body = body.collect().await.expect("the body arrives").to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// The same; the body has still to arrive.
    async fn open(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Response<Body> {
        let response = self.client.request(self.request(method, path, headers, body)).await;
        response.expect("the server answers").map(|body| body.map_err(Into::into).boxed())
    }

    /// Sends a request to a server that may go away. `None`: no answer, or not all of it.
    ///
    /// # Panics
    /// When there is neither an answer nor an end within a minute.
    pub async fn attempt(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Option<Answer> {
        let request = self.request(method, path, headers, body.into());
        let exchange = async {
            let (parts, body) = self.client.request(request).await.ok()?.into_parts();
            let body = body.collect().await.ok()?.to_bytes();
            let body = String::from_utf8_lossy(&body).into_owned();
            Some(Answer { status: parts.status, headers: parts.headers, body })
        };
        tokio::time::timeout(PATIENCE, exchange).await.expect("an answer, or that there is none")
    }

    fn request(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.origin));
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
            request = request.header(name, HeaderValue::from_bytes(value.as_bytes()).expect("a header value"));
        }
        request.body(Full::new(body)).expect("a request")
    }

    /// Sends a request whose answer goes on: a stream of server-sent events.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn stream(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> EventStream {
        EventStream::new(self.open(method, path, headers, body.into()).await)
    }

    /// `GET` without anything.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    /// `POST` of a form.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let headers = [(CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &headers, encode(fields)).await
    }

    /// `POST` of JSON.
    pub async fn json(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut all = vec![(CONTENT_TYPE.as_str(), "application/json")];
        all.extend_from_slice(headers);
        self.send(Method::POST, path, &all, body.to_string()).await
    }
}

/// `application/x-www-form-urlencoded`.
pub fn encode(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A browser: it keeps cookies and follows redirects within the server.
#[derive(Clone)]
pub struct Browser {
    http: Http,
    cookies: Vec<(String, String)>,
}

impl Browser {
    pub(crate) fn new(http: Http) -> Self {
        Self { http, cookies: Vec::new() }
    }

    /// A browser without cookies at another server than the one under test.
    pub fn at(origin: &str) -> Self {
        Self::new(Http::new(origin.to_owned(), origin))
    }

    /// Opens a page, following redirects that stay on the server.
    pub async fn open(&mut self, path: &str) -> Answer {
        let mut answer = self.send(Method::GET, path, &[], "").await;
        while answer.status.is_redirection() && answer.location().starts_with('/') {
            let location = answer.location().to_owned();
            answer = self.send(Method::GET, &location, &[], "").await;
        }
        answer
    }

    /// Submits a form, as the browser would: the answer is not followed.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = self.http.origin.clone();
        let headers = [
            (CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded"),
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send(Method::POST, path, &headers, encode(fields)).await
    }

    /// Opens a page and submits one of its forms, with the page's form token.
    ///
    /// # Panics
    /// When the page has none.
    pub async fn act(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.open(page).await;
        let csrf = page.hidden("csrf").unwrap_or_else(|| panic!("no form token: {}", page.body));
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.submit(path, &all).await
    }

    /// Submits a form to a server that may go away. `None`: no answer. Cookies are not kept.
    pub async fn attempt(&self, http: &Http, path: &str, fields: &[(&str, &str)]) -> Option<Answer> {
        let (origin, cookies) = (http.origin.as_str(), self.cookie_header());
        let form = (CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded");
        let headers = [form, ("origin", origin), ("sec-fetch-site", "same-origin"), (COOKIE.as_str(), &cookies)];
        http.attempt(Method::POST, path, &headers, encode(fields)).await
    }

    /// Sends a request with this browser's cookies, and keeps those it gets.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let cookies = self.cookie_header();
        let mut all = headers.to_vec();
        if !cookies.is_empty() {
            all.push((COOKIE.as_str(), &cookies));
        }
        let answer = self.http.send(method, path, &all, body).await;
        for header in answer.headers.get_all(SET_COOKIE) {
            let (name, rest) = header.to_str().expect("text").split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            self.cookies.retain(|(other, _)| other != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }

    /// Listens to a stream of server-sent events; `last` is the `Last-Event-ID`, if there is one.
    pub async fn listen(&self, path: &str, last: Option<&str>) -> EventStream {
        let cookies = self.cookie_header();
        let mut headers = vec![("accept", "text/event-stream")];
        headers.extend((!cookies.is_empty()).then_some((COOKIE.as_str(), &*cookies)));
        headers.extend(last.map(|last| ("last-event-id", last)));
        self.http.stream(Method::GET, path, &headers, "").await
    }

    fn cookie_header(&self) -> String {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        cookies.join("; ")
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Sets a cookie by hand.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(other, _)| other != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }
}
