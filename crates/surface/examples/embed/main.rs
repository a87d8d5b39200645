//! Somebody else's server, on hyper, with the MCP endpoint in it: users and tokens of its own, one tool of its own beside
//! ours, and no authorization server. `cargo run --example embed` serves the demo data and prints how to connect.

mod load_in;
mod sessions;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{RETRY_AFTER, USER_AGENT};
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use lavori_audit::Origin;
use lavori_domain::env::SystemEnv;
use lavori_mcp::{Endpoint, Identity};
use lavori_policy::Scopes;
use lavori_store::recorder::Recorder;
use lavori_store::{Options, Store};
use lavori_surface::{Called, Challenge, INSTRUCTIONS, McpService};
use lavori_tools::{CursorKey, Registry};
use tokio::net::TcpListener;

use load_in::{Gates, GetLoadIn};
use sessions::Sessions;

type Answer = Response<BoxBody<Bytes, Infallible>>;

/// The other server: what each of its requests may use.
struct Desk {
    sessions: Sessions,
    endpoint: Endpoint,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::temp_dir().join("lavori-embed.db");
    let store = Store::open(&format!("sqlite:{}", file.display()), &Options::default())?;
    store.migrate().await?;
    lavori_demo::seed(&store, &SystemEnv, "no password of the demo is any use here").await?;
    let listener = TcpListener::bind("127.0.0.1:8710").await?;
    let desk = Desk::new(store, "127.0.0.1:8710")?;
    let token = desk.sessions.sign_in("ada@demo.example", "northlight", Scopes::Write).await?;
    eprintln!("claude mcp add -t http desk http://127.0.0.1:8710/mcp -H \"Authorization: Bearer {token}\"");
    desk.serve(listener).await
}

impl Desk {
    /// Puts the parts together: our tools and theirs, the registry, the service, the endpoint.
    fn new(store: Store, host: &str) -> Result<Self, Box<dyn Error>> {
        let mut tools = lavori_tools::catalogue();
        tools.push(lavori_tools::tool::<GetLoadIn>());
        let config = lavori_tools::Config {
            public_url: format!("http://{host}"),
            cursor_key: CursorKey::new(sessions::secret()),
            record_calls: true,
        };
        let recorder = Recorder::start(store.clone());
        let registry = Registry::new(store.clone(), recorder, Arc::new(SystemEnv), config, tools)?.with(Gates::load());
        let identity = Identity {
            name: "desk".to_owned(),
            title: "The Loading Desk".to_owned(),
            version: "1.0.0".to_owned(),
            description: "Projects and crew, and where their trucks unload.".to_owned(),
            website_url: None,
            icons: Vec::new(),
            instructions: INSTRUCTIONS.to_owned(),
        };
        let service = McpService::new(Arc::new(registry), identity)?;
        let endpoint = Endpoint::new(lavori_mcp::Config::new([host]), Arc::new(service))?;
        Ok(Self { sessions: Sessions::new(store), endpoint })
    }

    async fn serve(self, listener: TcpListener) -> Result<(), Box<dyn Error>> {
        let desk = Arc::new(self);
        loop {
            let (stream, _) = listener.accept().await?;
            let desk = Arc::clone(&desk);
            let service = service_fn(move |request| {
                let desk = Arc::clone(&desk);
                async move { Ok::<_, Infallible>(desk.answer(request).await) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    }

    async fn answer(&self, request: Request<Incoming>) -> Answer {
        match request.uri().path() {
            "/mcp" => self.mcp(request).await,
            "/" => text(StatusCode::OK, "The Loading Desk"),
            _ => text(StatusCode::NOT_FOUND, "Nothing is here."),
        }
    }

    /// The MCP endpoint: who is it, then the endpoint does the rest.
    async fn mcp(&self, request: Request<Incoming>) -> Answer {
        let (mut parts, body) = request.into_parts();
        let challenge = Challenge::new("desk");
        let Some(token) = sessions::token(&parts.headers) else { return challenge.no_token() };
        let caller = match self.sessions.caller(token).await {
            Ok(Some(caller)) => Arc::new(caller),
            Ok(None) => return challenge.invalid_token(),
            Err(_) => return busy(),
        };
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let origin = Origin { user_agent: user_agent.map(str::to_owned), ..Origin::default() };
        parts.extensions.insert(Called { caller, origin, challenge });
        self.endpoint.answer(parts, body).await
    }
}

fn text(status: StatusCode, text: &'static str) -> Answer {
    let mut answer = Response::new(Full::from(text).boxed());
    *answer.status_mut() = status;
    answer
}

/// Trouble of ours is never told as a bad token: clients would throw a good one away.
fn busy() -> Answer {
    let mut answer = text(StatusCode::SERVICE_UNAVAILABLE, "Try again in a moment.");
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
    answer
}
