//! Manifests say nothing twice: versions, lints and every dependency come from the workspace.

use super::{File, Problem};

const INHERITED: &[&str] = &["version", "edition", "rust-version", "license", "publish"];

/// The bench compares with libraries that nothing else uses, and may declare those itself.
const MAY_DECLARE: &[&str] = &["tests/bench/Cargo.toml"];

/// The package that libFuzzer's binary is built from is a workspace of its own: other compiler flags, nothing to inherit.
const OF_ANOTHER_WORKSPACE: &str = "tests/fuzz/cargo-fuzz/Cargo.toml";

/// Checks every manifest, and that the workspace's manifest declares nothing in vain.
pub(super) fn check(files: &[File]) -> Vec<Problem> {
    let (roots, members): (Vec<_>, Vec<_>) =
        files.iter().filter(|file| is_manifest(&file.path)).partition(|file| file.path == "Cargo.toml");
    let members: Vec<(&str, Vec<Entry>)> =
        members.into_iter().map(|file| (file.path.as_str(), entries(&file.text))).collect();
    let mut problems = Vec::new();
    for (path, entries) in &members {
        inherits(path, entries, &mut problems);
    }
    for root in roots {
        for declared in entries(&root.text).iter().filter(|entry| entry.section == "workspace.dependencies") {
            let name = declared.name();
            let mut used = members.iter().flat_map(|(_, entries)| entries);
            if !used.any(|entry| entry.is_dependency() && entry.name() == name) {
                problems.push(Problem::new(
                    &root.path,
                    format!("no package uses {name}: remove it from [workspace.dependencies]"),
                ));
            }
        }
    }
    problems
}

fn is_manifest(path: &str) -> bool {
    path.ends_with("Cargo.toml") && path != OF_ANOTHER_WORKSPACE
}

fn inherits(path: &str, entries: &[Entry], problems: &mut Vec<Problem>) {
    let has = |section: &str, line: &str| entries.iter().any(|entry| entry.section == section && entry.line == line);
    for key in INHERITED {
        if !has("package", &format!("{key}.workspace = true")) {
            problems.push(Problem::new(path, format!("write `{key}.workspace = true` under [package]")));
        }
    }
    if !has("lints", "workspace = true") {
        problems.push(Problem::new(path, "write `workspace = true` under [lints]"));
    }
    for entry in entries.iter().filter(|entry| entry.is_dependency()) {
        if !entry.is_plain() {
            let advice = format!("write the dependency of [{}] on one line, under its section", entry.section);
            problems.push(Problem::new(path, advice));
        } else if !entry.inherits() && !MAY_DECLARE.contains(&path) {
            let advice =
                format!("declare {} in the workspace's manifest, and write `{0}.workspace = true` here", entry.name());
            problems.push(Problem::new(path, advice));
        }
    }
}

/// One `key = value` of a manifest, on one line however it is written, and the section that it stands in.
struct Entry {
    section: String,
    line: String,
}

impl Entry {
    fn is_dependency(&self) -> bool {
        self.section.split('.').any(|part| part.ends_with("dependencies")) && !self.section.starts_with("workspace")
    }

    /// Whether it stands under `[dependencies]` or the like, not under `[dependencies.name]`.
    fn is_plain(&self) -> bool {
        self.section.ends_with("dependencies")
    }

    fn inherits(&self) -> bool {
        let unspaced: String = self.line.chars().filter(|character| !character.is_whitespace()).collect();
        unspaced.contains("workspace=true")
    }

    fn name(&self) -> &str {
        let end = self.line.find(['.', '=', ' ']).unwrap_or(self.line.len());
        &self.line[..end]
    }
}

/// Reads the little of TOML that our manifests use: sections, and values that may run over several lines in brackets.
fn entries(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut section = String::new();
    let mut open = String::new();
    for line in text.lines() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if open.is_empty() && (line.is_empty() || line.starts_with('#')) {
            continue;
        }
        if open.is_empty() && line.starts_with('[') {
            section = line.trim_matches(['[', ']']).to_owned();
            continue;
        }
        open += line;
        if open.matches(['[', '{']).count() == open.matches([']', '}']).count() {
            entries.push(Entry { section: section.clone(), line: std::mem::take(&mut open) });
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::super::{fixture, told};
    use super::*;

    const GOOD: &str = "\
[package]
name = \"lavori-web\"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lints]
workspace = true

[dependencies]
";

    fn problems(root: &str, dependencies: &str) -> Vec<String> {
        let manifest = format!("{GOOD}{dependencies}");
        told(check(&fixture(&[("Cargo.toml", root), ("crates/web/Cargo.toml", &manifest)])))
    }

    #[test]
    fn a_manifest_that_inherits_everything_is_in_order() {
        assert_eq!(
            problems("", "askama.workspace = true # pages\nserde = { workspace = true, features = [\n  \"rc\",\n] }"),
            [""; 0]
        );
    }

    #[test]
    fn a_version_of_its_own_is_told_in_every_kind_of_dependency() {
        let advice = [
            "crates/web/Cargo.toml: declare askama in the workspace's manifest, and write `askama.workspace = true` here",
        ];
        assert_eq!(problems("", "askama = \"0.16\""), advice);
        assert_eq!(problems("", "[dev-dependencies]\naskama = { version = \"0.16\" }"), advice);
        assert_eq!(problems("", "[target.'cfg(unix)'.dependencies]\naskama = \"0.16\""), advice);
        assert_eq!(problems("", "[dependencies.askama]\nversion = \"0.16\"").len(), 1);
    }

    #[test]
    fn what_is_not_inherited_is_named() {
        let told = told(check(&fixture(&[("xtask/Cargo.toml", "[package]\nversion = \"1.0.0\"\nedition = \"2024\"")])));
        assert_eq!(told.len(), INHERITED.len() + 1);
        assert!(told.contains(&"xtask/Cargo.toml: write `workspace = true` under [lints]".to_owned()));
    }

    #[test]
    fn a_workspace_dependency_that_nobody_uses_is_told() {
        let root = "[workspace.dependencies]\naskama = { version = \"0.16\" }\nserde = \"1\"";
        assert_eq!(
            problems(root, "askama.workspace = true"),
            ["Cargo.toml: no package uses serde: remove it from [workspace.dependencies]"]
        );
    }
}
