//! Certificates and a TLS server, made by the program openssl.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

/// Authority that issues certificates.
pub(super) struct Authority(TempDir);

/// Files of a certificate and its key.
pub(super) struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
}

/// Runs openssl in a folder.
#[track_caller]
fn openssl(folder: &Path, arguments: &[&str]) {
    let output = Command::new("openssl")
        .current_dir(folder)
        .args(arguments)
        .output();
    let output = output.expect("openssl should be installed: apt-get install openssl");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

impl Authority {
    /// Creates one.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        openssl(
            folder.path(),
            &[
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=Test authority",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem",
            ],
        );
        Self(folder)
    }

    /// File with its own certificate.
    pub(super) fn file(&self) -> String {
        self.0.path().join("ca.pem").to_str().unwrap().to_owned()
    }

    /// Its own certificate, which is self-signed.
    pub(super) fn own(&self) -> Certificate {
        self.files("ca")
    }

    /// Certificate for an address, which ended this time ago or ends in a month.
    pub(super) fn certificate(&self, address: &str, ended_ago: Duration) -> Certificate {
        let folder = self.0.path();
        fs::write(
            folder.join("extensions"),
            format!("subjectAltName=IP:{address}\n"),
        )
        .unwrap();
        openssl(
            folder,
            &[
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=Test server",
                "-keyout",
                "server.key",
                "-out",
                "server.csr",
            ],
        );
        // The time between the beginning and the end may be negative; the beginning then lies behind the end.
        let days = if ended_ago.is_zero() { "30" } else { "-1" };
        openssl(
            folder,
            &[
                "x509",
                "-req",
                "-in",
                "server.csr",
                "-CA",
                "ca.pem",
                "-CAkey",
                "ca.key",
                "-set_serial",
                "1",
                "-days",
                days,
                "-extfile",
                "extensions",
                "-out",
                "server.pem",
            ],
        );
        self.files("server")
    }

    fn files(&self, name: &str) -> Certificate {
        Certificate {
            certificate: self.0.path().join(format!("{name}.pem")),
            key: self.0.path().join(format!("{name}.key")),
        }
    }
}

/// TLS server that answers every request.
pub(super) struct TlsServer {
    child: Child,
    port: u16,
}

impl TlsServer {
    /// Starts one with this certificate.
    pub(super) fn start(certificate: &Certificate) -> Self {
        let mut child = Command::new("openssl")
            .args(["s_server", "-accept", "127.0.0.1:0", "-www", "-cert"])
            .arg(&certificate.certificate)
            .arg("-key")
            .arg(&certificate.key)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl should be installed: apt-get install openssl");
        let output = BufReader::new(child.stdout.take().unwrap());
        let accepting = output.lines().map_while(Result::ok).find_map(|line| {
            let address = line.strip_prefix("ACCEPT ")?.to_owned();
            address.rsplit(':').next()?.trim().parse().ok()
        });
        let port = accepting.expect("openssl s_server should tell its port");
        Self { child, port }
    }

    /// Its address.
    pub(super) fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
