//! What each library crate brings along when it is taken by itself, as an embedder takes it: its features alone, without
//! what the rest of the workspace switches on.

use std::collections::BTreeSet;
use std::path::Path;

use super::Problem;
use super::packages::Packages;
use super::picture::short;
use crate::failure::Failure;
use crate::shell;

/// Libraries that somebody who takes one crate would not compile and answer for without need: runtimes, servers,
/// databases, cryptography, pages, logs.
const HEAVY: &[&str] = &[
    "argon2",
    "askama",
    "diesel",
    "hyper",
    "jsonschema",
    "libsqlite3-sys",
    "openidconnect",
    "reqwest",
    "rmcp",
    "rustls",
    "tokio",
    "tokio-postgres",
    "tracing-subscriber",
];

/// The heavy libraries beneath each library crate, however deep. No more, no fewer: whoever changes what a crate brings
/// changes this table, with a reason.
const BRINGS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("policy", &[]),
    ("audit", &[]),
    ("web", &["askama"]),
    ("listener", &["hyper", "rustls", "tokio"]),
    ("telemetry", &["hyper", "reqwest", "rustls", "tokio", "tracing-subscriber"]),
    ("fetch", &["hyper", "reqwest", "rustls", "tokio"]),
    ("store", &["diesel", "libsqlite3-sys", "tokio", "tokio-postgres"]),
    ("demo", &["diesel", "libsqlite3-sys", "tokio", "tokio-postgres"]),
    ("accounts", &["diesel", "libsqlite3-sys", "tokio", "tokio-postgres"]),
    ("tools", &["diesel", "jsonschema", "libsqlite3-sys", "tokio", "tokio-postgres"]),
    ("mcp", &["rmcp", "tokio"]),
    ("surface", &["diesel", "jsonschema", "libsqlite3-sys", "rmcp", "tokio", "tokio-postgres"]),
    (
        "oauth",
        &[
            "argon2",
            "diesel",
            "hyper",
            "libsqlite3-sys",
            "openidconnect",
            "reqwest",
            "rustls",
            "tokio",
            "tokio-postgres",
        ],
    ),
    (
        "http",
        &[
            "argon2",
            "askama",
            "diesel",
            "hyper",
            "jsonschema",
            "libsqlite3-sys",
            "openidconnect",
            "reqwest",
            "rmcp",
            "rustls",
            "tokio",
            "tokio-postgres",
        ],
    ),
];

/// Holds every library crate to the table.
pub(super) fn check(packages: &Packages, root: &Path) -> Result<Vec<Problem>, Failure> {
    let mut problems = Vec::new();
    for (name, package) in packages.ours().filter(|(name, package)| is_library(name, &package.manifest)) {
        problems.extend(of_crate(short(name), &package.manifest, &beneath(name, root)?));
    }
    Ok(problems)
}

/// Whether somebody else may take it: the tests' own crate is for nobody else.
fn is_library(name: &str, manifest: &str) -> bool {
    manifest.starts_with("crates/") && short(name) != "testkit"
}

/// The names of all packages beneath one, its features resolved alone. `cargo metadata` would tell what the whole
/// workspace switches on.
fn beneath(name: &str, root: &Path) -> Result<BTreeSet<String>, Failure> {
    let mut cargo = shell::cargo();
    cargo.current_dir(root).args(["tree", "--package", name, "--edges", "normal", "--prefix", "none"]);
    let lines = shell::output(cargo.args(["--format", "{p}"]))?;
    Ok(lines.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}

fn of_crate(name: &str, manifest: &str, beneath: &BTreeSet<String>) -> Vec<Problem> {
    let Some((_, allowed)) = BRINGS.iter().find(|(listed, _)| *listed == name) else {
        let advice = format!("say in BRINGS in xtask/src/tidy/brings.rs which heavy libraries {name} brings along");
        return vec![Problem::new(manifest, advice)];
    };
    let told = HEAVY.iter().filter_map(|library| match (beneath.contains(*library), allowed.contains(library)) {
        (true, false) => Some(format!(
            "{name} brings {library} to whoever takes it alone: `cargo tree -p lavori-{name} -e normal -i {library}` \
             shows the way; cut it, or change BRINGS in xtask/src/tidy/brings.rs with a reason"
        )),
        (false, true) => {
            Some(format!("{name} does not bring {library} any more: take it out of BRINGS in xtask/src/tidy/brings.rs"))
        }
        _ => None,
    });
    told.map(|advice| Problem::new(manifest, advice)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::told;
    use super::*;

    fn problems(name: &str, beneath: &[&str]) -> Vec<String> {
        let beneath = beneath.iter().map(|library| (*library).to_owned()).collect();
        told(of_crate(name, &format!("crates/{name}/Cargo.toml"), &beneath))
    }

    #[test]
    fn a_crate_brings_what_the_table_says_and_any_number_of_light_libraries() {
        assert_eq!(problems("policy", &["lavori-domain", "serde", "uuid"]), [""; 0]);
        assert_eq!(problems("web", &["askama", "base64"]), [""; 0]);
    }

    #[test]
    fn what_it_brings_without_being_listed_is_told_with_the_way_to_find_it() {
        let told = problems("policy", &["lavori-domain", "tokio"]);
        assert_eq!(told.len(), 1);
        assert!(told[0].starts_with("crates/policy/Cargo.toml: policy brings tokio to whoever takes it alone"));
        assert!(told[0].contains("`cargo tree -p lavori-policy -e normal -i tokio`"));
    }

    #[test]
    fn the_table_does_not_go_stale_and_a_new_crate_is_asked_for() {
        let told = problems("web", &["base64"]);
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("web does not bring askama any more"), "{told:?}");
        assert!(problems("mail", &[])[0].contains("which heavy libraries mail brings along"));
    }

    #[test]
    fn every_library_in_the_table_is_a_heavy_one() {
        for (name, brings) in BRINGS {
            assert!(brings.iter().all(|library| HEAVY.contains(library)), "{name}");
        }
    }
}
