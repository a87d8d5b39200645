//! What tests share: real databases ([`stores`]) and, with the feature `app`, a whole server in process.
//!
//! A dev-dependency only. It may use everything, and nothing that ships may use it.

#[cfg(feature = "app")]
mod add_contact;
#[cfg(feature = "app")]
mod app;
#[cfg(feature = "app")]
mod client;
#[cfg(feature = "app")]
mod connect;
mod stores;

#[cfg(feature = "app")]
pub use app::{TestApp, apps, empty_apps};
#[cfg(feature = "app")]
pub use client::{Answer, Browser, Http, encode};
#[cfg(feature = "app")]
pub use connect::{CALLBACK, Connected, Consent, VERIFIER, challenge, parameter};
pub use stores::{TestStore, stores};
