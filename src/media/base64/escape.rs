//! Escapes of JSON, byte by byte.

/// Position in a JSON escape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    Outside,
    Backslash,
    Hex { digits: u8, value: u32 },
}

impl Escape {
    /// The position after `byte`, and the ASCII character of an escape that it ends. `None` if base64 has no such escape.
    pub(super) fn after(self, byte: u8) -> Option<(Self, Option<u8>)> {
        let character = match (self, byte) {
            (Self::Backslash, b'/') => b'/',
            (Self::Backslash, b'n' | b'r' | b't') => b'\n',
            (Self::Backslash, b'u') => return Some((Self::Hex { digits: 0, value: 0 }, None)),
            (Self::Hex { digits, value }, hex) => {
                let digit = char::from(hex).to_digit(16)?;
                let (digits, value) = (digits + 1, value * 16 + digit);
                if digits < 4 {
                    return Some((Self::Hex { digits, value }, None));
                }
                u8::try_from(value).ok().filter(u8::is_ascii)?
            }
            (Self::Backslash | Self::Outside, _) => return None,
        };
        Some((Self::Outside, Some(character)))
    }
}
