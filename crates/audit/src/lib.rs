//! What happened, in words that stay the same: the vocabulary of the audit log (PRODUCT.md P28, P29).
//!
//! An [`Event`] names an [`Action`], which has a [`Severity`] of its own, an [`Origin`] and details. Details are
//! built by [`Details`], which refuses secrets by their shape and cuts what is too long. This crate refuses to know
//! where events are kept. [`export`] turns events into files. Start at [`Action`].

mod action;
mod details;
mod event;
pub mod export;
mod kind;

pub use action::{Action, Severity};
pub use details::Details;
pub use event::{Event, Origin};
pub use kind::Kind;
