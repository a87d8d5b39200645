//! What the tools that write billing documents share: references, lines, what is told of a document, and what changed.

mod changes;
mod figures;
mod lines;
mod refs;

pub(crate) use changes::{add_to_source, kind_of, note, note_names, note_sums, touched};
pub(crate) use figures::{AccountingView, Figures, check_credit, check_total};
pub(crate) use lines::{Defaults, LineInput, read_line};
pub(crate) use refs::{contact, day, load, share_client, text_of};
