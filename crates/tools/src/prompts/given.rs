//! What was typed into a prompt's fields, checked.

use std::str::FromStr;

use lavori_domain::text::clean;
use lavori_domain::{TimeZone, Timestamp, when};

use crate::prompts::{Prompt, PromptError};

/// The arguments that were really given, one line of readable text each.
pub(super) struct Given {
    prompt: &'static str,
    values: Vec<(&'static str, String)>,
}

impl Given {
    /// Checks the names, the lengths and what must be there; a field left empty was not given.
    pub(super) fn read(prompt: &Prompt, arguments: &[(String, String)]) -> Result<Self, PromptError> {
        let mut values = Vec::new();
        for (name, text) in arguments {
            let Some(argument) = prompt.arguments.iter().find(|argument| argument.name == name) else {
                let names: Vec<&str> = prompt.arguments.iter().map(|argument| argument.name).collect();
                let told = format!("{} has no such argument. It takes: {}.", prompt.name, names.join(", "));
                return Err(PromptError::Arguments(told));
            };
            // Line breaks would let typed text look like a step of ours.
            let text = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
            if text.chars().count() > argument.longest {
                let told = format!("{} of {} is too long: at most {} characters.", name, prompt.name, argument.longest);
                return Err(PromptError::Arguments(told));
            }
            if !text.is_empty() {
                values.push((argument.name, text));
            }
        }
        let given = Self { prompt: prompt.name, values };
        match prompt.arguments.iter().find(|argument| argument.required && given.text(argument.name).is_none()) {
            Some(argument) => Err(given.wrong(argument.name, &format!("is missing: {}", argument.about))),
            None => Ok(given),
        }
    }

    /// What was given for `name`.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(given, _)| *given == name).map(|(_, text)| text.as_str())
    }

    /// One of `words`; the first one where nothing was given.
    pub(super) fn word(&self, name: &str, words: &[&'static str]) -> Result<&'static str, PromptError> {
        let text = self.text(name).unwrap_or_default();
        if text.is_empty()
            && let Some(default) = words.first()
        {
            return Ok(default);
        }
        let found = words.iter().find(|word| word.eq_ignore_ascii_case(text));
        found.copied().ok_or_else(|| self.wrong(name, &format!("is one of: {}.", words.join(", "))))
    }

    /// A date or a word for one (TOOLS.md D7), as it was written: the tools resolve it, in the organization's zone.
    pub(super) fn when(&self, name: &str) -> Result<Option<&str>, PromptError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        // Only its form is looked at, which is the same at any moment and place.
        let readable = Timestamp::parse_rfc3339("2026-01-01T00:00:00Z")
            .ok()
            .zip(TimeZone::from_str("UTC").ok())
            .is_some_and(|(moment, zone)| when::parse(text, moment, zone).is_ok());
        if readable {
            return Ok(Some(text));
        }
        Err(self.wrong(name, &format!("is none of the forms of a date: {}.", when::FORMS.join(", "))))
    }

    /// The refusal of one argument; `what` says what is allowed.
    pub(super) fn wrong(&self, name: &str, what: &str) -> PromptError {
        PromptError::Arguments(format!("{name} of {} {what}", self.prompt))
    }
}
