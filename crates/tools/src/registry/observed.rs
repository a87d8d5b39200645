//! What is counted and traced of each call: which tool, how it ended, how long it took. Never what was asked.

use std::time::Instant;

use metrics::{counter, histogram};
use tracing::Span;
use tracing::field::Empty;

use super::{Answer, InvokeError};

/// A call that runs; one that is dropped half way was given up.
pub(super) struct Observed {
    tool: &'static str,
    span: Span,
    begun: Instant,
    outcome: &'static str,
}

impl Observed {
    /// Of a tool of ours. Other names are a stranger's words.
    pub(super) fn begin(tool: Option<&'static str>) -> Self {
        let tool = tool.unwrap_or("unknown");
        let span = tracing::error_span!("tool", tool, outcome = Empty);
        Self { tool, span, begun: Instant::now(), outcome: "gone" }
    }

    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    pub(super) fn end(mut self, outcome: &Result<Answer, InvokeError>) {
        self.outcome = match outcome {
            Ok(answer) if answer.is_error => "refused",
            Ok(_) => "done",
            Err(InvokeError::Busy(_)) => "busy",
            Err(InvokeError::Internal(_)) => "failed",
            Err(_) => "refused",
        };
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.span.record("outcome", self.outcome);
        counter!("lavori_tool_calls_total", "tool" => self.tool, "outcome" => self.outcome).increment(1);
        histogram!("lavori_tool_call_duration_seconds", "tool" => self.tool).record(self.begun.elapsed());
    }
}
