//! `cargo xtask lint`: every check that reads the code without running it. A warning is a failure.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::{deny, shell, tidy, workspace};

/// What clippy is told.
const CLIPPY: [&str; 2] = ["-D", "warnings"];

/// Runs the command.
pub(crate) fn run(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    let root = workspace::root()?;
    shell::step("checking formatting; `cargo fmt --all` mends it");
    shell::run(shell::cargo().current_dir(&root).args(["fmt", "--all", "--check"]))?;
    shell::step("checking clippy");
    let mut clippy = shell::cargo();
    shell::run(clippy.current_dir(&root).args(["clippy", "--workspace", "--all-targets", "--"]).args(CLIPPY))?;
    shell::step("checking documentation");
    shell::run(documentation(&root)?.env("RUSTDOCFLAGS", "-D warnings"))?;
    deny::check(&root)?;
    shell::step("checking tidiness");
    tidy::check(&root)
}

/// `cargo doc`, which needs every crate checked: the checks that clippy just did are good for it if the compiler is asked
/// for in clippy's way, and with the examples, without which cargo takes other features of the dependencies. Where clippy
/// is asked in another way, cargo checks everything once more, and that is all.
fn documentation(root: &Path) -> Result<Command, Failure> {
    let driver = workspace::sysroot()?.join("bin/clippy-driver");
    let arguments = CLIPPY.map(|argument| format!("{argument}__CLIPPY_HACKERY__")).concat();
    let mut cargo = shell::cargo();
    cargo.current_dir(root).args(["doc", "--workspace", "--no-deps", "--lib", "--bins", "--examples"]);
    if driver.is_file() {
        cargo.env("RUSTC_WORKSPACE_WRAPPER", driver).env("CLIPPY_ARGS", arguments);
    }
    Ok(cargo)
}
