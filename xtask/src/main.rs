//! Development commands of this repository: `cargo xtask dev`, `test`, `screens`, `lint`, `tidy`, `bench`, `dist`,
//! `order` and `fuzz`.
//!
//! One file per command. Uses none of our crates: it builds and starts our binaries, and looks at the tree as
//! `cargo metadata` and `git ls-files` tell it. Start reading at `run` below.
#![expect(clippy::print_stdout, reason = "a command line program talks to its terminal")]

mod apt;
mod authority;
mod bench;
mod clients;
mod deny;
mod dev;
mod dist;
mod failure;
mod fuzz;
mod lint;
mod order;
mod postgres;
mod server;
mod shell;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use failure::Failure;
use lexopt::prelude::*;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  dev [--port N] [--reset] [--postgres] [--tls]
        Build the server, make and seed a database under var/, serve it on http://localhost:8700.
        --port 0 takes any free port; --reset deletes the data first; --postgres uses a PostgreSQL
        that lives as long as the server does; --tls serves https with a certificate of an authority that is
        made under var/ once.
  test [--fast | --no-run] [-- CARGO-TEST-ARGS]
        Set up what the tests need (PostgreSQL, the Python and TypeScript clients, Chromium), then run all tests.
        --fast: without PostgreSQL, without foreign clients and without a browser.
        --no-run: set up and build only.
  screens
        Take pictures of every page and state, light, dark and narrow, into target/screens.
  lint  Formatting, clippy, rustdoc, cargo-deny and tidy; a warning is a failure.
  tidy  What compilers cannot see: arrows between crates, homes of libraries, manifests, migrations, files.
  bench [ARGS]
        Measure the server that is shipped against a bare floor, on a durable PostgreSQL; ARGS go to the bench.
  dist  Make what is shipped, into target/dist: a static binary, a Debian package, a software bill of materials,
        the notices of the libraries inside, and checksums.
  order Write down which functions run before the server's first answer: by it what is shipped is linked, and takes
        less memory. After changes to many of them, or another version of the compiler.
  fuzz [TARGET ..] [--seconds N]
        Throw bytes at the parsers of tests/fuzz, each target for N seconds (600), and keep what fails.
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            failure.code()
        }
    }
}

fn run() -> Result<(), Failure> {
    let mut arguments = lexopt::Parser::from_env();
    match arguments.next()? {
        Some(Value(command)) => match command.to_str() {
            Some("dev") => dev::run(arguments),
            Some("test") => test::run(arguments),
            Some("screens") => test::screens(arguments),
            Some("lint") => lint::run(arguments),
            Some("tidy") => tidy::run(arguments),
            Some("bench") => bench::run(arguments),
            Some("dist") => dist::run(arguments),
            Some("order") => order::run(arguments),
            Some("fuzz") => fuzz::run(arguments),
            _ => Err(Failure::usage(format!("no command {}\n\n{USAGE}", command.display()))),
        },
        Some(Long("help") | Short('h')) => {
            print!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(other.unexpected().into()),
        None => Err(Failure::usage(format!("name a command\n\n{USAGE}"))),
    }
}
