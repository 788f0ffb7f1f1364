//! Certificates of the TLS terminator, and a certificate store of real size.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio_rustls::rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};

use super::Result;

/// Usual places of the machine's root certificates.
const PLACES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Usual folder of the same certificates.
const FOLDER: &str = "/etc/ssl/certs";

/// Number of certificates in the store of a machine that has none: that of Debian 12.
const GENERATED: usize = 144;

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// Files of a certificate store.
#[derive(Debug)]
pub(super) struct Store {
    /// All root certificates, with that of the terminator.
    pub(super) file: PathBuf,
    /// The same without that of the terminator.
    pub(super) untrusted: PathBuf,
    /// Folder with the machine's certificates, which OpenSSL's programs read too.
    pub(super) folder: Option<&'static str>,
}

impl Store {
    /// Store that `prepare` writes into `folder`.
    pub(super) fn below(folder: &Path) -> Self {
        let has_folder = machine_store().is_some() && Path::new(FOLDER).is_dir();
        Self {
            file: folder.join("store.pem"),
            untrusted: folder.join("untrusted.pem"),
            folder: has_folder.then_some(FOLDER),
        }
    }

    /// Sentence for the output.
    pub(super) fn description(&self) -> Result<String> {
        let count = fs::read_to_string(&self.untrusted)?
            .matches("BEGIN CERTIFICATE")
            .count();
        let origin = if machine_store().is_some() {
            "of this machine's store"
        } else {
            "that were generated, since this machine has no store"
        };
        let folder = if self.folder.is_some() {
            "; SSL_CERT_DIR names the folder with the same certificates"
        } else {
            ""
        };
        Ok(format!(
            "SSL_CERT_FILE has {count} certificates {origin}, and the test's root{folder}."
        ))
    }
}

fn machine_store() -> Option<String> {
    PLACES.iter().find_map(|place| fs::read_to_string(place).ok())
}

/// Writes the store into `folder` and returns the settings of a server that it vouches for, named
/// `localhost`.
pub(super) fn prepare(folder: &Path) -> Result<ServerConfig> {
    let root = issuer("Root of the benchmark")?;
    let others = match machine_store() {
        Some(store) => store,
        None => (0..GENERATED)
            .map(|number| Ok(issuer(&format!("Root {number}"))?.pem()))
            .collect::<Result<String>>()?,
    };
    let store = Store::below(folder);
    fs::write(&store.file, format!("{others}\n{}", root.pem()))?;
    fs::write(&store.untrusted, others)?;
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(["localhost".to_owned()])?.signed_by(&key, &root)?;
    let chain: Vec<CertificateDer<'static>> = vec![certificate.into()];
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    Ok(ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)?)
}

fn issuer(name: &str) -> Result<Issuer> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}
