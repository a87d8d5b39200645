//! What the tools of the schedule share: entries in the order of time, whose time they take, and what conflicts.

pub(crate) mod agenda;
pub(crate) mod best;
pub(crate) mod conflicts;
pub(crate) mod entries;
pub(crate) mod given;
pub(crate) mod row;
pub(crate) mod window;
pub(crate) mod written;
