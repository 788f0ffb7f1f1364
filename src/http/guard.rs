//! Permitted targets of downloads: a pure table of addresses, and the rule for URLs.
//!
//! The table is that of the IANA special-purpose registries. It is held against every address that a name
//! resolves to, each time it is resolved, and against addresses that stand in a URL themselves.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use reqwest::Url;
use url::Host;

use crate::model::{Reach, Standing};

/// Kind of an address that is not fetched from. Errors name the kind and never the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// This machine.
    Loopback,
    /// A private network (RFC 1918), or a unique local address of IPv6.
    Private,
    /// The network segment (RFC 3927, RFC 4291).
    LinkLocal,
    /// A provider's network (RFC 6598).
    CarrierNat,
    /// The metadata service of a cloud.
    Metadata,
    /// "This network".
    Unspecified,
    /// Many at a time, broadcast among them.
    Multicast,
    /// For documents and benchmarks.
    Documentation,
    /// An IPv4 address in the clothes of IPv6: mapped, compatible, 6to4, Teredo, NAT64.
    Embedded,
    /// Set aside, or not of the public internet.
    Reserved,
    /// None of the simulator's, where only that may be asked.
    NotSimulator,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "a loopback address",
            Self::Private => "a private address",
            Self::LinkLocal => "a link-local address",
            Self::CarrierNat => "a carrier-grade NAT address",
            Self::Metadata => "an address of a cloud's metadata service",
            Self::Unspecified => "an unspecified address",
            Self::Multicast => "a multicast or broadcast address",
            Self::Documentation => "an address for documents and benchmarks",
            Self::Embedded => "an IPv4 address embedded in IPv6",
            Self::Reserved => "a reserved address",
            Self::NotSimulator => "another address than the simulator's",
        })
    }
}

/// A network, by its first address and the length of its prefix. The first row that covers an address names
/// it.
const IPV4: [([u8; 4], u32, Kind); 20] = [
    ([169, 254, 169, 254], 32, Kind::Metadata),
    // Credentials of containers (AWS), instance metadata (Alibaba, Oracle), the wire server (Azure).
    ([169, 254, 170, 0], 24, Kind::Metadata),
    ([100, 100, 100, 200], 32, Kind::Metadata),
    ([192, 0, 0, 192], 32, Kind::Metadata),
    ([168, 63, 129, 16], 32, Kind::Metadata),
    ([0, 0, 0, 0], 8, Kind::Unspecified),
    ([10, 0, 0, 0], 8, Kind::Private),
    ([100, 64, 0, 0], 10, Kind::CarrierNat),
    ([127, 0, 0, 0], 8, Kind::Loopback),
    ([169, 254, 0, 0], 16, Kind::LinkLocal),
    ([172, 16, 0, 0], 12, Kind::Private),
    ([192, 0, 0, 0], 24, Kind::Reserved),
    ([192, 0, 2, 0], 24, Kind::Documentation),
    // The relays of 6to4 (RFC 7526).
    ([192, 88, 99, 0], 24, Kind::Reserved),
    ([192, 168, 0, 0], 16, Kind::Private),
    ([198, 18, 0, 0], 15, Kind::Documentation),
    ([198, 51, 100, 0], 24, Kind::Documentation),
    ([203, 0, 113, 0], 24, Kind::Documentation),
    ([224, 0, 0, 0], 4, Kind::Multicast),
    ([255, 255, 255, 255], 32, Kind::Multicast),
];

/// The same for IPv6. What no row covers is public within 2000::/3 and reserved elsewhere.
const IPV6: [([u16; 8], u32, Kind); 20] = [
    // AWS, whose instances and Kubernetes pods ask different addresses; Scaleway; Google.
    ([0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0], 32, Kind::Metadata),
    ([0xfd00, 0x0042, 0, 0, 0, 0, 0, 0x0042], 128, Kind::Metadata),
    ([0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0], 32, Kind::Metadata),
    ([0, 0, 0, 0, 0, 0, 0, 0], 128, Kind::Unspecified),
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, Kind::Loopback),
    ([0, 0, 0, 0, 0, 0, 0, 0], 96, Kind::Embedded),
    ([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, Kind::Embedded),
    ([0, 0, 0, 0, 0xffff, 0, 0, 0], 96, Kind::Embedded),
    ([0x0064, 0xff9b, 0, 0, 0, 0, 0, 0], 96, Kind::Embedded),
    ([0x0064, 0xff9b, 1, 0, 0, 0, 0, 0], 48, Kind::Embedded),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, Kind::Embedded),
    ([0x2001, 2, 0, 0, 0, 0, 0, 0], 48, Kind::Documentation),
    ([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32, Kind::Documentation),
    // Protocol assignments (RFC 2928), ORCHID among them.
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, Kind::Reserved),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, Kind::Embedded),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, Kind::Documentation),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, Kind::Private),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, Kind::LinkLocal),
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, Kind::Private),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, Kind::Multicast),
];

/// Reason why a URL is not fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is not https.
    NotHttps,
    /// It carries a user name or password.
    UserInfo,
    /// It names no host.
    NoHost,
    /// It names a forbidden address.
    Names(Kind),
    /// Its host and this port are neither the simulator's nor allowed by the operator.
    Outside(u16),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttps => f.write_str("is not https"),
            Self::UserInfo => f.write_str("carries a user name or password"),
            Self::NoHost => f.write_str("names no host"),
            Self::Names(kind) => write!(f, "names {kind}"),
            Self::Outside(port) => write!(
                f,
                "on port {port} is neither the simulator nor an allowed media host"
            ),
        }
    }
}

/// Whether a connection to `address` may be made for a URL of this standing.
pub(super) fn judge(reach: &Reach, standing: Standing, address: IpAddr) -> Result<(), Kind> {
    match (standing, kind(address)) {
        (Standing::Public, None) => Ok(()),
        (Standing::Simulator, _) if reach.is_simulator(address) => Ok(()),
        (Standing::Allowed, kind) if may_be_allowed(kind) => Ok(()),
        (_, Some(kind)) => Err(kind),
        (_, None) => Err(Kind::NotSimulator),
    }
}

/// Whether an operator can open such an address. Clouds keep their metadata services on link-local addresses,
/// and an IPv6 address that embeds another may stand for one of them, so those stay closed.
const fn may_be_allowed(kind: Option<Kind>) -> bool {
    matches!(
        kind,
        None | Some(Kind::Loopback | Kind::Private | Kind::CarrierNat)
    )
}

/// Kind of an address that stays closed even when the operator names it; `None` for one that can be opened.
pub fn never_allowed(address: IpAddr) -> Option<Kind> {
    kind(address).filter(|kind| !may_be_allowed(Some(*kind)))
}

/// The standing of `url`, if it may be asked for as far as its text tells: the scheme, no user name, no
/// forbidden address.
///
/// What its name resolves to is judged where it is resolved.
pub(super) fn judge_url(reach: &Reach, url: &Url) -> Result<Standing, Refusal> {
    let host = url.host().ok_or(Refusal::NoHost)?;
    let standing = reach.standing(url);
    if url.scheme() != "https" && (url.scheme() != "http" || standing == Standing::Public) {
        return Err(Refusal::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    let address: Option<IpAddr> = match host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
    };
    match (standing, address.map(|address| judge(reach, standing, address))) {
        // The port is what is wrong there.
        (Standing::Outside, None | Some(Ok(()) | Err(Kind::Loopback | Kind::NotSimulator))) => {
            Err(Refusal::Outside(url.port_or_known_default().unwrap_or_default()))
        }
        (_, Some(Err(kind))) => Err(Refusal::Names(kind)),
        (_, None | Some(Ok(()))) => Ok(standing),
    }
}

/// Kind of a special-purpose address; `None` for one of the public internet.
fn kind(address: IpAddr) -> Option<Kind> {
    match address {
        IpAddr::V4(address) => kind_v4(address),
        IpAddr::V6(address) => kind_v6(address),
    }
}

fn kind_v4(address: Ipv4Addr) -> Option<Kind> {
    // 240.0.0.0/4 was never given out; the broadcast address within it has a row of its own.
    let unassigned = (address.octets()[0] >= 240).then_some(Kind::Reserved);
    let covers = |network: &[u8; 4], prefix: u32| {
        let differing = Ipv4Addr::from_octets(*network).to_bits() ^ address.to_bits();
        differing.leading_zeros() >= prefix
    };
    IPV4.iter()
        .find(|(network, prefix, _)| covers(network, *prefix))
        .map(|(.., kind)| *kind)
        .or(unassigned)
}

fn kind_v6(address: Ipv6Addr) -> Option<Kind> {
    let outside = (address.segments()[0] >> 13 != 1).then_some(Kind::Reserved);
    let covers = |network: &[u16; 8], prefix: u32| {
        let differing = Ipv6Addr::from_segments(*network).to_bits() ^ address.to_bits();
        differing.leading_zeros() >= prefix
    };
    IPV6.iter()
        .find(|(network, prefix, _)| covers(network, *prefix))
        .map(|(.., kind)| *kind)
        .or(outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reach: &Reach, standing: Standing, rows: &[(&str, Result<(), Kind>)]) {
        for (text, expected) in rows {
            assert_eq!(
                judge(reach, standing, text.parse().unwrap()),
                *expected,
                "{text} for {reach:?}"
            );
        }
    }

    fn simulator() -> Reach {
        Reach::simulator(&Url::parse("http://127.0.0.1:8080").unwrap())
    }

    /// First and last address of each range, and their neighbours outside.
    #[test]
    fn ipv4_ranges() {
        check(
            &Reach::internet(),
            Standing::Public,
            &[
                ("0.0.0.0", Err(Kind::Unspecified)),
                ("0.255.255.255", Err(Kind::Unspecified)),
                ("1.0.0.0", Ok(())),
                ("9.255.255.255", Ok(())),
                ("10.0.0.0", Err(Kind::Private)),
                ("10.255.255.255", Err(Kind::Private)),
                ("11.0.0.0", Ok(())),
                ("100.63.255.255", Ok(())),
                ("100.64.0.0", Err(Kind::CarrierNat)),
                ("100.100.100.200", Err(Kind::Metadata)),
                ("100.127.255.255", Err(Kind::CarrierNat)),
                ("100.128.0.0", Ok(())),
                ("126.255.255.255", Ok(())),
                ("127.0.0.1", Err(Kind::Loopback)),
                ("127.255.255.255", Err(Kind::Loopback)),
                ("128.0.0.0", Ok(())),
                ("168.63.129.15", Ok(())),
                ("168.63.129.16", Err(Kind::Metadata)),
                ("169.253.255.255", Ok(())),
                ("169.254.0.0", Err(Kind::LinkLocal)),
                ("169.254.169.254", Err(Kind::Metadata)),
                ("169.254.170.2", Err(Kind::Metadata)),
                ("169.254.255.255", Err(Kind::LinkLocal)),
                ("169.255.0.0", Ok(())),
                ("172.15.255.255", Ok(())),
                ("172.16.0.0", Err(Kind::Private)),
                ("172.31.255.255", Err(Kind::Private)),
                ("172.32.0.0", Ok(())),
                ("191.255.255.255", Ok(())),
                ("192.0.0.1", Err(Kind::Reserved)),
                ("192.0.0.192", Err(Kind::Metadata)),
                ("192.0.1.0", Ok(())),
                ("192.0.2.255", Err(Kind::Documentation)),
                ("192.0.3.0", Ok(())),
                ("192.88.99.1", Err(Kind::Reserved)),
                ("192.167.255.255", Ok(())),
                ("192.168.0.0", Err(Kind::Private)),
                ("192.168.255.255", Err(Kind::Private)),
                ("192.169.0.0", Ok(())),
                ("198.17.255.255", Ok(())),
                ("198.18.0.0", Err(Kind::Documentation)),
                ("198.19.255.255", Err(Kind::Documentation)),
                ("198.20.0.0", Ok(())),
                ("198.51.100.7", Err(Kind::Documentation)),
                ("203.0.113.7", Err(Kind::Documentation)),
                ("203.0.114.0", Ok(())),
                ("223.255.255.255", Ok(())),
                ("224.0.0.0", Err(Kind::Multicast)),
                ("239.255.255.255", Err(Kind::Multicast)),
                ("240.0.0.0", Err(Kind::Reserved)),
                ("255.255.255.254", Err(Kind::Reserved)),
                ("255.255.255.255", Err(Kind::Multicast)),
            ],
        );
    }

    #[test]
    fn ipv6_ranges() {
        check(
            &Reach::internet(),
            Standing::Public,
            &[
                ("::", Err(Kind::Unspecified)),
                ("::1", Err(Kind::Loopback)),
                ("::2", Err(Kind::Embedded)),
                ("::8.8.8.8", Err(Kind::Embedded)),
                ("::ffff:127.0.0.1", Err(Kind::Embedded)),
                ("::ffff:8.8.8.8", Err(Kind::Embedded)),
                ("::ffff:0:8.8.8.8", Err(Kind::Embedded)),
                ("64:ff9b::169.254.169.254", Err(Kind::Embedded)),
                ("64:ff9b:1::1", Err(Kind::Embedded)),
                ("64:ff9b:2::1", Err(Kind::Reserved)),
                ("100::1", Err(Kind::Reserved)),
                ("1fff:ffff::1", Err(Kind::Reserved)),
                ("2000::1", Ok(())),
                ("2001::1", Err(Kind::Embedded)),
                ("2001:2::1", Err(Kind::Documentation)),
                ("2001:20::1", Err(Kind::Reserved)),
                ("2001:1ff:ffff::1", Err(Kind::Reserved)),
                ("2001:200::1", Ok(())),
                ("2001:db8::1", Err(Kind::Documentation)),
                ("2001:db9::1", Ok(())),
                ("2002:7f00:1::1", Err(Kind::Embedded)),
                ("2003::1", Ok(())),
                ("2606:2800:220:1:248:1893:25c8:1946", Ok(())),
                ("3ffe:ffff::1", Ok(())),
                ("3fff:fff::1", Err(Kind::Documentation)),
                ("3fff:1000::1", Ok(())),
                ("4000::1", Err(Kind::Reserved)),
                ("5f00::1", Err(Kind::Reserved)),
                ("fc00::1", Err(Kind::Private)),
                ("fd00:41:ffff:ffff:ffff:ffff:ffff:ffff", Err(Kind::Private)),
                ("fd00:42::41", Err(Kind::Private)),
                ("fd00:42::42", Err(Kind::Metadata)),
                ("fd00:42::43", Err(Kind::Private)),
                ("fd00:ec1:ffff:ffff:ffff:ffff:ffff:ffff", Err(Kind::Private)),
                ("fd00:ec2::", Err(Kind::Metadata)),
                ("fd00:ec2::23", Err(Kind::Metadata)),
                ("fd00:ec2::254", Err(Kind::Metadata)),
                ("fd00:ec2:ffff:ffff:ffff:ffff:ffff:ffff", Err(Kind::Metadata)),
                ("fd00:ec3::", Err(Kind::Private)),
                ("fd20:cd:ffff:ffff:ffff:ffff:ffff:ffff", Err(Kind::Private)),
                ("fd20:ce::", Err(Kind::Metadata)),
                ("fd20:ce::254", Err(Kind::Metadata)),
                ("fd20:ce:ffff:ffff:ffff:ffff:ffff:ffff", Err(Kind::Metadata)),
                ("fd20:cf::", Err(Kind::Private)),
                ("fdff:ffff::1", Err(Kind::Private)),
                ("fe00::1", Err(Kind::Reserved)),
                ("fe80::1", Err(Kind::LinkLocal)),
                ("febf::1", Err(Kind::LinkLocal)),
                ("fec0::1", Err(Kind::Private)),
                ("ff02::1", Err(Kind::Multicast)),
            ],
        );
    }

    #[test]
    fn with_a_simulator_there_is_only_its_address() {
        check(
            &simulator(),
            Standing::Simulator,
            &[
                ("127.0.0.1", Ok(())),
                ("127.9.9.9", Err(Kind::Loopback)),
                ("::1", Err(Kind::Loopback)),
                ("8.8.8.8", Err(Kind::NotSimulator)),
                ("2606:2800::1", Err(Kind::NotSimulator)),
                ("169.254.169.254", Err(Kind::Metadata)),
                ("fd00:ec2::254", Err(Kind::Metadata)),
                ("10.0.0.1", Err(Kind::Private)),
                ("::ffff:127.0.0.1", Err(Kind::Embedded)),
                ("0.0.0.0", Err(Kind::Unspecified)),
            ],
        );
    }

    #[test]
    fn an_operator_can_open_private_addresses_and_no_metadata_service() {
        let rows = [
            ("8.8.8.8", Ok(())),
            ("127.0.0.1", Ok(())),
            ("::1", Ok(())),
            ("10.0.0.1", Ok(())),
            ("192.168.0.1", Ok(())),
            ("100.64.0.1", Ok(())),
            ("fd00::5", Ok(())),
            ("169.254.169.254", Err(Kind::Metadata)),
            ("169.254.170.2", Err(Kind::Metadata)),
            ("169.254.0.23", Err(Kind::LinkLocal)),
            ("100.100.100.200", Err(Kind::Metadata)),
            ("168.63.129.16", Err(Kind::Metadata)),
            ("fd00:42::42", Err(Kind::Metadata)),
            ("fd00:ec2::23", Err(Kind::Metadata)),
            ("fd00:ec2::254", Err(Kind::Metadata)),
            ("fd20:ce::254", Err(Kind::Metadata)),
            ("fd20:ce::1", Err(Kind::Metadata)),
            ("fe80::1", Err(Kind::LinkLocal)),
            ("::ffff:169.254.169.254", Err(Kind::Embedded)),
            ("64:ff9b::169.254.169.254", Err(Kind::Embedded)),
            ("0.0.0.0", Err(Kind::Unspecified)),
            ("255.255.255.255", Err(Kind::Multicast)),
        ];
        check(&Reach::internet(), Standing::Allowed, &rows);
        check(&simulator(), Standing::Allowed, &rows);
        for (address, judged) in rows {
            assert_eq!(never_allowed(address.parse().unwrap()), judged.err(), "{address}");
        }
    }

    #[test]
    fn urls() {
        let told = |reach: &Reach, url: &str| judge_url(reach, &Url::parse(url).unwrap());
        let (public, own) = (Ok(Standing::Public), Ok(Standing::Simulator));
        for (url, internet, simulated) in [
            ("https://cdn.example.com/a?b", public, Err(Refusal::Outside(443))),
            (
                "https://cdn.example.com:8443/a",
                public,
                Err(Refusal::Outside(8443)),
            ),
            (
                "http://cdn.example.com/a",
                Err(Refusal::NotHttps),
                Err(Refusal::Outside(80)),
            ),
            (
                "ftp://cdn.example.com/a",
                Err(Refusal::NotHttps),
                Err(Refusal::NotHttps),
            ),
            ("file:///etc/passwd", Err(Refusal::NoHost), Err(Refusal::NoHost)),
            (
                "https://me@cdn.example.com/",
                Err(Refusal::UserInfo),
                Err(Refusal::UserInfo),
            ),
            (
                "https://:pw@cdn.example.com/",
                Err(Refusal::UserInfo),
                Err(Refusal::UserInfo),
            ),
            (
                "http://me@127.0.0.1:8080/",
                Err(Refusal::NotHttps),
                Err(Refusal::UserInfo),
            ),
            ("https://8.8.8.8/", public, Err(Refusal::Outside(443))),
            ("http://127.0.0.1:8080/a", Err(Refusal::NotHttps), own),
            (
                "http://127.0.0.1:9/a",
                Err(Refusal::NotHttps),
                Err(Refusal::Outside(9)),
            ),
            (
                "https://127.0.0.1/a",
                Err(Refusal::Names(Kind::Loopback)),
                Err(Refusal::Outside(443)),
            ),
            (
                "https://127.0.0.1:8080/a",
                Err(Refusal::Names(Kind::Loopback)),
                own,
            ),
            ("http://localhost:8080/a", Err(Refusal::NotHttps), own),
            (
                "http://localhost/a",
                Err(Refusal::NotHttps),
                Err(Refusal::Outside(80)),
            ),
            (
                "http://[::1]:8080/a",
                Err(Refusal::NotHttps),
                Err(Refusal::Outside(8080)),
            ),
            (
                "https://0x7f.1/",
                Err(Refusal::Names(Kind::Loopback)),
                Err(Refusal::Outside(443)),
            ),
            ("http://0177.0.0.01:8080/", Err(Refusal::NotHttps), own),
            (
                "http://169.254.169.254/",
                Err(Refusal::NotHttps),
                Err(Refusal::Names(Kind::Metadata)),
            ),
            (
                "https://169.254.169.254/",
                Err(Refusal::Names(Kind::Metadata)),
                Err(Refusal::Names(Kind::Metadata)),
            ),
            (
                "https://[::ffff:10.0.0.1]/",
                Err(Refusal::Names(Kind::Embedded)),
                Err(Refusal::Names(Kind::Embedded)),
            ),
        ] {
            assert_eq!(told(&Reach::internet(), url), internet, "{url}");
            assert_eq!(told(&simulator(), url), simulated, "{url}");
        }
    }
}
