//! Migrations come in pairs: the same folders for both databases, each with its way up and its way down.

use std::collections::BTreeSet;

use super::{File, Problem};

const DATABASES: &[&str] = &["sqlite", "postgres"];

/// Checks the folders under `migrations/`.
pub(super) fn check(files: &[File]) -> Vec<Problem> {
    let scripts: Vec<(&str, &str, &str)> = files.iter().filter_map(|file| script(&file.path)).collect();
    let names: BTreeSet<&str> = scripts.iter().map(|(_, name, _)| *name).collect();
    let mut problems = Vec::new();
    if names.is_empty() {
        problems.push(Problem::new("migrations", "no migration is here: the database would stay empty"));
    }
    for name in names {
        for database in DATABASES {
            for direction in ["up.sql", "down.sql"] {
                if !scripts.contains(&(database, name, direction)) {
                    let folder = format!("migrations/{database}/{name}");
                    problems.push(Problem::new(
                        folder,
                        format!("write {direction}: both databases have every migration, up and down"),
                    ));
                }
            }
        }
    }
    for (database, name, file) in scripts {
        if !["up.sql", "down.sql"].contains(&file) {
            let path = format!("migrations/{database}/{name}/{file}");
            problems.push(Problem::new(path, "a migration holds up.sql and down.sql: move or remove this file"));
        }
    }
    problems
}

/// `migrations/<database>/<name>/<file>` in its three parts.
fn script(path: &str) -> Option<(&str, &str, &str)> {
    let (database, rest) = path.strip_prefix("migrations/")?.split_once('/')?;
    let (name, file) = rest.split_once('/')?;
    Some((database, name, file))
}

#[cfg(test)]
mod tests {
    use super::super::{fixture, told};
    use super::*;

    fn problems(paths: &[&str]) -> Vec<String> {
        told(check(&fixture(&paths.iter().map(|path| (*path, "select 1;")).collect::<Vec<_>>())))
    }

    #[test]
    fn a_pair_with_both_ways_is_in_order() {
        let whole = [
            "migrations/README.md",
            "migrations/sqlite/1_work/up.sql",
            "migrations/sqlite/1_work/down.sql",
            "migrations/postgres/1_work/up.sql",
            "migrations/postgres/1_work/down.sql",
        ];
        assert_eq!(problems(&whole), [""; 0]);
        assert_eq!(problems(&whole[..4]).len(), 1);
    }

    #[test]
    fn a_missing_twin_a_stray_file_and_an_empty_house_are_told() {
        let half = problems(&["migrations/sqlite/1_work/up.sql", "migrations/sqlite/1_work/down.sql"]);
        assert_eq!(half.len(), 2);
        assert!(half[0].starts_with("migrations/postgres/1_work: write up.sql"));
        assert_eq!(problems(&["crates/web/src/lib.rs"]).len(), 1);
        assert!(problems(&["migrations/sqlite/1_work/notes.sql"]).last().unwrap().contains("move or remove"));
    }
}
