//! Places of root certificates.

use std::{path::PathBuf, sync::OnceLock};

use rustls_native_certs::{CertificateResult, load_certs_from_paths, load_native_certs};

/// Places of root certificates that the environment names. Without any, those of the system are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CertificatePaths {
    /// File of `SSL_CERT_FILE`.
    pub file: Option<PathBuf>,
    /// Folders of `SSL_CERT_DIR`.
    pub folders: Vec<PathBuf>,
}

impl CertificatePaths {
    fn is_unset(&self) -> bool {
        self.file.is_none() && self.folders.is_empty()
    }

    /// Certificates of the file and the folders, each once.
    fn load(&self) -> CertificateResult {
        let (first, others) = self.folders.split_first().unzip();
        let first = load_certs_from_paths(self.file.as_deref(), first.map(PathBuf::as_path));
        let others = others.into_iter().flatten();
        let mut all = others.fold(first, |mut all, folder| {
            let more = load_certs_from_paths(None, Some(folder));
            all.certs.extend(more.certs);
            all.errors.extend(more.errors);
            all
        });
        all.certs
            .sort_unstable_by(|one, other| one.as_ref().cmp(other.as_ref()));
        all.certs.dedup();
        all
    }
}

static PATHS: OnceLock<CertificatePaths> = OnceLock::new();

fn paths() -> &'static CertificatePaths {
    PATHS.get_or_init(CertificatePaths::default)
}

/// Names the places that the environment asks for. The first call counts.
pub fn trust(paths: CertificatePaths) {
    drop(PATHS.set(paths));
}

/// File that is read before the whole store: it holds all certificates on most machines. `None` if only folders are trusted.
pub(super) fn first_file() -> Option<PathBuf> {
    let paths = paths();
    if paths.is_unset() {
        openssl_probe::probe().cert_file
    } else {
        paths.file.clone()
    }
}

/// Root certificates of this machine, and the files and folders that could not be read.
pub fn load_certificates() -> CertificateResult {
    let paths = paths();
    if paths.is_unset() {
        of_system()
    } else {
        paths.load()
    }
}

/// Certificates of the system. `load_native_certs` takes a blank variable for a path, so it is called only on macOS, where the
/// system keeps certificates in no file.
fn of_system() -> CertificateResult {
    if cfg!(target_os = "macos") {
        return load_native_certs();
    }
    let found = openssl_probe::probe();
    let paths = CertificatePaths {
        file: found.cert_file,
        folders: found.cert_dir,
    };
    paths.load()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    #[test]
    fn the_certificates_of_all_places_are_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let pem = || {
            let key = KeyPair::generate().unwrap();
            CertificateParams::default().self_signed(&key).unwrap().pem()
        };
        let (one, two, three) = (pem(), pem(), pem());
        for (path, text) in [
            ("file.pem", one.clone()),
            ("a/one-and-two.pem", format!("{one}{two}")),
            ("b/three.pem", three),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let paths = CertificatePaths {
            file: Some(folder.path().join("file.pem")),
            folders: ["a", "b", "missing"].map(|name| folder.path().join(name)).into(),
        };
        let loaded = paths.load();
        assert_eq!(
            (loaded.certs.len(), loaded.errors.len()),
            (3, 1),
            "{:?}",
            loaded.errors
        );
    }
}
