//! Certificate store of the machine.

use super::{api::ApiSubject, finding::Finding};
use crate::{secret::is_loopback, tls};

const CHECK: &str = "certificates";

const REMEDY: &str =
    "install the system's root certificates (package ca-certificates), or name their file in SSL_CERT_FILE";

/// Loads the certificates as the HTTP client does, which needs no network.
pub(super) async fn check(apis: &[ApiSubject]) -> Finding {
    let is_needed = apis
        .iter()
        .any(|subject| subject.base.scheme() == "https" || !is_loopback(&subject.base));
    if !is_needed {
        return Finding::skipped(CHECK, "no call uses TLS");
    }
    let loaded = tokio::task::spawn_blocking(tls::load_certificates).await;
    match loaded {
        Ok(loaded) => judge(loaded.certs.len(), loaded.errors.len()),
        Err(_stopped) => Finding::skipped(CHECK, "the store could not be read"),
    }
}

fn judge(certificates: usize, errors: usize) -> Finding {
    match (certificates, errors) {
        (0, _) => Finding::fault(
            CHECK,
            "the store of root certificates is empty or cannot be read",
            REMEDY,
        ),
        (count, 0) => Finding::ok(CHECK, format!("{count} root certificates")),
        (count, errors) => Finding::warning(
            CHECK,
            format!("{count} root certificates, and {errors} files or folders that could not be read"),
            "check SSL_CERT_FILE, SSL_CERT_DIR and the permissions of the store",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_store_is_a_fault() {
        for (certificates, errors, status) in [
            (0, 0, "fault"),
            (0, 1, "fault"),
            (140, 0, "ok"),
            (140, 1, "warning"),
        ] {
            assert_eq!(judge(certificates, errors).status.word(), status);
        }
    }
}
