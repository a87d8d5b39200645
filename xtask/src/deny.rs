//! cargo-deny: licences, duplicate versions and sources, as `deny.toml` says.
//!
//! Its advisories need a database from the network and change from day to day, so they are no part of `lint`: run
//! `cargo deny check advisories` by hand or on a schedule.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{shell, workspace};

/// One version for everybody, so that a lint does not depend on when a machine was set up.
const VERSION: &str = "0.20.2";

/// Checks the whole dependency graph.
pub(crate) fn check(root: &Path) -> Result<(), Failure> {
    let program = find_or_install()?;
    shell::step("checking licences, duplicate versions and sources");
    let mut deny = Command::new(program);
    deny.current_dir(root).args(["--log-level=warn", "--workspace", "check", "--hide-inclusion-graph"]);
    shell::run(deny.args(["-D", "warnings", "licenses", "bans", "sources"]))
}

/// The search path's cargo-deny when it is the right version, else our own under `target/tools`, built once in two to
/// three minutes.
fn find_or_install() -> Result<PathBuf, Failure> {
    let tools = workspace::target()?.join("tools");
    let installed = tools.join("bin/cargo-deny");
    for program in [Path::new("cargo-deny"), &installed] {
        if shell::probe(program, &["--version"]).is_some_and(|answer| answer == format!("cargo-deny {VERSION}")) {
            return Ok(program.to_path_buf());
        }
    }
    shell::step(format!("installing cargo-deny {VERSION} into {}: two to three minutes, once", tools.display()));
    let mut cargo = shell::cargo();
    cargo.args(["install", "--quiet", "--locked", "--force", "--debug", "--version", VERSION, "--root"]).arg(&tools);
    shell::run(cargo.arg("cargo-deny"))?;
    Ok(installed)
}
