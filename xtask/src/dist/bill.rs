//! The software bill of materials, as CycloneDX JSON: what the binary is made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::MANIFEST;
use crate::failure::Failure;
use crate::{shell, tools};

/// The CycloneDX project's own tool.
const CARGO_CYCLONEDX: &str = "0.5.9";

/// The bill of the server for `host`.
pub(super) fn write(root: &Path, host: &str, packages: &Value, date: &str) -> Result<String, Failure> {
    shell::step("writing the software bill of materials");
    let mut tool = Command::new(tools::find_or_install("cargo-cyclonedx", CARGO_CYCLONEDX)?);
    tool.current_dir(root).env("SOURCE_DATE_EPOCH", date).args(["cyclonedx", "--manifest-path", MANIFEST]);
    tool.args(["--format", "json", "--spec-version", "1.5", "--describe", "binaries", "--no-build-deps"]);
    let made = shell::quietly(tool.args(["--target", host]));
    let bill = fs::read_to_string(root.join(MANIFEST).with_file_name(bill_of("lavori-server")));
    for written in bills(packages, root) {
        match fs::remove_file(&written) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Failure::at(&written, &error)),
            _ => {}
        }
    }
    made?;
    let bill = bill.map_err(|error| Failure::new(format!("cargo-cyclonedx wrote no bill for {MANIFEST}: {error}")))?;
    complete(&bill, root, &glibc()?)
}

/// What the tool calls the bill of a program.
fn bill_of(program: &str) -> String {
    format!("{program}_bin.cdx.json")
}

/// The bills that the tool writes, whichever was asked for: of every program of ours, beside the manifest of its package.
fn bills(packages: &Value, root: &Path) -> impl Iterator<Item = PathBuf> {
    let packages = packages["packages"].as_array().into_iter().flatten();
    packages.flat_map(move |package| {
        let manifest = package["manifest_path"].as_str().map(Path::new).filter(|path| path.starts_with(root));
        let targets = package["targets"].as_array().into_iter().flatten();
        let programs = targets.filter(|target| target["kind"][0] == "bin");
        let names = programs.filter_map(|target| target["name"].as_str());
        names.filter_map(move |name| manifest.map(|manifest| manifest.with_file_name(bill_of(name))))
    })
}

/// The version of the C library that is linked in.
fn glibc() -> Result<String, Failure> {
    let answer = shell::probe("getconf", &["GNU_LIBC_VERSION"]).unwrap_or_default();
    let version = answer.strip_prefix("glibc ").map(str::to_owned);
    version.ok_or_else(|| Failure::new("`getconf GNU_LIBC_VERSION` names no glibc: the static binary is made of one"))
}

/// Adds the C library, which is no package of cargo's, and takes out where the sources were.
fn complete(bill: &str, root: &Path, glibc: &str) -> Result<String, Failure> {
    let bill = bill.replace(&format!("path+file://{}/", root.display()), "lavori:");
    let mut bill: Value = serde_json::from_str(&bill)
        .map_err(|error| Failure::new(format!("the software bill of materials is no JSON: {error}")))?;
    let components = bill["components"].as_array_mut();
    let components = components.ok_or_else(|| Failure::new("the software bill of materials has no components"))?;
    components.push(json!({
        "type": "library",
        "bom-ref": format!("pkg:generic/glibc@{glibc}"),
        "name": "glibc",
        "version": glibc,
        "description": "The GNU C Library, linked statically",
        "scope": "required",
        "licenses": [{ "license": { "id": "LGPL-2.1-or-later" } }],
        "purl": format!("pkg:generic/glibc@{glibc}"),
    }));
    Ok(format!("{bill:#}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bills_of_all_our_programs_are_taken_away_and_nothing_else() {
        let target = |kind, name| json!({ "kind": [kind], "name": name });
        let package = |path, targets: &[Value]| json!({ "manifest_path": path, "targets": targets });
        let packages = json!({ "packages": [
            package("/lavori/xtask/Cargo.toml", &[target("bin", "xtask")]),
            package("/lavori/crates/web/Cargo.toml", &[target("lib", "lavori_web"), target("example", "page")]),
            package("/registry/clap/Cargo.toml", &[target("bin", "clap")]),
        ] });
        let bills: Vec<_> = bills(&packages, Path::new("/lavori")).collect();
        assert_eq!(bills, [Path::new("/lavori/xtask/xtask_bin.cdx.json")]);
    }

    #[test]
    fn the_bill_names_the_c_library_and_no_folder_of_this_machine() {
        let bill = r#"{"components":[{"bom-ref":"path+file:///home/ada/lavori/crates/web#lavori-web@0.1.0"}]}"#;
        let whole: Value =
            serde_json::from_str(&complete(bill, Path::new("/home/ada/lavori"), "2.36").unwrap()).unwrap();
        assert_eq!(whole["components"][0]["bom-ref"], "lavori:crates/web#lavori-web@0.1.0");
        assert_eq!(whole["components"][1]["purl"], "pkg:generic/glibc@2.36");
        assert!(complete("{}", Path::new("/"), "2.36").is_err());
    }
}
