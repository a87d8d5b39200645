//! Quotes, invoices and credit notes: what they cost, which number they bear, and how their status may change.
//!
//! The words are those of EN 16931 (the European standard on electronic invoicing); its rules are named where they
//! are held. Start at [`totals()`].

pub mod line;
pub mod measure;
pub mod number;
pub mod payment;
pub mod status;
pub mod tax;
pub mod totals;

pub use line::{Discount, Line};
pub use measure::{NotAMeasure, Percent, Quantity, UnitPrice};
pub use number::{DocumentNumber, Series};
pub use payment::{PaymentState, Settlement};
pub use status::{DocumentKind, InvoiceStatus, QuoteStatus};
pub use tax::{Tax, TaxCategory};
pub use totals::{TaxGroup, Totals, totals};
