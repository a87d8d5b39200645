//! The authorization server: who may connect which client to which organization, and for how long.
//!
//! A client registers ([`registration`]), asks ([`authorize`]), its person signs in ([`sign_in`]) and decides
//! ([`consent`]), and the client exchanges its code and renews its tokens ([`token`]). What came of it is listed and ended
//! in [`connections`], and told event by event in [`activity`]. Flows take and return plain
//! structs: this crate knows no HTTP, no page and no tool. Every secret leaves as a [`secret::PlainSecret`] and is
//! stored as a [`lavori_store::SecretHash`]. Whoever calls brings a transaction; a grant and its audit event commit
//! together. Start at [`AuthorizationServer`].

pub mod activity;
mod attempts;
pub mod authorize;
pub mod bearer;
pub mod client;
mod code;
mod configured_client;
pub mod connections;
pub mod consent;
mod csrf;
mod device;
mod error;
mod fixed_urls;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod housekeeping;
pub mod identity;
mod keys;
mod known_clients;
mod limits;
pub mod metadata;
pub mod metadata_document;
mod network;
mod parameters;
mod password;
mod password_change;
pub mod pending;
pub mod provider;
mod redirect_uri;
mod refresh;
pub mod registration;
mod resource;
pub mod revoke;
pub mod secret;
mod server;
mod sessions;
pub mod sign_in;
pub mod token;

pub use attempts::Attempt;
pub use bearer::{Denied, Outlook, Watch};
pub use configured_client::{ConfiguredClient, ConfiguredClients};
pub use csrf::CsrfToken;
pub use error::{Error, ErrorCode, Failure};
pub use fixed_urls::FixedUrls;
pub use limits::{Limit, Limits};
pub use parameters::Parameters;
pub use password::{PasswordHashing, PasswordParameters, WeakPassword, check_new_password};
pub use password_change::PasswordChange;
pub use provider::{ProviderConfig, Providers};
pub use resource::Resource;
pub use server::{AuthorizationServer, Config, Lifetimes};
