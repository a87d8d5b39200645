//! What a registry is told when it is made. Nothing is read from the environment here.

use crate::cursor::CursorKey;

/// A registry's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the server is reached from outside, such as `https://lavori.example`: deep links begin with it.
    pub public_url: String,
    /// The key under which cursors are made.
    pub cursor_key: CursorKey,
    /// Whether tool calls are recorded (PRODUCT.md P29). Refused calls always are.
    pub record_calls: bool,
}
