//! Setting up the foreign clients of `tests/clients`, the browser of `tests/browser` and the provider of
//! `tests/providers`, once: everything lands under `target/clients`, but for Chromium, which is the system's.

mod chromium;
mod node;
mod python;

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::workspace;

/// Programs and folders that the journeys with foreign programs need.
pub(crate) struct Clients {
    /// A Python that has the official `mcp` client.
    pub(crate) python: PathBuf,
    /// A Node that is new enough.
    pub(crate) node: PathBuf,
    /// The TypeScript client's programs, with their packages installed beside them.
    pub(crate) typescript: PathBuf,
    /// Clients that are programs, installed, with the journeys that drive them.
    pub(crate) programs: PathBuf,
    /// The protocol's conformance suite, installed.
    pub(crate) conformance: PathBuf,
    /// A Python that has mcpscore.
    pub(crate) score: PathBuf,
    /// The browser journeys, with their packages installed beside them.
    pub(crate) browser: PathBuf,
    /// A Chromium.
    pub(crate) chromium: PathBuf,
    /// The OpenID Connect provider's program, with its packages installed beside it.
    pub(crate) provider: PathBuf,
}

/// Installs what is missing and says where everything is.
pub(crate) fn set_up() -> Result<Clients, Failure> {
    let sources = workspace::root()?.join("tests/clients");
    let installed = workspace::target()?.join("clients");
    let python = python::environment(&sources.join("python/requirements.txt"), &installed.join("python"))?;
    let node = node::Node::find_or_install(&sources.join("node/requirements.txt"), &installed.join("node"))?;
    let typescript = installed.join("typescript");
    node.install_packages(&sources.join("typescript"), &typescript)?;
    let programs = installed.join("programs");
    node.install_packages(&sources.join("programs"), &programs)?;
    let conformance = installed.join("conformance");
    node.install_packages(&sources.join("conformance"), &conformance)?;
    let score = python::environment(&sources.join("score/requirements.txt"), &installed.join("score"))?;
    let browser = installed.join("browser");
    node.install_packages(&workspace::root()?.join("tests/browser"), &browser)?;
    let chromium = chromium::find_or_install()?;
    let provider = installed.join("provider");
    node.install_packages(&workspace::root()?.join("tests/providers"), &provider)?;
    Ok(Clients { python, node: node.program, typescript, programs, conformance, score, browser, chromium, provider })
}

/// Makes `folder` anew unless it was made from the same `recipe` before. An interrupted installation leaves no
/// recipe behind and is made again.
fn once(folder: &Path, recipe: &str, make: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    let stamp = folder.join(".made-from");
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == recipe) {
        return Ok(());
    }
    workspace::empty(folder)?;
    make()?;
    fs::write(&stamp, recipe).map_err(|error| Failure::at(&stamp, &error))
}

fn read(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| Failure::at(file, &error))
}

fn text(path: &Path) -> Result<&str, Failure> {
    path.to_str().ok_or_else(|| Failure::new(format!("{}: a path that is not text", path.display())))
}

/// The major and minor version in an answer such as `v24.1.0` or `3.11.7`.
fn version(answer: &str) -> Option<(u32, u32)> {
    let mut numbers = answer.trim().trim_start_matches('v').split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn versions_are_read_with_and_without_the_v() {
        assert_eq!(version("v22.4.1\n"), Some((22, 4)));
        assert_eq!(version("3.11.7"), Some((3, 11)));
        assert_eq!(version("none"), None);
    }

    #[test]
    fn an_installation_is_made_once_per_recipe_and_again_after_a_failure() {
        let folder = std::env::temp_dir().join(format!("lavori-xtask-once-{}", std::process::id()));
        let made = Cell::new(0);
        let install = |recipe: &str, works: bool| {
            once(&folder, recipe, || {
                made.set(made.get() + 1);
                if works { Ok(()) } else { Err(Failure::new("offline")) }
            })
        };
        assert!(install("a", false).is_err());
        install("a", true).unwrap();
        install("a", true).unwrap();
        assert_eq!(made.get(), 2);
        install("b", true).unwrap();
        assert_eq!(made.get(), 3);
        fs::remove_dir_all(&folder).unwrap();
    }
}
