//! `cargo xtask tidy`: what compilers cannot see. Each check is a function from facts to problems, so that its tests
//! need no repository.

mod architecture;
mod attacks;
mod brings;
mod evidence;
mod features;
mod manifests;
mod migrations;
mod packages;
mod picture;
mod protocol;
mod sources;
mod test_names;

use std::fmt;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::{shell, workspace};

/// Runs the command.
pub(crate) fn run(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    check(&workspace::root()?)
}

/// Runs every check and tells every problem.
pub(crate) fn check(root: &Path) -> Result<(), Failure> {
    let files = files(root)?;
    let packages = packages::Packages::read(&workspace::metadata(&[])?, root)?;
    let mut problems = picture::check(&packages);
    problems.extend(features::check(&packages));
    problems.extend(brings::check(&packages, root)?);
    problems.extend(manifests::check(&files));
    problems.extend(migrations::check(&files));
    problems.extend(architecture::check(&files));
    problems.extend(sources::check(&files));
    problems.extend(attacks::check(&files));
    problems.extend(evidence::check(&files));
    problems.extend(protocol::check(&files));
    if problems.is_empty() {
        shell::step(format!("tidy: {} files and {} packages are in order", files.len(), packages.ours().count()));
        return Ok(());
    }
    problems.sort();
    for problem in &problems {
        println!("{problem}");
    }
    Err(Failure::new(format!("tidy: {} problems, listed above", problems.len())))
}

/// A text file of the repository, with its path from the root.
struct File {
    path: String,
    text: String,
}

/// Something to mend, and where.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Problem {
    file: String,
    advice: String,
}

impl Problem {
    fn new(file: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { file: file.into(), advice: advice.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.file, self.advice)
    }
}

/// Every text file that is tracked, or would be by `git add .`.
fn files(root: &Path) -> Result<Vec<File>, Failure> {
    let mut git = Command::new("git");
    git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let names = shell::output(&mut git)?;
    let names = names.split('\0').filter(|name| !name.is_empty());
    // What cannot be read as text is a picture, or a file that git still lists and somebody has deleted.
    let readable = names.filter_map(|name| {
        std::fs::read_to_string(root.join(name)).ok().map(|text| File { path: name.to_owned(), text })
    });
    Ok(readable.collect())
}

#[cfg(test)]
fn fixture(files: &[(&str, &str)]) -> Vec<File> {
    files.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() }).collect()
}

#[cfg(test)]
fn told(problems: impl IntoIterator<Item = Problem>) -> Vec<String> {
    problems.into_iter().map(|problem| problem.to_string()).collect()
}
