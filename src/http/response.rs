//! Responses, as an API reads them: pure.

use std::{
    fmt,
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName,
    header::{CONTENT_RANGE, CONTENT_TYPE, DATE, RETRY_AFTER},
};

use super::{content_range::ContentRange, tally::Held};

/// Complete response, whatever its status.
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type` in lower case, without parameters.
    pub content_type: Option<String>,
    /// `Retry-After`, from seconds or from a date.
    pub retry_after: Option<Duration>,
    /// `Date`, the server's clock, since the Unix epoch.
    pub date: Option<Duration>,
    /// `Content-Range`, with which servers report the progress of an upload.
    pub content_range: Option<ContentRange>,
    /// All headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
    /// Memory of the body, as it is counted for the request.
    pub held: Held,
}

impl HttpResponse {
    /// Response with this status and these headers and no body yet; `now` is the time since the Unix epoch.
    pub(super) fn of(status: u16, headers: &HeaderMap, now: Duration, held: Held) -> Self {
        Self {
            status,
            content_type: text(headers, &CONTENT_TYPE).map(essence),
            retry_after: retry_after(headers, now),
            date: text(headers, &DATE).and_then(since_epoch),
            content_range: text(headers, &CONTENT_RANGE).and_then(ContentRange::parse),
            headers: headers.clone(),
            body: Bytes::new(),
            held,
        }
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpResponse({}, {} bytes)", self.status, self.body.len())
    }
}

/// Value of `Retry-After`, seen from `now`, the time since the Unix epoch.
pub(super) fn retry_after(headers: &HeaderMap, now: Duration) -> Option<Duration> {
    text(headers, &RETRY_AFTER).and_then(|text| wait_of(text, now))
}

/// Text of a header; `None` where it is absent or not ASCII.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// `Retry-After` in seconds, or as a date (RFC 9110 §10.2.3); a date that has passed is no wait.
fn wait_of(text: &str, now: Duration) -> Option<Duration> {
    let seconds = text.trim().parse().ok().map(Duration::from_secs);
    seconds.or_else(|| since_epoch(text).map(|time| time.saturating_sub(now)))
}

/// Time of a header, since the Unix epoch.
fn since_epoch(text: &str) -> Option<Duration> {
    let date = httpdate::parse_http_date(text.trim()).ok()?;
    date.duration_since(UNIX_EPOCH).ok()
}

fn essence(content_type: &str) -> String {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        // 1994-11-06 08:49:37 UTC, the date of RFC 9110's examples.
        let date = Duration::from_secs(784_111_777);
        let wait = |text, now| wait_of(text, now).map(|wait| wait.as_secs());
        assert_eq!(wait("120", date), Some(120));
        assert_eq!(
            wait(
                "Sun, 06 Nov 1994 08:49:37 GMT",
                date.saturating_sub(Duration::from_secs(90))
            ),
            Some(90)
        );
        assert_eq!(
            wait("Sun, 06 Nov 1994 08:49:37 GMT", date + Duration::from_secs(5)),
            Some(0)
        );
        for nonsense in [
            "",
            "soon",
            "-1",
            "1.5",
            "99999999999999999999999",
            "Sun, 99 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(wait(nonsense, date), None, "{nonsense:?}");
        }
    }
}
