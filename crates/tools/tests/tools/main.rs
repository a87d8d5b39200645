//! The tools through the registry, on every database there is.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands, in its helpers too")]

mod analytics;
mod assignments;
mod assistant;
mod budgets;
mod calls;
mod catalogue;
mod changes;
mod contact_writes;
mod coverage;
mod directory;
mod fetch;
mod lab;
mod lists;
mod project_writes;
mod repeats;
mod scopes;
mod search;
mod status;
mod task_writes;
mod walls;
#[expect(unreachable_pub, dead_code, reason = "the store's tests include this file too, and each side uses its part")]
#[path = "../../../store/tests/trade/world.rs"]
mod world;
mod writes;
