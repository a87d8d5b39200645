//! The packages of `cargo metadata`, as far as the checks care.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::failure::Failure;

/// Ours by name, and who needs whom in the whole graph.
#[derive(Default)]
pub(super) struct Packages {
    pub(super) ours: BTreeMap<String, Ours>,
    /// From a package's id to the ids of what it needs to run or to build.
    pub(super) needs: BTreeMap<String, Vec<String>>,
    /// From a package's id to its name.
    pub(super) names: BTreeMap<String, String>,
}

/// A package of this workspace.
pub(super) struct Ours {
    pub(super) id: String,
    pub(super) manifest: String,
    pub(super) dependencies: Vec<Dependency>,
    /// What is on unless somebody turns it off.
    pub(super) default_features: Vec<String>,
}

/// A direct dependency, as its manifest declares it.
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) for_tests: bool,
    /// What it turns on.
    pub(super) features: Vec<String>,
}

impl Packages {
    /// Reads the answer of `cargo metadata`.
    pub(super) fn read(metadata: &Value, root: &Path) -> Result<Self, Failure> {
        let members: BTreeSet<_> = list(&metadata["workspace_members"]).filter_map(Value::as_str).collect();
        let mut packages = Self::default();
        for package in list(&metadata["packages"]) {
            let id = text(&package["id"])?;
            let name = text(&package["name"])?;
            packages.names.insert(id.clone(), name.clone());
            if members.contains(id.as_str()) {
                let manifest = text(&package["manifest_path"])?;
                let manifest = Path::new(&manifest).strip_prefix(root).unwrap_or(Path::new(&manifest));
                let manifest = manifest.to_string_lossy().into_owned();
                let dependencies = list(&package["dependencies"]).map(dependency).collect::<Result<_, _>>()?;
                let default_features = texts(&package["features"]["default"])?;
                packages.ours.insert(name, Ours { id, manifest, dependencies, default_features });
            }
        }
        for node in list(&metadata["resolve"]["nodes"]) {
            let needs = list(&node["deps"]).filter(|needed| runs_or_builds(needed));
            let needs = needs.map(|needed| text(&needed["pkg"])).collect::<Result<_, _>>()?;
            packages.needs.insert(text(&node["id"])?, needs);
        }
        Ok(packages)
    }

    /// The packages of this workspace, by name.
    pub(super) fn ours(&self) -> impl Iterator<Item = (&str, &Ours)> {
        self.ours.iter().map(|(name, ours)| (name.as_str(), ours))
    }

    /// The names of all packages that end up beneath `id`, its own left out.
    pub(super) fn beneath(&self, id: &str) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            for needed in self.needs.get(id).into_iter().flatten() {
                if seen.insert(needed.as_str()) {
                    waiting.push(needed);
                }
            }
        }
        seen.into_iter().filter_map(|id| self.names.get(id).map(String::as_str)).collect()
    }
}

fn dependency(dependency: &Value) -> Result<Dependency, Failure> {
    Ok(Dependency {
        name: text(&dependency["name"])?,
        for_tests: dependency["kind"] == "dev",
        features: texts(&dependency["features"])?,
    })
}

fn runs_or_builds(needed: &Value) -> bool {
    list(&needed["dep_kinds"]).any(|kind| kind["kind"] != "dev")
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn texts(value: &Value) -> Result<Vec<String>, Failure> {
    list(value).map(text).collect()
}

fn text(value: &Value) -> Result<String, Failure> {
    value.as_str().map(str::to_owned).ok_or_else(|| Failure::new("`cargo metadata` has another form than expected"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn metadata_is_read_and_what_only_tests_need_is_not_beneath() {
        let metadata = json!({
            "workspace_members": ["a"],
            "packages": [
                { "id": "a", "name": "lavori-domain", "manifest_path": "/somewhere/crates/domain/Cargo.toml", "dependencies": [
                    { "name": "serde", "kind": null, "features": ["derive"] },
                    { "name": "tokio", "kind": "dev" }
                ] },
                { "id": "s", "name": "serde", "manifest_path": "/elsewhere/Cargo.toml", "dependencies": [] },
                { "id": "c", "name": "serde_core", "manifest_path": "/elsewhere/Cargo.toml", "dependencies": [] },
                { "id": "t", "name": "tokio", "manifest_path": "/elsewhere/Cargo.toml", "dependencies": [] }
            ],
            "resolve": { "nodes": [
                { "id": "a", "deps": [
                    { "pkg": "s", "dep_kinds": [{ "kind": null }] },
                    { "pkg": "t", "dep_kinds": [{ "kind": "dev" }] }
                ] },
                { "id": "s", "deps": [{ "pkg": "c", "dep_kinds": [{ "kind": null }] }] }
            ] }
        });
        let packages = Packages::read(&metadata, Path::new("/somewhere")).unwrap();
        let domain = &packages.ours["lavori-domain"];
        assert_eq!(domain.manifest, "crates/domain/Cargo.toml");
        assert!(domain.dependencies[1].for_tests);
        assert_eq!(domain.dependencies[0].features, ["derive"]);
        assert_eq!(packages.beneath("a").into_iter().collect::<Vec<_>>(), ["serde", "serde_core"]);
    }
}
