//! The MCP surface: the tool registry as the endpoint's service, for our own face and for whoever mounts it in another
//! server.
//!
//! [`McpService`] is given to [`lavori_mcp::Endpoint`]. Each request brings a [`Called`] in its extensions: a
//! [`lavori_policy::Caller`], where it came from, and the [`Challenge`] for callers that need a better token. Where the
//! caller comes from is not this crate's business: our face asks the authorization server; an embedder with an identity
//! source of its own opens [`connections`].
//!
//! This crate refuses to know OAuth, pages, sockets and hyper, and what any tool does. Start at `service.rs`; the example
//! `embed` mounts it all in another server.

mod called;
mod challenge;
pub mod connections;
mod service;

pub use called::Called;
pub use challenge::Challenge;
pub use service::{INSTRUCTIONS, McpService};
