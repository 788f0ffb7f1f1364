//! Permitted targets of downloads: a table of special-purpose addresses, and the rule for URLs.
//!
//! The table follows the IANA registries of special-purpose
//! [IPv4](https://www.iana.org/assignments/iana-ipv4-special-registry) and
//! [IPv6](https://www.iana.org/assignments/iana-ipv6-special-registry) addresses. It is applied to every address that a
//! name resolves to, each time it is resolved, and to addresses in a URL.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ipnet::{Ipv4Net, Ipv6Net};
use url::{Host, Url};

use crate::model::{Reach, Standing};

/// Kind of an address that downloads do not connect to. Errors name the kind and never the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// Loopback: this machine.
    Loopback,
    /// Private network (RFC 1918), or unique local address of IPv6 (RFC 4193).
    Private,
    /// Link-local (RFC 3927, RFC 4291).
    LinkLocal,
    /// Carrier-grade NAT (RFC 6598).
    CarrierNat,
    /// Metadata service of a cloud.
    Metadata,
    /// "This network" (RFC 791).
    Unspecified,
    /// Multicast, including the broadcast address.
    Multicast,
    /// Documentation and benchmarks (RFC 5737, RFC 3849, RFC 2544).
    Documentation,
    /// IPv4 address embedded in IPv6: mapped, compatible, 6to4, Teredo, NAT64.
    Embedded,
    /// Reserved, or outside the public internet.
    Reserved,
    /// Not the simulator's, where only that is permitted.
    NotSimulator,
}

impl fmt::Display for AddressKind {
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

const fn v4(first: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::from_octets(first), prefix)
}

const fn v6(first: [u16; 8], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::from_segments(first), prefix)
}

/// IPv4 networks by kind. The first row that contains an address decides.
const IPV4: [(Ipv4Net, AddressKind); 20] = [
    (v4([169, 254, 169, 254], 32), AddressKind::Metadata),
    // Credentials of containers (AWS), instance metadata (Alibaba, Oracle), the wire server (Azure).
    (v4([169, 254, 170, 0], 24), AddressKind::Metadata),
    (v4([100, 100, 100, 200], 32), AddressKind::Metadata),
    (v4([192, 0, 0, 192], 32), AddressKind::Metadata),
    (v4([168, 63, 129, 16], 32), AddressKind::Metadata),
    (v4([0, 0, 0, 0], 8), AddressKind::Unspecified),
    (v4([10, 0, 0, 0], 8), AddressKind::Private),
    (v4([100, 64, 0, 0], 10), AddressKind::CarrierNat),
    (v4([127, 0, 0, 0], 8), AddressKind::Loopback),
    (v4([169, 254, 0, 0], 16), AddressKind::LinkLocal),
    (v4([172, 16, 0, 0], 12), AddressKind::Private),
    (v4([192, 0, 0, 0], 24), AddressKind::Reserved),
    (v4([192, 0, 2, 0], 24), AddressKind::Documentation),
    // The relays of 6to4 (RFC 7526).
    (v4([192, 88, 99, 0], 24), AddressKind::Reserved),
    (v4([192, 168, 0, 0], 16), AddressKind::Private),
    (v4([198, 18, 0, 0], 15), AddressKind::Documentation),
    (v4([198, 51, 100, 0], 24), AddressKind::Documentation),
    (v4([203, 0, 113, 0], 24), AddressKind::Documentation),
    (v4([224, 0, 0, 0], 4), AddressKind::Multicast),
    (v4([255, 255, 255, 255], 32), AddressKind::Multicast),
];

/// IPv6 networks by kind. An address in no row is public within 2000::/3 and reserved elsewhere.
const IPV6: [(Ipv6Net, AddressKind); 20] = [
    // AWS, whose instances and Kubernetes pods ask different addresses; Scaleway; Google.
    (v6([0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0], 32), AddressKind::Metadata),
    (
        v6([0xfd00, 0x0042, 0, 0, 0, 0, 0, 0x0042], 128),
        AddressKind::Metadata,
    ),
    (v6([0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0], 32), AddressKind::Metadata),
    (v6([0, 0, 0, 0, 0, 0, 0, 0], 128), AddressKind::Unspecified),
    (v6([0, 0, 0, 0, 0, 0, 0, 1], 128), AddressKind::Loopback),
    (v6([0, 0, 0, 0, 0, 0, 0, 0], 96), AddressKind::Embedded),
    (v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96), AddressKind::Embedded),
    (v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96), AddressKind::Embedded),
    (v6([0x0064, 0xff9b, 0, 0, 0, 0, 0, 0], 96), AddressKind::Embedded),
    (v6([0x0064, 0xff9b, 1, 0, 0, 0, 0, 0], 48), AddressKind::Embedded),
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32), AddressKind::Embedded),
    (v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48), AddressKind::Documentation),
    (
        v6([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32),
        AddressKind::Documentation,
    ),
    // Protocol assignments (RFC 2928), ORCHID among them.
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), AddressKind::Reserved),
    (v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), AddressKind::Embedded),
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), AddressKind::Documentation),
    (v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), AddressKind::Private),
    (v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), AddressKind::LinkLocal),
    (v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), AddressKind::Private),
    (v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), AddressKind::Multicast),
];

/// Most redirects that a download follows.
pub(super) const REDIRECTS_MAX: u32 = 5;

/// Reason why a URL is not fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockedUrl {
    /// It is not https.
    NotHttps,
    /// It contains a user name or password.
    UserInfo,
    /// It has no host.
    NoHost,
    /// Its host is an address of this kind.
    Names(AddressKind),
    /// Host and port are neither the simulator's nor allowed by the operator. The port.
    Outside(u16),
}

impl fmt::Display for BlockedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttps => f.write_str("is not https"),
            Self::UserInfo => f.write_str("contains a user name or password"),
            Self::NoHost => f.write_str("names no host"),
            Self::Names(kind) => write!(f, "is {kind}"),
            Self::Outside(_) => f.write_str("is neither the simulator nor an allowed media host"),
        }
    }
}

/// Checks whether a URL of this standing permits a connection to `address`.
pub(super) fn judge(reach: &Reach, standing: Standing, address: IpAddr) -> Result<(), AddressKind> {
    match (standing, kind(address)) {
        (Standing::Public, None) => Ok(()),
        (Standing::Simulator, _) if reach.is_simulator(address) => Ok(()),
        (Standing::Allowed, kind) if may_be_allowed(kind) => Ok(()),
        (_, Some(kind)) => Err(kind),
        (_, None) => Err(AddressKind::NotSimulator),
    }
}

/// Returns true if an operator can allow such an address. Clouds keep their metadata services on link-local addresses,
/// and an IPv6 address that embeds another may stand for one of them, so those stay closed.
const fn may_be_allowed(kind: Option<AddressKind>) -> bool {
    matches!(
        kind,
        None | Some(AddressKind::Loopback | AddressKind::Private | AddressKind::CarrierNat)
    )
}

/// Kind of an address that stays blocked even if the operator names it; `None` if it can be allowed.
pub fn never_allowed(address: IpAddr) -> Option<AddressKind> {
    kind(address).filter(|kind| !may_be_allowed(Some(*kind)))
}

/// Returns the standing of `url` if its text permits a request: scheme, no user name, no blocked address.
///
/// The addresses of its name are checked when it is resolved.
pub(super) fn judge_url(reach: &Reach, url: &Url) -> Result<Standing, BlockedUrl> {
    let host = url.host().ok_or(BlockedUrl::NoHost)?;
    let standing = reach.standing(url);
    if url.scheme() != "https" && (url.scheme() != "http" || standing == Standing::Public) {
        return Err(BlockedUrl::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BlockedUrl::UserInfo);
    }
    let address: Option<IpAddr> = match host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
    };
    match (standing, address.map(|address| judge(reach, standing, address))) {
        // The port is what is wrong there.
        (Standing::Outside, None | Some(Ok(()) | Err(AddressKind::Loopback | AddressKind::NotSimulator))) => {
            Err(BlockedUrl::Outside(
                url.port_or_known_default().unwrap_or_default(),
            ))
        }
        (_, Some(Err(kind))) => Err(BlockedUrl::Names(kind)),
        (_, None | Some(Ok(()))) => Ok(standing),
    }
}

/// Kind of a special-purpose address; `None` for an address of the public internet.
fn kind(address: IpAddr) -> Option<AddressKind> {
    match address {
        IpAddr::V4(address) => kind_v4(address),
        IpAddr::V6(address) => kind_v6(address),
    }
}

fn kind_v4(address: Ipv4Addr) -> Option<AddressKind> {
    // 240.0.0.0/4 was never assigned; the broadcast address within it has a row of its own.
    let unassigned = (address.octets()[0] >= 240).then_some(AddressKind::Reserved);
    let row = IPV4.iter().find(|(network, _)| network.contains(&address));
    row.map(|(_, kind)| *kind).or(unassigned)
}

fn kind_v6(address: Ipv6Addr) -> Option<AddressKind> {
    let outside = (address.segments()[0] >> 13 != 1).then_some(AddressKind::Reserved);
    let row = IPV6.iter().find(|(network, _)| network.contains(&address));
    row.map(|(_, kind)| *kind).or(outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reach: &Reach, standing: Standing, rows: &[(&str, Result<(), AddressKind>)]) {
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
                ("0.0.0.0", Err(AddressKind::Unspecified)),
                ("0.255.255.255", Err(AddressKind::Unspecified)),
                ("1.0.0.0", Ok(())),
                ("9.255.255.255", Ok(())),
                ("10.0.0.0", Err(AddressKind::Private)),
                ("10.255.255.255", Err(AddressKind::Private)),
                ("11.0.0.0", Ok(())),
                ("100.63.255.255", Ok(())),
                ("100.64.0.0", Err(AddressKind::CarrierNat)),
                ("100.100.100.200", Err(AddressKind::Metadata)),
                ("100.127.255.255", Err(AddressKind::CarrierNat)),
                ("100.128.0.0", Ok(())),
                ("126.255.255.255", Ok(())),
                ("127.0.0.1", Err(AddressKind::Loopback)),
                ("127.255.255.255", Err(AddressKind::Loopback)),
                ("128.0.0.0", Ok(())),
                ("168.63.129.15", Ok(())),
                ("168.63.129.16", Err(AddressKind::Metadata)),
                ("169.253.255.255", Ok(())),
                ("169.254.0.0", Err(AddressKind::LinkLocal)),
                ("169.254.169.254", Err(AddressKind::Metadata)),
                ("169.254.170.2", Err(AddressKind::Metadata)),
                ("169.254.255.255", Err(AddressKind::LinkLocal)),
                ("169.255.0.0", Ok(())),
                ("172.15.255.255", Ok(())),
                ("172.16.0.0", Err(AddressKind::Private)),
                ("172.31.255.255", Err(AddressKind::Private)),
                ("172.32.0.0", Ok(())),
                ("191.255.255.255", Ok(())),
                ("192.0.0.1", Err(AddressKind::Reserved)),
                ("192.0.0.192", Err(AddressKind::Metadata)),
                ("192.0.1.0", Ok(())),
                ("192.0.2.255", Err(AddressKind::Documentation)),
                ("192.0.3.0", Ok(())),
                ("192.88.99.1", Err(AddressKind::Reserved)),
                ("192.167.255.255", Ok(())),
                ("192.168.0.0", Err(AddressKind::Private)),
                ("192.168.255.255", Err(AddressKind::Private)),
                ("192.169.0.0", Ok(())),
                ("198.17.255.255", Ok(())),
                ("198.18.0.0", Err(AddressKind::Documentation)),
                ("198.19.255.255", Err(AddressKind::Documentation)),
                ("198.20.0.0", Ok(())),
                ("198.51.100.7", Err(AddressKind::Documentation)),
                ("203.0.113.7", Err(AddressKind::Documentation)),
                ("203.0.114.0", Ok(())),
                ("223.255.255.255", Ok(())),
                ("224.0.0.0", Err(AddressKind::Multicast)),
                ("239.255.255.255", Err(AddressKind::Multicast)),
                ("240.0.0.0", Err(AddressKind::Reserved)),
                ("255.255.255.254", Err(AddressKind::Reserved)),
                ("255.255.255.255", Err(AddressKind::Multicast)),
            ],
        );
    }

    #[test]
    fn ipv6_ranges() {
        check(
            &Reach::internet(),
            Standing::Public,
            &[
                ("::", Err(AddressKind::Unspecified)),
                ("::1", Err(AddressKind::Loopback)),
                ("::2", Err(AddressKind::Embedded)),
                ("::8.8.8.8", Err(AddressKind::Embedded)),
                ("::ffff:127.0.0.1", Err(AddressKind::Embedded)),
                ("::ffff:8.8.8.8", Err(AddressKind::Embedded)),
                ("::ffff:0:8.8.8.8", Err(AddressKind::Embedded)),
                ("64:ff9b::169.254.169.254", Err(AddressKind::Embedded)),
                ("64:ff9b:1::1", Err(AddressKind::Embedded)),
                ("64:ff9b:2::1", Err(AddressKind::Reserved)),
                ("100::1", Err(AddressKind::Reserved)),
                ("1fff:ffff::1", Err(AddressKind::Reserved)),
                ("2000::1", Ok(())),
                ("2001::1", Err(AddressKind::Embedded)),
                ("2001:2::1", Err(AddressKind::Documentation)),
                ("2001:20::1", Err(AddressKind::Reserved)),
                ("2001:1ff:ffff::1", Err(AddressKind::Reserved)),
                ("2001:200::1", Ok(())),
                ("2001:db8::1", Err(AddressKind::Documentation)),
                ("2001:db9::1", Ok(())),
                ("2002:7f00:1::1", Err(AddressKind::Embedded)),
                ("2003::1", Ok(())),
                ("2606:2800:220:1:248:1893:25c8:1946", Ok(())),
                ("3ffe:ffff::1", Ok(())),
                ("3fff:fff::1", Err(AddressKind::Documentation)),
                ("3fff:1000::1", Ok(())),
                ("4000::1", Err(AddressKind::Reserved)),
                ("5f00::1", Err(AddressKind::Reserved)),
                ("fc00::1", Err(AddressKind::Private)),
                ("fd00:41:ffff:ffff:ffff:ffff:ffff:ffff", Err(AddressKind::Private)),
                ("fd00:42::41", Err(AddressKind::Private)),
                ("fd00:42::42", Err(AddressKind::Metadata)),
                ("fd00:42::43", Err(AddressKind::Private)),
                (
                    "fd00:ec1:ffff:ffff:ffff:ffff:ffff:ffff",
                    Err(AddressKind::Private),
                ),
                ("fd00:ec2::", Err(AddressKind::Metadata)),
                ("fd00:ec2::23", Err(AddressKind::Metadata)),
                ("fd00:ec2::254", Err(AddressKind::Metadata)),
                (
                    "fd00:ec2:ffff:ffff:ffff:ffff:ffff:ffff",
                    Err(AddressKind::Metadata),
                ),
                ("fd00:ec3::", Err(AddressKind::Private)),
                ("fd20:cd:ffff:ffff:ffff:ffff:ffff:ffff", Err(AddressKind::Private)),
                ("fd20:ce::", Err(AddressKind::Metadata)),
                ("fd20:ce::254", Err(AddressKind::Metadata)),
                (
                    "fd20:ce:ffff:ffff:ffff:ffff:ffff:ffff",
                    Err(AddressKind::Metadata),
                ),
                ("fd20:cf::", Err(AddressKind::Private)),
                ("fdff:ffff::1", Err(AddressKind::Private)),
                ("fe00::1", Err(AddressKind::Reserved)),
                ("fe80::1", Err(AddressKind::LinkLocal)),
                ("febf::1", Err(AddressKind::LinkLocal)),
                ("fec0::1", Err(AddressKind::Private)),
                ("ff02::1", Err(AddressKind::Multicast)),
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
                ("127.9.9.9", Err(AddressKind::Loopback)),
                ("::1", Err(AddressKind::Loopback)),
                ("8.8.8.8", Err(AddressKind::NotSimulator)),
                ("2606:2800::1", Err(AddressKind::NotSimulator)),
                ("169.254.169.254", Err(AddressKind::Metadata)),
                ("fd00:ec2::254", Err(AddressKind::Metadata)),
                ("10.0.0.1", Err(AddressKind::Private)),
                ("::ffff:127.0.0.1", Err(AddressKind::Embedded)),
                ("0.0.0.0", Err(AddressKind::Unspecified)),
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
            ("169.254.169.254", Err(AddressKind::Metadata)),
            ("169.254.170.2", Err(AddressKind::Metadata)),
            ("169.254.0.23", Err(AddressKind::LinkLocal)),
            ("100.100.100.200", Err(AddressKind::Metadata)),
            ("168.63.129.16", Err(AddressKind::Metadata)),
            ("fd00:42::42", Err(AddressKind::Metadata)),
            ("fd00:ec2::23", Err(AddressKind::Metadata)),
            ("fd00:ec2::254", Err(AddressKind::Metadata)),
            ("fd20:ce::254", Err(AddressKind::Metadata)),
            ("fd20:ce::1", Err(AddressKind::Metadata)),
            ("fe80::1", Err(AddressKind::LinkLocal)),
            ("::ffff:169.254.169.254", Err(AddressKind::Embedded)),
            ("64:ff9b::169.254.169.254", Err(AddressKind::Embedded)),
            ("0.0.0.0", Err(AddressKind::Unspecified)),
            ("255.255.255.255", Err(AddressKind::Multicast)),
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
            (
                "https://cdn.example.com/a?b",
                public,
                Err(BlockedUrl::Outside(443)),
            ),
            (
                "https://cdn.example.com:8443/a",
                public,
                Err(BlockedUrl::Outside(8443)),
            ),
            (
                "http://cdn.example.com/a",
                Err(BlockedUrl::NotHttps),
                Err(BlockedUrl::Outside(80)),
            ),
            (
                "ftp://cdn.example.com/a",
                Err(BlockedUrl::NotHttps),
                Err(BlockedUrl::NotHttps),
            ),
            (
                "file:///etc/passwd",
                Err(BlockedUrl::NoHost),
                Err(BlockedUrl::NoHost),
            ),
            (
                "https://me@cdn.example.com/",
                Err(BlockedUrl::UserInfo),
                Err(BlockedUrl::UserInfo),
            ),
            (
                "https://:pw@cdn.example.com/",
                Err(BlockedUrl::UserInfo),
                Err(BlockedUrl::UserInfo),
            ),
            (
                "http://me@127.0.0.1:8080/",
                Err(BlockedUrl::NotHttps),
                Err(BlockedUrl::UserInfo),
            ),
            ("https://8.8.8.8/", public, Err(BlockedUrl::Outside(443))),
            ("http://127.0.0.1:8080/a", Err(BlockedUrl::NotHttps), own),
            (
                "http://127.0.0.1:9/a",
                Err(BlockedUrl::NotHttps),
                Err(BlockedUrl::Outside(9)),
            ),
            (
                "https://127.0.0.1/a",
                Err(BlockedUrl::Names(AddressKind::Loopback)),
                Err(BlockedUrl::Outside(443)),
            ),
            (
                "https://127.0.0.1:8080/a",
                Err(BlockedUrl::Names(AddressKind::Loopback)),
                own,
            ),
            ("http://localhost:8080/a", Err(BlockedUrl::NotHttps), own),
            (
                "http://localhost/a",
                Err(BlockedUrl::NotHttps),
                Err(BlockedUrl::Outside(80)),
            ),
            (
                "http://[::1]:8080/a",
                Err(BlockedUrl::NotHttps),
                Err(BlockedUrl::Outside(8080)),
            ),
            (
                "https://0x7f.1/",
                Err(BlockedUrl::Names(AddressKind::Loopback)),
                Err(BlockedUrl::Outside(443)),
            ),
            ("http://0177.0.0.01:8080/", Err(BlockedUrl::NotHttps), own),
            (
                "http://169.254.169.254/",
                Err(BlockedUrl::NotHttps),
                Err(BlockedUrl::Names(AddressKind::Metadata)),
            ),
            (
                "https://169.254.169.254/",
                Err(BlockedUrl::Names(AddressKind::Metadata)),
                Err(BlockedUrl::Names(AddressKind::Metadata)),
            ),
            (
                "https://[::ffff:10.0.0.1]/",
                Err(BlockedUrl::Names(AddressKind::Embedded)),
                Err(BlockedUrl::Names(AddressKind::Embedded)),
            ),
        ] {
            assert_eq!(told(&Reach::internet(), url), internet, "{url}");
            assert_eq!(told(&simulator(), url), simulated, "{url}");
        }
    }
}
