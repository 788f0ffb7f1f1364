//! The `Content-Range` header of a request (RFC 9110 §14.4).

use std::str::FromStr;

use super::head::RequestHead;

/// `Content-Range: bytes FIRST-LAST/TOTAL`, with LAST inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ContentRangeHeader {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) total: u64,
}

impl ContentRangeHeader {
    /// The range of a request, if it is well formed.
    pub(super) fn of(head: &RequestHead) -> Option<Self> {
        head.headers.content_range.as_deref()?.parse().ok()
    }

    /// Bytes of the range.
    pub(super) fn length(self) -> u64 {
        (self.last - self.first).saturating_add(1)
    }
}

impl FromStr for ContentRangeHeader {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (range, total) = text
            .strip_prefix("bytes ")
            .and_then(|rest| rest.split_once('/'))
            .ok_or(())?;
        let (first, last) = range.split_once('-').ok_or(())?;
        let range = Self {
            first: digits(first)?,
            last: digits(last)?,
            total: digits(total)?,
        };
        if range.first <= range.last && range.last < range.total {
            Ok(range)
        } else {
            Err(())
        }
    }
}

/// `u64::from_str` takes a plus sign, HTTP does not.
fn digits(text: &str) -> Result<u64, ()> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number).ok_or(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// #upload-requests: the form of Content-Range.
    #[test]
    fn content_ranges_are_read_strictly() {
        assert_eq!(
            "bytes 0-9/10".parse(),
            Ok(ContentRangeHeader {
                first: 0,
                last: 9,
                total: 10
            })
        );
        for wrong in [
            "bytes=0-9/10",
            "bytes 0-10/10",
            "bytes 5-4/10",
            "bytes 0-9/*",
            "0-9/10",
            "bytes +0-9/10",
            "bytes 0-9",
            "",
        ] {
            assert_eq!(wrong.parse::<ContentRangeHeader>(), Err(()), "{wrong}");
        }
    }
}
