//! Lower-case hexadecimal digits.

use std::fmt;

/// Bytes that are displayed as two lower-case hexadecimal digits each.
#[derive(Debug, Clone, Copy)]
pub struct Hex<'a>(pub &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The `N` bytes encoded by `2 * N` lower-case hexadecimal digits; `None` for any other text.
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes: Option<Vec<u8>> = pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect();
    bytes.filter(|_| rest.is_empty())?.try_into().ok()
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_come_back(bytes: [u8; 5]) {
            prop_assert_eq!(from_hex(&Hex(&bytes).to_string()), Some(bytes));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(from_hex("00ff"), Some([0, 255]));
        for wrong in ["", "00f", "00FF", "00f ", "00ff0", "00ff00", "0x0f", "éé"] {
            assert_eq!(from_hex::<2>(wrong), None, "{wrong:?}");
        }
    }
}
