//! Where things are: the repository and cargo's target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::failure::Failure;
use crate::shell;

/// The repository's folder. Cargo tells where `xtask` is; the repository is one above.
pub(crate) fn root() -> Result<PathBuf, Failure> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .ok_or_else(|| Failure::new("start me through cargo: `cargo xtask COMMAND`"))?;
    let parent = PathBuf::from(manifest).parent().map(PathBuf::from);
    parent.ok_or_else(|| Failure::new("the xtask folder has no parent"))
}

/// Cargo's target folder, wherever the environment or a configuration file has put it.
pub(crate) fn target() -> Result<PathBuf, Failure> {
    let metadata = metadata(&["--no-deps"])?;
    let target = metadata["target_directory"].as_str();
    target.map(PathBuf::from).ok_or_else(|| Failure::new("`cargo metadata` names no target folder"))
}

/// Makes `folder` anew, without what was in it.
pub(crate) fn empty(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| Failure::at(folder, &error))?;
    }
    fs::create_dir_all(folder).map_err(|error| Failure::at(folder, &error))
}

/// The folder of the toolchain.
pub(crate) fn sysroot() -> Result<PathBuf, Failure> {
    Ok(PathBuf::from(rustc(&["--print", "sysroot"])?.trim()))
}

fn rustc(arguments: &[&str]) -> Result<String, Failure> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    shell::output(rustc.current_dir(root()?).args(arguments))
}

/// The target triple of this machine, as rustc calls it.
pub(crate) fn host() -> Result<String, Failure> {
    let about = rustc(&["-vV"])?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::new("`rustc -vV` names no host"))
}

/// `cargo metadata` of the workspace, with further arguments.
pub(crate) fn metadata(arguments: &[&str]) -> Result<Value, Failure> {
    let mut cargo = shell::cargo();
    cargo.current_dir(root()?).args(["metadata", "--format-version=1"]).args(arguments);
    let text = shell::output(&mut cargo)?;
    serde_json::from_str(&text).map_err(|error| Failure::new(format!("`cargo metadata` did not write JSON: {error}")))
}
