//! Calls over TLS: which certificates are trusted, where they are read, and what is reported of a server that is not
//! trusted.

use std::{fs, net::SocketAddr, path::PathBuf, sync::Arc, thread};

use autohive_tiktok::simulator::EndpointName;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::json;
use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig, crypto,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

use crate::support::{
    ask,
    program::{Ended, run},
    tiktok::{TikTok, tiktok},
};

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// A simulated TikTok behind TLS.
struct Encrypted {
    tiktok: TikTok,
    port: u16,
    issuer: Issuer,
    folder: TempDir,
}

impl Encrypted {
    fn calls(&self) -> usize {
        self.tiktok.count(EndpointName::USER_INFO)
    }

    fn new() -> Self {
        let tiktok = tiktok();
        let issuer = issuer("Root of the company");
        let port = terminate(server_config(&issuer), &tiktok.url().parse().unwrap());
        Self {
            tiktok,
            port,
            issuer,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// Writes certificates into a file and returns its path.
    fn file(&self, name: &str, certificates: &str) -> String {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, certificates).unwrap();
        path.into_os_string().into_string().unwrap()
    }

    fn folder(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        fs::create_dir_all(&path).unwrap();
        path.into_os_string().into_string().unwrap()
    }

    /// Asks for the account with these variables.
    fn ask(&self, environment: &[(&str, &str)]) -> Ended {
        let program = run().against(&format!("https://localhost:{}", self.port));
        let program = environment
            .iter()
            .fold(program, |program, (name, value)| program.env(name, value));
        program
            .request(&ask("a", "get_user_info", json!({})))
            .finish()
            .exits(0)
    }
}

fn issuer(name: &str) -> Issuer {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn server_config(issuer: &Issuer) -> ServerConfig {
    let key = KeyPair::generate().unwrap();
    let names = ["localhost".to_owned()];
    let certificate = CertificateParams::new(names)
        .unwrap()
        .signed_by(&key, issuer)
        .unwrap();
    let chain: Vec<CertificateDer<'static>> = vec![certificate.into()];
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap()
}

/// Passes what arrives over TLS to `address`; returns the port.
fn terminate(config: ServerConfig, address: &reqwest::Url) -> u16 {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let address: SocketAddr = address.socket_addrs(|| None).unwrap()[0];
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _from)) = listener.accept().await {
                let acceptor = acceptor.clone();
                drop(tokio::spawn(async move {
                    // A client that does not trust the server breaks off.
                    if let Ok(mut secure) = acceptor.accept(stream).await {
                        let mut plain = TcpStream::connect(address).await.unwrap();
                        drop(copy_bidirectional(&mut secure, &mut plain).await);
                    }
                }));
            }
        });
    }));
    port
}

/// PEM of roots that have not issued the server's certificate.
fn others(count: usize) -> String {
    (0..count)
        .map(|number| issuer(&format!("Root {number}")).pem())
        .collect()
}

#[test]
fn a_root_is_found_wherever_the_store_holds_it() {
    let served = Encrypted::new();
    let root = served.issuer.pem();
    let others = others(3);
    let with_root = served.file("with-root.pem", &[others.as_str(), &root].concat());
    let without = served.file("without.pem", &others);
    served.file("folder/company.pem", &root);
    let (folder, empty) = (served.folder("folder"), served.folder("empty"));
    let cases: [&[(&str, &str)]; 7] = [
        &[("SSL_CERT_FILE", &with_root)],
        &[("SSL_CERT_FILE", &with_root), ("SSL_CERT_DIR", " ")],
        &[("SSL_CERT_FILE", ""), ("SSL_CERT_DIR", &folder)],
        &[("SSL_CERT_DIR", &folder)],
        &[("SSL_CERT_FILE", &with_root), ("SSL_CERT_DIR", &empty)],
        // The file does not vouch for the server, the folder does.
        &[("SSL_CERT_FILE", &without), ("SSL_CERT_DIR", &folder)],
        &[("SSL_CERT_FILE", "/does/not/exist"), ("SSL_CERT_DIR", &folder)],
    ];
    for case in cases {
        served.ask(case).only().did();
    }
    assert_eq!(served.calls(), cases.len());
}

#[test]
fn a_server_that_is_not_trusted_gets_nothing() {
    let served = Encrypted::new();
    let (others, empty) = (served.file("others.pem", &others(3)), served.folder("empty"));
    let unknown = "its issuer is not in this machine's certificate store";
    let none = "no root certificate can be read on this machine";
    let cases: [(&[(&str, &str)], &str); 6] = [
        // Blank is unset: the system's store has other roots.
        (&[("SSL_CERT_FILE", "")], unknown),
        (&[("SSL_CERT_FILE", &others)], unknown),
        (&[("SSL_CERT_FILE", &others), ("SSL_CERT_DIR", &empty)], unknown),
        (&[("SSL_CERT_FILE", "/dev/null")], none),
        (&[("SSL_CERT_DIR", &empty)], none),
        // Without a variable it is the system's store, which does not have the company's root.
        (&[], "certificate"),
    ];
    for (case, words) in cases {
        served.ask(case).only().failed("network_error").says(words);
    }
    assert_eq!(served.calls(), 0);
}

#[test]
fn missing_certificates_are_named_to_a_person_too() {
    let served = Encrypted::new();
    let home = served.folder("home");
    let program = |words: &[&str]| {
        let (command, rest) = words.split_first().unwrap();
        let program = run()
            .with_command(command)
            .against(&format!("https://localhost:{}", served.port))
            .env("XDG_STATE_HOME", &home)
            .env("SSL_CERT_FILE", "/dev/null");
        rest.iter().fold(program, |program, word| program.arg(word))
    };
    let token = "act.sim-public";
    for words in [
        &["call", "get-user-info"][..],
        &["call", "get-user-info", "--json"],
        &["whoami"],
        &["whoami", "--json"],
    ] {
        let ended = program(words)
            .env("AUTOHIVE_TIKTOK_TOKEN", token)
            .finish()
            .exits(7);
        tells(&ended);
    }
    let login = program(&["auth", "login", "--with-token"])
        .input(token)
        .finish()
        .exits(0);
    tells(&login);
    assert!(
        login.whole_text().contains("not checked"),
        "{}",
        login.whole_text()
    );
    assert_eq!(served.calls(), 0);
}

#[track_caller]
fn tells(ended: &Ended) {
    let text = format!("{}{}", ended.whole_text(), ended.stderr);
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    assert!(
        text.contains("no root certificate can be read on this machine"),
        "{text}"
    );
}
