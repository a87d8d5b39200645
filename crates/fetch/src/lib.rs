//! Outgoing requests. To strangers ([`Fetcher::for_strangers`]): https to public addresses only, small and short, so
//! that nobody can make this server knock at doors that only it can reach (OAUTH.md B2 to B5). To servers that the
//! operator names ([`Fetcher::for_configured`]): those exactly as named, and what they refer to as if by a stranger.
//!
//! Nothing here follows a redirect, uses a proxy, keeps a cookie or unpacks a body. This crate knows no OAuth and uses
//! none of ours. The rule about addresses is in `address.rs`; start at [`Fetcher`].

mod address;
mod error;
mod fetcher;
mod network;

pub use address::is_public;
pub use error::{Error, SetupError};
pub use fetcher::Fetcher;
pub use network::{Network, Resolve, Resolving, SystemResolver};
pub use rustls::pki_types::CertificateDer;
