//! The body of a request at the MCP endpoint, with the headers that repeat it: read strictly, answered as JSON-RPC, and
//! never with what it brought to identify itself.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{Request, header};
use http_body_util::BodyExt;
use lavori_audit::Origin;
use lavori_mcp::{Config, Endpoint, Identity, Incoming, Response};
use lavori_surface::{Called, Challenge, INSTRUCTIONS, McpService};
use serde_json::{Map, Value};

use crate::headers::split;
use crate::server::runtime;
use crate::world::world;

/// What identifies the caller, and must not come back.
const SECRET: &str = "lvr_at_EsTheSecretThatNobodyMayRepeat";

/// Lines `Name: value`, an empty one, and the body. What every client sends is there already.
pub(crate) fn run(data: &[u8]) {
    let (mut headers, body) = split(data);
    for (name, value) in [
        ("host", "lavori.example"),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ] {
        headers.entry(name).or_insert_with(|| http::HeaderValue::from_static(value));
    }
    headers.insert("authorization", http::HeaderValue::from_static(SECRET));
    let mut request = Request::post("/mcp").body(()).expect("a request");
    *request.headers_mut() = headers;
    let (parts, ()) = request.into_parts();
    let cookies = parts.headers.contains_key("cookie");
    let body = Bytes::copy_from_slice(body);
    // What a reader that builds a tree makes of it; none where it is nested too deeply for that one.
    let tree = serde_json::from_slice::<Map<String, Value>>(&body).ok();
    match endpoint().read(parts, body.clone()) {
        Ok(incoming) => {
            read_holds(&incoming, tree.as_ref());
            assert!(!cookies || !incoming.headers().contains_key(header::COOKIE), "what identifies is taken out");
            if incoming.tool_name().is_none() && !incoming.is_subscription() {
                served(incoming, tree.as_ref());
            }
        }
        Err(response) => {
            assert!(response.status().is_client_error(), "{}", response.status());
            let answer = answer(*response, tree.as_ref()).expect("a refusal says why");
            assert!(answer["error"]["code"].is_i64() && answer["error"]["message"].is_string(), "{answer:?}");
        }
    }
}

fn read_holds(incoming: &Incoming, tree: Option<&Map<String, Value>>) {
    assert!(!incoming.headers().contains_key(header::AUTHORIZATION), "what identifies is taken out");
    let Some(tree) = tree else { return };
    assert_eq!(tree["jsonrpc"], "2.0");
    assert_eq!(tree["method"], incoming.method());
    let id: Option<Value> = incoming.id().map(|id| serde_json::from_str(id.as_json()).expect("an id is JSON"));
    assert_eq!(tree.get("id"), id.as_ref(), "an id is the very same");
    assert!(id.is_none_or(|id| id.is_string() || id.is_number()));
    if let Some(name) = incoming.tool_name() {
        assert_eq!(tree["params"]["name"], name);
        assert!(matches!(tree["params"].get("arguments"), None | Some(Value::Null | Value::Object(_))));
    }
}

/// Everything but the calls of tools, which `tool_arguments` makes.
fn served(mut incoming: Incoming, tree: Option<&Map<String, Value>>) {
    let is_notification = incoming.id().is_none();
    incoming.extensions_mut().insert(Called {
        caller: Arc::new(world().ada.clone()),
        origin: Origin::default(),
        challenge: Challenge::new("fuzz"),
    });
    let response = runtime().block_on(endpoint().serve(incoming));
    assert!(!response.status().is_server_error(), "{}", response.status());
    let answer = answer(response, tree);
    assert_eq!(answer.is_none(), is_notification, "a request is answered, and nothing else is");
    if let Some(answer) = answer {
        assert_ne!(answer.contains_key("result"), answer.contains_key("error"), "{answer:?}");
    }
}

/// The body of an answer, with what holds for all of them.
fn answer(response: Response, tree: Option<&Map<String, Value>>) -> Option<Map<String, Value>> {
    let (parts, body) = response.into_parts();
    let body = runtime().block_on(body.collect()).expect("a body that cannot fail").to_bytes();
    let text = std::str::from_utf8(&body).expect("an answer is UTF-8");
    assert!(!text.contains(SECRET) && !format!("{:?}", parts.headers).contains(SECRET), "{text}");
    assert!(!parts.headers.contains_key("mcp-session-id"));
    if text.is_empty() {
        return None;
    }
    assert_eq!(parts.headers[header::CONTENT_TYPE], "application/json", "{text}");
    let answer: Map<String, Value> = serde_json::from_str(text).expect("an answer is one JSON object");
    assert_eq!(answer["jsonrpc"], "2.0");
    if let (Some(id), Some(tree)) = (answer.get("id"), tree) {
        // rmcp writes -0 as 0, which is the same number. No other id may differ, however near it is.
        let plain = |id: &Value| if id.as_f64() == Some(0.0) { Value::from(0) } else { id.clone() };
        assert_eq!(tree.get("id").map(plain), Some(plain(id)), "an answer bears the id of its request");
    }
    Some(answer)
}

fn endpoint() -> &'static Endpoint {
    static ENDPOINT: LazyLock<Endpoint> = LazyLock::new(|| {
        let identity = Identity {
            name: "lavori".to_owned(),
            title: "Lavori".to_owned(),
            version: "0".to_owned(),
            description: "Fuzzed.".to_owned(),
            icons: Vec::new(),
            website_url: None,
            instructions: INSTRUCTIONS.to_owned(),
        };
        let service = McpService::new(Arc::clone(&world().registry), identity).expect("every tool can be listed");
        let mut config = Config::new(["lavori.example"]);
        config.allowed_origins = vec!["https://app.example".to_owned()];
        Endpoint::new(config, Arc::new(service)).expect("a good configuration")
    });
    &ENDPOINT
}
