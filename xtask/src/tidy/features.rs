//! What is compiled for tests alone never ships: no package but those of the tests turns it on.

use super::Problem;
use super::packages::Packages;

/// Features of ours that are for tests: whoever ships has none of them.
const FOR_TESTS: &[&str] = &["conformance", "fuzzing", "testing"];

/// Packages that only tests use.
const OF_TESTS: &[&str] = &["lavori-fuzz", "lavori-testkit", "lavori-tests"];

/// Looks at what each package turns on in others, and at what is on by itself.
pub(super) fn check(packages: &Packages) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, package) in packages.ours().filter(|(name, _)| !OF_TESTS.contains(name)) {
        let shipped = package.dependencies.iter().filter(|dependency| !dependency.for_tests);
        for dependency in shipped.filter(|dependency| packages.ours.contains_key(&dependency.name)) {
            for feature in dependency.features.iter().filter(|feature| is_for_tests(feature)) {
                let advice = format!("{feature} of {} is for tests: {name} ships, turn it off", dependency.name);
                problems.push(Problem::new(&package.manifest, advice));
            }
        }
        for feature in package.default_features.iter().filter(|feature| is_for_tests(feature)) {
            problems
                .push(Problem::new(&package.manifest, format!("{feature} is for tests: leave it out of `default`")));
        }
    }
    problems
}

/// `testing`, and `lavori-store/testing` as well.
fn is_for_tests(feature: &str) -> bool {
    FOR_TESTS.contains(&feature.rsplit('/').next().unwrap_or(feature))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::packages::{Dependency, Ours};
    use super::super::told;
    use super::*;

    fn problems(name: &str, features: &[&str], for_tests: bool, default: &[&str]) -> Vec<String> {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let ours = |id: &str, dependencies, default_features| Ours {
            id: id.to_owned(),
            manifest: format!("{id}/Cargo.toml"),
            dependencies,
            default_features,
        };
        let mcp = Dependency { name: "lavori-mcp".to_owned(), for_tests, features: texts(features) };
        let packages = BTreeMap::from([
            ("lavori-mcp".to_owned(), ours("mcp", Vec::new(), Vec::new())),
            (name.to_owned(), ours("it", vec![mcp], texts(default))),
        ]);
        told(check(&Packages { ours: packages, ..Packages::default() }))
    }

    #[test]
    fn only_tests_turn_on_what_is_for_tests() {
        let told = ["it/Cargo.toml: conformance of lavori-mcp is for tests: lavori-http ships, turn it off"];
        assert_eq!(problems("lavori-http", &["conformance"], false, &[]), told);
        let told = ["it/Cargo.toml: fuzzing of lavori-mcp is for tests: lavori-server ships, turn it off"];
        assert_eq!(problems("lavori-server", &["fuzzing"], false, &[]), told);
        assert_eq!(problems("lavori-fuzz", &["fuzzing"], false, &[]), [""; 0]);
        assert_eq!(problems("lavori-http", &["other"], false, &[]), [""; 0]);
        assert_eq!(problems("lavori-http", &["conformance"], true, &[]), [""; 0]);
        assert_eq!(problems("lavori-testkit", &["conformance"], false, &[]), [""; 0]);
    }

    #[test]
    fn nothing_for_tests_is_on_by_itself() {
        let told = ["it/Cargo.toml: lavori-mcp/conformance is for tests: leave it out of `default`"];
        assert_eq!(problems("lavori-http", &[], false, &["lavori-mcp/conformance"]), told);
    }
}
