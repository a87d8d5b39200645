//! What the tools of the schedule share: entries in the order of time, whose time they take, and what conflicts.

mod actual;
pub(crate) mod agenda;
pub(crate) mod best;
pub(crate) mod changed;
pub(crate) mod conflicts;
pub(crate) mod entries;
pub(crate) mod finish;
pub(crate) mod given;
pub(crate) mod plan;
pub(crate) mod row;
pub(crate) mod series_edit;
pub(crate) mod window;
pub(crate) mod written;
