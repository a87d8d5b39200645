//! The floor: what the work costs with hyper, the driver and nothing else. Bearer token, SHA-256, the authorization
//! query, the list query with the one for people and blockers, and the bytes of the answer; no protocol library, no
//! validation, no records.
//!
//! Answers other than `list_tasks` are the server's own bytes, handed in by PUT; the rows are read all the same.

mod answer;
mod postgres;
mod queries;
mod scripts;
mod sqlite;

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::data;
use crate::database::Database;
use crate::failure::{During, Result};
use crate::workload::Work;

/// Connections to PostgreSQL: as many as the server has when nothing is said.
const CONNECTIONS: usize = 16;

/// What a request asks of the database behind its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    /// The first page of tasks.
    Tasks,
    /// The person and the teams of `get_context`.
    Context,
    /// The statements of `scripts.rs` for this.
    Script(Work),
    /// Nothing more.
    Standing,
}

/// What the database gave.
enum Found {
    /// The token is not good.
    Nobody,
    /// It is, and the answer needs no rows.
    Somebody,
    /// The whole answer.
    Answer(Vec<u8>),
}

enum Backend {
    Postgres(postgres::Pool),
    Sqlite(sqlite::Threads),
}

struct Floor {
    backend: Backend,
    /// The answers that are kept, by kind of work.
    kept: [RwLock<Bytes>; Work::ALL.len()],
}

/// Serves until the process is ended.
pub(crate) async fn serve(database: &Database, port: u16) -> Result<()> {
    let backend = match database {
        Database::Postgres { url } => Backend::Postgres(postgres::Pool::open(url, CONNECTIONS).await?),
        Database::Sqlite { path } => Backend::Sqlite(sqlite::Threads::open(path)?),
    };
    let filler = |work: Work| {
        let bytes = if work == Work::ToolsList { 30_000 } else { 6_000 };
        RwLock::new(Bytes::from(format!("{{\"result\":\"{}\"}}", "x".repeat(bytes))))
    };
    let floor = Arc::new(Floor { backend, kept: Work::ALL.map(filler) });
    let listener = TcpListener::bind(("127.0.0.1", port)).await.during("the floor cannot listen")?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let floor = Arc::clone(&floor);
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let floor = Arc::clone(&floor);
                async move { Ok::<_, Infallible>(floor.respond(request).await) }
            });
            // A client that goes away is no event here.
            let _closed =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

impl Floor {
    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        if parts.uri.path() == "/healthz" {
            return plain(StatusCode::OK);
        }
        let Ok(body) = body.collect().await else { return plain(StatusCode::BAD_REQUEST) };
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let work = Work::read(header("mcp-method"), header("mcp-name"));
        if parts.method == Method::PUT {
            self.keep(work, body.to_bytes());
            return plain(StatusCode::OK);
        }
        let Some(work) = work else { return plain(StatusCode::NOT_FOUND) };
        let token = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let Some(token) = token else { return plain(StatusCode::UNAUTHORIZED) };
        let ask = match work {
            Work::ListTasks => Ask::Tasks,
            Work::GetContext => Ask::Context,
            Work::ToolsList => Ask::Standing,
            Work::Search | Work::QueryAnalytics | Work::CreateTasks | Work::Fetch => Ask::Script(work),
        };
        let hash = data::hash(token);
        let found = match &self.backend {
            Backend::Postgres(pool) => pool.find(hash, ask).await,
            Backend::Sqlite(threads) => threads.find(hash, ask).await,
        };
        match found {
            Ok(Found::Answer(bytes)) => json(bytes.into()),
            Ok(Found::Somebody) => json(self.kept(work)),
            Ok(Found::Nobody) => plain(StatusCode::UNAUTHORIZED),
            Err(error) => {
                // The load tells whoever waits how the answer began.
                let mut response = Response::new(Full::from(error.to_string()));
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                response
            }
        }
    }

    fn place(&self, work: Work) -> &RwLock<Bytes> {
        &self.kept[work as usize]
    }

    fn keep(&self, work: Option<Work>, bytes: Bytes) {
        if let Some(work) = work {
            *self.place(work).write().unwrap_or_else(PoisonError::into_inner) = bytes;
        }
    }

    fn kept(&self, work: Work) -> Bytes {
        self.place(work).read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// 32 bytes that no request had before.
fn never_again() -> [u8; 32] {
    static TURN: AtomicU64 = AtomicU64::new(0);
    let turn = TURN.fetch_add(1, Ordering::Relaxed);
    data::hash(&format!("{}-{turn}", std::process::id()))
}

fn json(bytes: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(bytes));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
