//! Requests that reach the listener: which one is the redirect of the consent page. Pure.

use std::fmt;

use url::Url;

/// Request by the listener's rules.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Visit {
    /// Navigation to the redirect address, with its query.
    Redirect(Url),
    /// Any other request: its answer's status. It learns nothing about the sign-in.
    Other(u16),
}

impl fmt::Debug for Visit {
    /// Without the query, which holds the code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redirect(_) => f.write_str("Redirect(…)"),
            Self::Other(status) => f.debug_tuple("Other").field(status).finish(),
        }
    }
}

/// Own address of the listener.
#[derive(Debug, Clone)]
pub(super) struct OwnAddress {
    pub(super) port: u16,
    /// Path of the redirect address, with its slashes.
    pub(super) path: String,
}

const BAD_REQUEST: u16 = 400;
const NOT_FOUND: u16 = 404;
const NOT_ALLOWED: u16 = 405;
const MISDIRECTED: u16 = 421;
const UNAVAILABLE: u16 = 503;

impl OwnAddress {
    /// Judges the head of a request.
    ///
    /// A page of another origin that reaches this port under a name of its own (DNS rebinding) sends its own `Host`. A
    /// browser may fetch an address before the person opens it, and says so.
    pub(super) fn judge(&self, head: &str) -> Visit {
        let mut lines = head.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let (method, target, version) = (words.next(), words.next(), words.next());
        let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
        let header = |name: &str| {
            let mut found = headers
                .iter()
                .filter(|(given, _)| given.trim().eq_ignore_ascii_case(name));
            let first = found.next().map(|(_, value)| value.trim());
            first.filter(|_| found.next().is_none())
        };
        let (Some(method), Some(target)) = (method, target) else {
            return Visit::Other(BAD_REQUEST);
        };
        if !version.is_some_and(|version| version.starts_with("HTTP/1.")) || !target.starts_with('/') {
            return Visit::Other(BAD_REQUEST);
        }
        if !header("host").is_some_and(|host| self.is_own(host)) {
            return Visit::Other(MISDIRECTED);
        }
        let path = target.split('?').next().unwrap_or_default();
        if path != self.path {
            return Visit::Other(NOT_FOUND);
        }
        if method != "GET" {
            return Visit::Other(NOT_ALLOWED);
        }
        let purpose = header("sec-purpose").or_else(|| header("purpose"));
        if purpose.is_some_and(|purpose| purpose.contains("prefetch")) {
            return Visit::Other(UNAVAILABLE);
        }
        match Url::parse(&format!("http://127.0.0.1:{}{target}", self.port)) {
            Ok(url) => Visit::Redirect(url),
            Err(_malformed) => Visit::Other(BAD_REQUEST),
        }
    }

    fn is_own(&self, host: &str) -> bool {
        let names = ["127.0.0.1", "localhost", "[::1]"];
        names
            .into_iter()
            .any(|name| host.eq_ignore_ascii_case(&format!("{name}:{}", self.port)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(first: &str, more: &str) -> Visit {
        let own = OwnAddress {
            port: 8765,
            path: "/callback/".to_owned(),
        };
        own.judge(&format!("{first}\r\nHost: 127.0.0.1:8765\r\n{more}\r\n"))
    }

    #[test]
    fn only_a_navigation_to_the_address_is_the_redirect() {
        let url = Url::parse("http://127.0.0.1:8765/callback/?code=a%2A&state=b").unwrap();
        assert_eq!(
            judge("GET /callback/?code=a%2A&state=b HTTP/1.1", "Accept: */*\r\n"),
            Visit::Redirect(url)
        );
        for (first, more, status) in [
            ("GET /favicon.ico HTTP/1.1", "", 404),
            ("GET /callback?code=a HTTP/1.1", "", 404),
            ("GET / HTTP/1.1", "", 404),
            ("HEAD /callback/?code=a HTTP/1.1", "", 405),
            ("POST /callback/ HTTP/1.1", "", 405),
            ("OPTIONS /callback/ HTTP/1.1", "", 405),
            (
                "GET /callback/?code=a HTTP/1.1",
                "Sec-Purpose: prefetch;prerender\r\n",
                503,
            ),
            ("GET /callback/?code=a HTTP/1.1", "Purpose: prefetch\r\n", 503),
            ("GET /callback/?code=a HTTP/1.1", "Host: 127.0.0.1:8765\r\n", 421),
            ("GET http://127.0.0.1:8765/callback/ HTTP/1.1", "", 400),
            ("GET /callback/?code=a HTTP/2", "", 400),
            ("GET", "", 400),
            ("", "", 400),
            ("\u{16}\u{3}\u{1}", "", 400),
        ] {
            assert_eq!(judge(first, more), Visit::Other(status), "{first} {more}");
        }
    }

    #[test]
    fn the_code_of_a_redirect_is_not_shown() {
        let visit = judge("GET /callback/?code=canary HTTP/1.1", "");
        assert_eq!(format!("{visit:?}"), "Redirect(…)");
    }

    #[test]
    fn a_page_under_a_name_of_its_own_learns_nothing() {
        let own = OwnAddress {
            port: 8765,
            path: "/".to_owned(),
        };
        for host in ["localhost:8765", "LOCALHOST:8765", "[::1]:8765"] {
            let visit = own.judge(&format!("GET /?code=a HTTP/1.1\r\nhost:{host}\r\n\r\n"));
            assert!(matches!(visit, Visit::Redirect(_)), "{host}");
        }
        for host in [
            "evil.example:8765",
            "127.0.0.1",
            "127.0.0.1:80",
            "localhost.evil.example:8765",
            "",
        ] {
            let visit = own.judge(&format!("GET /?code=a HTTP/1.1\r\nHost: {host}\r\n\r\n"));
            assert_eq!(visit, Visit::Other(421), "{host}");
        }
        assert_eq!(own.judge("GET / HTTP/1.0\r\n\r\n"), Visit::Other(421));
    }
}
