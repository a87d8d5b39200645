//! The Model Context Protocol endpoint: rmcp behind one object-safe trait.
//!
//! One endpoint speaks both eras of the protocol, 2026-07-28 ("modern", stateless by design) and
//! 2025-11-25 / 2025-06-18 ("legacy", after `initialize`), keeps no session in either, and answers
//! with JSON. The layer above authenticates and calls [`Endpoint::answer`]; one that wants to look at
//! what is asked ([`Incoming::method`], [`Incoming::tool_name`]) collects the body and calls
//! [`Endpoint::read`] and [`Endpoint::serve`] instead. What the tools are and who may use them is the
//! business of the [`Service`] it was given.
//!
//! This crate refuses to know: who the caller is (a type in [`http::Extensions`] that it never
//! looks at), scopes, tools, databases, OAuth, sockets. rmcp is known here and nowhere else.
//!
//! Where to start: `endpoint.rs` is one request's journey. `read` runs `guard` (Host and Origin),
//! `negotiate` (method and media types), `message` (JSON-RPC shape), `version` (which era) and
//! `mirror` (headers against body). `serve` answers `tools/call` (`call.rs`) and `tools/list`
//! (`tools.rs`) itself, from bytes that are already JSON, and leaves every other method to rmcp
//! (`engine.rs`), which is told in `desk.rs` what there is: prompts, documents, subscriptions. Why the
//! two hot methods do not pass through rmcp stands at the top of `call.rs`;
//! `tests/endpoint/parity.rs` holds them to rmcp's own answers.

mod answer;
mod call;
mod config;
#[cfg(feature = "conformance")]
mod conformance;
mod desk;
mod endpoint;
mod engine;
mod guard;
mod identity;
mod incoming;
mod listen;
mod message;
mod mirror;
mod negotiate;
mod prompts;
mod quoted;
mod resources;
mod response;
mod result;
mod service;
mod tools;
mod trace;
mod version;

pub use config::{Config, ConfigError};
pub use endpoint::Endpoint;
pub use futures_util::future::BoxFuture;
pub use identity::{Icon, Identity, Theme};
pub use incoming::Incoming;
pub use listen::{Change, Changes};
pub use message::Id;
pub use prompts::{FilledPrompt, PromptArgument, PromptDescription, PromptError};
pub use resources::{Resource, VIEW_MIME_TYPE};
pub use response::{Response, error_response};
pub use service::{Service, ServiceError, ToolAnswer, ToolCall};
pub use tokio_util::sync::CancellationToken;
pub use tools::{ToolDescription, ToolList, ToolListError};
pub use version::Era;

/// JSON-RPC error codes that this endpoint sends (`MCP 2026-07-28 basic/index`, "Error Codes").
pub mod code {
    /// The body is not JSON.
    pub const PARSE_ERROR: i32 = -32700;
    /// The body is JSON, but not one JSON-RPC request or notification.
    pub const INVALID_REQUEST: i32 = -32600;
    /// No such method, or not in this era.
    pub const METHOD_NOT_FOUND: i32 = -32601;
    /// Parameters are missing or wrong; also an unknown tool or cursor.
    pub const INVALID_PARAMS: i32 = -32602;
    /// Something broke on our side.
    pub const INTERNAL_ERROR: i32 = -32603;
    /// HTTP headers and body say different things, or a required header is missing.
    pub const HEADER_MISMATCH: i32 = -32020;
    /// The protocol version that the request names is not served here.
    pub const UNSUPPORTED_VERSION: i32 = -32022;
}
