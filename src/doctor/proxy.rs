//! Proxies in the environment, and whether calls to an address go through one: pure.

use std::fmt;

use url::Url;

use super::finding::Finding;
use crate::secret::is_loopback;

/// Variables of proxies, with their values. A value may hold a password.
#[derive(Default)]
pub struct ProxyVariables {
    /// First variable of those that concern https, in the order in which the HTTP client reads them.
    pub of_https: Option<(&'static str, String)>,
    /// The same for http.
    pub of_http: Option<(&'static str, String)>,
    /// Hosts that are reached without a proxy.
    pub no_proxy: Option<String>,
}

impl fmt::Debug for ProxyVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyVariables").finish_non_exhaustive()
    }
}

const CHECK: &str = "proxy";

impl ProxyVariables {
    /// Tells which proxies are set, without user names and passwords.
    pub(super) fn check(&self) -> Finding {
        let set: Vec<&(&str, String)> = [&self.of_https, &self.of_http].into_iter().flatten().collect();
        if set.is_empty() {
            return Finding::ok(CHECK, "none is set");
        }
        let mut named = Vec::new();
        for (name, value) in set {
            match Proxy::parse(value) {
                Some(proxy) if proxy.is_supported() => named.push(format!("{name} = {proxy}")),
                unusable => return unusable_proxy(name, unusable.as_ref()),
            }
        }
        Finding::ok(
            CHECK,
            format!(
                "{} (calls to TikTok; downloads of media use no proxy)",
                named.join(", ")
            ),
        )
    }

    /// Name of the variable whose proxy calls to `base` go through; `None` if they go directly.
    pub(super) fn behind(&self, base: &Url) -> Option<&'static str> {
        let is_http = base.scheme() == "http";
        // The program itself goes directly to a simulator.
        if is_http && is_loopback(base) {
            return None;
        }
        let variable = if is_http { &self.of_http } else { &self.of_https };
        let (name, value) = variable.as_ref()?;
        let is_used = Proxy::parse(value).is_some_and(|proxy| !proxy.is_ignored());
        (is_used && !self.is_excepted(base.host_str().unwrap_or_default())).then_some(*name)
    }

    /// True if NO_PROXY names the host, a domain of it, or everything.
    fn is_excepted(&self, host: &str) -> bool {
        let entries = self.no_proxy.iter().flat_map(|list| list.split(','));
        entries
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .any(|entry| {
                let domain = entry.trim_start_matches('.');
                let below = host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
                entry == "*" || host.eq_ignore_ascii_case(domain) || below
            })
    }
}

fn unusable_proxy(name: &str, proxy: Option<&Proxy>) -> Finding {
    let found = match proxy {
        None => format!("{name} is not the address of a proxy"),
        Some(proxy) => format!(
            "{name} = {proxy}: proxies of the scheme {} are not supported; allowed: {}",
            proxy.0.scheme(),
            SCHEMES.join(", ")
        ),
    };
    let remedy = format!("set {name} to http://HOST:PORT or https://HOST:PORT, or unset it");
    Finding::fault(CHECK, found, remedy)
}

/// Schemes of proxies that the HTTP client, which is built without SOCKS, supports.
const SCHEMES: [&str; 2] = ["http", "https"];

/// Schemes of proxies with which the HTTP client fails. It ignores proxies of all others.
const FAILING: [&str; 4] = ["socks4", "socks4a", "socks5", "socks5h"];

/// Address of a proxy. It is displayed without user name, password and path.
struct Proxy(Url);

impl Proxy {
    /// Reads an address as the HTTP client does: without a scheme it is http.
    fn parse(value: &str) -> Option<Self> {
        let with_scheme = if value.contains("://") {
            value.to_owned()
        } else {
            format!("http://{value}")
        };
        let url = Url::parse(&with_scheme).ok()?;
        let has_host = url.host_str().is_some_and(|host| !host.is_empty());
        has_host.then_some(Self(url))
    }

    fn is_supported(&self) -> bool {
        SCHEMES.contains(&self.0.scheme())
    }

    fn is_ignored(&self) -> bool {
        !self.is_supported() && !FAILING.contains(&self.0.scheme())
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, host) = (self.0.scheme(), self.0.host_str().unwrap_or_default());
        write!(f, "{scheme}://{host}")?;
        match self.0.port_or_known_default() {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(https: &str, no_proxy: &str) -> ProxyVariables {
        ProxyVariables {
            of_https: Some(("HTTPS_PROXY", https.to_owned())),
            of_http: None,
            no_proxy: Some(no_proxy.to_owned()),
        }
    }

    #[test]
    fn a_proxy_is_told_without_its_password() {
        for value in ["http://user:canary@proxy:3128", "user:canary@proxy:3128"] {
            let finding = proxies(value, "").check();
            assert!(finding.found.contains("http://proxy:3128"), "{finding:?}");
            assert!(!finding.found.contains("canary"), "{finding:?}");
        }
        assert_eq!(proxies("http://", "").check().status.word(), "fault");
        assert_eq!(ProxyVariables::default().check().status.word(), "ok");
    }

    #[test]
    fn a_proxy_of_another_scheme_is_a_fault() {
        for (value, shown) in [
            ("nonsense://user:canary@x", "HTTPS_PROXY = nonsense://x:"),
            ("ftp://a:1", "HTTPS_PROXY = ftp://a:1:"),
            (
                "socks5://user:canary@proxy:1080/canary",
                "HTTPS_PROXY = socks5://proxy:1080:",
            ),
        ] {
            let finding = proxies(value, "").check();
            assert_eq!(finding.status.word(), "fault", "{finding:?}");
            assert!(finding.found.starts_with(shown), "{finding:?}");
            assert!(finding.found.ends_with("allowed: http, https"), "{finding:?}");
            assert!(!finding.found.contains("canary"), "{finding:?}");
        }
        assert_eq!(proxies("HTTPS://proxy:3128", "").check().status.word(), "ok");
    }

    #[test]
    fn a_proxy_that_the_client_ignores_is_no_way() {
        let tiktok = Url::parse("https://open.tiktokapis.com").unwrap();
        for (value, expected) in [
            ("nonsense://x", None),
            ("http://", None),
            ("socks5://proxy:1080", Some("HTTPS_PROXY")),
        ] {
            assert_eq!(proxies(value, "").behind(&tiktok), expected, "{value}");
        }
    }

    #[test]
    fn exceptions_and_simulators_go_directly() {
        let tiktok = Url::parse("https://open.tiktokapis.com").unwrap();
        for (no_proxy, expected) in [
            ("", Some("HTTPS_PROXY")),
            ("example.com", Some("HTTPS_PROXY")),
            ("apis.com", Some("HTTPS_PROXY")),
            ("tiktokapis.com", None),
            (".tiktokapis.com, x", None),
            ("open.tiktokapis.com", None),
            ("*", None),
        ] {
            assert_eq!(
                proxies("proxy:1", no_proxy).behind(&tiktok),
                expected,
                "{no_proxy}"
            );
        }
        let simulator = Url::parse("http://127.0.0.1:8080").unwrap();
        assert_eq!(proxies("proxy:1", "").behind(&simulator), None);
    }
}
