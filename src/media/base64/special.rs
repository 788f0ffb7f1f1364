//! White space and padding between the symbols of base64.

/// Number of bytes before the first padding or white space.
pub(super) fn plain_length(text: &[u8]) -> usize {
    // In windows, so that neither search runs far beyond the other's match.
    let plain_in = |window: &[u8]| {
        let length = memchr::memchr3(b'\n', b'\r', b'=', window).unwrap_or(window.len());
        memchr::memchr2(b' ', b'\t', window.get(..length).unwrap_or_default()).unwrap_or(length)
    };
    let mut length = 0;
    for window in text.chunks(WINDOW) {
        let plain = plain_in(window);
        length += plain;
        if plain < window.len() {
            break;
        }
    }
    length
}

/// Whether a byte is white space or padding.
pub(super) const fn is_special(byte: u8) -> bool {
    matches!(byte, b'=' | b' ' | b'\n' | b'\r' | b'\t')
}

/// Bytes searched at once.
const WINDOW: usize = 128;
