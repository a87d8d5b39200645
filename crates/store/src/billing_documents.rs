//! Quotes, invoices and credit notes. A narrowed query sees those of its team, or else of its team's projects.

mod accounting;
mod filter;
mod joined;
mod list;
mod open;
mod rows;
mod whole;
mod write;

pub use accounting::keep_accounting;
pub use filter::DocumentFilter;
pub use joined::DocumentSummary;
pub use list::{CurrencyTotal, DocumentPosition, DocumentSort, count, list, totals};
pub use open::{OPEN, open_of_clients};
pub use whole::{DocumentDetail, DocumentKeys, details, find, load, titles};
pub use write::{insert, last_date, lock, update, update_sums};
