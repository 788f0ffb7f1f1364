//! Progress of a download across responses, and the parts that are still missing (RFC 9110 §13.1.5, §14): pure.

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED},
};

use super::{content_range::ContentRange, response::text};

/// Properties of a file, as the server reports them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Length of the whole file, in bytes, if known.
    pub total: Option<u64>,
    /// True if the server calls it a web page.
    pub is_page: bool,
}

/// Progress of a download.
#[derive(Debug, Default)]
pub(super) struct DownloadProgress {
    /// Bytes received.
    have: u64,
    /// Length of the whole file, if known.
    total: Option<u64>,
    /// Identity of this state of the file. Without it, a download that broke off begins anew.
    validator: Option<FileValidator>,
}

/// Strong ETag, or else the time of the last change.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FileValidator {
    header: HeaderName,
    value: HeaderValue,
}

/// Range of a file to request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RangeRequest {
    /// `Range`.
    pub(super) range: String,
    /// `If-Range`: state of the file to which the range must belong.
    pub(super) state: Option<HeaderValue>,
}

impl RangeRequest {
    /// The first `most` bytes.
    pub(super) fn head(most: u64) -> Self {
        Self {
            range: format!("bytes=0-{}", most.saturating_sub(1)),
            state: None,
        }
    }
}

/// Relation of a response to the bytes already received.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ResponseFit {
    /// The body is the file from its first byte.
    Anew,
    /// The body continues where the last one broke off.
    Continues,
    /// The file has changed during the download, or the server sends another range than requested.
    Changed,
    /// The response is no part of the file.
    Other,
}

impl DownloadProgress {
    /// Range that is missing, if it can be requested without mixing two states of the file.
    pub(super) fn rest(&self) -> Option<RangeRequest> {
        let validator = self.validator.as_ref().filter(|_| self.have > 0)?;
        Some(RangeRequest {
            range: format!("bytes={}-", self.have),
            state: Some(validator.value.clone()),
        })
    }

    /// Evaluates status and headers of a response; `asked` is true if the missing range was requested.
    pub(super) fn fit(&mut self, status: u16, headers: &HeaderMap, asked: bool) -> ResponseFit {
        match status {
            200 => {
                *self = Self {
                    have: 0,
                    total: number(headers, &CONTENT_LENGTH),
                    validator: validator(headers),
                };
                ResponseFit::Anew
            }
            206 if asked => self.continues(headers),
            416 if asked => ResponseFit::Changed,
            _ => ResponseFit::Other,
        }
    }

    fn continues(&mut self, headers: &HeaderMap) -> ResponseFit {
        let Some(ContentRange {
            range: Some((first, _)),
            total,
        }) = content_range(headers).filter(ContentRange::is_valid)
        else {
            return ResponseFit::Changed;
        };
        let same_state = self.validator.as_ref().is_none_or(|known| {
            // A part need not repeat what names the file, but must not name another.
            headers
                .get(&known.header)
                .is_none_or(|value| *value == known.value)
        });
        let same_length = total.is_none() || self.total.is_none() || total == self.total;
        if first == self.have && same_length && same_state {
            // The first response need not have named the length of the file.
            self.total = self.total.or(total);
            ResponseFit::Continues
        } else {
            ResponseFit::Changed
        }
    }

    /// Counts a part of the body.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.have = self.have.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// Returns true if a body that has ended completes the file.
    pub(super) fn is_whole(&self) -> bool {
        self.total.is_none_or(|total| total == self.have)
    }

    /// Bytes received.
    pub(super) const fn have(&self) -> u64 {
        self.have
    }
}

impl FileInfo {
    /// Properties in the headers of a response with this status.
    pub(super) fn of(status: u16, headers: &HeaderMap) -> Self {
        let total = match status {
            206 | 416 => content_range(headers).and_then(|range| range.total),
            _ => number(headers, &CONTENT_LENGTH),
        };
        let kind = text(headers, &CONTENT_TYPE).unwrap_or_default();
        Self {
            total,
            is_page: kind.trim_start().to_ascii_lowercase().starts_with("text/html"),
        }
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    text(headers, name)?.trim().parse().ok()
}

/// A weak ETag does not promise the same bytes.
fn validator(headers: &HeaderMap) -> Option<FileValidator> {
    let of = |header: HeaderName| {
        headers
            .get(&header)
            .cloned()
            .map(|value| FileValidator { header, value })
    };
    of(ETAG)
        .filter(|etag| !etag.value.as_bytes().starts_with(b"W/"))
        .or_else(|| of(LAST_MODIFIED))
}

fn content_range(headers: &HeaderMap) -> Option<ContentRange> {
    text(headers, &CONTENT_RANGE).and_then(ContentRange::parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::try_from(*name).unwrap(),
                    HeaderValue::from_str(value).unwrap(),
                )
            })
            .collect()
    }

    /// A download of which 4 of 10 bytes came, under these headers.
    fn broken_off(lines: &[(&str, &str)]) -> DownloadProgress {
        let mut progress = DownloadProgress::default();
        let mut all = vec![("content-length", "10")];
        all.extend(lines);
        assert_eq!(progress.fit(200, &headers(&all), false), ResponseFit::Anew);
        progress.advance(4);
        progress
    }

    #[test]
    fn the_rest_is_asked_for_where_the_file_has_a_name() {
        let rest = |lines: &[(&str, &str)]| broken_off(lines).rest().map(|rest| (rest.range, rest.state));
        let date = "Sun, 22 Nov 2026 00:00:00 GMT";
        let some = |state| Some(("bytes=4-".to_owned(), Some(HeaderValue::from_static(state))));
        assert_eq!(rest(&[("etag", "\"a\"")]), some("\"a\""));
        assert_eq!(rest(&[("etag", "\"a\""), ("last-modified", date)]), some("\"a\""));
        assert_eq!(rest(&[("etag", "W/\"a\""), ("last-modified", date)]), some(date));
        assert_eq!(rest(&[("etag", "W/\"a\"")]), None);
        assert_eq!(rest(&[]), None);
        assert_eq!(DownloadProgress::default().rest(), None);
    }

    #[test]
    fn a_part_may_be_the_first_to_tell_how_long_the_file_is() {
        let mut progress = DownloadProgress::default();
        assert_eq!(
            progress.fit(200, &headers(&[("etag", "\"a\"")]), false),
            ResponseFit::Anew
        );
        progress.advance(4);
        assert_eq!(
            progress.fit(206, &headers(&[("content-range", "bytes 4-7/10")]), true),
            ResponseFit::Continues
        );
        progress.advance(4);
        assert!(!progress.is_whole(), "8 of 10 bytes came");
    }

    #[test]
    fn only_the_right_part_of_the_same_file_continues() {
        let fit = |status, lines: &[(&str, &str)]| {
            broken_off(&[("etag", "\"a\"")]).fit(status, &headers(lines), true)
        };
        for (range, expected) in [
            ("bytes 4-9/10", ResponseFit::Continues),
            ("bytes 4-9/*", ResponseFit::Continues),
            ("bytes 4-7/10", ResponseFit::Continues),
            ("bytes 0-9/10", ResponseFit::Changed),
            ("bytes 5-9/10", ResponseFit::Changed),
            ("bytes 4-10/11", ResponseFit::Changed),
            ("bytes 4-10/10", ResponseFit::Changed),
            ("bytes 9-4/10", ResponseFit::Changed),
            ("bytes */10", ResponseFit::Changed),
            ("items 4-9/10", ResponseFit::Changed),
            ("", ResponseFit::Changed),
        ] {
            assert_eq!(fit(206, &[("content-range", range)]), expected, "{range:?}");
        }
        assert_eq!(fit(206, &[]), ResponseFit::Changed);
        assert_eq!(
            fit(206, &[("content-range", "bytes 4-9/10"), ("etag", "\"a\"")]),
            ResponseFit::Continues
        );
        assert_eq!(
            fit(206, &[("content-range", "bytes 4-9/10"), ("etag", "\"b\"")]),
            ResponseFit::Changed
        );
        assert_eq!(fit(416, &[]), ResponseFit::Changed);
        assert_eq!(fit(404, &[]), ResponseFit::Other);
        // A part that nobody asked for.
        assert_eq!(
            DownloadProgress::default().fit(206, &headers(&[("content-range", "bytes 0-9/10")]), false),
            ResponseFit::Other
        );
    }

    #[test]
    fn a_whole_answer_begins_anew() {
        let mut progress = broken_off(&[("etag", "\"a\"")]);
        assert!(!progress.is_whole());
        assert_eq!(
            progress.fit(200, &headers(&[("content-length", "3"), ("etag", "\"b\"")]), true),
            ResponseFit::Anew
        );
        assert_eq!(progress.have(), 0);
        progress.advance(3);
        assert!(progress.is_whole());
    }

    #[test]
    fn the_length_of_the_whole_is_read_from_the_right_place() {
        let total = |status, lines: &[(&str, &str)]| FileInfo::of(status, &headers(lines)).total;
        assert_eq!(total(200, &[("content-length", "7")]), Some(7));
        assert_eq!(
            total(206, &[("content-length", "7"), ("content-range", "bytes 0-6/99")]),
            Some(99)
        );
        assert_eq!(
            total(206, &[("content-length", "7"), ("content-range", "bytes 0-6/*")]),
            None
        );
        assert_eq!(total(416, &[("content-range", "bytes */0")]), Some(0));
        assert_eq!(total(200, &[]), None);
        assert!(FileInfo::of(200, &headers(&[("content-type", "Text/HTML; charset=utf-8")])).is_page);
        assert!(!FileInfo::of(200, &headers(&[("content-type", "video/mp4")])).is_page);
    }
}
