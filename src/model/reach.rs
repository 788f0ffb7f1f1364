//! Hosts from which media may be downloaded.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use url::Host;
use url::Url;

/// Hosts from which media may be downloaded: those of the public internet or, if TikTok is a simulator, only that
/// simulator; and the hosts that the operator allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    simulator: Option<MediaHost>,
    allowed: Arc<[MediaHost]>,
}

/// Rule under which a URL is downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// https from public addresses.
    Public,
    /// https and http from the simulator's own address.
    Simulator,
    /// https and http from a host that the operator allows, on a private network too.
    Allowed,
    /// Refused: it is neither the simulator nor an allowed host.
    Outside,
}

impl Reach {
    /// The public internet.
    pub fn internet() -> Self {
        Self::default()
    }

    /// The simulator at `api_base`, a loopback address.
    pub fn simulator(api_base: &Url) -> Self {
        Self {
            simulator: MediaHost::of(api_base),
            allowed: Arc::default(),
        }
    }

    /// The same, and these hosts.
    #[must_use]
    pub fn allowing(self, hosts: &[MediaHost]) -> Self {
        Self {
            allowed: hosts.into(),
            ..self
        }
    }

    /// The simulator's host and port, where TikTok is simulated.
    pub fn simulated(&self) -> Option<&MediaHost> {
        self.simulator.as_ref()
    }

    /// Whether the operator allows any host.
    pub fn allows_any(&self) -> bool {
        !self.allowed.is_empty()
    }

    /// Returns the rule for `url` by its host and port.
    pub fn standing(&self, url: &Url) -> Standing {
        if self.allowed.iter().any(|host| host.covers(url)) {
            return Standing::Allowed;
        }
        match &self.simulator {
            None => Standing::Public,
            Some(simulator) if simulator.is_named_by(url) => Standing::Simulator,
            Some(_) => Standing::Outside,
        }
    }

    /// Whether `address` is the simulator's. `localhost` has two.
    pub fn is_simulator(&self, address: IpAddr) -> bool {
        match self.simulator.as_ref().map(|simulator| &simulator.host) {
            None => false,
            Some(Host::Ipv4(own)) => address == *own,
            Some(Host::Ipv6(own)) => address == *own,
            Some(Host::Domain(_)) => address == Ipv4Addr::LOCALHOST || address == Ipv6Addr::LOCALHOST,
        }
    }
}

/// A host by its exact name or address, on one port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaHost {
    host: Host,
    /// `None` for the default port of the URL's scheme.
    port: Option<u16>,
}

impl MediaHost {
    /// Reads `HOST` or `HOST:PORT`, such as `minio.internal:9000`, `10.0.0.5` or `[fd00::5]:9000`.
    pub fn parse(text: &str) -> Result<Self, MediaHostFault> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (
                host,
                Some(port.parse().ok().filter(|port| *port > 0).ok_or(MediaHostFault)?),
            ),
            Some(_) | None => (text, None),
        };
        let host = Host::parse(host).map_err(|_fault| MediaHostFault)?;
        let is_pattern = matches!(&host, Host::Domain(name) if name.contains('*'));
        if is_pattern {
            Err(MediaHostFault)
        } else {
            Ok(Self { host, port })
        }
    }

    /// The host and port of a URL.
    fn of(url: &Url) -> Option<Self> {
        Some(Self {
            host: url.host()?.to_owned(),
            port: url.port_or_known_default(),
        })
    }

    /// The address, where the host is one and no name.
    pub fn address(&self) -> Option<IpAddr> {
        match self.host {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
        }
    }

    fn covers(&self, url: &Url) -> bool {
        let is_port = self.port.map_or_else(
            || url.port().is_none(),
            |port| url.port_or_known_default() == Some(port),
        );
        is_port && url.host().is_some_and(|host| host.to_owned() == self.host)
    }

    /// Compares hosts if either is `localhost`. The address that a name resolves to is checked on connection.
    fn is_named_by(&self, url: &Url) -> bool {
        let is_loopback = |host: &Host| match host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => *address == Ipv4Addr::LOCALHOST,
            Host::Ipv6(address) => *address == Ipv6Addr::LOCALHOST,
        };
        let is_name = |host: &Host| matches!(host, Host::Domain(_));
        let Some(host) = url.host().map(|host| host.to_owned()) else {
            return false;
        };
        let is_host = host == self.host
            || is_name(&host) && host == Host::Domain("localhost".to_owned())
            || is_name(&self.host) && is_loopback(&host);
        is_host && url.port_or_known_default() == self.port
    }
}

impl fmt::Display for MediaHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// The text is no host with an optional port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaHostFault;

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_media_host_is_exact() {
        for (text, shown) in [
            ("minio.internal:9000", "minio.internal:9000"),
            ("MinIO.Internal", "minio.internal"),
            ("10.0.0.5", "10.0.0.5"),
            ("0x7f.1:80", "127.0.0.1:80"),
            ("[fd00::5]:9000", "[fd00::5]:9000"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(
                MediaHost::parse(text).map(|host| host.to_string()),
                Ok(shown.to_owned()),
                "{text}"
            );
        }
        for wrong in [
            "",
            ":9000",
            "minio:",
            "minio:0",
            "minio:65536",
            "http://minio",
            "minio/a",
            "me@minio",
            "::1",
            "*.example.com",
        ] {
            assert_eq!(MediaHost::parse(wrong), Err(MediaHostFault), "{wrong:?}");
        }
    }

    #[test]
    fn an_allowed_host_is_allowed_on_its_port_alone() {
        let allowed = ["minio.internal:9000", "files.internal", "10.0.0.5:80"]
            .map(|text| MediaHost::parse(text).unwrap());
        let reach = Reach::internet().allowing(&allowed);
        for (address, expected) in [
            ("http://minio.internal:9000/a", Standing::Allowed),
            ("https://MINIO.internal:9000/a", Standing::Allowed),
            ("http://minio.internal/a", Standing::Public),
            ("http://minio.internal:9001/a", Standing::Public),
            ("http://minio.internal.:9000/a", Standing::Public),
            ("http://a.minio.internal:9000/a", Standing::Public),
            ("http://files.internal/a", Standing::Allowed),
            ("https://files.internal/a", Standing::Allowed),
            ("https://files.internal:80/a", Standing::Public),
            ("http://10.0.0.5/a", Standing::Allowed),
            ("http://012.0.0.5/a", Standing::Allowed),
            ("https://10.0.0.5/a", Standing::Public),
            ("http://10.0.0.6/a", Standing::Public),
        ] {
            assert_eq!(reach.standing(&url(address)), expected, "{address}");
        }
    }

    #[test]
    fn a_simulator_is_one_address_and_one_port() {
        for (base, address, expected) in [
            (
                "http://127.0.0.1:8080",
                "http://127.0.0.1:8080/a",
                Standing::Simulator,
            ),
            (
                "http://127.0.0.1:8080",
                "http://localhost:8080/a",
                Standing::Simulator,
            ),
            ("http://127.0.0.1:8080", "http://[::1]:8080/a", Standing::Outside),
            (
                "http://127.0.0.1:8080",
                "http://127.0.0.2:8080/a",
                Standing::Outside,
            ),
            (
                "http://127.0.0.1:8080",
                "http://127.0.0.1:8081/a",
                Standing::Outside,
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1/a", Standing::Outside),
            ("http://127.0.0.1", "http://127.0.0.1:80/a", Standing::Simulator),
            ("http://127.0.0.1", "https://127.0.0.1/a", Standing::Outside),
            (
                "http://localhost:8080",
                "http://127.0.0.1:8080/a",
                Standing::Simulator,
            ),
            (
                "http://localhost:8080",
                "http://[::1]:8080/a",
                Standing::Simulator,
            ),
            (
                "http://localhost:8080",
                "http://127.0.0.2:8080/a",
                Standing::Outside,
            ),
            (
                "http://[::1]:8080",
                "http://localhost:8080/a",
                Standing::Simulator,
            ),
            (
                "http://localhost:8080",
                "http://foo.localhost:8080/a",
                Standing::Outside,
            ),
            (
                "http://localhost:8080",
                "http://localhost.:8080/a",
                Standing::Outside,
            ),
            (
                "http://localhost:8080",
                "http://example.com:8080/a",
                Standing::Outside,
            ),
        ] {
            assert_eq!(
                Reach::simulator(&url(base)).standing(&url(address)),
                expected,
                "{address} beside {base}"
            );
        }
        let is_simulator =
            |base: &str, address: &str| Reach::simulator(&url(base)).is_simulator(address.parse().unwrap());
        assert!(
            is_simulator("http://127.0.0.1:1", "127.0.0.1") && !is_simulator("http://127.0.0.1:1", "::1")
        );
        assert!(is_simulator("http://localhost:1", "127.0.0.1") && is_simulator("http://localhost:1", "::1"));
        assert!(
            !is_simulator("http://localhost:1", "127.0.0.2")
                && !is_simulator("http://localhost:1", "10.0.0.1")
        );
    }
}
