//! A small service, and requests as clients of both eras send them.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, request::Builder};
use http_body_util::BodyExt;
use lavori_mcp::{
    BoxFuture, Config, Endpoint, Icon, Identity, Incoming, Response, Service, ServiceError, ToolAnswer, ToolCall,
    ToolDescription, ToolList, code, error_response,
};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

pub(crate) const MODERN: &str = "2026-07-28";
/// The view of `regional`, which admins are shown.
pub(crate) const VIEW: &str = "ui://desk/map";
pub(crate) const LEGACY: &str = "2025-11-25";

/// Who calls, as the layer above would put it into the extensions.
#[derive(Clone)]
pub(crate) struct Caller(pub(crate) &'static str);

/// What happened to a call of `wait`.
#[derive(Debug, PartialEq)]
pub(crate) enum Event {
    Started,
    Cancelled,
    Dropped,
}

pub(crate) struct Desk {
    identity: Identity,
    everyone: ToolList,
    admin: ToolList,
    events: mpsc::UnboundedSender<Event>,
}

pub(crate) fn tool(name: &str) -> ToolDescription {
    let region = json!({ "type": "string", "x-mcp-header": "Region" });
    let count = json!({ "type": "integer", "x-mcp-header": "Count" });
    let properties = if name == "regional" { json!({ "region": region, "count": count }) } else { json!({}) };
    ToolDescription {
        name: name.to_owned(),
        title: format!("The {name} tool"),
        description: "For tests.".to_owned(),
        input_schema: object(json!({ "type": "object", "properties": properties })).into(),
        output_schema: Some(object(json!({ "type": "object" })).into()),
        read_only: true,
        destructive: false,
        idempotent: true,
        open_world: false,
        view: (name == "regional").then(|| VIEW.to_owned()),
    }
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

/// Says when the future that holds it is dropped.
struct Tell(mpsc::UnboundedSender<Event>);

impl Drop for Tell {
    fn drop(&mut self) {
        let _ = self.0.send(Event::Dropped);
    }
}

impl Service for Desk {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn every_tool(&self) -> ToolList {
        self.admin.clone()
    }

    fn list_tools<'a>(&'a self, caller: &'a http::Extensions) -> BoxFuture<'a, Result<ToolList, ServiceError>> {
        Box::pin(async move {
            match caller.get::<Caller>() {
                Some(Caller("admin")) => Ok(self.admin.clone()),
                Some(Caller("nobody")) => Err(ServiceError::Internal { request_id: Some("r-1".to_owned()) }),
                _ => Ok(self.everyone.clone()),
            }
        })
    }

    fn call_tool<'a>(
        &'a self,
        caller: &'a http::Extensions,
        call: ToolCall,
    ) -> BoxFuture<'a, Result<ToolAnswer, ServiceError>> {
        Box::pin(async move {
            match call.name.as_str() {
                "echo" | "regional" => {
                    let json = json!({ "got": call.arguments });
                    Ok(ToolAnswer::success(json.to_string()))
                }
                "who" => {
                    let name = caller.get::<Caller>().map_or("?", |caller| caller.0);
                    Ok(ToolAnswer::success(json!({ "name": name }).to_string()))
                }
                "refuse" => Ok(ToolAnswer::error(r#"{"code":"not_found"}"#.to_owned())),
                "wait" => {
                    let _tell = Tell(self.events.clone());
                    let events = self.events.clone();
                    tokio::spawn(async move {
                        call.cancellation.cancelled().await;
                        let _ = events.send(Event::Cancelled);
                    });
                    let _ = self.events.send(Event::Started);
                    std::future::pending().await
                }
                "panic" => panic!("a tool's mistake"),
                "busy" => Err(ServiceError::Unavailable { retry_after: Duration::from_millis(1500) }),
                "broken" => Err(ServiceError::Internal { request_id: Some("r-2".to_owned()) }),
                "revoked" => {
                    let gone = http::StatusCode::UNAUTHORIZED;
                    let response = error_response(gone, code::INVALID_REQUEST, "Gone.", None, None);
                    Err(ServiceError::Http(Box::new(response)))
                }
                _ => Err(ServiceError::UnknownTool),
            }
        })
    }
}

pub(crate) struct Desked {
    pub(crate) endpoint: Endpoint,
    events: mpsc::UnboundedReceiver<Event>,
}

/// An endpoint with the tools above.
pub(crate) fn desk() -> Desked {
    let (sender, events) = mpsc::unbounded_channel();
    let service = Desk {
        identity: Identity {
            name: "desk".to_owned(),
            title: "The Desk".to_owned(),
            version: "1.2.3".to_owned(),
            description: "Answers for tests.".to_owned(),
            icons: vec![Icon {
                src: "https://desk.example/icon.png".to_owned(),
                mime_type: "image/png".to_owned(),
                sizes: vec!["96x96".to_owned()],
                theme: None,
            }],
            website_url: Some("https://desk.example".to_owned()),
            instructions: "Ask the desk.".to_owned(),
        },
        everyone: ToolList::new(vec![tool("echo"), tool("who")]).unwrap(),
        admin: ToolList::new(vec![tool("echo"), tool("who"), tool("regional")]).unwrap(),
        events: sender,
    };
    Desked { endpoint: endpoint(service), events }
}

/// An endpoint of another service.
pub(crate) fn desk_of(service: impl Service) -> Desked {
    Desked { endpoint: endpoint(service), events: mpsc::unbounded_channel().1 }
}

fn endpoint(service: impl Service) -> Endpoint {
    let mut config = Config::new(["desk.example"]);
    config.allowed_origins = vec!["https://app.example".to_owned()];
    config.max_body_bytes = 4096;
    Endpoint::new(config, Arc::new(service)).unwrap()
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self { status: parts.status.as_u16(), headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/json");
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn result(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()["result"].take()
    }

    /// Status and error code, with the checks that hold for every error.
    pub(crate) fn error(&self) -> (u16, i64) {
        let json = self.json();
        assert_eq!(json["jsonrpc"], "2.0");
        assert!(json.get("result").is_none());
        assert!(!json["error"]["message"].as_str().unwrap().is_empty());
        (self.status, json["error"]["code"].as_i64().unwrap())
    }
}

impl Desked {
    /// The next thing that happens to a call of `wait`; a test must fail, not hang.
    pub(crate) async fn event(&mut self) -> Option<Event> {
        let patience = Duration::from_secs(10);
        tokio::time::timeout(patience, self.events.recv()).await.ok()?
    }

    pub(crate) fn read(&self, request: Request<Bytes>) -> Result<Incoming, Box<Response>> {
        let (parts, body) = request.into_parts();
        self.endpoint.read(parts, body)
    }

    pub(crate) async fn send(&self, request: Request<Bytes>) -> Reply {
        let response = match self.read(request) {
            Ok(mut incoming) => {
                let caller = incoming.extensions().get::<Caller>().cloned();
                incoming.extensions_mut().insert(caller.unwrap_or(Caller("ada")));
                self.endpoint.serve(incoming).await
            }
            Err(response) => *response,
        };
        assert!(!response.headers().contains_key("mcp-session-id"));
        Reply::of(response).await
    }
}

/// A POST with the headers every client sends.
pub(crate) fn post() -> Builder {
    Request::post("/mcp")
        .header("host", "desk.example")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
}

pub(crate) fn with_body(builder: Builder, body: impl Into<Bytes>) -> Request<Bytes> {
    builder.body(body.into()).unwrap()
}

/// The headers of a modern request, without its name.
pub(crate) fn modern_head(method: &str) -> Builder {
    post().header("mcp-protocol-version", MODERN).header("mcp-method", method)
}

pub(crate) fn modern_body(method: &str, mut params: Value) -> String {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }).to_string()
}

pub(crate) fn modern(method: &str, params: Value) -> Request<Bytes> {
    let mut head = modern_head(method);
    if let Some(name) = params["name"].as_str().or(params["uri"].as_str()) {
        head = head.header("mcp-name", name);
    }
    with_body(head, modern_body(method, params))
}

pub(crate) fn legacy_body(method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }).to_string()
}

pub(crate) fn legacy(method: &str, params: &Value) -> Request<Bytes> {
    let head = post().header("mcp-protocol-version", LEGACY);
    with_body(head, legacy_body(method, params))
}

/// The same request of both eras, the modern one first.
pub(crate) fn both(method: &str, params: &Value) -> [Request<Bytes>; 2] {
    [modern(method, params.clone()), legacy(method, params)]
}

pub(crate) fn call(tool: &str, arguments: &Value) -> Value {
    json!({ "name": tool, "arguments": arguments })
}
