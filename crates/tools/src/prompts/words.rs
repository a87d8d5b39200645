//! The words of a prompt as they grow: an opening, numbered calls, and what to make of their answers.

use std::fmt::Write as _;

use serde_json::Value;

/// The beginning of a prompt's text.
pub(super) struct Words {
    text: String,
    calls: u32,
}

impl Words {
    /// What the person wants.
    pub(super) fn new(opening: impl Into<String>) -> Self {
        let mut text = opening.into();
        text.push_str("\nCall these Lavori tools, in this order:\n");
        Self { text, calls: 0 }
    }

    /// A call as it can be sent, and what it is for.
    pub(super) fn call(&mut self, tool: &str, arguments: &Value, what_for: &str) {
        self.calls += 1;
        // Writing into a `String` cannot fail.
        let _ = writeln!(self.text, "{}. {tool} {arguments} {what_for}", self.calls);
    }

    /// The whole text.
    pub(super) fn then(mut self, rest: &str) -> String {
        self.text.push_str(rest);
        self.text
    }
}

/// Typed text as data: a JSON string, in which no quote, line or step of its own can begin.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
