//! Prompts: what a person picks from a host's menu to begin a piece of work. A prompt is the person's own words, filled
//! in: which tools to call, in which order, and what to make of it. It calls nothing itself.
//!
//! A prompt is one file with one idea and a line in [`prompts`]. The same ones are offered to everybody; what to do where
//! a connection lacks a scope stands in the words. What people type in is data: cleaned, bounded and quoted.

mod given;
mod month_end_billing;
mod plan_shifts;
mod week_review;
mod words;

use given::Given;

/// Something that a person can begin with.
#[derive(Debug, Clone, Copy)]
pub struct Prompt {
    /// Its name for programs.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it does, for people.
    pub about: &'static str,
    /// What it asks for, in the order in which a host asks.
    pub arguments: &'static [PromptArgument],
    write: fn(&Given) -> Result<String, PromptError>,
}

/// Something that a prompt asks for: text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptArgument {
    /// Its name for programs.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What to write, for people.
    pub about: &'static str,
    /// Whether the prompt makes no sense without it.
    pub required: bool,
    /// The most characters it may have.
    pub longest: usize,
}

/// Why a prompt is not filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// There is no prompt of this name.
    #[error("there is no such prompt")]
    Unknown,
    /// The arguments do not fit. `0` says which, what was wrong, and what is allowed; it repeats nothing that was typed.
    #[error("{0}")]
    Arguments(String),
}

/// Every prompt that ships, in the order of the menu.
pub fn prompts() -> &'static [Prompt] {
    &[week_review::PROMPT, plan_shifts::PROMPT, month_end_billing::PROMPT]
}

/// Fills in the prompt of this name.
///
/// ```
/// let words = lavori_tools::fill_prompt("week_review", &[]).unwrap();
/// assert!(words.contains("get_context") && words.contains("this_week"));
/// ```
///
/// # Errors
/// [`PromptError`].
pub fn fill_prompt(name: &str, arguments: &[(String, String)]) -> Result<String, PromptError> {
    let prompt = prompts().iter().find(|prompt| prompt.name == name).ok_or(PromptError::Unknown)?;
    (prompt.write)(&Given::read(prompt, arguments)?)
}
