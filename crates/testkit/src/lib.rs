//! What tests share: real databases ([`stores`]) and, with the feature `app`, a whole server in process;
//! with `strangers`, the servers of others that it asks.
//!
//! A dev-dependency only. It may use everything, and nothing that ships may use it.

#[cfg(feature = "app")]
mod add_contact;
#[cfg(feature = "app")]
mod app;
#[cfg(feature = "app")]
mod attempts;
#[cfg(feature = "strangers")]
mod authority;
#[cfg(feature = "app")]
mod binary;
#[cfg(feature = "app")]
mod client;
#[cfg(feature = "app")]
mod cluster;
#[cfg(feature = "app")]
mod collector;
#[cfg(feature = "app")]
mod compose;
#[cfg(feature = "app")]
mod connect;
#[cfg(feature = "app")]
mod event_stream;
#[cfg(feature = "app")]
mod front;
#[cfg(feature = "app")]
mod half_call;
#[cfg(feature = "app")]
mod process;
#[cfg(feature = "app")]
mod replica;
#[cfg(feature = "app")]
mod secure;
#[cfg(feature = "app")]
mod serve_process;
mod stores;
#[cfg(feature = "strangers")]
mod strangers;
mod templates;

#[cfg(feature = "app")]
pub use app::{TestApp, app, app_to_be_started, apps, apps_with, apps_without_call_records, empty_app, empty_apps};
#[cfg(feature = "app")]
pub use binary::{Binary, free_address};
#[cfg(feature = "app")]
pub use client::{Answer, Browser, Http, encode};
#[cfg(feature = "app")]
pub use cluster::Cluster;
#[cfg(feature = "app")]
pub use collector::Collector;
#[cfg(feature = "app")]
pub use compose::{CALLBACK, CONFIGURED_CLIENT, Secrets, Settings, compose};
#[cfg(feature = "app")]
pub use connect::{Connected, Consent, VERIFIER, base64url, basic, challenge, parameter, secret_of};
#[cfg(feature = "app")]
pub use event_stream::{EventStream, Told};
#[cfg(feature = "app")]
pub use front::{Front, Versions};
#[cfg(feature = "app")]
pub use half_call::HalfCall;
#[cfg(feature = "app")]
pub use lavori_http::CallLimit;
#[cfg(feature = "app")]
pub use process::Process;
#[cfg(feature = "app")]
pub use secure::{Secure, SelfSigned};
#[cfg(feature = "app")]
pub use serve_process::serve_process;
pub use stores::{TestStore, stores};
#[cfg(feature = "strangers")]
pub use strangers::{Published, Strangers};
