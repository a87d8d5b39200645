//! Lines on standard error.

use std::sync::Arc;

use opentelemetry_sdk::trace::SpanProcessor;
use tracing_subscriber::filter::{EnvFilter, FilterFn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt;

use crate::otlp::{Processor, Traces};
use crate::spans::Spans;

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Why nothing can be logged.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The directives cannot be read.
    #[error("the log's directives cannot be read")]
    Directives(#[from] tracing_subscriber::filter::ParseError),
    /// Traces cannot be sent there.
    #[error("traces cannot be sent")]
    Traces(#[from] opentelemetry_otlp::ExporterBuildError),
    /// Somebody logs already.
    #[error("a log was started before")]
    Again(#[from] tracing_subscriber::util::TryInitError),
}

/// What has to be ended in order before the process goes.
#[must_use = "what is not sent yet is lost without it"]
pub struct Guard(Option<Arc<Processor>>);

impl Guard {
    /// Sends what was not sent yet.
    pub async fn end(self) {
        if let Some(processor) = self.0 {
            // It waits for the collector, in its own time.
            let _late = tokio::task::spawn_blocking(move || processor.shutdown()).await;
        }
    }
}

/// Begins to log as `directives` say (those of `tracing-subscriber`), and to send `traces` if there is a place for them.
///
/// # Errors
/// [`StartError`].
pub fn start(directives: &str, format: Format, traces: Option<Traces>) -> Result<Guard, StartError> {
    // rmcp's log prints tool arguments: never, whatever the directives say.
    let filter = EnvFilter::try_new(format!("{directives},rmcp=off"))?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match format {
        Format::Text => lines.with_filter(filter).boxed(),
        Format::Json => lines.json().with_filter(filter).boxed(),
    };
    let (sample_percent, processor) = match traces {
        None => (0, None),
        Some(traces) => (traces.sample_percent(), Some(Arc::new(traces.processor()?))),
    };
    // Ours, and no library's: what they put into their spans is not ours to send.
    let ours = FilterFn::new(|metadata| metadata.is_span() && metadata.target().starts_with("lavori_"));
    let spans = processor.clone().map(|processor| Spans::new(processor, sample_percent).with_filter(ours));
    tracing_subscriber::registry().with(lines).with(spans).try_init()?;
    Ok(Guard(processor))
}
