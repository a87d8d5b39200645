//! Quotes, invoices and credit notes: what they cost, which number they bear, and how their status may change.
//!
//! The words are those of EN 16931 (the European standard on electronic invoicing); its rules are named where they
//! are held. Start at [`totals()`].

pub mod accounting;
pub mod document;
pub mod line;
pub mod measure;
pub mod number;
pub mod payment;
pub mod service_item;
pub mod status;
pub mod tax;
pub mod totals;

pub use accounting::Accounting;
pub use document::{Document, DocumentLine, FrozenClient, Standing};
pub use line::{Discount, Line};
pub use measure::{ExchangeRate, Markup, NotAMeasure, Percent, Quantity, UnitPrice};
pub use number::{DocumentNumber, Series};
pub use payment::{Payment, PaymentMethod, PaymentState, Settlement};
pub use service_item::ServiceItem;
pub use status::{DocumentKind, DocumentState, DocumentStatus, InvoiceStatus, Invoiced, QuoteStatus};
pub use tax::{Tax, TaxCategory};
pub use totals::{TaxGroup, Totals, totals};
