//! Building the server binary, and settings for it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failure::Failure;
use crate::{shell, workspace};

/// How the server is compiled.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    Dev,
    /// As it is shipped.
    Shipped,
}

/// Builds `lavori-server` and returns the binary's path, as cargo itself reports it.
pub(crate) fn build(profile: Profile) -> Result<PathBuf, Failure> {
    let mut cargo = shell::cargo();
    cargo.current_dir(workspace::root()?).args(["build", "--package", "lavori-server"]);
    cargo.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
    match profile {
        Profile::Dev => {}
        Profile::Shipped => as_shipped(&mut cargo)?,
    }
    let messages = shell::output(&mut cargo)?;
    executable(&messages).ok_or_else(|| Failure::new("cargo built lavori-server but reports no binary"))
}

/// Has cargo build as for what is shipped: optimized as a whole, and without need of any library of the machine it runs
/// on.
pub(crate) fn as_shipped(cargo: &mut Command) -> Result<(), Failure> {
    // The target is named so that build scripts and macros, which are loaded, are not linked like this.
    cargo.args(["--profile", "shipped", "--locked", "--target", &workspace::host()?]);
    cargo.env("RUSTFLAGS", "-C target-feature=+crt-static");
    Ok(())
}

/// The URL of the SQLite database in `folder`.
pub(crate) fn sqlite(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("lavori.db").display())
}

/// Tells the server its database, where it listens and is found, and to keep its secret in `folder`.
pub(crate) fn settle<'c>(
    process: &'c mut Command,
    folder: &Path,
    database_url: &str,
    port: u16,
    base_url: &str,
) -> &'c mut Command {
    process.env("LAVORI_DATABASE_URL", database_url).env("LAVORI_PUBLIC_URL", base_url);
    process.env("LAVORI_LISTEN", format!("127.0.0.1:{port}")).env("LAVORI_SECRET_FILE", folder.join("secret"))
}

/// The binary among cargo's messages: one JSON object a line.
fn executable(messages: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut binaries = messages.filter(|message| message["target"]["name"] == "lavori-server");
    binaries.find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_the_one_that_cargo_reports() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"lavori_store"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"lavori-server"},"executable":"out/debug/lavori-server"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some(PathBuf::from("out/debug/lavori-server")));
        assert_eq!(executable("{\"reason\":\"build-finished\"}"), None);
    }
}
