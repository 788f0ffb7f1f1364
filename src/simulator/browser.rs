//! Protection against web pages: other origins can neither change nor read anything.
//!
//! Any page that is open on this machine can send requests to a loopback port. Browsers mark them: with
//! `Origin` whatever may change something, with `Sec-Fetch-Site` every request to this machine
//! (<https://www.w3.org/TR/fetch-metadata/>), and with the page's own `Host` after DNS rebinding. Other
//! clients send neither of the first two, and are not restricted.

use std::net::{Ipv4Addr, Ipv6Addr};

use hyper::{
    HeaderMap, Method, Request, Response, Version,
    body::Incoming,
    header::{self, HeaderName, HeaderValue},
    http::{request::Parts, uri::Authority},
};

use super::{
    reply::ServerReply,
    wire::{Body, ConnectionCut},
};

/// Serves a request with `next`, unless a page of another origin may have sent it. Every response carries
/// [`PROTECTION`].
pub(super) async fn guarded<F>(
    request: Request<Incoming>,
    next: impl FnOnce(Request<Incoming>) -> F,
) -> Result<Response<Body>, ConnectionCut>
where
    F: Future<Output = Result<Response<Body>, ConnectionCut>>,
{
    let (parts, body) = request.into_parts();
    let mut response = match check(&parts) {
        Err(refusal) => refusal.into_response(),
        Ok(()) => next(Request::from_parts(parts, body)).await?,
    };
    protect(response.headers_mut());
    Ok(response)
}

/// Headers that keep browsers from running, framing, embedding and reinterpreting a response.
const PROTECTION: [(HeaderName, HeaderValue); 3] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Content security policy of responses that set none.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");

fn protect(headers: &mut HeaderMap) {
    // A fault may set any header, but must not open the simulator to pages.
    let opening: Vec<HeaderName> = headers
        .keys()
        .filter(|name| name.as_str().starts_with("access-control-"))
        .cloned()
        .collect();
    for name in opening {
        headers.remove(name);
    }
    headers.extend(PROTECTION);
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(SANDBOX);
}

fn check(parts: &Parts) -> Result<(), ServerReply> {
    let host = host(parts)?;
    if let Some(host) = host.as_ref().filter(|host| !is_loopback(host.host())) {
        return Err(ServerReply::text(
            421,
            &format!("The host {:?} is not this machine. {HOSTS}", host.as_str()),
        ));
    }
    let origins = parts.headers.get_all(header::ORIGIN);
    if !origins.iter().all(|origin| is_own(origin, host.as_ref())) {
        return Err(ServerReply::text(403, FOREIGN));
    }
    if comes_from_elsewhere(&parts.headers) && !is_navigation(parts) {
        return Err(ServerReply::text(403, FOREIGN));
    }
    Ok(())
}

const HOSTS: &str = "The simulator answers to 127.0.0.1, [::1] and localhost, so that no web page can reach it under a name of its own.";

const FOREIGN: &str = "A web page of another origin sent this request. The simulator takes requests of its own pages and of \
    programs, which send neither Origin nor Sec-Fetch-Site.";

/// The host that a request names. HTTP/1.0 requests may name none.
fn host(parts: &Parts) -> Result<Option<Authority>, ServerReply> {
    let wrong = || {
        ServerReply::text(
            400,
            "The request needs exactly one Host header, with a host and a port at most.",
        )
    };
    let mut named = parts.headers.get_all(header::HOST).iter();
    let header = match (named.next(), named.next()) {
        (None, _) if parts.version == Version::HTTP_10 => None,
        (Some(host), None) => Some(Authority::try_from(host.as_bytes()).map_err(|_fault| wrong())?),
        _ => return Err(wrong()),
    };
    // An absolute request target replaces the header (RFC 9112 §3.2.2).
    Ok(parts.uri.authority().cloned().or(header))
}

fn is_loopback(host: &str) -> bool {
    let v6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    host.eq_ignore_ascii_case("localhost")
        || host.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback())
        || v6
            .and_then(|host| host.parse().ok())
            .is_some_and(|address: Ipv6Addr| address.is_loopback())
}

/// Checks whether a page of the simulator itself sent a request to `host`.
fn is_own(origin: &HeaderValue, host: Option<&Authority>) -> bool {
    let origin = origin.as_bytes().strip_prefix(b"http://");
    origin
        .zip(host)
        .is_some_and(|(origin, host)| origin.eq_ignore_ascii_case(host.as_str().as_bytes()))
}

fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    headers
        .get_all("sec-fetch-site")
        .iter()
        .any(|site| site != "same-origin" && site != "none")
}

/// Checks whether the request navigates the whole window, as a link does: the page with the link cannot read the
/// response.
fn is_navigation(parts: &Parts) -> bool {
    let is = |name: &str, value: &str| parts.headers.get(name).is_some_and(|given| given == value);
    parts.method == Method::GET && is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn status(request: http::request::Builder) -> u16 {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        check(&parts).err().map_or(200, |refusal| refusal.status)
    }

    fn get(host: &str) -> http::request::Builder {
        Request::get("/").header("host", host)
    }

    #[test]
    fn only_loopback_hosts_are_answered() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:8080",
            "127.8.9.1:1",
            "localhost",
            "LocalHost:80",
            "[::1]",
            "[::1]:65535",
        ] {
            assert_eq!(status(get(host)), 200, "{host}");
        }
        for host in [
            "example.com",
            "rebound.example:8080",
            "localhost.example.com",
            "127.0.0.1.example.com",
            "127.0.0.1@example.com",
            "10.0.0.1",
            "0.0.0.0",
            "[::]",
            "[::ffff:127.0.0.1]",
            "2130706433",
            "localhost.",
        ] {
            assert_eq!(status(get(host)), 421, "{host}");
        }
        for host in ["", "a b", "127.0.0.1:port:1", "[::1", "http://localhost"] {
            assert!([400, 421].contains(&status(get(host))), "{host}");
        }
    }

    #[test]
    fn a_request_names_one_host() {
        assert_eq!(status(Request::get("/")), 400);
        assert_eq!(status(Request::get("/").version(Version::HTTP_10)), 200);
        assert_eq!(status(get("localhost").header("host", "localhost")), 400);
        assert_eq!(
            status(Request::get("http://example.com/").header("host", "localhost")),
            421
        );
        assert_eq!(
            status(Request::get("http://localhost/").header("host", "example.com")),
            200
        );
    }

    #[test]
    fn only_its_own_origin_may_send() {
        let from = |origin: &str| {
            status(
                Request::post("/")
                    .header("host", "127.0.0.1:8080")
                    .header("origin", origin),
            )
        };
        assert_eq!(from("http://127.0.0.1:8080"), 200);
        for origin in [
            "null",
            "",
            "https://127.0.0.1:8080",
            "http://127.0.0.1:8081",
            "http://127.0.0.1",
            "http://localhost:8080",
            "http://127.0.0.1:8080.example.com",
            "https://example.com",
            "file://",
        ] {
            assert_eq!(from(origin), 403, "{origin}");
        }
        let twice = get("127.0.0.1:1")
            .header("origin", "http://127.0.0.1:1")
            .header("origin", "https://example.com");
        assert_eq!(status(twice), 403);
        assert_eq!(
            status(
                Request::get("/")
                    .version(Version::HTTP_10)
                    .header("origin", "http://localhost")
            ),
            403
        );
    }

    #[test]
    fn of_other_sites_only_links_are_followed() {
        let fetch = |site: &str, mode: &str, dest: &str| {
            let request = get("localhost:1").header("sec-fetch-site", site);
            status(
                request
                    .header("sec-fetch-mode", mode)
                    .header("sec-fetch-dest", dest),
            )
        };
        for site in ["cross-site", "same-site", "new-site"] {
            assert_eq!(fetch(site, "navigate", "document"), 200, "{site}");
            for (mode, dest) in [
                ("navigate", "iframe"),
                ("no-cors", "image"),
                ("no-cors", "document"),
                ("cors", "empty"),
            ] {
                assert_eq!(fetch(site, mode, dest), 403, "{site} {mode} {dest}");
            }
            assert_eq!(
                status(get("localhost:1").header("sec-fetch-site", site)),
                403,
                "{site}"
            );
        }
        assert_eq!(fetch("same-origin", "cors", "empty"), 200);
        assert_eq!(fetch("none", "navigate", "document"), 200);
        let post = Request::post("/")
            .header("host", "localhost:1")
            .header("sec-fetch-site", "cross-site");
        assert_eq!(
            status(
                post.header("sec-fetch-mode", "navigate")
                    .header("sec-fetch-dest", "document")
            ),
            403
        );
    }

    #[test]
    fn a_response_may_set_its_policy_without_opening_anything() {
        let page = ServerReply::html(200, "").with_header("content-security-policy", "default-src 'self'");
        let mut page = page
            .with_header("access-control-allow-origin", "*")
            .into_response();
        protect(page.headers_mut());
        let headers = page.headers();
        assert_eq!(
            headers
                .get_all("content-security-policy")
                .iter()
                .collect::<Vec<_>>(),
            ["default-src 'self'"]
        );
        assert_eq!(headers.get("x-content-type-options").unwrap(), "nosniff");
        assert!(!headers.contains_key("access-control-allow-origin"));
    }
}
