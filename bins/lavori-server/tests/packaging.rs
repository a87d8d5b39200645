//! What is shipped beside the binary says what the binary understands.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

const EXAMPLE: &str = include_str!("../packaging/lavori.toml");
const MANUAL: &str = include_str!("../packaging/lavori-server.8");
const CHANGELOG: &str = include_str!("../packaging/debian/changelog");
const UNIT: &str = include_str!("../packaging/lavori-server.service");

fn check(folder: &Path, configuration: &str) -> Output {
    let file = folder.join("lavori.toml");
    std::fs::write(&file, configuration).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_lavori-server"));
    command.env_clear().current_dir(folder).arg("--config").arg(&file).arg("check-config");
    command.output().expect("the binary starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The example with every setting in it taken into use.
fn whole(folder: &Path) -> String {
    let secret = folder.join("work.secret");
    std::fs::write(&secret, "a secret of a provider").expect("a file");
    let lines = EXAMPLE.lines().map(|line| match line.strip_prefix('#') {
        Some(setting) if !setting.is_empty() && !setting.starts_with(' ') => setting,
        _ => line,
    });
    // The database is there twice: SQLite as it is installed, PostgreSQL as an example.
    let mut has_database = false;
    let lines = lines.filter(|line| !line.starts_with("database_url =") || !std::mem::replace(&mut has_database, true));
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    text.replace("/etc/lavori/work.secret", secret.to_str().expect("a path that is text"))
}

/// The settings that the binary knows in a table, as it prints them.
fn known(table: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_lavori-server")).arg("example-config").output().expect("it starts");
    let text = String::from_utf8(output.stdout).expect("text");
    let mut tables = text.split("\n#[");
    let top = tables.next().map(|part| ("", part));
    let mut parts = top.into_iter().chain(tables.filter_map(|part| part.split_once("]\n")));
    let name = table.trim_start_matches('[').trim_end_matches(']');
    let (_, part) = parts.find(|(header, _)| header.trim_matches(['[', ']']) == name).expect("it has this table");
    let settings = part.lines().filter_map(|line| line.strip_prefix('#').filter(|line| !line.starts_with(' ')));
    settings.filter_map(|line| line.split_once(" = ").map(|(name, _)| name.to_owned())).collect()
}

#[test]
fn the_example_configuration_is_good_as_it_is_and_with_everything_in_use() {
    let folder = tempfile::tempdir().expect("a folder");
    for configuration in [EXAMPLE.to_owned(), whole(folder.path())] {
        let output = check(folder.path(), &configuration);
        assert!(output.status.success(), "{}\n{configuration}", said(&output));
    }
}

#[test]
fn the_example_configuration_has_every_setting() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = whole(folder.path());
    for table in ["", "[passwords]", "[limits]", "[[providers]]", "[[clients]]"] {
        let part = whole.split_once(&format!("{table}\n")).map_or("", |(_, part)| part);
        // A table ends where the next begins; at the top the tables are settings, too.
        let part = if table.is_empty() { whole.as_str() } else { part.split("\n[").next().unwrap_or_default() };
        let names: BTreeSet<_> =
            part.lines().map(|line| line.split(" = ").next().unwrap_or(line).trim_matches(['[', ']'])).collect();
        let known = known(table);
        assert!(!known.is_empty());
        for name in known {
            assert!(names.contains(name.as_str()), "packaging/lavori.toml lacks {name} in {table:?}");
        }
    }
}

fn help() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_lavori-server")).arg("--help").output().expect("the binary starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_unit_starts_the_binary_with_commands_that_it_has() {
    let help = help();
    let words = UNIT.lines().filter_map(|line| line.split_once("lavori.toml ").map(|(_, word)| word));
    let commands: Vec<_> = words.collect();
    assert_eq!(commands, ["check-config", "serve"]);
    assert!(commands.iter().all(|command| help.contains(&format!("  {command} "))), "{help}");
}

#[test]
fn the_manual_has_every_command_and_every_option() {
    let manual: Vec<_> = MANUAL.split(|letter: char| !(letter.is_ascii_lowercase() || letter == '-')).collect();
    let help = help();
    let commands = help.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let commands: Vec<_> = commands.filter_map(|line| line.split(' ').next()).collect();
    assert!(commands.contains(&"bootstrap"), "{help}");
    let options =
        help.split_whitespace().map(|word| word.trim_matches(['[', ']', ':'])).filter(|word| word.starts_with("--"));
    // In the manual a long option is `Fl -name`.
    let options: Vec<_> = options.map(|option| &option[1..]).collect();
    for word in commands.into_iter().chain(options) {
        assert!(manual.contains(&word), "packaging/lavori-server.8 lacks {word}");
    }
}

#[test]
fn the_package_has_the_version_of_the_binary() {
    let expected = format!("lavori-server ({}-1) ", env!("CARGO_PKG_VERSION"));
    assert!(CHANGELOG.starts_with(&expected), "packaging/debian/changelog does not begin with {expected}");
}
