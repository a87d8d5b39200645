//! Events and shifts: when they are, how they recur, and what the rules of working time say about them.
//!
//! Times are instants with the zone they were written in ([`Span`]); a recurring entry keeps its wall-clock time over
//! clock changes ([`Series`]). Start at [`Span`].

pub mod availability;
pub mod event;
pub mod recurrence;
pub mod series;
pub mod shift;
pub mod shift_rules;
pub mod span;
pub mod status;

pub use availability::{Stretch, common, free};
pub use event::{Event, Party, Response};
pub use recurrence::{End, InvalidRecurrence, Recurrence};
pub use series::{Occurrence, Occurrences, Series};
pub use shift::Shift;
pub use shift_rules::{Finding, Limits, Work, check};
pub use span::{Span, SpanRefused};
pub use status::{EventStatus, ShiftStatus};
