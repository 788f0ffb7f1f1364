//! The way to an API: name, connection, TLS, clock.

use std::{net::IpAddr, time::Duration};

use ::http::{HeaderMap, Method};
use tokio::time::timeout;
use url::{Host, Url};

use super::{
    finding::{CheckStatus, Finding},
    skew,
};
use crate::{
    clock::Clock,
    http::{
        ConnectError, ConnectionError, HttpErrorKind, HttpRequest, HttpResponse, RequestBody, Transport,
        addresses,
    },
    model::with_causes,
};

/// Result of the checks of one API's address.
#[derive(Debug)]
pub(super) struct NetworkCheck {
    pub(super) findings: Vec<Finding>,
    /// True if the API answered.
    pub(super) is_reached: bool,
}

/// Time limit of the lookup of a name.
const LOOKUP: Duration = Duration::from_secs(5);

/// Time limit of the call.
const CALL: Duration = Duration::from_secs(8);

/// Longest answer that is read, in bytes.
const ANSWER_MAX: usize = 256 * 1024;

const DNS: &str = "dns";
const CONNECTION: &str = "connection";
const TLS: &str = "tls";
const CLOCK: &str = "clock";

/// Looks the host up, and sends one request without credentials.
pub(super) async fn check(base: &Url, proxy: Option<&str>, clock: &Clock) -> NetworkCheck {
    let (dns, answer) = tokio::join!(lookup(base, proxy), call(base, clock));
    let is_reached = answer.is_ok();
    let has_no_address = dns.status == CheckStatus::Fault;
    let mut findings = vec![dns];
    findings.extend(match answer {
        Err(_) if has_no_address => {
            let no_connection = Finding::skipped(CONNECTION, "needs an address");
            vec![
                no_connection,
                no_tls(),
                Finding::skipped(CLOCK, "needs an answer"),
            ]
        }
        Ok((response, took)) => reached(base, proxy, clock, &response, took),
        Err(fault) => not_reached(base, &fault),
    });
    NetworkCheck { findings, is_reached }
}

async fn lookup(base: &Url, proxy: Option<&str>) -> Finding {
    let host = match (base.host(), proxy) {
        (_, Some(proxy)) => return Finding::skipped(DNS, format!("the proxy of {proxy} looks the name up")),
        (Some(Host::Domain(host)), None) => host,
        _ => return Finding::skipped(DNS, "the address has no name"),
    };
    match timeout(LOOKUP, addresses(host)).await {
        Ok(Ok(found)) if !found.is_empty() => Finding::ok(DNS, format!("{host} is {}", listed(&found))),
        Ok(Ok(_) | Err(_)) => Finding::fault(
            DNS,
            format!("{host} has no address: the name could not be resolved"),
            "check the address for typing errors, and this machine's network and DNS (/etc/resolv.conf)",
        ),
        Err(_late) => Finding::late(
            DNS,
            LOOKUP,
            "check this machine's network and DNS (/etc/resolv.conf)",
        ),
    }
}

/// The first addresses, and the number of the others.
fn listed(addresses: &[IpAddr]) -> String {
    let (shown, others) = addresses.split_at(addresses.len().min(2));
    let shown: Vec<String> = shown.iter().map(ToString::to_string).collect();
    match others.len() {
        0 => shown.join(", "),
        others => format!("{} and {others} more", shown.join(", ")),
    }
}

/// Reason that there is no answer.
#[derive(Debug)]
enum ProbeFault {
    /// The HTTP client could not be set up.
    Client(String),
    /// The call failed.
    Http(HttpErrorKind),
}

async fn call(base: &Url, clock: &Clock) -> Result<(HttpResponse, Duration), ProbeFault> {
    let transport =
        Transport::new(base, clock.clone()).map_err(|error| ProbeFault::Client(with_causes(&error)))?;
    let request = HttpRequest {
        endpoint: "doctor",
        method: Method::GET,
        url: base.clone(),
        auth: None,
        headers: HeaderMap::new(),
        body: RequestBody::Empty,
        timeout: CALL,
        response_max: ANSWER_MAX,
    };
    let begun = clock.elapsed();
    let answer = transport.attempt(&request, 1, clock.deadline_in(CALL)).await;
    let took = clock.elapsed().saturating_sub(begun);
    answer
        .map(|response| (response, took))
        .map_err(|error| ProbeFault::Http(error.kind))
}

fn reached(
    base: &Url,
    proxy: Option<&str>,
    clock: &Clock,
    response: &HttpResponse,
    took: Duration,
) -> Vec<Finding> {
    let way = proxy
        .map(|proxy| format!(" through the proxy of {proxy}"))
        .unwrap_or_default();
    let found = format!("answered{way} in {} ms", took.as_millis());
    let connection = if response.status >= 500 {
        Finding::warning(
            CONNECTION,
            format!("{found}, with HTTP status {}", response.status),
            "try again later; if it stays, check the address and proxies on the way",
        )
    } else {
        Finding::ok(CONNECTION, found)
    };
    let tls = if base.scheme() == "https" {
        Finding::ok(TLS, "the certificate is valid and trusted")
    } else {
        Finding::skipped(TLS, "http on this machine uses no TLS")
    };
    let sent = clock.since_epoch().saturating_sub(took / 2);
    vec![connection, tls, skew::judge(sent, response.date)]
}

fn not_reached(base: &Url, fault: &ProbeFault) -> Vec<Finding> {
    let no_clock = Finding::skipped(CLOCK, "needs an answer");
    match fault {
        ProbeFault::Http(HttpErrorKind::Connection(ConnectionError::Connect(error)))
            if matches!(error, ConnectError::Certificate(_) | ConnectError::NoTls) =>
        {
            let (found, remedy) = parts(&error.to_string());
            vec![
                Finding::ok(CONNECTION, "a connection was made"),
                Finding::fault(TLS, found, remedy),
                no_clock,
            ]
        }
        ProbeFault::Http(HttpErrorKind::Connection(ConnectionError::Connect(error))) => {
            let (found, remedy) = parts(&error.to_string());
            let refused = *error == ConnectError::Refused;
            let at = format!(
                "{}:{}",
                base.host_str().unwrap_or_default(),
                base.port_or_known_default().unwrap_or(0)
            );
            let remedy = if refused {
                format!("start the server at {at}, or correct the address; check firewalls and proxies")
            } else {
                remedy
            };
            vec![
                Finding::fault(CONNECTION, format!("{at}: {found}"), remedy),
                no_tls(),
                no_clock,
            ]
        }
        ProbeFault::Http(error) => vec![
            Finding::fault(
                CONNECTION,
                error.to_string(),
                "check the address, this machine's network, and firewalls and proxies on the way",
            ),
            no_tls(),
            no_clock,
        ],
        ProbeFault::Client(error) => vec![
            Finding::fault(
                CONNECTION,
                error,
                "check the certificate store (SSL_CERT_FILE, SSL_CERT_DIR) and the variables of proxies",
            ),
            no_tls(),
            no_clock,
        ],
    }
}

fn no_tls() -> Finding {
    Finding::skipped(TLS, "needs a connection")
}

/// Cause and remedy, which the texts of connection errors hold together.
fn parts(text: &str) -> (String, String) {
    let (found, remedy) = text.split_once(", so ").unwrap_or((
        text,
        "check the address, this machine's network, and firewalls and proxies on the way",
    ));
    (found.to_owned(), remedy.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::CertificateFault;

    fn of(error: ConnectError) -> Vec<(String, &'static str)> {
        let base = Url::parse("https://tiktok.invalid").unwrap();
        let fault = ProbeFault::Http(HttpErrorKind::Connection(ConnectionError::Connect(error)));
        let findings = not_reached(&base, &fault).into_iter();
        findings
            .map(|finding| (finding.check, finding.status.word()))
            .collect()
    }

    #[test]
    fn the_first_step_that_fails_is_the_fault_and_the_others_are_skipped() {
        let steps = |words: [&'static str; 3]| -> Vec<(String, &'static str)> {
            [CONNECTION, TLS, CLOCK]
                .iter()
                .map(|check| (*check).to_owned())
                .zip(words)
                .collect()
        };
        assert_eq!(of(ConnectError::Refused), steps(["fault", "skipped", "skipped"]));
        let expired = ConnectError::Certificate(CertificateFault::Expired);
        assert_eq!(of(expired), steps(["ok", "fault", "skipped"]));
        assert_eq!(of(ConnectError::NoTls), steps(["ok", "fault", "skipped"]));
    }

    #[test]
    fn causes_and_remedies_are_told_apart() {
        let (found, remedy) = parts(&CertificateFault::UnknownIssuer.to_string());
        assert!(found.ends_with("certificate store"), "{found}");
        assert!(remedy.starts_with("look at the store"), "{remedy}");
    }
}
