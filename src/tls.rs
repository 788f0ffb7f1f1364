//! TLS with the root certificates of this machine.
//!
//! Trusted are the certificates that OpenSSL's programs trust here: the file of `SSL_CERT_FILE` and the folders of
//! `SSL_CERT_DIR` if one of them is set and not blank, otherwise the system's certificate file and folders. They are read when a server
//! shows its first certificate, and not before; most certificates are found in the one file, so the folders are read only
//! for a server whose issuer is not in it. All connections of the process share what was read.

mod bundle;
mod roots;
mod verifier;

use std::sync::{Arc, OnceLock};

use rustls::{ClientConfig, client::danger::ServerCertVerifier, crypto::CryptoProvider};

pub use roots::{CertificatePaths, load_certificates, trust};
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

fn verifier() -> Arc<dyn ServerCertVerifier> {
    static VERIFIER: OnceLock<Arc<MachineVerifier>> = OnceLock::new();
    let verifier = VERIFIER.get_or_init(|| Arc::new(MachineVerifier::new(provider(), roots::first_file())));
    Arc::<MachineVerifier>::clone(verifier)
}

fn provider() -> Arc<CryptoProvider> {
    CryptoProvider::get_default()
        .map_or_else(|| Arc::new(rustls::crypto::ring::default_provider()), Arc::clone)
}
