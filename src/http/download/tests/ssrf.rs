//! Addresses that a caller must not reach through this program: what each URL, its names and its redirects
//! come to.
//!
//! Two servers listen on loopback: the simulator on port `{P}`, and another one on port `{Q}`.

use std::collections::BTreeMap;

use reqwest::dns::Resolve as _;

use super::*;
use crate::{
    http::{guard::judge_url, lookup::Guarded},
    model::MediaHost,
};

/// The hosts that may be fetched from.
#[derive(Debug, Clone, Copy)]
enum ReachKind {
    /// The public internet.
    Internet,
    /// The simulator at `http://127.0.0.1:{P}`.
    Simulator,
    /// The simulator at `http://localhost:{P}`.
    SimulatorByName,
}

/// The outcome of a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Fetched,
    /// The guard permits the connection, and the server there speaks no TLS.
    Connected,
    Refused(BlockedUrl),
    NotResolved,
}

use Fate::{Connected, Fetched, NotResolved, Refused};
use ReachKind::{Internet, Simulator, SimulatorByName};

const LOOPBACK: Fate = Refused(BlockedUrl::Names(AddressKind::Loopback));
const EMBEDDED: Fate = Refused(BlockedUrl::Names(AddressKind::Embedded));
const METADATA: Fate = Refused(BlockedUrl::Names(AddressKind::Metadata));
const NOT_HTTPS: Fate = Refused(BlockedUrl::NotHttps);
const USER_INFO: Fate = Refused(BlockedUrl::UserInfo);
/// Port 0 stands for `{Q}`, and 1 for `{P}`.
const OUTSIDE_Q: Fate = Refused(BlockedUrl::Outside(0));
const OUTSIDE_P: Fate = Refused(BlockedUrl::Outside(1));

/// Names with the answers to one look-up after the other; the last answer stays.
type Answers<'a> = &'a [(&'a str, &'a [&'a [&'a str]])];

struct Zone(Mutex<BTreeMap<String, VecDeque<Vec<IpAddr>>>>);

impl Zone {
    fn new(answers: Answers<'_>) -> Arc<Self> {
        let parse = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
        let zone = answers
            .iter()
            .map(|(name, answers)| ((*name).to_owned(), answers.iter().map(parse).collect()));
        Arc::new(Self(Mutex::new(zone.collect())))
    }
}

impl Lookup for Zone {
    fn addresses(&self, host: &str) -> Found {
        let mut zone = self.0.lock().unwrap();
        let found = zone.get_mut(host).and_then(|answers| {
            if answers.len() > 1 {
                answers.pop_front()
            } else {
                answers.front().cloned()
            }
        });
        Box::pin(async move { found.ok_or_else(|| io::Error::other("no such name")) })
    }
}

struct Ports {
    simulator: String,
    other: String,
}

impl Ports {
    fn fill(&self, text: &str) -> String {
        text.replace("{P}", &self.simulator).replace("{Q}", &self.other)
    }

    fn reach(&self, kind: ReachKind, allowed: &[&str]) -> Reach {
        let reach = match kind {
            Internet => Reach::internet(),
            Simulator => simulator(&self.fill("http://127.0.0.1:{P}")),
            SimulatorByName => simulator(&self.fill("http://localhost:{P}")),
        };
        let hosts: Vec<MediaHost> = allowed
            .iter()
            .map(|text| MediaHost::parse(&self.fill(text)).unwrap())
            .collect();
        reach.allowing(&hosts)
    }

    fn fate(&self, fate: Fate) -> Fate {
        let port = |text: &str| text.parse().unwrap();
        if fate == OUTSIDE_Q {
            Refused(BlockedUrl::Outside(port(&self.other)))
        } else if fate == OUTSIDE_P {
            Refused(BlockedUrl::Outside(port(&self.simulator)))
        } else {
            fate
        }
    }
}

fn port(stage: &ScriptedHost) -> String {
    stage.base.rsplit(':').next().unwrap().to_owned()
}

/// Fetches `url`, whose host answers with a redirect where there is one, and compares the outcome and the
/// connections made.
async fn check(
    kind: ReachKind,
    allowed: &[&str],
    url: &str,
    names: Answers<'_>,
    redirect: Option<&str>,
    expected: Fate,
) {
    let (own, other) = (
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)),
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)),
    );
    let (own, other) = (own.await.unwrap(), other.await.unwrap());
    let number = |listener: &TcpListener| listener.local_addr().unwrap().port().to_string();
    let ports = Ports {
        simulator: number(&own),
        other: number(&other),
    };
    let first = redirect.map(|target| redirect_to(&ports.fill(target)));
    let (first_own, first_other) = if url.contains("{Q}") {
        (None, first)
    } else {
        (first, None)
    };
    let plays = |first: Option<Play>| {
        first
            .into_iter()
            .chain([file(BODY), file(BODY)])
            .collect::<Vec<_>>()
    };
    let own = ScriptedHost::at(own, |_| plays(first_own));
    let other = ScriptedHost::at(other, |_| plays(first_other));
    assert_eq!(
        (port(&own), port(&other)),
        (ports.simulator.clone(), ports.other.clone())
    );

    let downloader = Downloader::looking_up(Zone::new(names), ports.reach(kind, allowed), clock());
    let once = DownloadRequest {
        retries: Retries {
            max: 0,
            ..job("http://unused").retries
        },
        ..job(&ports.fill(url))
    };
    let got = match fetch(&downloader, &once).await.1 {
        Ok(()) => Fetched,
        Err(DownloadErrorKind::Connection(ConnectionError::Connect(ConnectError::NoTls))) => Connected,
        Err(DownloadErrorKind::Blocked(refusal)) => Refused(refusal),
        Err(DownloadErrorKind::Connection(ConnectionError::Connect(ConnectError::NoPermittedAddress))) => {
            NotResolved
        }
        Err(cause) => panic!("{kind:?} {allowed:?} {url} {names:?} {redirect:?}: {cause}"),
    };
    let expected = ports.fate(expected);
    assert_eq!(got, expected, "{kind:?} {allowed:?} {url} {names:?} {redirect:?}");
    let hops = usize::from(redirect.is_some()) + usize::from(matches!(expected, Fetched | Connected));
    assert_eq!(
        own.asked().len() + other.asked().len(),
        hops,
        "{kind:?} {allowed:?} {url} {names:?} {redirect:?}"
    );
}

/// Addresses in the URL itself, in every spelling.
#[tokio::test]
async fn addresses_in_urls() {
    for (url, expected) in [
        ("https://127.0.0.1:{Q}/", LOOPBACK),
        ("https://127.1:{Q}/", LOOPBACK),
        ("https://2130706433:{Q}/", LOOPBACK),
        ("https://0x7f000001:{Q}/", LOOPBACK),
        ("https://0x7f.0.0.0x1:{Q}/", LOOPBACK),
        ("https://0177.0.0.01:{Q}/", LOOPBACK),
        ("https://127.0.0.1.:{Q}/", LOOPBACK),
        ("https://127。0。0。1:{Q}/", LOOPBACK),
        ("https://１２７.0.0.1:{Q}/", LOOPBACK),
        ("https://%31%32%37.0.0.1:{Q}/", LOOPBACK),
        ("https://[::1]:{Q}/", LOOPBACK),
        ("https://[0:0:0:0:0:0:0:1]:{Q}/", LOOPBACK),
        ("https://[::ffff:7f00:1]:{Q}/", EMBEDDED),
        ("https://[::ffff:127.0.0.1]:{Q}/", EMBEDDED),
        ("https://[::7f00:1]:{Q}/", EMBEDDED),
        ("https://[64:ff9b::7f00:1]:{Q}/", EMBEDDED),
        ("https://[2002:7f00:1::]:{Q}/", EMBEDDED),
        ("https://[fd00:ec2::254]/", METADATA),
        ("https://169.254.169.254/", METADATA),
        ("https://0xa9fea9fe/", METADATA),
        (
            "https://0.0.0.0:{Q}/",
            Refused(BlockedUrl::Names(AddressKind::Unspecified)),
        ),
        (
            "https://0:{Q}/",
            Refused(BlockedUrl::Names(AddressKind::Unspecified)),
        ),
        (
            "https://10.1.2.3/",
            Refused(BlockedUrl::Names(AddressKind::Private)),
        ),
        (
            "https://[fe80::1]/",
            Refused(BlockedUrl::Names(AddressKind::LinkLocal)),
        ),
        ("http://127.0.0.1:{Q}/", NOT_HTTPS),
        ("ftp://127.0.0.1:{Q}/", NOT_HTTPS),
        ("https://cdn.example.com@127.0.0.1:{Q}/", USER_INFO),
        ("https://:@127.0.0.1:{Q}/", LOOPBACK),
        ("https://:pw@127.0.0.1:{Q}/", USER_INFO),
        ("https://127.0.0.1:{Q}\\@cdn.example.com/", LOOPBACK),
        ("https://127.0.0.1:{Q}#@cdn.example.com/", LOOPBACK),
    ] {
        check(Internet, &[], url, &[], None, expected).await;
    }
}

/// A name that is not there and a name of an internal network cannot be told apart.
#[tokio::test]
async fn names_on_the_internet() {
    let url = "https://cdn.example.com:{Q}/";
    check(Internet, &[], url, &[], None, NotResolved).await;
    check(
        Internet,
        &[],
        url,
        &[("cdn.example.com", &[&[]])],
        None,
        NotResolved,
    )
    .await;
    for address in [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "0.0.0.0",
        "::",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.1.1",
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "168.63.129.16",
        "fd00:ec2::254",
        "fd00::1",
        "fe80::1",
        "fec0::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::",
        "2001::1",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "ff02::1",
        "2001:db8::1",
        "4000::1",
    ] {
        check(
            Internet,
            &[],
            url,
            &[("cdn.example.com", &[&[address]])],
            None,
            NotResolved,
        )
        .await;
    }
    check(
        Internet,
        &[],
        url,
        &[("cdn.example.com", &[&["10.0.0.1", "127.0.0.1", "::1"]])],
        None,
        NotResolved,
    )
    .await;
    let dotted = "https://cdn.example.com.:{Q}/";
    check(
        Internet,
        &[],
        dotted,
        &[("cdn.example.com.", &[&["127.0.0.1"]])],
        None,
        NotResolved,
    )
    .await;
    for name in ["localhost", "foo.localhost", "localhost."] {
        let url = format!("https://{name}:{{Q}}/");
        check(
            Internet,
            &[],
            &url,
            &[(name, &[&["127.0.0.1"]])],
            None,
            NotResolved,
        )
        .await;
    }
}

#[tokio::test]
async fn a_simulator_is_fetched_from_at_its_own_address() {
    let localhost: Answers<'_> = &[("localhost", &[&["127.0.0.1"]])];
    for (kind, url, names, redirect, expected) in [
        (Simulator, "http://127.0.0.1:{P}/", localhost, None, Fetched),
        (Simulator, "http://2130706433:{P}/", localhost, None, Fetched),
        (Simulator, "http://localhost:{P}/", localhost, None, Fetched),
        (Simulator, "https://127.0.0.1:{P}/", localhost, None, Connected),
        (Simulator, "http://127.0.0.1:{Q}/", localhost, None, OUTSIDE_Q),
        (Simulator, "http://localhost:{Q}/", localhost, None, OUTSIDE_Q),
        (Simulator, "https://127.0.0.1:{Q}/", localhost, None, OUTSIDE_Q),
        (Simulator, "http://127.0.0.2:{P}/", localhost, None, OUTSIDE_P),
        (Simulator, "http://[::1]:{P}/", localhost, None, OUTSIDE_P),
        (
            Simulator,
            "http://0.0.0.0:{P}/",
            localhost,
            None,
            Refused(BlockedUrl::Names(AddressKind::Unspecified)),
        ),
        (
            Simulator,
            "http://[::ffff:127.0.0.1]:{P}/",
            localhost,
            None,
            EMBEDDED,
        ),
        (
            Simulator,
            "http://localhost.:{P}/",
            &[("localhost.", &[&["127.0.0.1"]])],
            None,
            OUTSIDE_P,
        ),
        (
            Simulator,
            "http://foo.localhost:{P}/",
            &[("foo.localhost", &[&["127.0.0.1"]])],
            None,
            OUTSIDE_P,
        ),
        (
            Simulator,
            "http://cdn.example.com:{P}/",
            &[("cdn.example.com", &[&["127.0.0.1"]])],
            None,
            OUTSIDE_P,
        ),
        (Simulator, "http://me@127.0.0.1:{P}/", localhost, None, USER_INFO),
        (
            Simulator,
            "http://localhost:{P}/",
            &[("localhost", &[&["10.0.0.1"]])],
            None,
            NotResolved,
        ),
        (
            Simulator,
            "http://localhost:{P}/",
            &[("localhost", &[&["127.0.0.2"]])],
            None,
            NotResolved,
        ),
        (
            Simulator,
            "http://localhost:{P}/",
            &[("localhost", &[&["8.8.8.8"]])],
            None,
            NotResolved,
        ),
        (
            Simulator,
            "http://localhost:{P}/",
            &[("localhost", &[&["10.0.0.1", "127.0.0.1", "8.8.8.8"]])],
            None,
            Fetched,
        ),
        (SimulatorByName, "http://127.0.0.1:{P}/", localhost, None, Fetched),
        (SimulatorByName, "http://localhost:{P}/", localhost, None, Fetched),
        (
            SimulatorByName,
            "http://localhost:{P}/",
            &[("localhost", &[&["10.0.0.1"]])],
            None,
            NotResolved,
        ),
        (
            SimulatorByName,
            "http://127.0.0.2:{P}/",
            localhost,
            None,
            OUTSIDE_P,
        ),
        // Redirects.
        (Simulator, "http://127.0.0.1:{P}/", localhost, Some("/b"), Fetched),
        (
            Simulator,
            "http://127.0.0.1:{P}/",
            localhost,
            Some("http://localhost:{P}/b"),
            Fetched,
        ),
        (
            Simulator,
            "http://127.0.0.1:{P}/",
            localhost,
            Some("http://127.0.0.1:{Q}/b"),
            OUTSIDE_Q,
        ),
        (
            Simulator,
            "http://127.0.0.1:{P}/",
            localhost,
            Some("//127.0.0.1:{Q}/b"),
            OUTSIDE_Q,
        ),
        (
            Simulator,
            "http://127.0.0.1:{P}/",
            localhost,
            Some("https://example.com/"),
            Refused(BlockedUrl::Outside(443)),
        ),
        (
            Simulator,
            "http://127.0.0.1:{P}/",
            localhost,
            Some("http://169.254.169.254/"),
            METADATA,
        ),
        (
            Simulator,
            "http://127.0.0.1:{P}/",
            localhost,
            Some("http://me@127.0.0.1:{P}/"),
            USER_INFO,
        ),
        (
            Simulator,
            "http://127.0.0.1:{P}/",
            localhost,
            Some("file:///etc/passwd"),
            Refused(BlockedUrl::NoHost),
        ),
        // A name that is another machine a moment later.
        (
            Simulator,
            "http://localhost:{P}/",
            &[("localhost", &[&["127.0.0.1"], &["10.0.0.1"]])],
            Some("/b"),
            NotResolved,
        ),
    ] {
        check(kind, &[], url, names, redirect, expected).await;
    }
}

#[tokio::test]
async fn what_an_operator_allows_is_that_host_on_that_port() {
    let minio: Answers<'_> = &[("minio.internal", &[&["127.0.0.1"]])];
    let rebound: Answers<'_> = &[("minio.internal", &[&["127.0.0.1"], &["169.254.169.254"]])];
    let (name, address): (&[&str], &[&str]) = (&["minio.internal:{Q}"], &["127.0.0.1:{Q}"]);
    for (kind, allowed, url, names, redirect, expected) in [
        (Internet, name, "http://minio.internal:{Q}/", minio, None, Fetched),
        (
            Internet,
            name,
            "https://minio.internal:{Q}/",
            minio,
            None,
            Connected,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{P}/",
            minio,
            None,
            NOT_HTTPS,
        ),
        (
            Internet,
            name,
            "https://minio.internal:{P}/",
            minio,
            None,
            NotResolved,
        ),
        (
            Internet,
            name,
            "http://minio.internal.:{Q}/",
            &[("minio.internal.", &[&["127.0.0.1"]])],
            None,
            NOT_HTTPS,
        ),
        (
            Internet,
            name,
            "http://a.minio.internal:{Q}/",
            minio,
            None,
            NOT_HTTPS,
        ),
        (Internet, name, "http://127.0.0.1:{Q}/", minio, None, NOT_HTTPS),
        (Internet, name, "https://127.0.0.1:{Q}/", minio, None, LOOPBACK),
        (
            Internet,
            name,
            "http://me@minio.internal:{Q}/",
            minio,
            None,
            USER_INFO,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{Q}/",
            &[],
            None,
            NotResolved,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{Q}/",
            &[("minio.internal", &[&["169.254.169.254"]])],
            None,
            NotResolved,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{Q}/",
            &[("minio.internal", &[&["::ffff:127.0.0.1"]])],
            None,
            NotResolved,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{Q}/",
            &[("minio.internal", &[&["0.0.0.0"]])],
            None,
            NotResolved,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{Q}/",
            &[("minio.internal", &[&["fd00:ec2::254", "127.0.0.1"]])],
            None,
            Fetched,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{Q}/",
            minio,
            Some("/b"),
            Fetched,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{Q}/",
            rebound,
            Some("/b"),
            NotResolved,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{Q}/",
            minio,
            Some("http://127.0.0.1:{P}/"),
            NOT_HTTPS,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{Q}/",
            minio,
            Some("https://127.0.0.1:{P}/"),
            LOOPBACK,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{Q}/",
            minio,
            Some("https://minio.internal:{P}/"),
            NotResolved,
        ),
        (
            Internet,
            name,
            "http://minio.internal:{Q}/",
            minio,
            Some("https://169.254.169.254/"),
            METADATA,
        ),
        (Internet, address, "http://127.0.0.1:{Q}/", minio, None, Fetched),
        (Internet, address, "http://0x7f.1:{Q}/", minio, None, Fetched),
        (Internet, address, "http://127.0.0.1:{P}/", minio, None, NOT_HTTPS),
        (
            Internet,
            address,
            "https://minio.internal:{Q}/",
            minio,
            None,
            NotResolved,
        ),
        (Simulator, address, "http://127.0.0.1:{Q}/", minio, None, Fetched),
        (
            Simulator,
            address,
            "http://127.0.0.1:{P}/",
            minio,
            Some("http://127.0.0.1:{Q}/b"),
            Fetched,
        ),
        (
            Simulator,
            address,
            "http://127.0.0.1:{Q}/",
            minio,
            Some("http://127.0.0.1:{P}/b"),
            Fetched,
        ),
        (
            Simulator,
            address,
            "http://127.0.0.1:{Q}/",
            minio,
            Some("http://127.0.0.1:9/b"),
            Refused(BlockedUrl::Outside(9)),
        ),
        (
            Simulator,
            address,
            "http://localhost:{Q}/",
            &[("localhost", &[&["127.0.0.1"]])],
            None,
            OUTSIDE_Q,
        ),
        (
            Simulator,
            name,
            "http://minio.internal:{Q}/",
            minio,
            None,
            Fetched,
        ),
        (
            Simulator,
            name,
            "http://minio.internal:{P}/",
            minio,
            None,
            OUTSIDE_P,
        ),
    ] {
        check(kind, allowed, url, names, redirect, expected).await;
    }
}

/// An allowed address that is a metadata service stays closed, should it come by another way than the option.
#[tokio::test]
async fn a_metadata_service_cannot_be_allowed() {
    for (allowed, url, expected) in [
        ("169.254.169.254", "http://169.254.169.254/", METADATA),
        ("[fd00:ec2::254]", "http://[fd00:ec2::254]/", METADATA),
        (
            "169.254.9.9",
            "http://169.254.9.9/",
            Refused(BlockedUrl::Names(AddressKind::LinkLocal)),
        ),
        ("[::ffff:a9fe:a9fe]", "http://[::ffff:169.254.169.254]/", EMBEDDED),
    ] {
        check(Internet, &[allowed], url, &[], None, expected).await;
    }
}

/// Connections to the public internet are not made in a test; the addresses to which they would go are those
/// that are left.
#[tokio::test]
async fn of_mixed_answers_the_public_addresses_are_left() {
    for (found, expected) in [
        (&["8.8.8.8"][..], Some(&["8.8.8.8"][..])),
        (&["10.0.0.1", "8.8.8.8"], Some(&["8.8.8.8"])),
        (
            &["8.8.8.8", "127.0.0.1", "2606:2800::1", "::1"],
            Some(&["8.8.8.8", "2606:2800::1"]),
        ),
        (&["::ffff:8.8.8.8", "169.254.169.254"], None),
    ] {
        let url = Url::parse("https://cdn.example.com/").unwrap();
        let standing = judge_url(&Reach::internet(), &url).unwrap();
        let lookup = Zone::new(&[("cdn.example.com", &[found])]);
        let guarded = Guarded {
            lookup,
            reach: Reach::internet(),
            standing,
        };
        let left = guarded.resolve("cdn.example.com".parse().unwrap()).await.ok();
        let left = left.map(|left| left.map(|address| address.ip().to_string()).collect::<Vec<_>>());
        assert_eq!(
            left,
            expected.map(|left| left.iter().map(ToString::to_string).collect()),
            "{found:?}"
        );
    }
}

/// Neither the words nor the number of attempts tell a private name from one that is not there.
#[tokio::test]
async fn a_private_name_reads_like_one_that_is_not_there() {
    let told = async |names: Answers<'_>| {
        let clock = clock();
        let downloader = Downloader::looking_up(Zone::new(names), Reach::internet(), clock.clone());
        let Err(FetchError::Failed(error)) = downloader
            .fetch(&job("https://cdn.example.com/"), &mut BoundedSink::default())
            .await
        else {
            panic!("it should not be fetched");
        };
        // Waits between attempts move the clock.
        (
            error.to_string(),
            error.kind.is_passing(),
            clock.moved() > Duration::ZERO,
        )
    };
    let absent = told(&[]).await;
    assert_eq!(
        absent.0,
        "cdn.example.com does not resolve to an address that may be fetched from"
    );
    for address in ["10.0.0.1", "127.0.0.1", "169.254.169.254", "fd00::1"] {
        assert_eq!(
            told(&[("cdn.example.com", &[&[address]])]).await,
            absent,
            "{address}"
        );
    }
}
