//! Connections: accepted within limits, over TLS if there are certificates, served over HTTP/1.1 or HTTP/2, and finished
//! before the process goes.
//!
//! A client may be slow, silent, greedy or in doubt about where its request ends: none of these takes anything from the
//! others. This crate knows nothing of what is served: [`Listener::serve`] hands each request to a function, with where
//! it came from. Start at `listener.rs`.

mod certificates;
mod head_guard;
mod listener;
mod patience;
mod places;

pub use certificates::{CertificateError, Certificates};
#[cfg(feature = "fuzzing")]
pub use head_guard::ends_of_heads;
pub use listener::{Limits, Listener, Peer};
pub use places::{Full, Place, PlaceLimits, Places};
