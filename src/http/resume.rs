//! How far a download is, and whether an answer continues it: pure, without socket or clock (RFC 9110
//! §13.1.5, §14).

use reqwest::header::{
    CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED,
};

/// What an answer says of its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The length of the whole file, where the server tells it.
    pub total: Option<u64>,
    /// Whether it is called a web page.
    pub is_page: bool,
}

/// How far a download is.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Bytes in hand.
    have: u64,
    /// The length of the whole file, where it is known.
    total: Option<u64>,
    /// What names this state of the file; without it, a download that broke off begins anew.
    validator: Option<Validator>,
}

/// A strong ETag, or else the time of the last change.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Validator {
    header: HeaderName,
    value: HeaderValue,
}

/// A part of a file to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// `Range`
    pub(super) range: String,
    /// `If-Range`: the state of the file that the part must be of
    pub(super) state: Option<HeaderValue>,
}

impl Part {
    /// The first `most` bytes.
    pub(super) fn head(most: u64) -> Self {
        Self {
            range: format!("bytes=0-{}", most.saturating_sub(1)),
            state: None,
        }
    }
}

/// What an answer is to a download.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// Its body is the file from the first byte.
    Anew,
    /// Its body goes on where the last one broke off.
    Continues,
    /// The file has changed in the middle of the download, or the server sends another part than was asked
    /// for.
    Changed,
    /// It is no part of the file.
    Other,
}

impl Progress {
    /// The part that is missing, where it can be asked for without mixing two states of the file.
    pub(super) fn rest(&self) -> Option<Part> {
        let validator = self.validator.as_ref().filter(|_| self.have > 0)?;
        Some(Part {
            range: format!("bytes={}-", self.have),
            state: Some(validator.value.clone()),
        })
    }

    /// Takes in the head of an answer; `asked` says whether the missing part was asked for.
    pub(super) fn fit(&mut self, status: u16, headers: &HeaderMap, asked: bool) -> Fit {
        match status {
            200 => {
                *self = Self {
                    have: 0,
                    total: number(headers, &CONTENT_LENGTH),
                    validator: validator(headers),
                };
                Fit::Anew
            }
            206 if asked => self.continues(headers),
            416 if asked => Fit::Changed,
            _ => Fit::Other,
        }
    }

    fn continues(&mut self, headers: &HeaderMap) -> Fit {
        let range = headers
            .get(CONTENT_RANGE)
            .and_then(|text| text.to_str().ok())
            .and_then(content_range);
        let same_state = self.validator.as_ref().is_none_or(|known| {
            // A part need not repeat what names the file, but must not name another.
            headers
                .get(&known.header)
                .is_none_or(|value| *value == known.value)
        });
        let same_length = |total: Option<u64>| total.is_none() || self.total.is_none() || total == self.total;
        match range {
            Some((first, total)) if first == self.have && same_length(total) && same_state => {
                // The first answer need not have told how long the file is.
                self.total = self.total.or(total);
                Fit::Continues
            }
            _ => Fit::Changed,
        }
    }

    /// Takes in a piece of the body.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.have = self.have.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// Whether a body that has ended was the whole of it.
    pub(super) fn is_whole(&self) -> bool {
        self.total.is_none_or(|total| total == self.have)
    }

    /// How many bytes are in hand.
    pub(super) const fn have(&self) -> u64 {
        self.have
    }
}

impl Announced {
    /// What the head of an answer with this status says.
    pub(super) fn of(status: u16, headers: &HeaderMap) -> Self {
        let in_range = || {
            let text = headers.get(CONTENT_RANGE)?.to_str().ok()?;
            text.trim()
                .strip_prefix("bytes")?
                .rsplit_once('/')?
                .1
                .trim()
                .parse()
                .ok()
        };
        let total = match status {
            206 | 416 => in_range(),
            _ => number(headers, &CONTENT_LENGTH),
        };
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|text| text.to_str().ok())
            .unwrap_or_default();
        Self {
            total,
            is_page: kind.trim_start().to_ascii_lowercase().starts_with("text/html"),
        }
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// A weak ETag does not promise the same bytes.
fn validator(headers: &HeaderMap) -> Option<Validator> {
    let of = |header: HeaderName| {
        headers
            .get(&header)
            .cloned()
            .map(|value| Validator { header, value })
    };
    of(ETAG)
        .filter(|etag| !etag.value.as_bytes().starts_with(b"W/"))
        .or_else(|| of(LAST_MODIFIED))
}

/// The first byte and, where it is told, the whole length: `bytes 5-9/10` or `bytes 5-9/*`.
fn content_range(text: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes")?.trim_start().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let total = match total.trim() {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    (first <= last && total.is_none_or(|total| last < total)).then_some((first, total))
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
    fn broken_off(lines: &[(&str, &str)]) -> Progress {
        let mut progress = Progress::default();
        let mut all = vec![("content-length", "10")];
        all.extend(lines);
        assert_eq!(progress.fit(200, &headers(&all), false), Fit::Anew);
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
        assert_eq!(Progress::default().rest(), None);
    }

    #[test]
    fn a_part_may_be_the_first_to_tell_how_long_the_file_is() {
        let mut progress = Progress::default();
        assert_eq!(
            progress.fit(200, &headers(&[("etag", "\"a\"")]), false),
            Fit::Anew
        );
        progress.advance(4);
        assert_eq!(
            progress.fit(206, &headers(&[("content-range", "bytes 4-7/10")]), true),
            Fit::Continues
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
            ("bytes 4-9/10", Fit::Continues),
            ("bytes 4-9/*", Fit::Continues),
            ("bytes 4-7/10", Fit::Continues),
            ("bytes 0-9/10", Fit::Changed),
            ("bytes 5-9/10", Fit::Changed),
            ("bytes 4-10/11", Fit::Changed),
            ("bytes 4-10/10", Fit::Changed),
            ("bytes 9-4/10", Fit::Changed),
            ("bytes */10", Fit::Changed),
            ("items 4-9/10", Fit::Changed),
            ("", Fit::Changed),
        ] {
            assert_eq!(fit(206, &[("content-range", range)]), expected, "{range:?}");
        }
        assert_eq!(fit(206, &[]), Fit::Changed);
        assert_eq!(
            fit(206, &[("content-range", "bytes 4-9/10"), ("etag", "\"a\"")]),
            Fit::Continues
        );
        assert_eq!(
            fit(206, &[("content-range", "bytes 4-9/10"), ("etag", "\"b\"")]),
            Fit::Changed
        );
        assert_eq!(fit(416, &[]), Fit::Changed);
        assert_eq!(fit(404, &[]), Fit::Other);
        // A part that nobody asked for.
        assert_eq!(
            Progress::default().fit(206, &headers(&[("content-range", "bytes 0-9/10")]), false),
            Fit::Other
        );
    }

    #[test]
    fn a_whole_answer_begins_anew() {
        let mut progress = broken_off(&[("etag", "\"a\"")]);
        assert!(!progress.is_whole());
        assert_eq!(
            progress.fit(200, &headers(&[("content-length", "3"), ("etag", "\"b\"")]), true),
            Fit::Anew
        );
        assert_eq!(progress.have(), 0);
        progress.advance(3);
        assert!(progress.is_whole());
    }

    #[test]
    fn the_length_of_the_whole_is_read_from_the_right_place() {
        let total = |status, lines: &[(&str, &str)]| Announced::of(status, &headers(lines)).total;
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
        assert!(Announced::of(200, &headers(&[("content-type", "Text/HTML; charset=utf-8")])).is_page);
        assert!(!Announced::of(200, &headers(&[("content-type", "video/mp4")])).is_page);
    }
}
