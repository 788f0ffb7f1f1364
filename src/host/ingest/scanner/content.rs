//! Search for the end of base64 content in a string of JSON.
//!
//! Escapes do not end a search: encoders write one for each thirty bytes.

use super::control::control_at;

/// Part of a content up to its end, or all bytes of a piece that lies within it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ContentPart {
    /// Bytes of the content.
    pub(super) length: usize,
    pub(super) end: ContentEnd,
}

/// Byte after a part of a content.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ContentEnd {
    /// Bytes that are not read yet; `escaped` if the part ends with a backslash that escapes the next byte.
    Open { escaped: bool },
    /// The closing quote.
    Quote,
    /// A line feed, which encoders of base64 write although JSON does not allow it.
    LineFeed,
    /// A control character that is not allowed.
    Fault,
}

/// Finds the end of a content in `rest`, which does not begin within an escape.
pub(super) fn content_part(rest: &[u8]) -> ContentPart {
    let stop = stop_at(rest);
    let length = stop.unwrap_or(rest.len());
    if let Some(length) = fault_at(rest.get(..length).unwrap_or_default()) {
        let end = ContentEnd::Fault;
        return ContentPart { length, end };
    }
    let escaped = is_escaped(rest, length);
    let end = match stop.and_then(|at| rest.get(at)) {
        None => ContentEnd::Open { escaped },
        Some(b'\n') if escaped => ContentEnd::Fault,
        Some(b'\n') => ContentEnd::LineFeed,
        Some(_) => ContentEnd::Quote,
    };
    ContentPart { length, end }
}

/// Index of the first line feed or unescaped quote.
fn stop_at(text: &[u8]) -> Option<usize> {
    memchr::memchr2_iter(b'"', b'\n', text).find(|at| text.get(*at) == Some(&b'\n') || !is_escaped(text, *at))
}

/// Index of the first control character in `text`, which has no line feed, other than white space. After a
/// backslash none is allowed.
fn fault_at(text: &[u8]) -> Option<usize> {
    let first = control_at(text)?;
    let is_fault = |(at, byte): &(usize, &u8)| match byte {
        b'\t' | b'\r' => is_escaped(text, *at),
        byte => **byte < b' ',
    };
    let mut bytes = text.iter().enumerate().skip(first);
    bytes.find(is_fault).map(|(at, _)| at)
}

/// Whether an odd number of backslashes precedes the byte at `at`.
fn is_escaped(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().iter().rev();
    before.take_while(|byte| **byte == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Finds the same byte by byte.
    fn slow_part(rest: &[u8]) -> ContentPart {
        let mut escaped = false;
        for (length, byte) in rest.iter().enumerate() {
            let end = match byte {
                b'"' if !escaped => ContentEnd::Quote,
                b'\n' if !escaped => ContentEnd::LineFeed,
                b'\t' | b'\r' if !escaped => continue,
                0..b' ' => ContentEnd::Fault,
                byte => {
                    escaped = !escaped && *byte == b'\\';
                    continue;
                }
            };
            return ContentPart { length, end };
        }
        ContentPart {
            length: rest.len(),
            end: ContentEnd::Open { escaped },
        }
    }

    proptest! {
        #[test]
        fn the_end_is_that_of_a_search_byte_by_byte(text in r#"([a\\"]|[aA/+u0=]{0,40}|[\t\r\n]|[\x00-\x7F])(\\{0,4}|a{0,9}){0,8}(["\n\r\t\x01])?.{0,3}"#) {
            prop_assert_eq!(content_part(text.as_bytes()), slow_part(text.as_bytes()));
        }
    }

    #[test]
    fn escapes_do_not_end_a_content() {
        let open = |length, escaped| ContentPart {
            length,
            end: ContentEnd::Open { escaped },
        };
        let ended = |length, end| ContentPart { length, end };
        for (text, expected) in [
            (r"ab\/\n\u002Bab", open(14, false)),
            (r"ab\", open(3, true)),
            (r"ab\\", open(4, false)),
            (r#"a\"b"c"#, ended(4, ContentEnd::Quote)),
            (r#"a\\"b"#, ended(3, ContentEnd::Quote)),
            ("a\\/\r\nb", ended(4, ContentEnd::LineFeed)),
            ("a\\\nb\"", ended(2, ContentEnd::Fault)),
            ("a\t\\\tb\"", ended(3, ContentEnd::Fault)),
            ("a\t\x01\"", ended(2, ContentEnd::Fault)),
        ] {
            assert_eq!(content_part(text.as_bytes()), expected, "{text:?}");
            assert_eq!(slow_part(text.as_bytes()), expected, "{text:?}, byte by byte");
        }
    }
}
