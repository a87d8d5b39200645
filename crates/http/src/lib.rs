//! The hyper service: it composes the crates below into one face over HTTP.
//!
//! [`App`] holds what every request may use; [`serve`] accepts connections until it is told to stop. `router.rs` is
//! the table of contents: one `match` on method and path. A handler reads, asks the crate that knows, and answers;
//! identity comes from `bearer.rs` (access tokens) or `session.rs` (cookies) and from nowhere else. Errors become
//! responses in `error.rs`. This crate refuses to know SQL, scopes' meaning and HTML. Start at `router.rs`.

mod account;
mod activity;
mod app;
mod assets;
mod authorize;
mod bearer;
mod call_limits;
mod challenge;
mod connections;
mod consent;
mod cookies;
mod cors;
mod discovery;
mod error;
mod event_stream;
mod flash;
mod forms;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod home;
mod invitations;
mod mcp;
mod mcp_identity;
mod mcp_service;
mod measured;
mod newcomer;
mod organization_connections;
mod organization_settings;
mod page;
mod providers;
mod proxies;
mod readiness;
mod register;
mod request;
mod respond;
mod revoke;
mod router;
mod running;
mod serve;
mod session;
mod set_up;
mod settings;
mod shown_client;
mod sign_in;
mod subscriptions;
mod token;
mod too_many_calls;
mod trace_context;
mod welcome;

pub use app::{ACTIVITY_STREAMS, App, Config, Invalid, SUBSCRIPTIONS};
pub use call_limits::CallLimit;
pub use proxies::{ForwardedHeader, TrustedProxies};
pub use serve::serve;
