//! Starting programs: every failure says which program, with what, and how it ended.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// Tells the person what happens now. On stderr, so that stdout holds results only.
pub(crate) fn step(text: impl AsRef<str>) {
    eprintln!("xtask: {}", text.as_ref());
}

/// The cargo that started us, so that toolchain overrides stay in force. What it told us about our own package is
/// taken back: build scripts that watch these variables would run again after every change between it and us.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs a program to its end with our stdout and stderr, and without a stdin.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.stdin(Stdio::null()).status().map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(Failure::program(format!("`{}` failed", shown(command)), status.code())) }
}

/// Runs a program to its end and returns what it wrote to stdout; its stderr stays visible.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| cannot_start(command, &error))?;
    if !output.status.success() {
        return Err(Failure::program(format!("`{}` failed", shown(command)), output.status.code()));
    }
    String::from_utf8(output.stdout).map_err(|_| Failure::new(format!("`{}` did not write text", shown(command))))
}

/// Runs a program in silence; what it wrote is shown only when it fails.
pub(crate) fn quietly(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    let written = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(written);
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(Failure::program(
        format!("`{}` failed:\n{}{}", shown(command), written, errors.trim_end()),
        output.status.code(),
    ))
}

/// What a program answers, or `None` when it is missing or refuses: for looking around.
pub(crate) fn probe(program: impl AsRef<OsStr>, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot start `{}`: {error}", shown(command)))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_its_words_and_its_code() {
        let failure = quietly(Command::new("sh").args(["-c", "echo lost; exit 7"])).unwrap_err();
        assert_eq!(failure.to_string(), "`sh -c echo lost; exit 7` failed:\nlost\n");
        assert_eq!(failure.code(), std::process::ExitCode::from(7));
    }

    #[test]
    fn a_missing_program_is_an_answer_when_looking_around() {
        assert_eq!(probe("no-such-program-here", &[]), None);
        assert_eq!(probe("echo", &["here"]).as_deref(), Some("here"));
    }
}
