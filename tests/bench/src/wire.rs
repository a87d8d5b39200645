//! A connection to a server, kept open from one request to the next.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{HOST, HeaderMap, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::data;
use crate::failure::{Failure, Result};

pub(crate) struct Wire {
    sender: SendRequest<Full<Bytes>>,
    /// What is sent with every request.
    pub(crate) headers: HeaderMap,
}

impl Wire {
    /// Connects, and calls the server by the name that it believes it has.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // An error here is told by the request that it breaks.
            let _closed = connection.await;
        });
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(data::PUBLIC_URL.trim_start_matches("http://")));
        Ok(Self { sender, headers })
    }

    /// Sends a request and reads the answer, which must be of the `expected` status.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &'static str,
        body: Bytes,
        expected: StatusCode,
    ) -> Result<Bytes> {
        let (status, body) = self.ask(method, path, body).await?;
        if status == expected { Ok(body) } else { Err(unexpected(status, &body)) }
    }

    /// Sends a request and reads the answer, whatever it is.
    pub(crate) async fn ask(&mut self, method: Method, path: &'static str, body: Bytes) -> Result<(StatusCode, Bytes)> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = Uri::from_static(path);
        *request.headers_mut() = self.headers.clone();
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }
}

/// Tells of an answer by its beginning.
pub(crate) fn unexpected(status: StatusCode, body: &[u8]) -> Failure {
    let beginning = String::from_utf8_lossy(&body[..body.len().min(600)]).into_owned();
    format!("an answer that was not expected: {status} {beginning}").into()
}
