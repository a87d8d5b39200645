//! `cargo xtask lint`: every check that reads the code without running it. A warning is a failure.

use crate::failure::Failure;
use crate::{deny, shell, tidy, workspace};

/// Runs the command.
pub(crate) fn run(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    let root = workspace::root()?;
    let steps: [(&str, &[&str]); 3] = [
        ("formatting; `cargo fmt --all` mends it", &["fmt", "--all", "--check"]),
        ("clippy", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
        ("documentation", &["doc", "--workspace", "--no-deps"]),
    ];
    for (name, arguments) in steps {
        shell::step(format!("checking {name}"));
        let mut cargo = shell::cargo();
        shell::run(cargo.current_dir(&root).args(arguments).env("RUSTDOCFLAGS", "-D warnings"))?;
    }
    deny::check(&root)?;
    shell::step("checking tidiness");
    tidy::check(&root)
}
