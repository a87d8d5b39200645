//! The tools that clients call over MCP, and the registry that every call passes through.
//!
//! A tool is one file with one idea ([`Tool`]); [`catalogue`] is the table of those that ship. [`Registry::invoke`]
//! does for all of them alike what surrounds a call: scope, arguments, database, audit, answer. [`Registry::list`]
//! is what clients are shown. Embedders add tools of their own with [`tool`]. [`prompts`] are what people begin with.
//!
//! This crate refuses to know how a call arrived: no HTTP, no JSON-RPC, no rmcp, and of the token only what
//! [`lavori_policy::Caller`] says. Arithmetic and rules are `domain`'s, queries are `store`'s. Start at
//! `registry.rs`, then at any tool, such as `tools/list_tasks.rs`.

mod access;
mod allowance;
mod app_view;
mod applied;
mod assistant;
mod billing;
mod budget_lines;
mod call;
mod catalogue;
mod config;
mod cursor;
mod drafts;
pub mod effect;
mod error;
mod fields;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod input;
mod json;
mod links;
mod list;
mod money;
mod own;
pub mod page;
mod prompts;
pub mod refs;
mod registry;
mod schedule;
mod schema;
mod tool;
mod tools;
mod usual;
mod versions;
mod views;
mod writing;
mod written;

pub use access::{Access, Read, Write};
pub use allowance::{Allowance, Allowances};
pub use app_view::AppView;
pub use applied::{Applied, Coverage, Resolved};
pub use assistant::Assistant;
pub use call::{Call, Problems};
pub use catalogue::catalogue;
pub use config::Config;
pub use cursor::CursorKey;
pub use effect::{Effect, EffectKind, Hints, OverMcp};
pub use error::{Candidate, Code, Error, NextCall, Problem};
pub use fields::{Fields, FromTo};
pub use links::Links;
pub use list::{Description, ToolSet};
pub use prompts::{Prompt, PromptArgument, PromptError, fill_prompt, prompts};
pub use registry::{Answer, InvokeError, Registry, RegistryError};
pub use tool::{AnyTool, NotOverMcp, Registered, Runs, Tool, any_tool, tool};
pub use versions::Strict;
pub use writing::Options;
pub use written::{Became, NoMore, Outcome, Touched, Warning, Written};
