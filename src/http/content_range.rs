//! The `Content-Range` header (RFC 9110 §14.4): pure.

/// Value of `Content-Range: bytes FIRST-LAST/TOTAL`, as it stands there: see [`ContentRange::is_valid`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentRange {
    /// First and last byte; `None` for `*`, which a 416 carries.
    pub range: Option<(u64, u64)>,
    /// Length of the whole file; `None` for `*`.
    pub total: Option<u64>,
}

impl ContentRange {
    /// Reads a header's value. Returns `None` for another unit than bytes and for anything malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let (range, total) = text.trim().strip_prefix("bytes")?.trim_start().split_once('/')?;
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let range = match range.trim() {
            "*" => None,
            range => {
                let (first, last) = range.split_once('-')?;
                Some((number(first)?, number(last)?))
            }
        };
        let total = match total.trim() {
            "*" => None,
            total => Some(number(total)?),
        };
        Some(Self { range, total })
    }

    /// Returns true if the last byte is not before the first one, and within the file.
    ///
    /// A server that reports the progress of an upload may name the length in place of the last byte, so not
    /// every value that is read is valid.
    pub fn is_valid(&self) -> bool {
        self.range
            .is_none_or(|(first, last)| first <= last && self.total.is_none_or(|total| last < total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_are_read() {
        let read = |text| ContentRange::parse(text).map(|read| (read.range, read.total, read.is_valid()));
        assert_eq!(read("bytes 5-9/10"), Some((Some((5, 9)), Some(10), true)));
        assert_eq!(read(" bytes  5 - 9 / 10 "), Some((Some((5, 9)), Some(10), true)));
        assert_eq!(read("bytes 5-9/*"), Some((Some((5, 9)), None, true)));
        assert_eq!(read("bytes */10"), Some((None, Some(10), true)));
        assert_eq!(read("bytes 0-10/10"), Some((Some((0, 10)), Some(10), false)));
        assert_eq!(read("bytes 9-5/10"), Some((Some((9, 5)), Some(10), false)));
        for malformed in [
            "",
            "bytes",
            "bytes 5-9",
            "bytes -9/10",
            "bytes 5-/10",
            "items 5-9/10",
            "bytes 5-9/ten",
            "bytes 5-9/99999999999999999999",
        ] {
            assert_eq!(read(malformed), None, "{malformed:?}");
        }
    }
}
