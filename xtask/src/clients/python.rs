//! Python and its virtual environments.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{once, read, text, version};
use crate::failure::Failure;
use crate::{apt, shell};

/// What the official client needs.
const OLDEST: (u32, u32) = (3, 11);

/// A virtual environment in `folder` that holds exactly `requirements`. Returns its Python.
pub(super) fn environment(requirements: &Path, folder: &Path) -> Result<PathBuf, Failure> {
    let base = find_or_install()?;
    let inside = folder.join("bin/python");
    let recipe = format!("{}\n{}", base.version, read(requirements)?);
    once(folder, &recipe, || {
        shell::step(format!("installing Python packages into {}", folder.display()));
        shell::quietly(Command::new(base.program).args(["-m", "venv", "--clear", text(folder)?]))?;
        let mut pip = Command::new(&inside);
        pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]);
        pip.args(["--only-binary=:all:", "--no-deps", "--requirement", text(requirements)?]);
        shell::quietly(&mut pip)?;
        shell::quietly(Command::new(&inside).args(["-m", "pip", "--disable-pip-version-check", "check"])).map(drop)
    })?;
    Ok(inside)
}

struct Python {
    program: &'static str,
    version: String,
}

fn find_or_install() -> Result<Python, Failure> {
    if let Some(python) = find() {
        return Ok(python);
    }
    apt::install(&["python3", "python3-venv"], "the Python client of the tests")?;
    find().ok_or_else(|| {
        Failure::new(format!("no Python {}.{} or newer with venv and ensurepip: install one", OLDEST.0, OLDEST.1))
    })
}

/// The first Python on the search path that is new enough and can make environments. The system's own comes last: it
/// is what apt installs, which another Python may hide.
fn find() -> Option<Python> {
    let programs = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "/usr/bin/python3"];
    programs.into_iter().find_map(|program| {
        let question = "import sys, venv, ensurepip; print('.'.join(map(str, sys.version_info[:3])))";
        let answer = shell::probe(program, &["-c", question])?;
        (version(&answer)? >= OLDEST).then_some(Python { program, version: answer })
    })
}
