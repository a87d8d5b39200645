//! What the suite writes down: a folder for each scenario, in it the checks it made.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

/// The checks of each scenario.
pub(super) struct Found(BTreeMap<String, Vec<Value>>);

impl Found {
    /// Reads a folder of results.
    pub(super) fn read(folder: &Path) -> Self {
        let mut found = BTreeMap::new();
        for entry in std::fs::read_dir(folder).expect("the suite left results") {
            let path = entry.expect("a folder").path();
            let checks = std::fs::read(path.join("checks.json")).expect("the checks of a scenario");
            let checks: Vec<Value> = serde_json::from_slice(&checks).expect("JSON");
            let scenario = scenario(&path.file_name().expect("a name").to_string_lossy());
            found.entry(scenario).or_insert_with(Vec::new).extend(checks);
        }
        Self(found)
    }

    /// The scenarios in which a check failed.
    pub(super) fn failing(&self) -> Vec<&str> {
        self.scenarios(|checks| checks.iter().any(|check| check["status"] == "FAILURE"))
    }

    /// Those that checked nothing: what they are about was not there.
    pub(super) fn unchecked(&self) -> Vec<&str> {
        self.scenarios(|checks| {
            !checks.iter().any(|check| check["status"] == "SUCCESS" || check["status"] == "FAILURE")
        })
    }

    fn scenarios(&self, which: impl Fn(&[Value]) -> bool) -> Vec<&str> {
        self.0.iter().filter(|(_, checks)| which(checks)).map(|(scenario, _)| scenario.as_str()).collect()
    }

    /// What did not pass, in the suite's own words.
    pub(super) fn told_failures(&self) -> String {
        let mut told = String::new();
        for (scenario, checks) in &self.0 {
            for check in checks.iter().filter(|check| check["status"] != "SUCCESS") {
                let _ = writeln!(
                    told,
                    "{scenario}: {} {}: {} {}",
                    check["status"], check["id"], check["errorMessage"], check["details"]
                );
            }
        }
        told
    }

    /// How many checks of each scenario came out how, as a table in Markdown.
    pub(super) fn table(&self) -> String {
        let mut table = String::from(
            "| Scenario | Checks passed | Failed | Warned of | Left out by the suite |\n|---|---|---|---|---|\n",
        );
        let mut totals = [0; 4];
        for (scenario, checks) in &self.0 {
            let counts = ["SUCCESS", "FAILURE", "WARNING", "SKIPPED"]
                .map(|status| checks.iter().filter(|check| check["status"] == status).count());
            let [passed, failed, warned, skipped] =
                counts.map(|count| if count == 0 { String::new() } else { count.to_string() });
            let _ = writeln!(table, "| {scenario} | {passed} | {failed} | {warned} | {skipped} |");
            for (total, count) in totals.iter_mut().zip(counts) {
                *total += count;
            }
        }
        let [passed, failed, warned, skipped] = totals;
        let _ = writeln!(table, "| **{} scenarios** | {passed} | {failed} | {warned} | {skipped} |", self.0.len());
        table
    }
}

/// A scenario's name out of `server-NAME-2026-07-28T10-00-00-000Z`.
fn scenario(folder: &str) -> String {
    const TIME: usize = "-2026-07-28T10-00-00-000Z".len();
    let kinds = ["authorization-server-", "server-"];
    let name = kinds.iter().find_map(|kind| folder.strip_prefix(kind)).unwrap_or(folder);
    let (name, time) = name.split_at(name.len().saturating_sub(TIME));
    if time.ends_with('Z') && time.contains('T') { name.to_owned() } else { format!("{name}{time}") }
}

#[test]
fn a_folder_is_named_for_its_scenario() {
    assert_eq!(scenario("server-tools-list-2026-07-28T10-00-00-000Z"), "tools-list");
    assert_eq!(scenario("server-server-stateless-2026-07-28T10-00-00-000Z"), "server-stateless");
    assert_eq!(scenario("authorization-server-code-grant-2026-07-28T10-00-00-000Z"), "code-grant");
}
