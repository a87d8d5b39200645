//! Cargo's own tools, each at the version that its command names, so that no result depends on when a machine was set up.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::{shell, workspace};

/// The search path's tool when it is the right version, else our own under `target/tools`, built once in a few minutes.
pub(crate) fn find_or_install(name: &str, version: &str) -> Result<PathBuf, Failure> {
    let tools = workspace::target()?.join("tools");
    let installed = tools.join("bin").join(name);
    for program in [Path::new(name), &installed] {
        if answer_of(program, name).is_some_and(|answer| is_version(&answer, version)) {
            return Ok(program.to_path_buf());
        }
    }
    shell::step(format!("installing {name} {version} into {}: a few minutes, once", tools.display()));
    let mut cargo = shell::cargo();
    cargo.args(["install", "--quiet", "--locked", "--force", "--debug", "--version", version, "--root"]).arg(&tools);
    shell::run(cargo.arg(name))?;
    Ok(installed)
}

/// Some tools answer only as the cargo command that they are: `cargo-x x --version`.
fn answer_of(program: &Path, name: &str) -> Option<String> {
    let command = name.strip_prefix("cargo-").unwrap_or(name);
    shell::probe(program, &["--version"]).or_else(|| shell::probe(program, &[command, "--version"]))
}

/// Tools write their name before it, or do not.
fn is_version(answer: &str, version: &str) -> bool {
    answer.split_whitespace().next_back() == Some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_told_with_and_without_a_name() {
        assert!(is_version("cargo-deny 0.20.2", "0.20.2"));
        assert!(is_version("3.8.0\n", "3.8.0"));
        assert!(!is_version("cargo-deny 0.20.1", "0.20.2"));
        assert!(!is_version("", "0.20.2"));
    }
}
