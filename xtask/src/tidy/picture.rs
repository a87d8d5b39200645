//! The arrows between our crates, and the homes of the libraries that only one crate may know.

use super::Problem;
use super::packages::{Ours, Packages};

/// The picture of ARCHITECTURE.md, top to bottom: each crate and what it may use. Arrows point down.
#[rustfmt::skip]
const PICTURE: &[(&str, &[&str])] = &[
    ("lavori-server", &["http", "telemetry", "listener", "surface", "mcp", "tools", "oauth", "accounts", "web", "demo", "fetch", "store", "audit", "policy", "domain"]),
    ("http",          &[                     "listener", "surface", "mcp", "tools", "oauth", "accounts", "web",                  "store", "audit", "policy", "domain"]),
    ("telemetry",     &[                     "listener",                                                                "fetch"]),
    ("listener",      &[]),
    ("surface",       &[                                            "mcp", "tools",                                              "store", "audit", "policy", "domain"]),
    ("mcp",           &[]),
    ("demo",          &[                                                            "oauth",                                     "store",          "policy", "domain"]),
    ("tools",         &[                                                                                                         "store", "audit", "policy", "domain"]),
    ("oauth",         &[                                                                                                "fetch", "store", "audit", "policy", "domain"]),
    ("accounts",      &[                                                                                                         "store", "audit", "policy", "domain"]),
    ("web",           &[                                                                                                                  "audit", "policy", "domain"]),
    ("fetch",         &[]),
    ("store",         &[                                                                                                                  "audit", "policy", "domain"]),
    ("audit",         &[                                                                                                                           "policy", "domain"]),
    ("policy",        &[                                                                                                                                     "domain"]),
    ("domain",        &[]),
    // Beside the picture.
    ("testkit",       &["http", "telemetry", "listener", "surface", "mcp", "tools", "oauth", "accounts", "web", "demo", "fetch", "store", "audit", "policy", "domain"]),
    ("tests",         &["http", "telemetry", "listener", "surface", "mcp", "tools", "oauth", "accounts", "web", "demo", "fetch", "store", "audit", "policy", "domain", "testkit"]),
    ("bench",         &[]),
    ("eval",          &[                                                   "tools",                      "demo",                 "store", "audit", "policy", "domain"]),
    ("fuzz",          &["http", "listener", "surface", "mcp", "tools", "oauth",                    "demo", "fetch", "store", "audit", "policy", "domain"]),
    ("xtask",         &[]),
];

/// Libraries that have a home: no other crate may name them.
const HOMES: &[(&str, &[&str])] = &[
    ("diesel", &["store"]),
    ("diesel-async", &["store"]),
    ("diesel_migrations", &["store"]),
    ("libsqlite3-sys", &["store"]),
    ("tokio-postgres", &["store"]),
    ("rmcp", &["mcp"]),
    ("hyper", &["http", "listener", "telemetry", "mcp"]),
    ("hyper-util", &["http", "listener", "mcp"]),
    ("openidconnect", &["oauth"]),
    ("reqwest", &["fetch"]),
    ("ipnet", &["fetch", "http", "lavori-server"]),
    ("argon2", &["oauth"]),
    ("askama", &["web"]),
    ("tracing-subscriber", &["telemetry"]),
    ("metrics-exporter-prometheus", &["telemetry"]),
    ("opentelemetry", &["telemetry"]),
    ("opentelemetry_sdk", &["telemetry"]),
    ("opentelemetry-otlp", &["telemetry"]),
    ("pprof", &["telemetry"]),
    ("tokio-rustls", &["fetch", "listener"]),
];

/// What only the example of a crate knows: a server to mount it in, and data to show.
const EXAMPLES: &[(&str, &[&str])] = &[("surface", &["demo", "hyper", "hyper-util"])];

/// These see the server from outside, or set it up for tests: they may use any library.
const OUTSIDE: &[&str] = &["testkit", "tests", "bench"];

/// Pure crates: nothing beneath them, however deep, waits, listens or stores.
const PURE: &[&str] = &["domain", "policy", "audit"];
const IMPURE: &[&str] =
    &["tokio", "mio", "hyper", "diesel", "diesel-async", "tokio-postgres", "libsqlite3-sys", "rmcp", "reqwest"];

/// Holds the packages to the picture.
pub(super) fn check(packages: &Packages) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, package) in packages.ours() {
        let name = short(name);
        match PICTURE.iter().find(|(drawn, _)| *drawn == name) {
            Some((_, allowed)) => arrows(name, package, allowed, packages, &mut problems),
            None => problems.push(Problem::new(
                &package.manifest,
                "a package outside the picture: draw it into PICTURE in xtask/src/tidy/picture.rs and into ARCHITECTURE.md",
            )),
        }
        if !OUTSIDE.contains(&name) {
            homes(name, package, &mut problems);
        }
        if PURE.contains(&name) {
            let beneath = packages.beneath(&package.id);
            for library in IMPURE.iter().filter(|library| beneath.contains(*library)) {
                problems.push(Problem::new(
                    &package.manifest,
                    format!("{name} is pure, yet {library} is beneath it: `cargo tree -p lavori-{name} -i {library}` shows the way"),
                ));
            }
        }
    }
    problems
}

fn arrows(name: &str, package: &Ours, allowed: &[&str], packages: &Packages, problems: &mut Vec<Problem>) {
    for dependency in package.dependencies.iter().filter(|dependency| packages.ours.contains_key(&dependency.name)) {
        let to = short(&dependency.name);
        if to == "testkit" {
            // Nothing of the tests' own package ships, its programs neither.
            if !dependency.for_tests && name != "tests" {
                let advice = "testkit serves tests: move it to [dev-dependencies]";
                problems.push(Problem::new(&package.manifest, advice));
            } else if PURE.contains(&name) {
                let advice = format!("{name} is pure and is tested without testkit: remove the dependency");
                problems.push(Problem::new(&package.manifest, advice));
            }
        } else if !allowed.contains(&to) && !is_for_example(name, to, dependency.for_tests) {
            let advice = format!(
                "no arrow leads from {name} to {to}: remove the dependency, or change the picture with a reason"
            );
            problems.push(Problem::new(&package.manifest, advice));
        }
    }
}

fn homes(name: &str, package: &Ours, problems: &mut Vec<Problem>) {
    for dependency in &package.dependencies {
        let home = HOMES.iter().find(|(library, _)| *library == dependency.name);
        let home = home
            .filter(|(library, homes)| !homes.contains(&name) && !is_for_example(name, library, dependency.for_tests));
        if let Some((library, homes)) = home {
            let advice = format!("{library} lives in {}: put what needs it there", homes.join(", "));
            problems.push(Problem::new(&package.manifest, advice));
        }
    }
}

/// Whether the example of `name` may use `to`, which is a dependency for tests and examples only.
fn is_for_example(name: &str, to: &str, for_tests: bool) -> bool {
    for_tests && EXAMPLES.iter().any(|(of, known)| *of == name && known.contains(&to))
}

/// A package's name in the picture: the binary keeps its prefix, the crates are known by their folders.
pub(super) fn short(name: &str) -> &str {
    if name == "lavori-server" { name } else { name.strip_prefix("lavori-").unwrap_or(name) }
}

#[cfg(test)]
mod tests {
    use super::super::packages::Dependency;
    use super::super::told;
    use super::*;

    fn package(packages: &mut Packages, name: &str, dependencies: &[(&str, bool)]) {
        let folder = short(name);
        let dependencies = dependencies.iter().map(|(name, for_tests)| Dependency {
            name: (*name).to_owned(),
            for_tests: *for_tests,
            features: Vec::new(),
        });
        let ours = Ours {
            id: name.to_owned(),
            manifest: format!("crates/{folder}/Cargo.toml"),
            dependencies: dependencies.collect(),
            default_features: Vec::new(),
        };
        packages.names.insert(name.to_owned(), name.to_owned());
        packages.ours.insert(name.to_owned(), ours);
    }

    fn problems(crates: &[(&str, &[(&str, bool)])]) -> Vec<String> {
        let mut packages = Packages::default();
        for name in ["lavori-domain", "lavori-store", "lavori-oauth", "lavori-testkit"] {
            package(&mut packages, name, &[]);
        }
        for (name, dependencies) in crates {
            package(&mut packages, name, dependencies);
        }
        told(check(&packages))
    }

    #[test]
    fn arrows_point_down_and_may_skip_floors() {
        assert_eq!(problems(&[("lavori-http", &[("lavori-domain", false), ("hyper", false)])]), [""; 0]);
        let up = problems(&[("lavori-store", &[("lavori-oauth", false)])]);
        assert_eq!(up.len(), 1);
        assert!(up[0].starts_with("crates/store/Cargo.toml: no arrow leads from store to oauth"));
    }

    #[test]
    fn neighbours_do_not_know_each_other_and_mcp_knows_nobody() {
        assert_eq!(problems(&[("lavori-tools", &[("lavori-oauth", false)])]).len(), 1);
        assert_eq!(problems(&[("lavori-mcp", &[("lavori-domain", true)])]).len(), 1);
    }

    #[test]
    fn libraries_stay_in_their_homes_even_for_tests() {
        assert_eq!(problems(&[("lavori-store", &[("diesel", false)])]), [""; 0]);
        let astray = problems(&[("lavori-tools", &[("diesel", true)])]);
        assert_eq!(astray, ["crates/tools/Cargo.toml: diesel lives in store: put what needs it there"]);
        assert_eq!(problems(&[("lavori-tests", &[("hyper", true)])]), [""; 0]);
    }

    #[test]
    fn an_example_may_know_what_its_crate_may_not() {
        for known in ["lavori-demo", "hyper"] {
            assert_eq!(problems(&[("lavori-demo", &[]), ("lavori-surface", &[(known, true)])]), [""; 0], "{known}");
            assert_eq!(problems(&[("lavori-demo", &[]), ("lavori-surface", &[(known, false)])]).len(), 1, "{known}");
        }
        assert_eq!(problems(&[("lavori-tools", &[("hyper", true)])]).len(), 1);
    }

    #[test]
    fn testkit_is_for_tests_of_crates_that_are_not_pure() {
        assert_eq!(problems(&[("lavori-oauth", &[("lavori-testkit", true)])]), [""; 0]);
        assert_eq!(problems(&[("lavori-oauth", &[("lavori-testkit", false)])]).len(), 1);
        assert_eq!(problems(&[("lavori-domain", &[("lavori-testkit", true)])]).len(), 1);
    }

    #[test]
    fn pure_crates_have_nothing_impure_beneath_them_however_deep() {
        let mut packages = Packages::default();
        package(&mut packages, "lavori-domain", &[]);
        for name in ["reader", "tokio"] {
            packages.names.insert(name.to_owned(), name.to_owned());
        }
        packages.needs.insert("lavori-domain".to_owned(), vec!["reader".to_owned()]);
        assert_eq!(told(check(&packages)), [""; 0]);
        packages.needs.insert("reader".to_owned(), vec!["tokio".to_owned()]);
        assert_eq!(told(check(&packages)).len(), 1);
    }

    #[test]
    fn a_new_package_must_be_drawn() {
        assert!(problems(&[("lavori-mail", &[])])[0].contains("outside the picture"));
    }

    #[test]
    fn the_picture_has_no_arrow_that_points_up() {
        for (row, (name, allowed)) in PICTURE.iter().enumerate() {
            for below in *allowed {
                let found = PICTURE.iter().position(|(drawn, _)| drawn == below);
                let beside = matches!(*name, "testkit" | "tests" | "eval" | "fuzz");
                assert!(found.is_some_and(|position| beside || position > row), "{name} points up to {below}");
            }
        }
    }
}
