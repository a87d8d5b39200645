//! A certificate authority for all tests of this process, which vouches for any name when it is asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use lavori_fetch::CertificateDer;
use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;

/// Its own certificate, for those who are to trust it.
pub(crate) fn certificate() -> CertificateDer<'static> {
    authority().certificate.clone()
}

/// Takes TLS connections for whatever name the client asks for.
pub(crate) fn acceptor() -> TlsAcceptor {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS versions")
        .with_no_client_auth()
        .with_cert_resolver(authority());
    TlsAcceptor::from(Arc::new(config))
}

#[derive(Debug)]
struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
    issued: Mutex<HashMap<String, Arc<CertifiedKey>>>,
}

fn authority() -> Arc<Authority> {
    static AUTHORITY: OnceLock<Arc<Authority>> = OnceLock::new();
    let made = AUTHORITY.get_or_init(|| {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.distinguished_name.push(DnType::CommonName, "Authority of the tests");
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate").der().clone();
        Arc::new(Authority { certificate, issuer: Issuer::new(params, key), issued: Mutex::default() })
    });
    Arc::clone(made)
}

impl ResolvesServerCert for Authority {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name()?.to_owned();
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        let known = issued.entry(name).or_insert_with_key(|name| {
            let key = KeyPair::generate().expect("a key");
            let mut params = CertificateParams::new(vec![name.clone()]).expect("parameters");
            // Strict clients want both sides named.
            params.use_authority_key_identifier_extension = true;
            params.distinguished_name = DistinguishedName::new();
            params.distinguished_name.push(DnType::CommonName, name.as_str());
            let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
            let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
            let key = ring::sign::any_supported_type(&key).expect("a key");
            Arc::new(CertifiedKey::new(vec![certificate.der().clone()], key))
        });
        Some(Arc::clone(known))
    }
}
