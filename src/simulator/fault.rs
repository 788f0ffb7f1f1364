//! Faults on demand: what a network and a tired server do to an answer, chosen by endpoint, account and call number.

use std::{io, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::{Response, body::Frame};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    account::Account,
    reply::Reply,
    routes::Endpoint,
    wire::{Body, full, response},
};

/// A fault, and the calls that it strikes.
///
/// `{"endpoint":"upload","nth":2,"kind":{"status":503}}` strikes the second upload request after the fault was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The endpoint, or `any`.
    pub endpoint: Endpoint,
    /// Token or name of the account; every account where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Number of the first call that is struck, from 1, counting the calls that fit; every call where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// How many calls in a row are struck: one where `nth` is given, all otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Whether the request takes effect all the same; where absent, what [`FaultKind`] says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<bool>,
    /// What happens.
    pub kind: FaultKind,
}

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// This HTTP status (200..=599) with an empty body. No effect.
    Status(u16),
    /// A gateway's HTML page with status 502. No effect.
    #[serde(rename = "html_502")]
    Html502,
    /// This error in TikTok's envelope. No effect.
    Error(FaultError),
    /// 429 `rate_limit_exceeded` with this `Retry-After` header. No effect.
    RetryAfter(String),
    /// 307 to this address. No effect.
    Redirect(String),
    /// The connection is closed before the request is read. No effect.
    CutBefore,
    /// The connection is closed after so many bytes of the request's body. No effect.
    CutAtByte(u64),
    /// The request takes effect, the connection is closed without an answer.
    CutAfter,
    /// The request takes effect, the answer ends after so many bytes of its body.
    Truncate(u64),
    /// The request takes effect, the answer is 200 without a body.
    #[serde(rename = "empty_200")]
    Empty200,
    /// The request takes effect, the answer is 200 with a body that is not JSON.
    NotJson,
    /// The request takes effect, the answer comes so many milliseconds later.
    SlowMs(u64),
    /// The request takes effect, the second half of the answer's body comes so many milliseconds later.
    SlowBodyMs(u64),
}

/// An error to answer with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultError {
    /// The HTTP status, 200..=599.
    pub http: u16,
    /// `error.code`
    pub code: String,
    /// `error.message`
    #[serde(default)]
    pub message: String,
}

impl Fault {
    /// Whether the request does what it asks for.
    pub(super) fn takes_effect(&self) -> bool {
        self.effect.unwrap_or_else(|| self.kind.takes_effect())
    }

    /// Where the request's body is to be cut, in bytes.
    pub(super) fn cut_at(&self) -> Option<u64> {
        if let FaultKind::CutAtByte(at) = self.kind { Some(at) } else { None }
    }

    /// Whether the connection is to be closed before the body is read.
    pub(super) fn cuts_before(&self) -> bool {
        self.kind == FaultKind::CutBefore && !self.takes_effect()
    }

    fn fits(&self, endpoint: Endpoint, account: Option<&Account>) -> bool {
        // The host of the files is not TikTok.
        let of_any = self.endpoint == Endpoint::Any && endpoint != Endpoint::Media;
        let endpoint_fits = of_any || self.endpoint == endpoint;
        let account_fits = self
            .account
            .as_ref()
            .is_none_or(|wanted| account.is_some_and(|account| *wanted == account.token || *wanted == account.name));
        endpoint_fits && account_fits
    }

    fn strikes(&self, call: u64) -> bool {
        let first = self.nth.unwrap_or(1);
        let times = self.times.unwrap_or_else(|| if self.nth.is_some() { 1 } else { u64::MAX });
        (first..first.saturating_add(times)).contains(&call)
    }
}

impl FaultKind {
    fn takes_effect(&self) -> bool {
        match self {
            Self::Status(_)
            | Self::Html502
            | Self::Error(_)
            | Self::RetryAfter(_)
            | Self::Redirect(_)
            | Self::CutBefore
            | Self::CutAtByte(_) => false,
            Self::CutAfter
            | Self::Truncate(_)
            | Self::Empty200
            | Self::NotJson
            | Self::SlowMs(_)
            | Self::SlowBodyMs(_) => true,
        }
    }

    /// The HTTP status that the kind names, for checking.
    pub(super) fn status(&self) -> Option<u16> {
        if let Self::Status(status) | Self::Error(FaultError { http: status, .. }) = self {
            Some(*status)
        } else {
            None
        }
    }

    /// The answer as it is to be sent, made from the answer of the endpoint.
    pub(super) fn reshape(&self, reply: Reply) -> Reply {
        match self {
            Self::Status(status) => Reply::empty(*status),
            Self::Html502 => Reply::html(502, GATEWAY_PAGE),
            Self::Error(error) => Reply::error(error.http, &error.code, &error.message, "20260911000000FAULT"),
            Self::RetryAfter(after) => {
                let message = "The API rate limit was exceeded.";
                Reply::error(429, "rate_limit_exceeded", message, "20260911000000FAULT")
                    .with_header("retry-after", after)
            }
            Self::Redirect(to) => Reply::empty(307).with_header("location", to),
            Self::Empty200 => Reply::empty(200),
            Self::NotJson => Reply::json(200, &json!({})).with_body("{\"data\": <not json>"),
            Self::CutBefore
            | Self::CutAtByte(_)
            | Self::CutAfter
            | Self::Truncate(_)
            | Self::SlowMs(_)
            | Self::SlowBodyMs(_) => reply,
        }
    }

    /// How the answer is sent.
    pub(super) fn sending(&self) -> Sending {
        match self {
            Self::CutBefore | Self::CutAtByte(_) | Self::CutAfter => Sending::Never,
            Self::SlowMs(ms) => Sending::After(*ms),
            Self::SlowBodyMs(ms) => Sending::InTwo(Second::After(*ms)),
            Self::Truncate(at) => Sending::InTwo(Second::Never { first: *at }),
            Self::Status(_)
            | Self::Html502
            | Self::Error(_)
            | Self::RetryAfter(_)
            | Self::Redirect(_)
            | Self::Empty200
            | Self::NotJson => Sending::AtOnce,
        }
    }
}

/// How an answer is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sending {
    /// At once and whole.
    AtOnce,
    /// Whole, so many milliseconds later.
    After(u64),
    /// In two parts.
    InTwo(Second),
    /// The connection is closed instead.
    Never,
}

/// What becomes of the second part of a body.
#[derive(Debug, Clone, Copy)]
pub(super) enum Second {
    /// It comes so many milliseconds later; the parts are halves.
    After(u64),
    /// It never comes, and the connection is closed; the first part has so many bytes.
    Never { first: u64 },
}

/// An answer that announces its whole body and sends it in two parts.
pub(super) fn in_two(reply: Reply, second: Second) -> Response<Body> {
    let length = reply.body.len();
    let at = match second {
        Second::After(_) => length / 2,
        Second::Never { first } => usize::try_from(first).unwrap_or(usize::MAX).min(length),
    };
    let mut tail = Bytes::from(reply.body);
    let head = tail.split_to(at);
    let parts = stream::unfold(Some((head, Some(tail))), move |state| async move {
        let (now, later) = state?;
        if later.is_none() {
            match second {
                Second::After(ms) => really_sleep(ms).await,
                // Without the pause hyper would drop what it has not sent yet.
                Second::Never { .. } => {
                    tokio::task::yield_now().await;
                    return Some((Err(io::Error::other("the answer is cut here")), None));
                }
            }
        }
        Some((Ok(Frame::data(now)), later.map(|tail| (tail, None))))
    });
    let headers = [reply.headers, vec![("content-length".to_owned(), length.to_string())]].concat();
    // hyper takes an announced empty body as sent, so there is nothing to cut.
    let body = if length == 0 { full(Bytes::new()) } else { StreamBody::new(parts).boxed_unsync() };
    response(reply.status, &headers, body)
}

/// Waits by the real clock: a client's timeouts are real, whatever the simulated time is.
#[expect(clippy::disallowed_methods, reason = "a slow answer must be slow by the client's own clock")]
pub(super) async fn really_sleep(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

/// The faults that are set, each with the number of calls that fitted it.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(Fault, u64)>);

impl Faults {
    pub(super) fn add(&mut self, faults: Vec<Fault>) {
        self.0.extend(faults.into_iter().map(|fault| (fault, 0)));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Counts a call and returns the first fault that strikes it.
    pub(super) fn strike(&mut self, endpoint: Endpoint, account: Option<&Account>) -> Option<Fault> {
        let mut struck = None;
        for (fault, calls) in self.0.iter_mut().filter(|(fault, _)| fault.fits(endpoint, account)) {
            *calls = calls.saturating_add(1);
            if struck.is_none() && fault.strikes(*calls) {
                struck = Some(fault.clone());
            }
        }
        struck
    }
}

/// What an Akamai edge sends when the origin does not answer (§5.3).
const GATEWAY_PAGE: &str = "<HTML><HEAD>\n<TITLE>502 Bad Gateway</TITLE>\n</HEAD><BODY>\n<H1>Bad Gateway</H1>\n\
    The proxy server received an invalid response from an upstream server.<P>\n\
    Reference&#32;&#35;18&#46;2f1d2417&#46;1757548800&#46;1a2b3c4d\n</BODY></HTML>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, struck: &[u64]) {
        let mut faults = Faults::default();
        faults.add(vec![serde_json::from_str(json).unwrap()]);
        let hit = |_| faults.strike(Endpoint::Upload, None).is_some();
        let hits: Vec<bool> = (1..=5).map(hit).collect();
        let expected: Vec<bool> = (1..=5).map(|call| struck.contains(&call)).collect();
        assert_eq!(hits, expected, "{json}");
    }

    #[test]
    fn nth_and_times_choose_the_calls() {
        check(r#"{"endpoint":"upload","kind":"cut_before"}"#, &[1, 2, 3, 4, 5]);
        check(r#"{"endpoint":"any","times":2,"kind":"html_502"}"#, &[1, 2]);
        check(r#"{"endpoint":"upload","nth":2,"kind":{"status":503}}"#, &[2]);
        check(r#"{"endpoint":"upload","nth":2,"times":3,"kind":{"slow_ms":5}}"#, &[2, 3, 4]);
        check(r#"{"endpoint":"video_init","kind":"empty_200"}"#, &[]);
        check(r#"{"endpoint":"upload","account":"act.sim-public","kind":"not_json"}"#, &[]);
    }

    #[test]
    fn the_error_kind_carries_status_code_and_message() {
        let json =
            r#"{"endpoint":"any","kind":{"error":{"http":400,"code":"app_version_check_failed","message":"m"}}}"#;
        let fault: Fault = serde_json::from_str(json).unwrap();
        assert_eq!(fault.kind.status(), Some(400));
        assert!(!fault.takes_effect());
    }
}
