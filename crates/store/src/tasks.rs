//! Tasks. A narrowed query sees those of its team's projects.

mod details;
mod links;
mod list;
mod structure;
mod write;

pub use details::{TaskDetail, TaskKeys, details, find};
pub use links::{TaskLink, links, waiting_for};
pub use list::{Assignee, ProjectName, TaskFilter, TaskLine, TaskPosition, TaskSort, count, list};
pub use structure::{Namesake, blockers, namesakes, open_blockers, parents};
pub use write::{insert, insert_all, lock, update};
