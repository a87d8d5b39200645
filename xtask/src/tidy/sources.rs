//! Rules for single files: their size, their names, and words that must not be in them.

use std::path::Path;

use super::{File, Problem};

const LONGEST: usize = 600;

/// File and folder names that say nothing about what is inside.
const NAMELESS: &[&str] = &["mod", "util", "utils", "helper", "helpers", "common", "misc"];

/// Marks of unfinished work. Put together from halves, so that this file holds none.
const UNFINISHED: &[&str] =
    &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!"), concat!("unimpl", "emented!")];

/// A test that does not run proves nothing.
const SKIPPED: &str = concat!("#[", "ignore");

/// Paths of one machine and addresses of registries: they make a clone depend on where it was made.
const OF_ONE_MACHINE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("registry.npm", "js.org"),
    concat!("registry.ya", "rnpkg.com"),
    concat!("py", "pi.org"),
    concat!("python", "hosted.org"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("deb.", "debian.org"),
    concat!("archive.", "ubuntu.com"),
];

/// Reading the environment is the binary's task; tests and development commands may, too.
const ENVIRONMENT: &str = "std::env";

/// Checks each file by itself.
pub(super) fn check(files: &[File]) -> Vec<Problem> {
    files.iter().flat_map(of_file).collect()
}

fn of_file(file: &File) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        if let Some(advice) = of_line(&file.path, line) {
            problems.push(Problem::new(format!("{}:{number}", file.path), advice));
        }
    }
    if is_rust(&file.path) {
        let lines = file.text.lines().count();
        if lines > LONGEST {
            problems.push(Problem::new(
                &file.path,
                format!("{lines} lines, {LONGEST} are enough: find the second idea in it"),
            ));
        }
        let parts = Path::new(&file.path).with_extension("");
        let mut parts = parts.iter().filter_map(|part| part.to_str());
        if let Some(name) = parts.find(|part| NAMELESS.contains(part)) {
            problems
                .push(Problem::new(&file.path, format!("`{name}` says nothing: name the module for what is inside")));
        }
    }
    problems
}

fn of_line(path: &str, line: &str) -> Option<String> {
    let code = line.trim_start();
    if let Some(word) = OF_ONE_MACHINE.iter().find(|word| line.contains(*word)) {
        return Some(format!("remove `{word}`: it is true on one machine only"));
    }
    if let Some(word) = UNFINISHED.iter().find(|word| has_word(line, word)) {
        return Some(format!("finish what `{word}` stands for, or open an issue"));
    }
    if is_rust(path) && code.starts_with(SKIPPED) {
        return Some("let the test run, or remove it".to_owned());
    }
    let library = path.starts_with("crates/") && path.contains("/src/") && !path.starts_with("crates/testkit/");
    if library && is_rust(path) && reads_environment(code) {
        return Some("take a parsed value instead: only the binary reads the environment".to_owned());
    }
    None
}

fn reads_environment(code: &str) -> bool {
    let code = code.split("//").next().unwrap_or_default();
    let grouped =
        code.strip_prefix("use std::{").is_some_and(|names| names.split([',', '}', ' ']).any(|name| name == "env"));
    grouped || has_word(code, ENVIRONMENT)
}

/// Whether `word` stands in the line and is not a piece of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let inside = |character: char| character.is_ascii_alphanumeric() || character == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        !before.is_some_and(inside) && (word.ends_with('!') || !after.is_some_and(inside))
    })
}

fn is_rust(path: &str) -> bool {
    path.ends_with(".rs")
}

#[cfg(test)]
mod tests {
    use super::super::{fixture, told};
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<String> {
        told(check(&fixture(&[(path, text)])))
    }

    #[test]
    fn unfinished_work_is_told_with_its_line_in_every_kind_of_file() {
        let mark = UNFINISHED[0];
        assert_eq!(
            problems("docs/plan.md", &format!("done\n{mark}: the rest")),
            [format!("docs/plan.md:2: finish what `{mark}` stands for, or open an issue")]
        );
        assert_eq!(problems("crates/web/src/lib.rs", &format!("    {}()", UNFINISHED[2])).len(), 1);
        assert_eq!(problems("package-lock.json", &format!("sha512-a{mark}b")), [""; 0]);
        assert_eq!(problems("crates/web/src/lib.rs", "let mut to_do = todos(); METHODOLOGY"), [""; 0]);
    }

    #[test]
    fn what_is_true_on_one_machine_only_is_told() {
        for word in OF_ONE_MACHINE {
            assert_eq!(problems(".ci/run", &format!("curl https://{word}x")).len(), 1, "{word}");
        }
        assert_eq!(problems("docs/a.md", "see docs.rs and crates.io; the work/rest balance"), [""; 0]);
    }

    #[test]
    fn libraries_do_not_read_the_environment() {
        for line in ["use std::env;", "let a = std::env::var(\"A\");", "use std::{env, fs};"] {
            assert_eq!(problems("crates/store/src/pool.rs", line).len(), 1, "{line}");
        }
        assert_eq!(problems("crates/domain/src/task.rs", "use crate::env::Env; // not std::env::var"), [""; 0]);
        assert_eq!(problems("crates/testkit/src/lib.rs", "use std::env;"), [""; 0]);
        assert_eq!(problems("bins/lavori-server/src/config.rs", "use std::env;"), [""; 0]);
    }

    #[test]
    fn long_and_nameless_files_and_sleeping_tests_are_told() {
        assert_eq!(problems("crates/web/src/lib.rs", &"//\n".repeat(LONGEST)), [""; 0]);
        assert_eq!(problems("crates/web/src/lib.rs", &"//\n".repeat(LONGEST + 1)).len(), 1);
        assert_eq!(problems("crates/web/src/consent/mod.rs", "").len(), 1);
        assert_eq!(problems("crates/web/src/utils/text.rs", "").len(), 1);
        assert_eq!(problems("tests/common/readme.md", ""), [""; 0]);
        assert_eq!(problems("crates/web/src/lib.rs", &format!("    {SKIPPED}]\n")).len(), 1);
    }
}
