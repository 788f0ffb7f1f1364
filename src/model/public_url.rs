//! Addresses that TikTok's servers shall fetch.

use std::{borrow::Cow, fmt};

use reqwest::Url;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::json;
use url::Host;

/// Names under which no server of the public internet answers.
const PRIVATE_SUFFIXES: [&str; 9] =
    ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "onion"];

/// How far requests may go out into the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// The public internet, and nothing that is not public.
    #[default]
    Internet,
    /// This machine and nothing else: the API base is a loopback address, so TikTok is a simulator, and what it fetches
    /// and is sent comes from this machine too.
    ThisMachine,
}

/// An https address on a public host name (reference §6.3: https only, a domain and not an IP address).
///
/// Where TikTok is a simulator on this machine, an http address on this machine is one too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Takes an address that TikTok could fetch. It is kept letter for letter, because a URL-prefix property is
    /// verified on exact text.
    pub fn parse(text: String) -> Result<Self, PublicUrlFault> {
        Self::parse_within(text, Reach::Internet)
    }

    /// The same, or an http address on this machine where there is no other.
    pub fn parse_within(text: String, reach: Reach) -> Result<Self, PublicUrlFault> {
        match check(&text) {
            Err(PublicUrlFault::NotHttps) if reach == Reach::ThisMachine && is_on_this_machine(&text) => {}
            checked => checked?,
        }
        Ok(Self(text))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for PublicUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Whether an address on this machine is one here depends on the API base, and was said by the input's schema.
        Self::parse_within(String::deserialize(deserializer)?, Reach::ThisMachine).map_err(D::Error::custom)
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

/// Why TikTok could not fetch an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicUrlFault {
    /// It does not parse, or has spaces or control characters.
    NotAnAddress,
    /// It is not https.
    NotHttps,
    /// It carries a user name or password.
    UserInfo,
    /// Its host is an IP address.
    IpAddress,
    /// Its host is a name of private networks.
    PrivateHost,
}

impl fmt::Display for PublicUrlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnAddress => "is not a web address; allowed is https://host/path without spaces",
            Self::NotHttps => "is not https; give an address that begins with https://",
            Self::UserInfo => "carries a user name or password; the file must be there without one, remove it",
            Self::IpAddress => "names an IP address; give the host by its name",
            Self::PrivateHost => "names a private host; the file must lie on a host of the public internet",
        })
    }
}

fn check(text: &str) -> Result<(), PublicUrlFault> {
    // The parser drops tabs and line breaks in silence; what is sent must be what was checked.
    if text.chars().any(|letter| letter.is_control() || letter.is_whitespace() || letter == '\\') {
        return Err(PublicUrlFault::NotAnAddress);
    }
    let url = Url::parse(text).map_err(|_fault| PublicUrlFault::NotAnAddress)?;
    if url.scheme() != "https" {
        return Err(PublicUrlFault::NotHttps);
    }
    // The parser mends `https:host` and `https:///host`; TikTok gets the text as it is.
    let host = text.get(..8).filter(|start| start.eq_ignore_ascii_case("https://")).and_then(|_start| text.get(8..));
    if host.is_none_or(|host| host.starts_with('/')) {
        return Err(PublicUrlFault::NotAnAddress);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(PublicUrlFault::UserInfo);
    }
    match url.host() {
        Some(Host::Domain(domain)) if is_public(domain) => Ok(()),
        Some(Host::Domain(_)) => Err(PublicUrlFault::PrivateHost),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => Err(PublicUrlFault::IpAddress),
        None => Err(PublicUrlFault::NotAnAddress),
    }
}

/// `http://127.0.0.1:8080/clip.mp4` and the like; without user name or password.
fn is_on_this_machine(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_this = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    is_this && url.scheme() == "http" && url.username().is_empty() && url.password().is_none()
}

fn is_public(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.');
    let private = |suffix: &str| domain.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    domain.contains('.') && !PRIVATE_SUFFIXES.into_iter().any(private)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("https://metadata.google.internal/", Err(PublicUrlFault::PrivateHost)),
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
            assert_eq!(check(address), expected, "{address:?}");
        }
    }

    #[test]
    fn with_a_simulator_addresses_on_this_machine_pass_too() {
        for (address, expected) in [
            ("http://127.0.0.1:8080/a.mp4", Ok(())),
            ("http://localhost/a.mp4", Ok(())),
            ("http://[::1]:8080/a.mp4", Ok(())),
            ("https://example.com/a.mp4", Ok(())),
            ("http://example.com/a.mp4", Err(PublicUrlFault::NotHttps)),
            ("http://10.0.0.1/a.mp4", Err(PublicUrlFault::NotHttps)),
            ("http://169.254.169.254/", Err(PublicUrlFault::NotHttps)),
            ("http://me@127.0.0.1/a.mp4", Err(PublicUrlFault::NotHttps)),
            ("http://127.0.0.1/a b.mp4", Err(PublicUrlFault::NotAnAddress)),
            ("https://127.0.0.1/a.mp4", Err(PublicUrlFault::IpAddress)),
        ] {
            let within = |reach| PublicUrl::parse_within(address.to_owned(), reach).map(drop);
            assert_eq!(within(Reach::ThisMachine), expected, "{address:?}");
            if address.starts_with("http:") {
                assert!(within(Reach::Internet).is_err(), "{address:?}");
            }
        }
    }
}
