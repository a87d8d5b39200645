//! The tools through the registry, on every database there is.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands, in its helpers too")]

mod analytics;
mod arguments;
mod assignments;
mod assistant;
mod billing_accounting;
mod billing_read;
mod billing_walls;
mod billing_write;
mod budgets;
mod budgets_labour;
mod budgets_written;
mod calls;
mod catalogue;
mod changes;
mod concurrent;
mod contact_writes;
mod coverage;
mod coverage_writes;
mod directory;
mod docs;
#[expect(unreachable_pub, reason = "the store's tests include this file too")]
#[path = "../../../store/tests/trade/documents.rs"]
mod documents;
mod everything;
mod fetch;
mod hygiene;
mod lab;
mod lists;
mod matrix;
mod project_writes;
mod prompts;
mod put_away;
mod repeats;
mod reversals;
mod schedule_actual;
mod schedule_assignments;
mod schedule_read;
mod schedule_status;
mod schedule_update;
mod schedule_world;
mod schedule_write;
mod scopes;
mod search;
mod sides;
mod sizes;
mod status;
mod strangers;
mod task_writes;
mod told;
mod walls;
#[expect(unreachable_pub, dead_code, reason = "the store's tests include this file too, and each side uses its part")]
#[path = "../../../store/tests/trade/world.rs"]
mod world;
mod writes;
