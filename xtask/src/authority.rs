//! A certificate authority of this checkout, for `cargo xtask dev --tls`: whoever trusts it trusts the development server.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};

use crate::failure::Failure;

/// What the server's certificate is for.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The files of a server that speaks https.
pub(crate) struct Files {
    /// What clients and browsers have to trust.
    pub(crate) authority: PathBuf,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// Makes an authority in `folder` if there is none, so that it has to be trusted once only, and a new certificate.
pub(crate) fn certify(folder: &Path) -> Result<Files, Failure> {
    let files = Files {
        authority: folder.join("authority.pem"),
        certificate: folder.join("certificate.pem"),
        key: folder.join("certificate.key"),
    };
    let issuer_key = folder.join("authority.key");
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.distinguished_name.push(DnType::CommonName, "Lavori development authority of one checkout");
    // Its certificate is told by its name and its key, so an authority that is there need not be read.
    let issuer_key = match (files.authority.exists(), fs::read_to_string(&issuer_key)) {
        (true, Ok(key)) => KeyPair::from_pem(&key)?,
        _ => {
            let key = KeyPair::generate()?;
            write(&issuer_key, &key.serialize_pem())?;
            write(&files.authority, &params.self_signed(&key)?.pem())?;
            key
        }
    };
    let issuer = Issuer::new(params, issuer_key);
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(NAMES.map(str::to_owned))?;
    params.use_authority_key_identifier_extension = true;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.distinguished_name.push(DnType::CommonName, NAMES[0]);
    let certificate = params.signed_by(&key, &issuer)?;
    write(&files.key, &key.serialize_pem())?;
    write(&files.certificate, &certificate.pem())?;
    Ok(files)
}

/// For its owner only.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let written = written.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Failure::at(path, &error))
}

impl From<rcgen::Error> for Failure {
    fn from(error: rcgen::Error) -> Self {
        Self::new(format!("no certificate could be made: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_stays_the_same_and_each_run_has_a_certificate_of_its_own() {
        let folder = std::env::temp_dir().join(format!("lavori-xtask-authority-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        let first = certify(&folder).unwrap();
        let (authority, certificate) = (read(&first.authority), read(&first.certificate));
        let second = certify(&folder).unwrap();
        assert_eq!(read(&second.authority), authority);
        assert_ne!(read(&second.certificate), certificate);
        fs::remove_dir_all(&folder).unwrap();
    }
}
