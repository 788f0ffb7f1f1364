//! URLs that TikTok's servers download from.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::json;
use url::Host;
use url::Url;

use super::{Reach, Standing};

/// Names that no server on the public internet has.
const PRIVATE_SUFFIXES: [&str; 9] = [
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "home.arpa",
    "onion",
];

/// An https URL on a public host name (docs/tiktok-open-api.md#pull-from-url: https only, a domain and not an
/// IP address).
///
/// If TikTok is a simulator on this machine, an http URL on this machine is accepted too, and so is any URL
/// on a host that the operator allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Parses a URL that TikTok can download from. Its text is kept unchanged, because a URL-prefix property is
    /// verified on exact text.
    pub fn parse(text: String) -> Result<Self, PublicUrlFault> {
        Self::parse_within(text, &Reach::internet())
    }

    /// The same, or a URL that `reach` allows: of an allowed host or, next to a simulator, an http URL on this
    /// machine.
    ///
    /// Ports of this machine other than the simulator's are checked by the guard of downloads, whose error has a
    /// remedy.
    pub fn parse_within(text: String, reach: &Reach) -> Result<Self, PublicUrlFault> {
        let url = well_formed(&text)?;
        let is_open = match reach.standing(&url) {
            Standing::Public => false,
            Standing::Simulator | Standing::Outside => url.scheme() == "http" && is_on_this_machine(&url),
            Standing::Allowed => true,
        };
        if !is_open {
            check(&url)?;
        }
        Ok(Self(text))
    }

    /// Whether TikTok's servers could download it.
    pub fn is_public(&self) -> bool {
        well_formed(&self.0).and_then(|url| check(&url)).is_ok()
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for PublicUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Which hosts are open depends on the API base and the operator, and was said by the input's schema.
        let text = String::deserialize(deserializer)?;
        well_formed(&text).map_err(D::Error::custom)?;
        Ok(Self(text))
    }
}

impl JsonSchema for PublicUrl {
    fn schema_name() -> Cow<'static, str> {
        "PublicUrl".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        super::string_schema(&json!({ "format": "uri", "publicHttpsUrl": true }))
    }
}

/// Reason that TikTok could not download from a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicUrlFault {
    /// It does not parse, or has spaces or control characters.
    NotAnAddress,
    /// It is not https.
    NotHttps,
    /// It contains a user name or password.
    UserInfo,
    /// Its host is an IP address.
    IpAddress,
    /// Its host is a name of private networks.
    PrivateHost,
}

impl fmt::Display for PublicUrlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnAddress => "is not a URL; allowed is https://host/path without spaces",
            Self::NotHttps => "is not https; use a URL that begins with https://",
            Self::UserInfo => {
                "contains a user name or password; remove it. The file must be available without them"
            }
            Self::IpAddress => "names an IP address; use a host name",
            Self::PrivateHost => "names a private host; the file must lie on a host of the public internet",
        })
    }
}

/// Parses an http or https URL without user name and password.
fn well_formed(text: &str) -> Result<Url, PublicUrlFault> {
    // The parser silently drops tabs and line breaks, but the text that is sent must be the text that was
    // checked.
    if text
        .chars()
        .any(|letter| letter.is_control() || letter.is_whitespace() || letter == '\\')
    {
        return Err(PublicUrlFault::NotAnAddress);
    }
    let url = Url::parse(text).map_err(|_fault| PublicUrlFault::NotAnAddress)?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(PublicUrlFault::NotHttps);
    }
    // The parser mends `https:host` and `https:///host`; TikTok gets the text as it is.
    let host = text
        .split_once(':')
        .and_then(|(_scheme, rest)| rest.strip_prefix("//"));
    if host.is_none_or(|host| host.starts_with('/')) {
        return Err(PublicUrlFault::NotAnAddress);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(PublicUrlFault::UserInfo);
    }
    Ok(url)
}

fn check(url: &Url) -> Result<(), PublicUrlFault> {
    if url.scheme() != "https" {
        return Err(PublicUrlFault::NotHttps);
    }
    match url.host() {
        Some(Host::Domain(domain)) if is_public(domain) => Ok(()),
        Some(Host::Domain(_)) => Err(PublicUrlFault::PrivateHost),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => Err(PublicUrlFault::IpAddress),
        None => Err(PublicUrlFault::NotAnAddress),
    }
}

fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn is_public(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.');
    let private = |suffix: &str| {
        domain
            .strip_suffix(suffix)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    domain.contains('.') && !PRIVATE_SUFFIXES.into_iter().any(private)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MediaHost;

    #[test]
    fn only_public_https_domains_pass() {
        let cases = [
            ("https://cdn.example.com/a.jpg?x=1", Ok(())),
            ("https://user@example.com/a.jpg", Err(PublicUrlFault::UserInfo)),
            ("https://:pw@example.com/a.jpg", Err(PublicUrlFault::UserInfo)),
            ("http://example.com/a.jpg", Err(PublicUrlFault::NotHttps)),
            ("ftp://example.com/a.jpg", Err(PublicUrlFault::NotHttps)),
            ("https://192.168.1.4/a.jpg", Err(PublicUrlFault::IpAddress)),
            ("https://0x7f.1/a.jpg", Err(PublicUrlFault::IpAddress)),
            ("https://2130706433/", Err(PublicUrlFault::IpAddress)),
            ("https://[::1]/a.jpg", Err(PublicUrlFault::IpAddress)),
            ("https://localhost/a.jpg", Err(PublicUrlFault::PrivateHost)),
            ("https://LOCALHOST./a.jpg", Err(PublicUrlFault::PrivateHost)),
            ("https://nas.local/a.jpg", Err(PublicUrlFault::PrivateHost)),
            (
                "https://metadata.google.internal/",
                Err(PublicUrlFault::PrivateHost),
            ),
            ("https://intranet/a.jpg", Err(PublicUrlFault::PrivateHost)),
            ("https://notlocal.com/a.jpg", Ok(())),
            ("https://exa mple.com/", Err(PublicUrlFault::NotAnAddress)),
            ("https://example.com/\na.jpg", Err(PublicUrlFault::NotAnAddress)),
            ("https:example.com/a.jpg", Err(PublicUrlFault::NotAnAddress)),
            ("https:///example.com/a.jpg", Err(PublicUrlFault::NotAnAddress)),
            ("https://example.com\\a.jpg", Err(PublicUrlFault::NotAnAddress)),
            ("photo.jpg", Err(PublicUrlFault::NotAnAddress)),
            ("", Err(PublicUrlFault::NotAnAddress)),
        ];
        for (address, expected) in cases {
            assert_eq!(
                PublicUrl::parse(address.to_owned()).map(drop),
                expected,
                "{address:?}"
            );
        }
    }

    #[test]
    fn with_a_simulator_addresses_on_this_machine_pass_too() {
        let simulator = Reach::simulator(&Url::parse("http://127.0.0.1:8080").unwrap());
        for (address, expected) in [
            ("http://127.0.0.1:8080/a.mp4", Ok(())),
            ("http://127.0.0.1:9/a.mp4", Ok(())),
            ("http://localhost/a.mp4", Ok(())),
            ("http://[::1]:8080/a.mp4", Ok(())),
            ("https://example.com/a.mp4", Ok(())),
            ("http://example.com/a.mp4", Err(PublicUrlFault::NotHttps)),
            ("http://10.0.0.1/a.mp4", Err(PublicUrlFault::NotHttps)),
            ("http://169.254.169.254/", Err(PublicUrlFault::NotHttps)),
            ("http://me@127.0.0.1/a.mp4", Err(PublicUrlFault::UserInfo)),
            ("http://127.0.0.1/a b.mp4", Err(PublicUrlFault::NotAnAddress)),
            ("https://127.0.0.1/a.mp4", Err(PublicUrlFault::IpAddress)),
        ] {
            let within = |reach| PublicUrl::parse_within(address.to_owned(), reach).map(drop);
            assert_eq!(within(&simulator), expected, "{address:?}");
            if address.starts_with("http:") {
                assert!(within(&Reach::internet()).is_err(), "{address:?}");
            }
        }
    }

    #[test]
    fn allowed_hosts_pass_and_are_not_public() {
        let allowed = ["minio:9000", "10.0.0.5", "nas.local"].map(|text| MediaHost::parse(text).unwrap());
        let reach = Reach::internet().allowing(&allowed);
        for (address, expected) in [
            ("http://minio:9000/a.mp4", Ok(false)),
            ("https://minio:9000/a.mp4", Ok(false)),
            ("http://10.0.0.5/a.mp4", Ok(false)),
            ("https://nas.local/a.mp4", Ok(false)),
            ("https://example.com/a.mp4", Ok(true)),
            ("http://minio/a.mp4", Err(PublicUrlFault::NotHttps)),
            ("http://me@minio:9000/a.mp4", Err(PublicUrlFault::UserInfo)),
            ("ftp://minio:9000/a.mp4", Err(PublicUrlFault::NotHttps)),
            ("http:minio:9000/a.mp4", Err(PublicUrlFault::NotAnAddress)),
        ] {
            let parsed = PublicUrl::parse_within(address.to_owned(), &reach);
            assert_eq!(parsed.map(|url| url.is_public()), expected, "{address:?}");
        }
    }
}
