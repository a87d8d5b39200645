//! The queries over the work, on every database there is.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands, in its helpers too")]

mod billing;
#[expect(unreachable_pub, reason = "the tools' tests include this file too")]
mod documents;
mod lists;
mod prepared;
mod records;
mod schedule;
mod search;
mod walls;
#[expect(unreachable_pub, dead_code, reason = "the tools' tests include this file too, and each side uses its part")]
mod world;
