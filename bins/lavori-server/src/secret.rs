//! The server's one secret: a file that only its owner may read.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use lavori_domain::Env;

/// The least bytes of a secret.
const LEAST: usize = 32;

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The file cannot be read or made.
    #[error("the secret file {0} cannot be read or made")]
    File(String, #[source] std::io::Error),
    /// The file is too short to be a secret.
    #[error("the secret file {0} holds fewer than 32 bytes: remove it to have a new one made")]
    TooShort(String),
}

/// Reads the secret; makes one if the file is not there. All replicas must be given the same file.
///
/// # Errors
/// [`Error`].
pub(crate) fn read_or_make(path: &Path, env: &dyn Env) -> Result<Vec<u8>, Error> {
    let failed = |error| Error::File(path.display().to_string(), error);
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            let mut secret = vec![0; LEAST];
            env.fill(&mut secret);
            file.write_all(&secret).and_then(|()| file.sync_all()).map_err(failed)?;
            Ok(secret)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(failed(error)),
    }
}

/// Reads a secret that must be there, such as an earlier one.
///
/// # Errors
/// [`Error`].
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let secret = std::fs::read(path).map_err(|error| Error::File(path.display().to_string(), error))?;
    if secret.len() < LEAST { Err(Error::TooShort(path.display().to_string())) } else { Ok(secret) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lavori_domain::env::SystemEnv;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_secret_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let made = read_or_make(&path, &SystemEnv).unwrap();
        assert_eq!(made.len(), LEAST);
        assert_eq!(read_or_make(&path, &SystemEnv).unwrap(), made);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_short_secret_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "short").unwrap();
        assert!(matches!(read_or_make(&path, &SystemEnv), Err(Error::TooShort(_))));
    }

    #[test]
    fn j8_an_earlier_secret_is_never_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        assert!(matches!(read(&path), Err(Error::File(..))));
        assert!(!path.exists());
        let made = read_or_make(&path, &SystemEnv).unwrap();
        assert_eq!(read(&path).unwrap(), made);
    }
}
