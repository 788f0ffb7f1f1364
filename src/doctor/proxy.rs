//! Proxies in the environment, and whether calls to an address go through one: pure.

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

impl std::fmt::Debug for ProxyVariables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
        let unusable = set.iter().find(|(_, value)| address(value).is_none());
        if let Some((name, _)) = unusable {
            return Finding::fault(
                CHECK,
                format!("{name} is not the address of a proxy"),
                format!("set {name} to http://HOST:PORT, or unset it"),
            );
        }
        let named: Vec<String> = set
            .iter()
            .map(|(name, value)| format!("{name} = {}", address(value).unwrap_or_default()))
            .collect();
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
        let (name, _) = variable.as_ref()?;
        (!self.is_excepted(base.host_str().unwrap_or_default())).then_some(*name)
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

/// Address of a proxy, without user name and password.
fn address(value: &str) -> Option<String> {
    let with_scheme = if value.contains("://") {
        value.to_owned()
    } else {
        format!("http://{value}")
    };
    let url = Url::parse(&with_scheme).ok()?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    let port = url.port_or_known_default().map(|port| format!(":{port}"));
    Some(format!("{}://{host}{}", url.scheme(), port.unwrap_or_default()))
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
