//! What the protocol's own conformance suite calls: tools, prompts and resources with fixed names and
//! fixed answers, mounted beside a server's own by
//! [`Endpoint::with_fixtures`](crate::Endpoint::with_fixtures).
//!
//! Behind the feature `conformance`, which only tests turn on: no release has any of it. rmcp serves
//! the fixtures, since their answers are images, questions, streams and tasks, which no tool of ours
//! has. They are reached by the way that every request takes: the same reading of the message, the
//! same rules for versions and headers, the same list of tools.

mod beside;
mod content;
mod input;
mod jobs;
mod mounted;
mod prompts;
mod resources;
mod streams;
mod tools;

pub(crate) use beside::Beside;
pub(crate) use mounted::Mounted;
