//! Where a download may go: a pure table of addresses, and the rule for URLs.
//!
//! The table is that of the IANA special-purpose registries. It is held against every address that a name resolves to,
//! each time it is resolved, and against addresses that stand in a URL themselves.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use reqwest::Url;
use url::Host;

use crate::{model::Reach, secret::is_loopback};

/// What kind of address one is that nobody may be sent to. The address itself is never told.
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
    /// Any other machine, where only this one may be asked.
    OtherMachine,
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
            Self::OtherMachine => "an address of another machine",
        })
    }
}

/// A network, by its first address and the length of its prefix. The first row that covers an address names it.
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
const IPV6: [([u16; 8], u32, Kind); 19] = [
    // AWS and Google.
    ([0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254], 128, Kind::Metadata),
    ([0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254], 128, Kind::Metadata),
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

/// Why a URL is not fetched.
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
    /// Its host has forbidden addresses only.
    Resolves(Kind),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttps => f.write_str("is not https"),
            Self::UserInfo => f.write_str("carries a user name or password"),
            Self::NoHost => f.write_str("names no host"),
            Self::Names(kind) => write!(f, "names {kind}"),
            Self::Resolves(kind) => write!(f, "resolves to {kind}"),
        }
    }
}

/// Whether a connection to `address` may be made.
pub(super) fn judge(reach: Reach, address: IpAddr) -> Result<(), Kind> {
    let kind = kind(address);
    match (reach, kind) {
        (Reach::Internet, None) | (Reach::ThisMachine, Some(Kind::Loopback)) => Ok(()),
        (Reach::ThisMachine, None) => Err(Kind::OtherMachine),
        (_, Some(kind)) => Err(kind),
    }
}

/// Whether `url` may be asked for, as far as its text tells: https, no user name, no forbidden address.
///
/// What its name resolves to is judged where it is resolved.
pub(super) fn judge_url(reach: Reach, url: &Url) -> Result<(), Refusal> {
    let host = url.host().ok_or(Refusal::NoHost)?;
    let plain = reach == Reach::ThisMachine && url.scheme() == "http" && is_loopback(url);
    if url.scheme() != "https" && !plain {
        return Err(Refusal::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    match host {
        Host::Domain("localhost") => Ok(()),
        Host::Domain(_) if reach == Reach::ThisMachine => Err(Refusal::Names(Kind::OtherMachine)),
        Host::Domain(_) => Ok(()),
        Host::Ipv4(address) => judge(reach, address.into()).map_err(Refusal::Names),
        Host::Ipv6(address) => judge(reach, address.into()).map_err(Refusal::Names),
    }
}

/// What is special about an address; nothing where it is one of the public internet.
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
    IPV4.iter().find(|(network, prefix, _)| covers(network, *prefix)).map(|(.., kind)| *kind).or(unassigned)
}

fn kind_v6(address: Ipv6Addr) -> Option<Kind> {
    let outside = (address.segments()[0] >> 13 != 1).then_some(Kind::Reserved);
    let covers = |network: &[u16; 8], prefix: u32| {
        let differing = Ipv6Addr::from_segments(*network).to_bits() ^ address.to_bits();
        differing.leading_zeros() >= prefix
    };
    IPV6.iter().find(|(network, prefix, _)| covers(network, *prefix)).map(|(.., kind)| *kind).or(outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reach: Reach, rows: &[(&str, Result<(), Kind>)]) {
        for (text, expected) in rows {
            assert_eq!(judge(reach, text.parse().unwrap()), *expected, "{text} for {reach:?}");
        }
    }

    /// First and last address of each range, and their neighbours outside.
    #[test]
    fn ipv4_ranges() {
        check(
            Reach::Internet,
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
            Reach::Internet,
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
                ("fd00:ec2::254", Err(Kind::Metadata)),
                ("fd20:ce::254", Err(Kind::Metadata)),
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
    fn with_a_simulator_there_is_only_this_machine() {
        check(
            Reach::ThisMachine,
            &[
                ("127.0.0.1", Ok(())),
                ("127.9.9.9", Ok(())),
                ("::1", Ok(())),
                ("8.8.8.8", Err(Kind::OtherMachine)),
                ("2606:2800::1", Err(Kind::OtherMachine)),
                ("169.254.169.254", Err(Kind::Metadata)),
                ("fd00:ec2::254", Err(Kind::Metadata)),
                ("10.0.0.1", Err(Kind::Private)),
                ("::ffff:127.0.0.1", Err(Kind::Embedded)),
                ("0.0.0.0", Err(Kind::Unspecified)),
            ],
        );
    }

    #[test]
    fn urls() {
        let told = |reach, url: &str| judge_url(reach, &Url::parse(url).unwrap());
        for (url, internet, this_machine) in [
            ("https://cdn.example.com/a?b", Ok(()), Err(Refusal::Names(Kind::OtherMachine))),
            ("https://cdn.example.com:8443/a", Ok(()), Err(Refusal::Names(Kind::OtherMachine))),
            ("http://cdn.example.com/a", Err(Refusal::NotHttps), Err(Refusal::NotHttps)),
            ("ftp://cdn.example.com/a", Err(Refusal::NotHttps), Err(Refusal::NotHttps)),
            ("file:///etc/passwd", Err(Refusal::NoHost), Err(Refusal::NoHost)),
            ("https://me@cdn.example.com/", Err(Refusal::UserInfo), Err(Refusal::UserInfo)),
            ("https://:pw@cdn.example.com/", Err(Refusal::UserInfo), Err(Refusal::UserInfo)),
            ("https://8.8.8.8/", Ok(()), Err(Refusal::Names(Kind::OtherMachine))),
            ("http://127.0.0.1:9/a", Err(Refusal::NotHttps), Ok(())),
            ("https://127.0.0.1/a", Err(Refusal::Names(Kind::Loopback)), Ok(())),
            ("http://localhost/a", Err(Refusal::NotHttps), Ok(())),
            ("http://[::1]/a", Err(Refusal::NotHttps), Ok(())),
            ("https://0x7f.1/", Err(Refusal::Names(Kind::Loopback)), Ok(())),
            ("http://169.254.169.254/", Err(Refusal::NotHttps), Err(Refusal::NotHttps)),
            ("https://169.254.169.254/", Err(Refusal::Names(Kind::Metadata)), Err(Refusal::Names(Kind::Metadata))),
            ("https://[::ffff:10.0.0.1]/", Err(Refusal::Names(Kind::Embedded)), Err(Refusal::Names(Kind::Embedded))),
        ] {
            assert_eq!(told(Reach::Internet, url), internet, "{url}");
            assert_eq!(told(Reach::ThisMachine, url), this_machine, "{url}");
        }
    }
}
