//! Verification of a server's certificate by the root certificates of this machine.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::{bundle, roots};

/// No root certificate can be read on this machine, so no server can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no root certificate can be read on this machine")]
pub struct NoRoots;

type Verifier = Arc<WebPkiServerVerifier>;

/// Verifier that reads the root certificates when it needs them: one file first, the whole store if that is not enough.
#[derive(Debug)]
pub(super) struct MachineVerifier {
    provider: Arc<CryptoProvider>,
    /// File that is read first.
    first: Option<PathBuf>,
    file: OnceLock<Option<Verifier>>,
    store: OnceLock<Option<Verifier>>,
}

impl MachineVerifier {
    pub(super) fn new(provider: Arc<CryptoProvider>, first: Option<PathBuf>) -> Self {
        Self {
            provider,
            first,
            file: OnceLock::new(),
            store: OnceLock::new(),
        }
    }

    /// Certificates of the one file that holds all of them on most machines.
    fn file(&self) -> Option<&Verifier> {
        let read = || self.trusting(bundle::certificates(&fs::read(self.first.as_ref()?).ok()?));
        self.file.get_or_init(read).as_ref()
    }

    /// All certificates.
    fn store(&self) -> Result<&Verifier, Error> {
        let read = || self.trusting(roots::load_certificates().certs);
        self.store
            .get_or_init(read)
            .as_ref()
            .ok_or_else(|| CertificateError::Other(OtherError(Arc::new(NoRoots))).into())
    }

    /// `None` if no certificate can be used.
    fn trusting(&self, certificates: Vec<CertificateDer<'static>>) -> Option<Verifier> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates);
        let provider = Arc::clone(&self.provider);
        WebPkiServerVerifier::builder_with_provider(roots.into(), provider)
            .build()
            .ok()
    }
}

impl ServerCertVerifier for MachineVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let by = |verifier: &Verifier| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        match self.file().map(by) {
            Some(Ok(verified)) => Ok(verified),
            // Whatever the fault, another root may lead to another path.
            Some(Err(_)) | None => by(self.store()?),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
