//! Faults on demand: effects of a bad network or server, selected by endpoint, account and call number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    caller::Caller,
    endpoint::EndpointName,
    pace::Stall,
    reply::{ErrorFormat, ServerReply},
};

mod sending;

pub(super) use sending::{Second, Sending, in_two, paced};

/// A fault and the calls that it affects.
///
/// `{"endpoint":"upload","nth":2,"kind":{"status":503}}` affects the second upload request after the fault was set,
/// `{"endpoint":"upload","chunk":"last","effect":true,"kind":{"status":503}}` the last chunk of every upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The endpoint, or `any`.
    pub endpoint: EndpointName,
    /// Token or name of the account; every account if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Chunk of an upload, by its `Content-Range`; every call if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chunk: Option<ChunkPlace>,
    /// Number of the first affected call, counted from 1 over the matching calls; every call if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u64>,
    /// Number of consecutive affected calls; by default 1 if `nth` is given, else all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Whether the request takes effect; by default as documented at [`FaultKind`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<bool>,
    /// Whether the response is sent before the request's body is read; such a request has no effect.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
    /// Effect of the fault.
    pub kind: FaultKind,
}

/// Position of a chunk in its file. Each chunk has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChunkPlace {
    /// Begins the file, and more follow.
    First,
    /// Neither begins nor ends the file.
    Middle,
    /// Ends the file, after others.
    Last,
    /// Is the whole file.
    Only,
}

/// Properties of a call by which faults select it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Called<'a> {
    pub(super) endpoint: EndpointName,
    pub(super) caller: &'a Caller,
    pub(super) chunk: Option<ChunkPlace>,
}

/// The faults that apply to one call.
#[derive(Debug, Default)]
pub(super) struct Struck {
    pub(super) fault: Option<FaultRule>,
    /// The speed of the line, in bytes per second.
    pub(super) bytes_per_second: Option<u64>,
}

/// Effect of a fault on a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// This HTTP status (200..=599) with an empty body. No effect.
    Status(u16),
    /// This response, with headers. No effect.
    Answer(FaultAnswer),
    /// A gateway's HTML page with status 502. No effect.
    #[serde(rename = "html_502")]
    Html502,
    /// This error in the API's envelope. No effect.
    Error(FaultError),
    /// The API's error for too many requests, with this `Retry-After` header. No effect.
    RetryAfter(String),
    /// 307 to this URL. No effect.
    Redirect(String),
    /// The connection is closed before the request is read. No effect.
    CutBefore,
    /// The connection is closed after this number of bytes of the request's body. No effect.
    CutAtByte(u64),
    /// Reading pauses within the request's body; the request takes effect if the pause ends.
    Stall(Stall),
    /// The request takes effect; the connection is closed without a response.
    CutAfter,
    /// The request takes effect; the response ends after this number of bytes of its body.
    Truncate(u64),
    /// The request takes effect; the response is 200 without a body.
    #[serde(rename = "empty_200")]
    Empty200,
    /// The request takes effect; the response is 200 with a body that is not JSON.
    NotJson,
    /// The request takes effect; the response is delayed by this number of milliseconds.
    SlowMs(u64),
    /// The request takes effect; the second half of the response body is delayed by this number of milliseconds.
    SlowBodyMs(u64),
    /// The request takes effect; sending pauses within the response body.
    StallAnswer(Stall),
    /// The request takes effect; its body and the response body are transferred at this many bytes per second. Combines
    /// with other faults.
    BytesPerSecond(u64),
}

/// Response of any kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultAnswer {
    /// The HTTP status, 200..=599.
    pub status: u16,
    /// Headers by name, for example `{"location": "https://…"}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body; empty if absent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
}

/// Error response.
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

impl FaultRule {
    /// Checks whether the request takes effect.
    pub(super) fn takes_effect(&self) -> bool {
        !self.early && self.effect.unwrap_or_else(|| self.kind.takes_effect())
    }

    /// Bytes after which the request's body is cut.
    pub(super) fn cut_at(&self) -> Option<u64> {
        if let FaultKind::CutAtByte(at) = self.kind {
            Some(at)
        } else {
            None
        }
    }

    /// Checks whether the connection is closed before the body is read.
    pub(super) fn cuts_before(&self) -> bool {
        self.kind == FaultKind::CutBefore && !self.takes_effect()
    }

    /// The pause in reading the request's body, if any.
    pub(super) fn stall(&self) -> Option<Stall> {
        if let FaultKind::Stall(stall) = self.kind {
            Some(stall)
        } else {
            None
        }
    }

    fn fits(&self, call: Called<'_>) -> bool {
        // The file host is not TikTok.
        let of_any = self.endpoint == EndpointName::ANY && call.endpoint != EndpointName::MEDIA;
        let endpoint_fits = of_any || self.endpoint == call.endpoint;
        let account_fits = self.account.as_ref().is_none_or(|wanted| call.caller.is(wanted));
        endpoint_fits && account_fits && (self.chunk.is_none() || self.chunk == call.chunk)
    }

    fn strikes(&self, call: u64) -> bool {
        let first = self.nth.unwrap_or(1);
        let times = self
            .times
            .unwrap_or_else(|| if self.nth.is_some() { 1 } else { u64::MAX });
        (first..first.saturating_add(times)).contains(&call)
    }
}

impl FaultKind {
    fn takes_effect(&self) -> bool {
        match self {
            Self::Status(_)
            | Self::Answer(_)
            | Self::Html502
            | Self::Error(_)
            | Self::RetryAfter(_)
            | Self::Redirect(_)
            | Self::CutBefore
            | Self::CutAtByte(_) => false,
            // Without an end to the pause, the request would never end.
            Self::Stall(_)
            | Self::CutAfter
            | Self::Truncate(_)
            | Self::Empty200
            | Self::NotJson
            | Self::SlowMs(_)
            | Self::SlowBodyMs(_)
            | Self::StallAnswer(_)
            | Self::BytesPerSecond(_) => true,
        }
    }

    /// HTTP status that the kind names, for checking.
    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Self::Status(status)
            | Self::Error(FaultError { http: status, .. })
            | Self::Answer(FaultAnswer { status, .. }) => Some(*status),
            Self::Html502
            | Self::RetryAfter(_)
            | Self::Redirect(_)
            | Self::CutBefore
            | Self::CutAtByte(_)
            | Self::Stall(_)
            | Self::CutAfter
            | Self::Truncate(_)
            | Self::Empty200
            | Self::NotJson
            | Self::SlowMs(_)
            | Self::SlowBodyMs(_)
            | Self::StallAnswer(_)
            | Self::BytesPerSecond(_) => None,
        }
    }

    /// Headers that the kind names, for checking.
    pub(super) fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = if let Self::Answer(FaultAnswer { headers, .. }) = self {
            Some(headers)
        } else {
            None
        };
        headers
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Turns the response of the endpoint into the one that is sent.
    pub(super) fn reshape(&self, reply: ServerReply, format: &dyn ErrorFormat) -> ServerReply {
        match self {
            Self::Status(status) => ServerReply::empty(*status),
            Self::Answer(FaultAnswer {
                status,
                headers,
                body,
            }) => headers
                .iter()
                .fold(ServerReply::empty(*status), |reply, (name, value)| {
                    reply.with_header(name, value)
                })
                .with_body(body.as_str()),
            Self::Html502 => ServerReply::html(502, GATEWAY_PAGE),
            Self::Error(error) => format.error(error.http, &error.code, &error.message),
            Self::RetryAfter(after) => format.rate_limited().with_header("retry-after", after),
            Self::Redirect(to) => ServerReply::empty(307).with_header("location", to),
            Self::Empty200 => ServerReply::empty(200),
            Self::NotJson => ServerReply::json(200, &json!({})).with_body("{\"data\": <not json>"),
            Self::CutBefore
            | Self::CutAtByte(_)
            | Self::Stall(_)
            | Self::CutAfter
            | Self::Truncate(_)
            | Self::SlowMs(_)
            | Self::SlowBodyMs(_)
            | Self::StallAnswer(_)
            | Self::BytesPerSecond(_) => reply,
        }
    }

    /// Manner of sending the response.
    pub(super) fn sending(&self) -> Sending {
        match self {
            Self::CutBefore | Self::CutAtByte(_) | Self::CutAfter => Sending::Never,
            Self::SlowMs(ms) => Sending::After(*ms),
            Self::SlowBodyMs(ms) => Sending::InTwo(Second::After(*ms)),
            Self::Truncate(at) => Sending::InTwo(Second::Never { first: *at }),
            Self::StallAnswer(stall) => Sending::InTwo(Second::Stalled(*stall)),
            Self::Status(_)
            | Self::Answer(_)
            | Self::Stall(_)
            | Self::BytesPerSecond(_)
            | Self::Html502
            | Self::Error(_)
            | Self::RetryAfter(_)
            | Self::Redirect(_)
            | Self::Empty200
            | Self::NotJson => Sending::AtOnce,
        }
    }
}

/// Active faults, each with the number of matching calls so far.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(FaultRule, u64)>);

impl Faults {
    pub(super) fn add(&mut self, faults: impl IntoIterator<Item = FaultRule>) {
        self.0.extend(faults.into_iter().map(|fault| (fault, 0)));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Counts a call and returns the first fault that affects it, with the first speed limit.
    pub(super) fn strike(&mut self, call: Called<'_>) -> Struck {
        let mut struck = Struck::default();
        for (fault, calls) in self.0.iter_mut().filter(|(fault, _)| fault.fits(call)) {
            *calls = calls.saturating_add(1);
            if !fault.strikes(*calls) {
                continue;
            }
            if let FaultKind::BytesPerSecond(rate) = fault.kind {
                struck.bytes_per_second = struck.bytes_per_second.or(Some(rate));
            } else {
                struck.fault = struck.fault.take().or_else(|| Some(fault.clone()));
            }
        }
        struck
    }
}

impl Struck {
    /// The kind for the journal.
    pub(super) fn kind(&self) -> Option<FaultKind> {
        let slow = self.bytes_per_second.map(FaultKind::BytesPerSecond);
        self.fault.as_ref().map(|fault| fault.kind.clone()).or(slow)
    }
}

impl ChunkPlace {
    /// Place of the bytes from `first` to `last`, inclusive, of `total`.
    pub(super) fn of(first: u64, last: u64, total: u64) -> Self {
        match (first == 0, last.saturating_add(1) >= total) {
            (true, true) => Self::Only,
            (true, false) => Self::First,
            (false, false) => Self::Middle,
            (false, true) => Self::Last,
        }
    }
}

/// Error page of an Akamai edge whose origin does not respond (#answer-envelope).
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
        let call = Called {
            endpoint: EndpointName::UPLOAD,
            caller: &Caller::Anonymous,
            chunk: Some(ChunkPlace::Last),
        };
        let hit = |_| faults.strike(call).kind().is_some();
        let hits: Vec<bool> = (1..=5).map(hit).collect();
        let expected: Vec<bool> = (1..=5).map(|call| struck.contains(&call)).collect();
        assert_eq!(hits, expected, "{json}");
    }

    #[test]
    fn nth_and_times_choose_the_calls() {
        check(r#"{"endpoint":"upload","kind":"cut_before"}"#, &[1, 2, 3, 4, 5]);
        check(r#"{"endpoint":"any","times":2,"kind":"html_502"}"#, &[1, 2]);
        check(r#"{"endpoint":"upload","nth":2,"kind":{"status":503}}"#, &[2]);
        check(
            r#"{"endpoint":"upload","nth":2,"times":3,"kind":{"slow_ms":5}}"#,
            &[2, 3, 4],
        );
        check(r#"{"endpoint":"video_init","kind":"empty_200"}"#, &[]);
        check(
            r#"{"endpoint":"upload","chunk":"last","nth":3,"kind":{"bytes_per_second":9}}"#,
            &[3],
        );
        check(r#"{"endpoint":"upload","chunk":"first","kind":"not_json"}"#, &[]);
        check(
            r#"{"endpoint":"upload","account":"act.sim-public","kind":"not_json"}"#,
            &[],
        );
    }

    #[test]
    fn the_error_kind_carries_status_code_and_message() {
        let json = r#"{"endpoint":"any","kind":{"error":{"http":400,"code":"app_version_check_failed","message":"m"}}}"#;
        let fault: FaultRule = serde_json::from_str(json).unwrap();
        assert_eq!(fault.kind.status(), Some(400));
        assert!(!fault.takes_effect());
    }
}
