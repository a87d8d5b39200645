//! What an operator sees of a running server: logs, metrics, traces, and where its CPU goes.
//!
//! The other crates say what happens through `tracing` and `metrics`, and know nothing of who listens; here it is
//! collected. [`start`] begins logs and traces, [`Metrics::install`] counts, and [`PrivateFace`] shows it on a listener
//! that is the operator's own. Nothing here holds a secret or a tenant's data: routes, tools, reasons and numbers only.

mod logs;
mod metrics;
mod otlp;
mod private_face;
mod process;
mod profile;
mod spans;

pub use logs::{Format, Guard, StartError, start};
pub use metrics::Metrics;
pub use otlp::Traces;
pub use private_face::PrivateFace;
