//! Real requests through an [`Endpoint`](lavori_mcp::Endpoint), in process, for both eras.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed; helpers are not recognized as tests")]

mod calls;
mod errors;
mod handshake;
mod library;
mod listening;
mod lists;
mod meta;
mod offers;
mod parity;
mod support;
mod whole;
