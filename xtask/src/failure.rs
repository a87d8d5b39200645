//! Why a command ended: a sentence for the person, and an exit code for the machine.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

/// A command that could not do its work. The text says what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    text: String,
    code: u8,
}

impl Failure {
    /// The ordinary failure: exit code 1.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: 1 }
    }

    /// A file or folder could not be read or written.
    pub(crate) fn at(path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("{}: {error}", path.display()))
    }

    /// The command line itself was wrong: exit code 64.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: 64 }
    }

    /// A program that we started failed: its exit code becomes ours.
    pub(crate) fn program(text: impl Into<String>, code: Option<i32>) -> Self {
        let code = code.and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0).unwrap_or(1);
        Self { text: text.into(), code }
    }

    /// What the process answers to whoever started it.
    pub(crate) fn code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::usage(format!("{error}; `cargo xtask --help` lists the commands"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_program_hands_its_code_on_and_never_zero() {
        assert_eq!(Failure::program("cargo test", Some(101)).code, 101);
        assert_eq!(Failure::program("killed by a signal", None).code, 1);
        assert_eq!(Failure::program("out of range", Some(256)).code, 1);
        assert_eq!(Failure::program("zero is not a failure", Some(0)).code, 1);
    }
}
