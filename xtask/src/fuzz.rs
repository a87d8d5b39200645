//! `cargo xtask fuzz`: libFuzzer over the targets of `tests/fuzz`, one after the other.
//!
//! What a run learns stays under the target folder and is where the next one begins. What fails is written there too, and
//! told; it becomes a seed in `tests/fuzz/seeds`, which every run of the tests tries again.

use std::path::{Path, PathBuf};
use std::process::Command;

use lexopt::prelude::*;

use crate::failure::Failure;
use crate::{shell, tools, workspace};

/// One version for everybody.
const VERSION: &str = "0.13.2";
/// The package of the binary, which is no member of the workspace.
const PACKAGE: &str = "tests/fuzz/cargo-fuzz";
/// One folder for each target, by its name.
const SEEDS: &str = "tests/fuzz/seeds";
/// The longest input, in bytes, and the longest that one may take, in seconds.
const LIMITS: [&str; 2] = ["-max_len=8192", "-timeout=10"];

/// Runs the command.
pub(crate) fn run(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    let (mut seconds, mut asked) = (600_u32, Vec::new());
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("seconds") => seconds = arguments.value()?.parse()?,
            Value(name) => asked.push(name.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let root = workspace::root()?;
    let targets = targets(&root, asked)?;
    let target_folder = workspace::target()?.join("fuzz");
    let binary = build(&root, &target_folder)?;
    for target in &targets {
        shell::step(format!("fuzzing {target} for {seconds} seconds"));
        shell::run(&mut fuzzer(&binary, &root, &target_folder, target, seconds)?)?;
    }
    shell::step(format!("{} targets, nothing found", targets.len()));
    Ok(())
}

/// The targets that were asked for, or all.
fn targets(root: &Path, asked: Vec<String>) -> Result<Vec<String>, Failure> {
    let unread = |error| Failure::new(format!("{SEEDS} cannot be read: {error}"));
    let folders = std::fs::read_dir(root.join(SEEDS)).map_err(unread)?;
    let mut all: Vec<String> = folders
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_, _>>()
        .map_err(unread)?;
    all.sort();
    match asked.iter().find(|name| !all.contains(name)) {
        Some(name) => Err(Failure::usage(format!("no target {name}; there are {}", all.join(", ")))),
        None if asked.is_empty() => Ok(all),
        None => Ok(asked),
    }
}

/// Builds the binary of all targets. Without a sanitizer, as this code has no unsafe block: so the stable compiler does.
fn build(root: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let program = tools::find_or_install("cargo-fuzz", VERSION)?;
    let copied = |error| Failure::new(format!("the lock file cannot be copied: {error}"));
    // The very versions that ship; cargo adds libFuzzer to them.
    std::fs::copy(root.join("Cargo.lock"), root.join(PACKAGE).join("Cargo.lock")).map_err(copied)?;
    shell::step("building with coverage: many minutes the first time");
    let mut cargo_fuzz = Command::new(program);
    cargo_fuzz.current_dir(root).args(["fuzz", "build", "--sanitizer", "none", "--no-cfg-fuzzing", "--fuzz-dir"]);
    shell::run(cargo_fuzz.arg(PACKAGE).arg("--target-dir").arg(folder))?;
    let platforms = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let built = platforms.map(|platform| platform.path().join("release/lavori-cargo-fuzz")).find(|path| path.is_file());
    built.ok_or_else(|| Failure::new(format!("cargo-fuzz built no lavori-cargo-fuzz below {}", folder.display())))
}

/// One run of one target.
fn fuzzer(binary: &Path, root: &Path, folder: &Path, target: &str, seconds: u32) -> Result<Command, Failure> {
    let (corpus, failed) = (folder.join("corpus").join(target), folder.join("failed").join(target));
    for folder in [&corpus, &failed] {
        let uncreated = |error| Failure::new(format!("{} cannot be made: {error}", folder.display()));
        std::fs::create_dir_all(folder).map_err(uncreated)?;
    }
    let mut fuzzer = Command::new(binary);
    fuzzer.env("LAVORI_FUZZ_TARGET", target).args(LIMITS);
    fuzzer.arg(format!("-max_total_time={seconds}")).arg("-print_final_stats=1");
    fuzzer.arg(format!("-artifact_prefix={}/", failed.display()));
    fuzzer.arg(corpus).arg(root.join(SEEDS).join(target));
    Ok(fuzzer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_targets_that_have_seeds_can_be_asked_for() {
        let root = workspace::root().unwrap();
        let all = targets(&root, Vec::new()).unwrap();
        assert!(all.contains(&"http_heads".to_owned()), "{all:?}");
        assert_eq!(targets(&root, vec!["sealed".to_owned()]).unwrap(), ["sealed"]);
        let refused = targets(&root, vec!["heads".to_owned()]).unwrap_err();
        assert!(refused.to_string().starts_with("no target heads; there are addresses,"), "{refused}");
    }
}
