//! Faults of a host's certificate.

use rustls::CertificateError;

use crate::tls::NoRoots;

/// Fault of a host's certificate. Its text is for the operator of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFault {
    /// Its end has passed, by the clock of this machine.
    #[error(
        "the host's certificate has expired, so look at this machine's clock, and renew the certificate if the host is yours"
    )]
    Expired,
    /// Its beginning has not come, by the clock of this machine.
    #[error("the host's certificate is not valid yet, so look at this machine's clock")]
    NotYetValid,
    /// No certificate of this machine's store has issued it.
    #[error(
        "the host's certificate is not trusted here, because its issuer is not in this machine's certificate store, so look at \
         the store and at proxies that open TLS: their root certificate belongs into the store, or into the file of SSL_CERT_FILE"
    )]
    UnknownIssuer,
    /// It is for other names.
    #[error("the host's certificate is for another name, so look at the address, DNS and proxies on the way")]
    WrongName,
    /// Its issuer has revoked it.
    #[error(
        "the host's certificate was revoked by its issuer, so look at the address, DNS and proxies on the way"
    )]
    Revoked,
    /// This machine has no root certificates.
    #[error(
        "no root certificate can be read on this machine, so install the system's root certificates (package \
         ca-certificates), or name their file in SSL_CERT_FILE"
    )]
    NoRoots,
    /// Another fault.
    #[error(
        "the host's certificate is not valid or not trusted here, so look at this machine's clock, certificates and proxy"
    )]
    Invalid,
}

impl CertificateFault {
    /// Fault behind an error of the TLS library.
    pub(super) fn of(error: &CertificateError) -> Self {
        if is_without_roots(error) {
            return Self::NoRoots;
        }
        if error.to_string().contains(SELF_SIGNED) {
            return Self::UnknownIssuer;
        }
        let known = [
            (CertificateError::Expired, Self::Expired),
            (CertificateError::NotValidYet, Self::NotYetValid),
            (CertificateError::UnknownIssuer, Self::UnknownIssuer),
            (CertificateError::NotValidForName, Self::WrongName),
            (CertificateError::Revoked, Self::Revoked),
        ];
        let found = known
            .into_iter()
            .find(|(plain, _)| plain == error || is_with_context(error, plain));
        found.map_or(Self::Invalid, |(_, fault)| fault)
    }
}

/// Part of the text of the error for a self-signed certificate, whose type the TLS library does not export.
const SELF_SIGNED: &str = "CaUsedAsEndEntity";

fn is_without_roots(error: &CertificateError) -> bool {
    matches!(error, CertificateError::Other(other) if other.0.is::<NoRoots>())
}

/// True if `error` is `plain` with the times or names that were compared.
fn is_with_context(error: &CertificateError, plain: &CertificateError) -> bool {
    use CertificateError as Error;
    matches!(
        (error, plain),
        (Error::ExpiredContext { .. }, Error::Expired)
            | (Error::NotValidYetContext { .. }, Error::NotValidYet)
            | (Error::NotValidForNameContext { .. }, Error::NotValidForName)
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::pki_types::UnixTime;

    use super::*;

    #[test]
    fn times_and_names_are_told_apart() {
        let (time, not_after) = (
            UnixTime::since_unix_epoch(Duration::from_secs(2)),
            UnixTime::since_unix_epoch(Duration::ZERO),
        );
        for (error, fault) in [
            (CertificateError::Expired, CertificateFault::Expired),
            (
                CertificateError::ExpiredContext { time, not_after },
                CertificateFault::Expired,
            ),
            (
                CertificateError::NotValidYetContext {
                    time: not_after,
                    not_before: time,
                },
                CertificateFault::NotYetValid,
            ),
            (CertificateError::UnknownIssuer, CertificateFault::UnknownIssuer),
            (CertificateError::NotValidForName, CertificateFault::WrongName),
            (CertificateError::Revoked, CertificateFault::Revoked),
            (CertificateError::BadEncoding, CertificateFault::Invalid),
        ] {
            assert_eq!(CertificateFault::of(&error), fault, "{error:?}");
        }
    }
}
