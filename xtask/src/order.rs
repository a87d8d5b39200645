//! `cargo xtask order`: writes down which functions run from the start of the server to its first answer, for the linker
//! to put them side by side (`bins/lavori-server/build.rs` says why).
//!
//! The list names functions without the hash that every build gives them anew, so it stays good while the code changes;
//! what is new is left out until the list is written again.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::postgres::free_port;
use crate::server::{self, Profile};
use crate::{apt, shell, workspace};

const LIST: &str = "bins/lavori-server/start.ld";
/// Under valgrind the server is some thirty times slower than alone.
const PATIENCE: Duration = Duration::from_secs(120);
const HEAD: &str =
    "/* What runs before the first answer; written by `cargo xtask order`. */\nSECTIONS {\n  .text.start : {\n";
const FOOT: &str = "  }\n}\nINSERT BEFORE .text;\n";

/// Runs the command.
pub(crate) fn run(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    let server = server::build(Profile::Shipped)?;
    if shell::probe("valgrind", &["--version"]).is_none() {
        apt::install(&["valgrind"], "seeing which functions run")?;
    }
    let folder = workspace::target()?.join("order");
    workspace::empty(&folder)?;
    shell::step("looking at what runs before the first answer");
    let seen = seen(&server, &folder)?;
    let functions = functions(&seen);
    if functions.is_empty() {
        return Err(Failure::new("valgrind saw no function by name: is the binary stripped?"));
    }
    let file = workspace::root()?.join(LIST);
    fs::write(&file, list(&functions)).map_err(|error| Failure::at(&file, &error))?;
    shell::step(format!("{LIST} names {} functions", functions.len()));
    Ok(())
}

/// What callgrind wrote about one start, on an empty SQLite database that was migrated before.
fn seen(server: &Path, folder: &Path) -> Result<String, Failure> {
    let port = free_port()?;
    let (database, base_url) = (server::sqlite(folder), format!("http://localhost:{port}"));
    let mut migrate = Command::new(server);
    shell::quietly(server::settle(&mut migrate, folder, &database, port, &base_url).arg("migrate"))?;
    let written = folder.join("callgrind.out");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--demangle=no", "--quiet"]);
    valgrind.arg(format!("--callgrind-out-file={}", written.display())).arg(server);
    server::settle(&mut valgrind, folder, &database, port, &base_url).arg("serve");
    let process = valgrind
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| Failure::new(format!("cannot start valgrind: {error}")))?;
    first_answer(process, port)?;
    fs::read_to_string(&written).map_err(|error| Failure::at(&written, &error))
}

/// Waits for it, and has the server end by itself, so that callgrind writes.
fn first_answer(mut process: Child, port: u16) -> Result<(), Failure> {
    let began = Instant::now();
    while !answers(port) {
        if began.elapsed() > PATIENCE || process.try_wait().is_ok_and(|ended| ended.is_some()) {
            // It may have ended by itself; either way it is gone afterwards.
            let _killed = process.kill();
            let _status = process.wait();
            return Err(Failure::new("the server does not answer under valgrind"));
        }
        thread::sleep(Duration::from_millis(200));
    }
    shell::quietly(Command::new("kill").args(["-TERM", &process.id().to_string()]))?;
    let ended = process.wait().map_err(|error| Failure::new(format!("valgrind: {error}")))?;
    if ended.success() { Ok(()) } else { Err(Failure::new(format!("the server under valgrind: {ended}"))) }
}

fn answers(port: u16) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok::<_, std::io::Error>(answer.starts_with("HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
}

/// The linker's names of the functions in what callgrind wrote, without the hashes of this build.
fn functions(written: &str) -> BTreeSet<&str> {
    let named = written.lines().filter_map(|line| line.strip_prefix('c').unwrap_or(line).strip_prefix("fn=("));
    let names = named.filter_map(|line| line.split_once(") ").map(|(_, name)| name));
    names.map(without_hash).filter(|name| is_symbol(name)).collect()
}

/// `_ZN4http3Uri4host17h0123456789abcdefE` is `_ZN4http3Uri4host17h` in every build. Calls within calls have `'2` behind.
fn without_hash(name: &str) -> &str {
    let name = name.split('\'').next().unwrap_or(name);
    match name.rfind("17h") {
        Some(at) if name.starts_with("_ZN") => &name[..at + 3],
        _ => name,
    }
}

fn is_symbol(name: &str) -> bool {
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.$".contains(&byte))
}

fn list(functions: &BTreeSet<&str>) -> String {
    let mut list = HEAD.to_owned();
    for name in functions {
        let rest = if name.ends_with("17h") { "*" } else { "" };
        list += &format!("    *(.text.{name}{rest})\n");
    }
    list + FOOT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_listed_once_and_for_every_build() {
        let written = "fn=(1) _ZN4http3Uri4host17h0123456789abcdefE\n+3 4\ncfn=(2) sqlite3_open\nfn=(3) (below main)\n\
             cfn=(4) _ZN4http3Uri4host17hfedcba9876543210E'2\nfn=(2)\nfn=(5) 0x0000000001\nfn=(6) _ZN1a1b17h0E.llvm.12\n";
        let functions = functions(written);
        assert_eq!(
            list(&functions).strip_prefix(HEAD),
            Some(
                "    *(.text._ZN1a1b17h*)\n    *(.text._ZN4http3Uri4host17h*)\n    *(.text.sqlite3_open)\n  }\n}\n\
                 INSERT BEFORE .text;\n"
            )
        );
    }
}
