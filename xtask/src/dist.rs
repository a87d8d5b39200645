//! `cargo xtask dist`: what is shipped, in `target/dist`. Dates are those of the commit, so that the same commit on the
//! same machine gives the same package.

mod bill;
mod notices;

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::server::{self, Profile};
use crate::{shell, tools, workspace};

/// Makes the Debian package out of `[package.metadata.deb]`.
const CARGO_DEB: &str = "3.8.0";
const MANIFEST: &str = "bins/lavori-server/Cargo.toml";

/// Runs the command.
pub(crate) fn run(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    let (root, host) = (workspace::root()?, workspace::host()?);
    let packages = workspace::metadata(&["--locked", "--filter-platform", &host])?;
    let version = version(&packages)?;
    let date = date_of_commit(&root)?;

    shell::step("building the binary");
    let binary = server::build(Profile::Shipped)?;
    let beside = binary.parent().ok_or_else(|| Failure::new("the binary is in no folder"))?;
    let folder = workspace::target()?.join("dist");
    workspace::empty(&folder)?;
    let shipped = format!("lavori-server-{version}-{host}");
    copy(&binary, &folder.join(&shipped))?;

    let notices = notices::write(&packages)?;
    for place in [beside, &folder] {
        let file = place.join("third-party-notices.txt");
        fs::write(&file, &notices).map_err(|error| Failure::at(&file, &error))?;
    }
    let bill = folder.join(format!("{shipped}.cdx.json"));
    fs::write(&bill, bill::write(&root, &host, &packages, &date)?).map_err(|error| Failure::at(&bill, &error))?;

    shell::step("making the Debian package");
    let mut deb = Command::new(tools::find_or_install("cargo-deb", CARGO_DEB)?);
    deb.current_dir(&root).args(["--no-build", "--no-strip", "--manifest-path", MANIFEST]);
    deb.args(["--profile", "shipped", "--target", &host]);
    shell::quietly(deb.arg("--output").arg(&folder).env("SOURCE_DATE_EPOCH", &date))?;

    let sums = checksums(&folder)?;
    let file = folder.join("SHA256SUMS");
    fs::write(&file, &sums).map_err(|error| Failure::at(&file, &error))?;
    shell::step(format!("made in {}", folder.display()));
    print!("{sums}");
    Ok(())
}

fn version(packages: &serde_json::Value) -> Result<String, Failure> {
    let all = packages["packages"].as_array().into_iter().flatten();
    let server = all.into_iter().find(|package| package["name"] == "lavori-server");
    let version = server.and_then(|server| server["version"].as_str());
    version.map(str::to_owned).ok_or_else(|| Failure::new("`cargo metadata` knows no lavori-server"))
}

/// Seconds since 1970, as `SOURCE_DATE_EPOCH` wants them.
fn date_of_commit(root: &Path) -> Result<String, Failure> {
    let mut git = Command::new("git");
    Ok(shell::output(git.current_dir(root).args(["log", "-1", "--format=%ct"]))?.trim().to_owned())
}

/// A line for each file, as `sha256sum --check` reads them.
fn checksums(folder: &Path) -> Result<String, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| Failure::at(folder, &error))?;
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    shell::output(Command::new("sha256sum").current_dir(folder).arg("--").args(names))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map(drop).map_err(|error| Failure::at(to, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_of_every_file_in_the_order_of_their_names() {
        let folder = std::env::temp_dir().join(format!("lavori-xtask-dist-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["b", "a"] {
            fs::write(folder.join(name), name).unwrap();
        }
        let sums = checksums(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        let names: Vec<_> = sums.lines().map(|line| &line[64..]).collect();
        assert_eq!(names, ["  a", "  b"]);
        assert!(sums.starts_with("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"));
    }
}
