//! `tools/call` and `tools/list` are answered without rmcp; here rmcp answers the same requests
//! from a handler of its own, and both must say the same. What is ours alone is taken out first:
//! the server's name on every result, which rmcp leaves to its users.

use std::{borrow::Cow, sync::Arc};

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ListToolsResult,
        PaginatedRequestParams, ProtocolVersion, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
    },
    service::RequestContext,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use serde_json::{Value, json};

use crate::support::{Reply, both, call, desk, object, tool};

#[derive(Clone)]
struct Peer;

impl ServerHandler for Peer {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        Cow::Borrowed(ProtocolVersion::KNOWN_VERSIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = ["echo", "who"].map(|name| {
            let ours = tool(name);
            let hints =
                ToolAnnotations::from_raw(Some(ours.title.clone()), Some(true), Some(false), Some(true), Some(false));
            Tool::new(ours.name, ours.description, ours.input_schema)
                .with_title(ours.title)
                .with_annotations(hints)
                .with_raw_output_schema(Arc::new(object(json!({ "type": "object" }))))
        });
        let mut result = ListToolsResult::with_all_items(tools.to_vec());
        result.ttl_ms = Some(30_000);
        result.cache_scope = Some(CacheScope::Private);
        Ok(result)
    }

    async fn call_tool(
        &self,
        params: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let result = match &*params.name {
            "echo" => CallToolResult::structured(json!({ "got": params.arguments.unwrap_or_default() })),
            _ => CallToolResult::error(vec![ContentBlock::text(r#"{"code":"not_found"}"#)]),
        };
        Ok(result.into())
    }
}

async fn by_rmcp(request: Request<Bytes>) -> Reply {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .disable_allowed_hosts();
    let service = StreamableHttpService::new(|| Ok(Peer), Arc::new(NeverSessionManager::default()), config);
    Reply::of(service.handle(request.map(Full::new)).await).await
}

async fn compare(method: &str, params: Value) {
    for request in both(method, &params) {
        let modern = request.headers()["mcp-protocol-version"] == "2026-07-28";
        let ours = desk().send(request.clone()).await;
        let theirs = by_rmcp(request).await;
        let (mut our_json, mut their_json) = (ours.json(), theirs.json());
        let stamp = our_json["result"].as_object_mut().unwrap().remove("_meta");
        assert_eq!(stamp.is_some(), modern);
        if !modern {
            // rmcp lets the caching hints through to legacy clients, which know none.
            let result = their_json["result"].as_object_mut().unwrap();
            result.remove("ttlMs");
            result.remove("cacheScope");
        }
        assert_eq!(our_json, their_json);
        assert_eq!(ours.status, theirs.status);
        assert_eq!(ours.headers["content-type"], theirs.headers["content-type"]);
    }
}

#[tokio::test]
async fn lists_are_rmcps() {
    compare("tools/list", json!({})).await;
}

#[tokio::test]
async fn results_are_rmcps() {
    let arguments = json!({ "text": "a\"b\\c\n\u{1}ß→🦀", "n": [1, 2.5, null, true], "o": {} });
    compare("tools/call", call("echo", &arguments)).await;
    compare("tools/call", json!({ "name": "echo" })).await;
}

#[tokio::test]
async fn tool_errors_are_rmcps() {
    compare("tools/call", call("refuse", &json!({}))).await;
}
