//! What the layer above implements: the one trait behind which rmcp disappears.

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use crate::{Changes, FilledPrompt, Identity, PromptDescription, PromptError, Resource, Response, ToolList};

/// What one server offers: tools; also prompts, documents and notices of changes, each of which is
/// declared to clients only where there is any. Object safe: an endpoint holds an `Arc<dyn Service>`.
///
/// `caller` is the request's extensions, into which the layer above has put whatever it knows
/// about the caller; see [`Incoming::extensions_mut`](crate::Incoming::extensions_mut).
///
/// ```
/// use std::sync::Arc;
///
/// use http::Extensions;
/// use http_body_util::{BodyExt, Full};
/// use lavori_mcp::{
///     BoxFuture, Config, Endpoint, Identity, Service, ServiceError, ToolAnswer, ToolCall, ToolDescription, ToolList,
/// };
/// use serde_json::{Map, json};
///
/// /// Who calls, as the layer above found out.
/// #[derive(Clone)]
/// struct Name(&'static str);
///
/// struct Greeter {
///     identity: Identity,
///     tools: ToolList,
/// }
///
/// impl Service for Greeter {
///     fn identity(&self) -> &Identity {
///         &self.identity
///     }
///
///     fn every_tool(&self) -> ToolList {
///         self.tools.clone()
///     }
///
///     fn list_tools<'a>(&'a self, _: &'a Extensions) -> BoxFuture<'a, Result<ToolList, ServiceError>> {
///         Box::pin(async { Ok(self.tools.clone()) })
///     }
///
///     fn call_tool<'a>(
///         &'a self,
///         caller: &'a Extensions,
///         call: ToolCall,
///     ) -> BoxFuture<'a, Result<ToolAnswer, ServiceError>> {
///         Box::pin(async move {
///             match (call.name.as_str(), caller.get::<Name>()) {
///                 ("greet", Some(Name(name))) => Ok(ToolAnswer::success(json!({ "hello": name }).to_string())),
///                 _ => Err(ServiceError::UnknownTool),
///             }
///         })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let schema = || Map::from_iter([("type".to_owned(), json!("object"))]);
/// let greet = ToolDescription {
///     name: "greet".to_owned(),
///     title: "Greet".to_owned(),
///     description: "Use to be greeted.".to_owned(),
///     input_schema: schema().into(),
///     output_schema: Some(schema().into()),
///     read_only: true,
///     destructive: false,
///     idempotent: true,
///     open_world: false,
///     view: None,
/// };
/// let identity = Identity {
///     name: "greeter".to_owned(),
///     title: "The Greeter".to_owned(),
///     version: "1.0.0".to_owned(),
///     description: "Greets.".to_owned(),
///     website_url: None,
///     icons: Vec::new(),
///     instructions: "Ask to be greeted.".to_owned(),
/// };
/// let service = Greeter { identity, tools: ToolList::new(vec![greet]).unwrap() };
/// let endpoint = Endpoint::new(Config::new(["greeter.example"]), Arc::new(service)).unwrap();
///
/// let body = r#"{ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "greet" } }"#;
/// let request = http::Request::post("/mcp")
///     .header("host", "greeter.example")
///     .header("content-type", "application/json")
///     .header("accept", "application/json, text/event-stream")
///     .header("mcp-protocol-version", "2025-11-25")
///     .extension(Name("Ada"))
///     .body(Full::from(body))
///     .unwrap();
/// let (parts, body) = request.into_parts();
/// let answer = endpoint.answer(parts, body).await.into_body().collect().await.unwrap().to_bytes();
/// assert!(String::from_utf8_lossy(&answer).contains(r#""structuredContent":{"hello":"Ada"}"#));
/// # }
/// ```
pub trait Service: Send + Sync + 'static {
    /// The server's name and instructions. Asked once, by [`Endpoint::new`](crate::Endpoint::new).
    fn identity(&self) -> &Identity;

    /// Every tool of the server, whoever asks. Asked once, by
    /// [`Endpoint::new`](crate::Endpoint::new), for the `x-mcp-header` rules, which hold before
    /// anyone is asked for permission.
    fn every_tool(&self) -> ToolList;

    /// The tools that this caller may use now.
    fn list_tools<'a>(&'a self, caller: &'a http::Extensions) -> BoxFuture<'a, Result<ToolList, ServiceError>>;

    /// Runs a tool. The future is dropped when the client goes away or the deadline passes, so
    /// whatever must not be left half done belongs into a transaction.
    fn call_tool<'a>(
        &'a self,
        caller: &'a http::Extensions,
        call: ToolCall,
    ) -> BoxFuture<'a, Result<ToolAnswer, ServiceError>>;

    /// The server's prompts, the same for every caller.
    fn prompts(&self) -> &[PromptDescription] {
        &[]
    }

    /// Fills in a prompt. `arguments` are as the client sent them: by name, in its order, checked
    /// against nothing.
    ///
    /// # Errors
    /// [`PromptError`], which the person is shown.
    fn fill_prompt(&self, _name: &str, _arguments: &[(String, String)]) -> Result<FilledPrompt, PromptError> {
        Err(PromptError::Unknown)
    }

    /// The server's documents, the same for every caller.
    fn resources(&self) -> &[Resource] {
        &[]
    }

    /// Whether [`Service::listen`] ever tells anything.
    fn tells_changes(&self) -> bool {
        false
    }

    /// Begins to listen for this caller. Asked only where [`Service::tells_changes`].
    fn listen<'a>(&'a self, _caller: &'a http::Extensions) -> BoxFuture<'a, Result<Changes, ServiceError>> {
        Box::pin(async { Ok(Box::pin(futures_util::stream::empty()) as Changes) })
    }
}

/// One `tools/call`.
#[derive(Debug, Clone)]
pub struct ToolCall {
    /// The tool's name as the client wrote it: it need not exist.
    pub name: String,
    /// The arguments; empty when the client sent none. Not yet checked against any schema.
    pub arguments: Map<String, Value>,
    /// Fires when the call is given up: the client disconnected (which is how 2026-07-28 cancels
    /// over HTTP) or the deadline passed. The future is dropped as well; the token is for work that
    /// it has handed to other threads.
    ///
    /// `notifications/cancelled` of the legacy era comes as another request, possibly to another
    /// replica, and nothing ties it to this one when there are no sessions: it is accepted and has
    /// no effect.
    pub cancellation: CancellationToken,
}

/// What a tool answered: one JSON object, already serialized.
///
/// The bytes go to the client as they are, as `structuredContent` and, escaped, as the text block.
/// They are never parsed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolAnswer {
    json: String,
    is_error: bool,
}

impl ToolAnswer {
    /// A result: text block and `structuredContent`, both these bytes.
    ///
    /// `json` must be one JSON object as a serializer wrote it; anything else is answered as an
    /// internal error (and stops a debug build).
    pub fn success(json: String) -> Self {
        Self::new(json, false)
    }

    /// A problem the model can do something about: `isError`, text block only.
    pub fn error(json: String) -> Self {
        Self::new(json, true)
    }

    fn new(json: String, is_error: bool) -> Self {
        debug_assert!(
            serde_json::from_str::<Map<String, Value>>(&json).is_ok(),
            "a tool answer must be one JSON object"
        );
        Self { json, is_error }
    }

    /// The answer's bytes.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Whether the tool failed.
    pub fn is_error(&self) -> bool {
        self.is_error
    }
}

/// Why a service has no answer. Problems that the model can solve are not among them: those are
/// [`ToolAnswer::error`].
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// No such tool for this caller: -32602.
    #[error("unknown tool")]
    UnknownTool,
    /// Overloaded or starting: 503 with `Retry-After`.
    #[error("unavailable, retry after {retry_after:?}")]
    Unavailable {
        /// When trying again makes sense.
        retry_after: Duration,
    },
    /// Something broke: -32603 and nothing but the id under which the logs have it.
    #[error("internal error in request {request_id:?}")]
    Internal {
        /// The id under which the logs tell more, where there is one.
        request_id: Option<String>,
    },
    /// The layer above answers in HTTP, for example 401 or a 403 challenge because the caller's
    /// rights changed since it was let in. Sent as it is.
    #[error("answered in HTTP with {}", .0.status())]
    Http(Box<Response>),
}
