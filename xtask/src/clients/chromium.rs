//! Chromium as the system's packages have it, and OpenSSL's program, with which the journeys make a certificate.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::{apt, shell};

/// Names under which systems know it.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Looks for a Chromium, else installs one.
pub(super) fn find_or_install() -> Result<PathBuf, Failure> {
    if shell::probe("openssl", &["version"]).is_none() {
        apt::install(&["openssl"], "the certificates of the browser journeys")?;
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    apt::install(&["chromium"], "the browser journeys")?;
    find().ok_or_else(|| Failure::new("Chromium was installed, and cannot be found"))
}

fn find() -> Option<PathBuf> {
    let found = NAMES.iter().find(|name| shell::probe(name, &["--version"]).is_some())?;
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(found)).find(|file| file.is_file())
}
