//! Projects. A narrowed query sees those of its team.

mod counts;
mod list;
mod write;

pub use counts::{TaskCounts, task_counts};
pub use list::{ProjectDetail, ProjectFilter, ProjectKeys, ProjectPosition, ProjectSort, count, details, find, list};
pub use write::{insert, lock, teams, update};
