//! cargo-deny: licences, duplicate versions and sources, as `deny.toml` says.
//!
//! Its advisories need a database from the network and change from day to day, so they are no part of `lint`: run
//! `cargo deny check advisories` by hand or on a schedule.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::{shell, tools};

/// One version for everybody, so that a lint does not depend on when a machine was set up.
const VERSION: &str = "0.20.2";

/// Checks the whole dependency graph.
pub(crate) fn check(root: &Path) -> Result<(), Failure> {
    let program = tools::find_or_install("cargo-deny", VERSION)?;
    shell::step("checking licences, duplicate versions and sources");
    let mut deny = Command::new(program);
    deny.current_dir(root).args(["--log-level=warn", "--workspace", "check", "--hide-inclusion-graph"]);
    shell::run(deny.args(["-D", "warnings", "licenses", "bans", "sources"]))
}
