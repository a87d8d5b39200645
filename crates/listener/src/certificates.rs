//! The server's certificate and key, read from files and read again when they change.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file cannot be read.
    #[error("{} cannot be read", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// A file holds something else.
    #[error("{} holds no {what} in PEM", path.display())]
    Pem {
        /// Which.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
        /// Why.
        #[source]
        error: pem::Error,
    },
    /// The two do not belong together, or are of a kind that TLS cannot use.
    #[error("{} and {} cannot be used together", certificate.display(), key.display())]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why.
        #[source]
        error: rustls::Error,
    },
}

/// A certificate chain and its private key, as two PEM files that something else renews.
#[derive(Debug)]
pub struct Certificates {
    certificate_file: PathBuf,
    key_file: PathBuf,
    current: RwLock<Pair>,
    /// Somebody says that there is something to look at.
    look_now: Notify,
}

/// What the files held when they were last good.
#[derive(Debug)]
struct Pair {
    chain: Vec<CertificateDer<'static>>,
    key_der: PrivateKeyDer<'static>,
    certified: Arc<CertifiedKey>,
}

impl Certificates {
    /// Reads a certificate chain, the server's own certificate first, and its key (PEM: PKCS #8, PKCS #1 or SEC 1).
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn read(certificate_file: &Path, key_file: &Path) -> Result<Arc<Self>, CertificateError> {
        let current = RwLock::new(Pair::read(certificate_file, key_file)?);
        let (certificate_file, key_file) = (certificate_file.to_owned(), key_file.to_owned());
        Ok(Arc::new(Self { certificate_file, key_file, current, look_now: Notify::new() }))
    }

    /// Reads the files again; says whether they hold another pair than before. New connections get it, open ones go on.
    ///
    /// # Errors
    /// [`CertificateError`]; the pair before stays in use.
    pub fn reload(&self) -> Result<bool, CertificateError> {
        let read = Pair::read(&self.certificate_file, &self.key_file)?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.chain == read.chain && current.key_der == read.key_der {
            return Ok(false);
        }
        *current = read;
        Ok(true)
    }

    /// Looks at the files for as long as the runtime lives, and takes what is new.
    pub fn follow(self: &Arc<Self>) {
        let this = Arc::clone(self);
        tokio::spawn(async move {
            let mut trouble = None;
            loop {
                // Who asks is answered, also that nothing is new.
                let is_asked = tokio::time::timeout(LOOK_AGAIN, this.look_now.notified()).await.is_ok();
                let again = Arc::clone(&this);
                // Files may lie on a disk that is slow.
                let Ok(reloaded) = tokio::task::spawn_blocking(move || again.reload()).await else { return };
                match reloaded {
                    Ok(changed) => {
                        trouble = None;
                        match changed {
                            true => tracing::info!("a new certificate is in use"),
                            false if is_asked => tracing::info!("the certificate is the one in use already"),
                            false => {}
                        }
                    }
                    // Once for each trouble: a renewal that replaces one file after the other is none for long.
                    Err(error) => {
                        let said = format!("{error:?}");
                        if is_asked || trouble.as_ref() != Some(&said) {
                            let error = &error as &dyn std::error::Error;
                            tracing::warn!(error, "the certificate before stays in use");
                        }
                        trouble = Some(said);
                    }
                }
            }
        });
    }

    /// Makes whoever [follows](Self::follow) look at once.
    pub fn look_now(&self) {
        self.look_now.notify_one();
    }

    /// Takes TLS 1.2 and 1.3 connections for HTTP/2 and HTTP/1.1 (ALPN, RFC 7301).
    pub(crate) fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current.certified))
    }
}

impl Pair {
    fn read(certificate_file: &Path, key_file: &Path) -> Result<Self, CertificateError> {
        let bytes =
            |path: &Path| std::fs::read(path).map_err(|error| CertificateError::File { path: path.to_owned(), error });
        let wrong = |path: &Path, what| {
            let path = path.to_owned();
            move |error| CertificateError::Pem { path, what, error }
        };
        let (certificates, key) = (bytes(certificate_file)?, bytes(key_file)?);
        let chain = CertificateDer::pem_slice_iter(&certificates).collect::<Result<Vec<_>, _>>();
        let chain = chain.and_then(|chain| if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) });
        let chain = chain.map_err(wrong(certificate_file, "certificate"))?;
        let key_der = PrivateKeyDer::from_pem_slice(&key).map_err(wrong(key_file, "private key"))?;
        let certified = CertifiedKey::from_der(chain.clone(), key_der.clone_key(), &ring::default_provider());
        let certified = certified.map_err(|error| CertificateError::Pair {
            certificate: certificate_file.to_owned(),
            key: key_file.to_owned(),
            error,
        })?;
        Ok(Self { chain, key_der, certified: Arc::new(certified) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn p35_a_new_pair_is_taken_and_one_that_does_not_fit_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate_file, key_file) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        let write = |certificate: &str, key: &str| {
            std::fs::write(&certificate_file, certificate).unwrap();
            std::fs::write(&key_file, key).unwrap();
        };
        let (first, second) = (pair(), pair());
        write(&first.0, &first.1);
        let certificates = Certificates::read(&certificate_file, &key_file).unwrap();
        let used = || certificates.current.read().unwrap().chain.clone();
        let before = used();
        assert!(!certificates.reload().unwrap());

        write(&second.0, &first.1);
        assert!(matches!(certificates.reload(), Err(CertificateError::Pair { .. })));
        write(&second.0, "no key");
        let error = certificates.reload().unwrap_err().to_string();
        assert!(error.contains("key.pem holds no private key"), "{error}");
        write("", &second.1);
        let error = certificates.reload().unwrap_err().to_string();
        assert!(error.contains("cert.pem holds no certificate"), "{error}");
        std::fs::remove_file(&key_file).unwrap();
        assert!(matches!(certificates.reload(), Err(CertificateError::File { .. })));
        assert_eq!(used(), before, "the one before stays in use");

        write(&second.0, &second.1);
        assert!(certificates.reload().unwrap());
        assert_ne!(used(), before);
    }
}
