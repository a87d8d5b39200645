//! Those who ask: for nothing but to be let in, and for newer tokens.

use std::net::SocketAddr;

use bytes::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, StatusCode};
use serde_json::Value;

use crate::data;
use crate::failure::{During, Result};
use crate::load::Asking;
use crate::wire::Wire;

/// A body that is refused as soon as it is looked at.
const NO_MESSAGE: Bytes = Bytes::from_static(b"x");

/// Sends no message to the MCP endpoint: where the answer is 400, the token was checked and nothing else was done.
pub(super) struct Knocking {
    wire: Wire,
    expected: StatusCode,
}

impl Knocking {
    /// As nobody.
    pub(super) async fn without_token(address: SocketAddr) -> Result<Self> {
        let mut wire = Wire::open(address).await?;
        wire.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        wire.headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
        Ok(Self { wire, expected: StatusCode::UNAUTHORIZED })
    }

    /// As the holder of one of the tokens.
    pub(super) async fn with_token(address: SocketAddr, number: u64) -> Result<Self> {
        let mut this = Self::without_token(address).await?;
        let token = HeaderValue::try_from(format!("Bearer {}", data::plain(number)))?;
        this.wire.headers.insert(AUTHORIZATION, token);
        this.expected = StatusCode::BAD_REQUEST;
        Ok(this)
    }
}

impl Asking for Knocking {
    async fn ask(&mut self) -> Result<Bytes> {
        self.wire.send(Method::POST, "/mcp", NO_MESSAGE, self.expected).await
    }

    fn heed(&mut self, _answer: &Bytes) -> Result<()> {
        Ok(())
    }
}

/// Renews a connection's tokens (RFC 6749 section 6).
pub(super) struct Renewing {
    wire: Wire,
    client_id: String,
    /// The newest refresh token.
    token: String,
}

impl Renewing {
    /// As the client of one of the connections.
    pub(super) async fn open(address: SocketAddr, client_id: &str, number: u64) -> Result<Self> {
        let mut wire = Wire::open(address).await?;
        wire.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        Ok(Self { wire, client_id: client_id.to_owned(), token: data::refresh_token(number) })
    }
}

impl Asking for Renewing {
    async fn ask(&mut self) -> Result<Bytes> {
        // Neither value holds a character that a form would escape.
        let form = format!("grant_type=refresh_token&client_id={}&refresh_token={}", self.client_id, self.token);
        self.wire.send(Method::POST, "/token", form.into(), StatusCode::OK).await
    }

    fn heed(&mut self, answer: &Bytes) -> Result<()> {
        let issued: Value = serde_json::from_slice(answer).during("the answer is no JSON")?;
        let token = issued["refresh_token"].as_str().ok_or("the answer has no refresh token")?;
        if token == self.token {
            return Err("the refresh token was not rotated".into());
        }
        token.clone_into(&mut self.token);
        Ok(())
    }
}
