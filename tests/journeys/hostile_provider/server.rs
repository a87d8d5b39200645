//! A provider that says what it is told to say.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alg {
    /// By the key with this number, under its own name.
    Es256(u8),
    /// Not at all.
    None,
    /// By HMAC under the public key's text, as if it were a shared secret.
    Hs256WithThePublicKey,
    /// By HMAC under the client secret.
    Hs256WithTheClientSecret,
}

pub(crate) const CLIENT_SECRET: &str = "a secret that is no key";

/// A provider on a port of its own. It ends with the test's runtime.
pub(crate) struct Hostile {
    pub(crate) issuer: String,
    answers: Arc<Mutex<HashMap<&'static str, Value>>>,
    hits: Arc<Mutex<HashMap<String, usize>>>,
}

impl Hostile {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("the test's own values fit");
        let issuer = format!("http://{}", listener.local_addr().expect("the test's own values fit"));
        let (answers, hits) = (Arc::<Mutex<HashMap<_, _>>>::default(), Arc::<Mutex<HashMap<_, _>>>::default());
        let hostile = Self { issuer, answers, hits };
        hostile.say("/.well-known/openid-configuration", hostile.metadata());
        hostile.publish(&[1]);
        let (answers, hits) = (Arc::clone(&hostile.answers), Arc::clone(&hostile.hits));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answers, hits) = (Arc::clone(&answers), Arc::clone(&hits));
                let service = hyper::service::service_fn(move |request: Request<Incoming>| {
                    let path = request.uri().path().to_owned();
                    let answer = answers.lock().expect("the test's own values fit").get(path.as_str()).cloned();
                    *hits.lock().expect("the test's own values fit").entry(path).or_insert(0) += 1;
                    async move { Ok::<_, Infallible>(response(answer)) }
                });
                tokio::spawn(async move {
                    let _ended = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        hostile
    }

    /// What it says at a path from now on.
    pub(crate) fn say(&self, path: &'static str, answer: Value) {
        self.answers.lock().expect("the test's own values fit").insert(path, answer);
    }

    /// How often a path was asked for.
    pub(crate) fn hits(&self, path: &str) -> usize {
        self.hits.lock().expect("the test's own values fit").get(path).copied().unwrap_or_default()
    }

    /// Publishes these keys and no others.
    pub(crate) fn publish(&self, keys: &[u8]) {
        self.say("/jwks", json!({ "keys": keys.iter().map(|number| public(*number)).collect::<Vec<_>>() }));
    }

    /// Good metadata.
    pub(crate) fn metadata(&self) -> Value {
        let issuer = &self.issuer;
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            // It claims to use what must never be accepted.
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        })
    }

    /// Gives out an ID token with these claims.
    pub(crate) fn give(&self, alg: Alg, claims: &Value) {
        let token = token(alg, claims);
        self.say("/token", json!({ "access_token": "x", "token_type": "Bearer", "id_token": token }));
    }
}

fn response(answer: Option<Value>) -> Response<Full<Bytes>> {
    let status = if answer.is_some() { 200 } else { 404 };
    let body = answer.unwrap_or_default().to_string();
    let response = Response::builder().status(status).header("content-type", "application/json");
    response.body(Full::new(body.into())).expect("the test's own values fit")
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_slice(&[number; 32]).expect("the test's own values fit")
}

fn public(number: u8) -> Value {
    let point = key(number).verifying_key().to_sec1_point(false);
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (x, y) = (part(&point.as_bytes()[1..33]), part(&point.as_bytes()[33..]));
    json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": format!("key {number}"), "x": x, "y": y })
}

fn token(alg: Alg, claims: &Value) -> String {
    let header = match alg {
        Alg::Es256(number) => json!({ "alg": "ES256", "kid": format!("key {number}") }),
        Alg::None => json!({ "alg": "none" }),
        Alg::Hs256WithThePublicKey | Alg::Hs256WithTheClientSecret => json!({ "alg": "HS256", "kid": "key 1" }),
    };
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(claims));
    let mac = |secret: &[u8]| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("the test's own values fit");
        mac.update(signed.as_bytes());
        mac.finalize().into_bytes().to_vec()
    };
    let signature = match alg {
        Alg::Es256(number) => {
            let signature: Signature = key(number).sign(signed.as_bytes());
            signature.to_bytes().to_vec()
        }
        Alg::None => Vec::new(),
        Alg::Hs256WithThePublicKey => mac(public(1).to_string().as_bytes()),
        Alg::Hs256WithTheClientSecret => mac(CLIENT_SECRET.as_bytes()),
    };
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
