//! The authorization server: who may connect which client to which organization, and for how long.
//!
//! A client registers ([`registration`]), asks ([`authorize`]), its person signs in ([`sign_in`]) and decides
//! ([`consent`]), and the client exchanges its code and renews its tokens ([`token`]). Flows take and return plain
//! structs: this crate knows no HTTP, no page and no tool. Every secret leaves as a [`secret::PlainSecret`] and is
//! stored as a [`lavori_store::SecretHash`]. Whoever calls brings a transaction; a grant and its audit event commit
//! together. Start at [`AuthorizationServer`].

pub mod authorize;
pub mod bearer;
pub mod client;
mod code;
pub mod consent;
mod csrf;
mod error;
mod keys;
pub mod metadata;
mod new_password;
mod parameters;
mod password;
pub mod pending;
mod redirect_uri;
mod refresh;
pub mod registration;
mod resource;
pub mod revoke;
pub mod secret;
mod server;
pub mod sign_in;
pub mod token;

pub use csrf::CsrfToken;
pub use error::{Error, ErrorCode, Failure};
pub use new_password::WeakPassword;
pub use parameters::Parameters;
pub use password::{PasswordHashing, PasswordParameters};
pub use resource::Resource;
pub use server::{AuthorizationServer, Config, Lifetimes};
