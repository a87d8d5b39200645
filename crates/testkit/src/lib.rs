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
#[cfg(feature = "app")]
mod replica;
mod stores;

#[cfg(feature = "app")]
pub use app::{Secrets, TestApp, apps};
#[cfg(feature = "app")]
pub use client::{Answer, Browser, Http, encode};
#[cfg(feature = "app")]
pub use connect::{CALLBACK, Connected, Consent, VERIFIER, base64url, basic, challenge, parameter, secret_of};
pub use stores::{TestStore, stores};
