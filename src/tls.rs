//! TLS with the root certificates of this machine.
//!
//! Trusted are the certificates that OpenSSL's programs trust here: the file of `SSL_CERT_FILE` and the folders of
//! `SSL_CERT_DIR` if one of them is set, otherwise the system's certificate file and folders. They are read when a server
//! shows its first certificate, and not before; most certificates are found in the one file, so the folders are read only
//! for a server that the file does not vouch for. All connections of the process share what was read.

mod bundle;
mod verifier;

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use rustls::{ClientConfig, client::danger::ServerCertVerifier, crypto::CryptoProvider};

use verifier::MachineVerifier;
pub use verifier::NoRoots;

/// Installs the cryptography of all TLS connections of the process.
pub fn install() {
    // A second installation in one process is refused, and the first one stays.
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// Settings of a client that trusts the root certificates of this machine.
pub fn client_config() -> ClientConfig {
    install();
    ClientConfig::builder()
        .dangerous()
        .with_custom_certificate_verifier(verifier())
        .with_no_client_auth()
}

/// Certificate file that is read before the whole store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateFile {
    /// File of `SSL_CERT_FILE`.
    Given(PathBuf),
    /// File of the system.
    System,
    /// None: only folders are trusted, or nothing is known of the environment.
    None,
}

/// Names the certificate file that the environment asks for. Without it each verification reads the whole store, which trusts
/// the same certificates and takes longer. The first call counts.
pub fn read_first(file: CertificateFile) {
    drop(FIRST.set(file));
}

static FIRST: OnceLock<CertificateFile> = OnceLock::new();

fn certificate_file() -> Option<PathBuf> {
    match FIRST.get() {
        Some(CertificateFile::Given(file)) => Some(file.clone()),
        Some(CertificateFile::System) => openssl_probe::probe().cert_file,
        Some(CertificateFile::None) | None => None,
    }
}

fn verifier() -> Arc<dyn ServerCertVerifier> {
    static VERIFIER: OnceLock<Arc<MachineVerifier>> = OnceLock::new();
    let verifier = VERIFIER.get_or_init(|| Arc::new(MachineVerifier::new(provider(), certificate_file())));
    Arc::<MachineVerifier>::clone(verifier)
}

fn provider() -> Arc<CryptoProvider> {
    CryptoProvider::get_default()
        .map_or_else(|| Arc::new(rustls::crypto::ring::default_provider()), Arc::clone)
}
