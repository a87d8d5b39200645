//! Prompts: what a person picks from a host's menu to begin a piece of work (`MCP 2026-07-28 server/prompts`).

use rmcp::model::{GetPromptResult, Prompt, PromptArgument as WireArgument, PromptMessage, Role};
use serde_json::{Map, Value};

/// What a client is told about a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptDescription {
    /// Name for programs, unique among the server's prompts.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// What it does, for people.
    pub description: String,
    /// What it asks for, in the order in which a host asks.
    pub arguments: Vec<PromptArgument>,
}

/// Something that a prompt asks for: text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptArgument {
    /// Name for programs.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// What to write, for people.
    pub description: String,
    /// Whether the prompt makes no sense without it.
    pub required: bool,
}

/// A prompt, filled in: what the host puts into the conversation as the person's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledPrompt {
    /// What it does.
    pub description: String,
    /// The words.
    pub text: String,
}

/// Why a prompt is not filled in: -32602, told as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// There is no prompt of this name.
    #[error("Unknown prompt. prompts/list names those there are.")]
    Unknown,
    /// The arguments do not fit. `0` says which, what was wrong, and what to write instead.
    #[error("{0}")]
    Arguments(String),
}

impl PromptDescription {
    pub(crate) fn wire(&self) -> Prompt {
        let arguments = self.arguments.iter().map(PromptArgument::wire).collect();
        Prompt::new(&self.name, Some(&self.description), Some(arguments)).with_title(&self.title)
    }
}

impl PromptArgument {
    fn wire(&self) -> WireArgument {
        WireArgument::new(&self.name)
            .with_title(&self.title)
            .with_description(&self.description)
            .with_required(self.required)
    }
}

impl FilledPrompt {
    pub(crate) fn wire(self) -> GetPromptResult {
        let message = PromptMessage::new_text(Role::User, self.text);
        GetPromptResult::new(vec![message]).with_description(self.description)
    }
}

/// The arguments as the protocol has them: text by name.
pub(crate) fn texts(arguments: Option<Map<String, Value>>) -> Result<Vec<(String, String)>, PromptError> {
    let text = |(name, value): (String, Value)| match value {
        Value::String(text) => Ok((name, text)),
        _ => Err(PromptError::Arguments("The arguments of a prompt are strings. Send each as text.".to_owned())),
    };
    arguments.unwrap_or_default().into_iter().map(text).collect()
}
