//! The notices that the licences of the libraries in the binary ask to be passed on: their own licence files, as they are
//! in their sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::failure::Failure;

/// How the names of files with licences and notices begin.
const NAMES: [&str; 5] = ["license", "licence", "copying", "copyright", "notice"];

/// One text for everything that is linked into the server, read from the packages of `cargo metadata`.
pub(super) fn write(metadata: &Value) -> Result<String, Failure> {
    let packages: BTreeMap<&str, &Value> =
        list(&metadata["packages"]).filter_map(|package| Some((package["id"].as_str()?, package))).collect();
    let mut of_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut without = Vec::new();
    for id in linked(metadata)? {
        let Some(package) = packages.get(id).filter(|package| !package["source"].is_null()) else { continue };
        let text = |key: &str| package[key].as_str().unwrap_or("unknown");
        let named = format!("{} {} ({})", text("name"), text("version"), text("license"));
        let found = package["manifest_path"].as_str().map(Path::new).and_then(Path::parent).map(texts_in);
        match found.transpose()?.unwrap_or_default() {
            texts if texts.is_empty() => without.push(named),
            texts => texts.into_iter().for_each(|text| of_text.entry(text).or_default().push(named.clone())),
        }
    }
    if of_text.is_empty() {
        return Err(Failure::new("no library has a licence file: are the sources there?"));
    }
    let mut notices = String::from("Libraries in the Lavori MCP server, with the licences they come under.\n");
    notices += "The GNU C Library is in it, too: LGPL-2.1-or-later.\n";
    if !without.is_empty() {
        notices += &format!("\nWithout a licence file of their own:\n  {}\n", without.join("\n  "));
    }
    for (text, packages) in of_text {
        let line = "=".repeat(80);
        notices += &format!("\n{line}\n{}\n{line}\n{}\n", packages.join("\n"), text.trim_end());
    }
    Ok(notices)
}

/// The ids of the packages that are linked into the server, in the order of their names.
fn linked(metadata: &Value) -> Result<BTreeSet<&str>, Failure> {
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).filter_map(|node| Some((node["id"].as_str()?, node))).collect();
    let server = list(&metadata["packages"]).find(|package| package["name"] == "lavori-server");
    let server = server.and_then(|package| package["id"].as_str());
    let mut waiting = vec![server.ok_or_else(|| Failure::new("`cargo metadata` knows no lavori-server"))?];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if seen.insert(id) {
            let needed = nodes.get(id).map(|node| list(&node["deps"])).into_iter().flatten();
            waiting.extend(needed.filter(|needed| is_linked(needed)).filter_map(|needed| needed["pkg"].as_str()));
        }
    }
    Ok(seen)
}

/// Neither for tests nor for building only.
fn is_linked(needed: &Value) -> bool {
    list(&needed["dep_kinds"]).any(|kind| kind["kind"].is_null())
}

fn texts_in(folder: &Path) -> Result<Vec<String>, Failure> {
    let at = |error| Failure::new(format!("{}: {error}", folder.display()));
    let mut files: Vec<_> = fs::read_dir(folder).map_err(at)?.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.is_file() && is_notice(file));
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).map_err(at)).collect()
}

fn is_notice(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_lowercase();
    NAMES.iter().any(|start| name.starts_with(start))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_linked_is_told_with_its_licence_and_what_only_builds_is_not() {
        let folder = std::env::temp_dir().join(format!("lavori-xtask-notices-{}", std::process::id()));
        fs::create_dir_all(folder.join("a")).unwrap();
        fs::write(folder.join("a/LICENSE-MIT"), "Copyright the authors of a\n").unwrap();
        let package = |name: &str, source: Value| {
            json!({ "id": name, "name": name, "version": "1.0.0",
            "license": "MIT", "source": source, "manifest_path": folder.join(name).join("Cargo.toml") })
        };
        let need = |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [package("lavori-server", Value::Null), package("a", json!("registry")),
                package("builds", json!("registry"))],
            "resolve": { "nodes": [
                { "id": "lavori-server", "deps": [need("a", Value::Null), need("builds", json!("build"))] },
                { "id": "a", "deps": [] }
            ] }
        });
        let notices = write(&metadata);
        fs::remove_dir_all(&folder).unwrap();
        let notices = notices.unwrap();
        assert!(notices.contains("a 1.0.0 (MIT)\n"), "{notices}");
        assert!(notices.contains("Copyright the authors of a\n") && !notices.contains("builds"), "{notices}");
    }
}
