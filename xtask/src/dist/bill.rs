//! The software bill of materials, as CycloneDX JSON: what the binary is made of.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::MANIFEST;
use crate::failure::Failure;
use crate::{shell, tools};

/// The CycloneDX project's own tool.
const CARGO_CYCLONEDX: &str = "0.5.9";
/// What it writes beside the manifest of every package with a program, whichever was asked for.
const NAME: &str = "software-bill-of-materials";

/// The bill of the server for `host`.
pub(super) fn write(root: &Path, host: &str, packages: &Value, date: &str) -> Result<String, Failure> {
    shell::step("writing the software bill of materials");
    let mut tool = Command::new(tools::find_or_install("cargo-cyclonedx", CARGO_CYCLONEDX)?);
    tool.current_dir(root).env("SOURCE_DATE_EPOCH", date).args(["cyclonedx", "--manifest-path", MANIFEST]);
    tool.args(["--format", "json", "--spec-version", "1.5", "--describe", "binaries", "--no-build-deps"]);
    let made = shell::quietly(tool.args(["--target", host, "--override-filename", NAME]));
    let bill = fs::read_to_string(root.join(MANIFEST).with_file_name(format!("{NAME}.json")));
    for package in packages["packages"].as_array().into_iter().flatten() {
        let manifest = package["manifest_path"].as_str().map(Path::new).filter(|path| path.starts_with(root));
        if let Some(written) = manifest.map(|manifest| manifest.with_file_name(format!("{NAME}.json"))) {
            match fs::remove_file(&written) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::at(&written, &error));
                }
                _ => {}
            }
        }
    }
    made?;
    let bill = bill.map_err(|error| Failure::new(format!("cargo-cyclonedx wrote no bill for {MANIFEST}: {error}")))?;
    complete(&bill, root, &glibc()?)
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
    fn the_bill_names_the_c_library_and_no_folder_of_this_machine() {
        let bill = r#"{"components":[{"bom-ref":"path+file:///home/ada/lavori/crates/web#lavori-web@0.1.0"}]}"#;
        let whole: Value =
            serde_json::from_str(&complete(bill, Path::new("/home/ada/lavori"), "2.36").unwrap()).unwrap();
        assert_eq!(whole["components"][0]["bom-ref"], "lavori:crates/web#lavori-web@0.1.0");
        assert_eq!(whole["components"][1]["purl"], "pkg:generic/glibc@2.36");
        assert!(complete("{}", Path::new("/"), "2.36").is_err());
    }
}
