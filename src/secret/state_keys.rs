//! The keys that authenticate what the state holds.

use std::{fmt, sync::Arc};

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::REDACTED;

/// Minimum length of a key in characters: 128 bits as hexadecimal digits.
const KEY_MIN: usize = 32;

/// Keys that authenticate rows of the journal: the first signs, each verifies.
#[derive(Clone)]
pub struct StateKeys(Arc<[SecretString]>);

impl StateKeys {
    /// Reads keys of at least 32 visible ASCII characters, separated by commas. Their characters are the key
    /// as they are: hexadecimal digits and base64 are not decoded.
    pub fn parse(text: &str) -> Result<Self, StateKeysFault> {
        let keys = text.split(',').map(str::trim);
        let keys: Result<Arc<[SecretString]>, StateKeysFault> = keys.map(key).collect();
        keys.map(Self)
    }

    /// The HMAC-SHA256 of `parts` by the first key. Each part is preceded by its length, so no two lists of
    /// parts meet.
    pub fn sign(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mac = self.0.first().and_then(|key| over(key, parts));
        mac.map(|mac| mac.finalize().into_bytes().into())
            .unwrap_or_default()
    }

    /// Whether one of the keys made `mac` of `parts`, in constant time for each key.
    pub fn verifies(&self, parts: &[&[u8]], mac: &[u8; 32]) -> bool {
        self.0
            .iter()
            .filter_map(|key| over(key, parts))
            .any(|made| made.verify_slice(mac).is_ok())
    }
}

/// HMAC accepts a key of any length, so this never fails.
fn over(key: &SecretString, parts: &[&[u8]]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).ok()?;
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        mac.update(part);
    }
    Some(mac)
}

fn key(text: &str) -> Result<SecretString, StateKeysFault> {
    match text {
        text if !text.bytes().all(|byte| byte.is_ascii_graphic()) => Err(StateKeysFault::NotVisible),
        text if text.len() < KEY_MIN => Err(StateKeysFault::TooShort),
        text if text.bytes().all(|byte| text.starts_with(char::from(byte))) => {
            Err(StateKeysFault::OneCharacter)
        }
        text => Ok(SecretString::from(text)),
    }
}

impl fmt::Debug for StateKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StateKeys({REDACTED})")
    }
}

/// Fault of a text that holds no keys, without anything of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateKeysFault {
    /// White space, a control character or a character outside ASCII within a key.
    NotVisible,
    /// A key of fewer than 32 characters.
    TooShort,
    /// A key that repeats a single character.
    OneCharacter,
}

impl fmt::Display for StateKeysFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wrong = match self {
            Self::NotVisible => "a key contains white space or a character outside ASCII",
            Self::TooShort => "a key is shorter than 32 characters",
            Self::OneCharacter => "a key repeats a single character",
        };
        write!(
            f,
            "cannot be used: {wrong}; allowed: keys of at least 32 visible ASCII characters, separated by commas, of which the first \
             signs; create one with `openssl rand -hex 32`"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0123456789abcdef0123456789abcdef";
    const TWO: &str = "fedcba9876543210fedcba9876543210";

    #[test]
    fn a_key_is_long_and_is_not_repeated() {
        for (text, fault) in [
            ("", StateKeysFault::TooShort),
            ("canary", StateKeysFault::TooShort),
            (
                "canary canary canary canary canary canary",
                StateKeysFault::NotVisible,
            ),
            ("cänarycanarycanarycanarycanarycanary", StateKeysFault::NotVisible),
            ("00000000000000000000000000000000", StateKeysFault::OneCharacter),
            ("0123456789abcdef0123456789abcdef,", StateKeysFault::TooShort),
        ] {
            let got = StateKeys::parse(text).unwrap_err();
            assert_eq!(got, fault, "{text:?}");
            assert!(!got.to_string().contains("canary"), "{got}");
        }
        let keys = StateKeys::parse(&format!("{ONE} , {TWO}\n")).unwrap();
        assert_eq!(format!("{keys:?}"), "StateKeys([REDACTED])");
    }

    /// RFC 4231 has no key of visible characters that is this long; by hand: `printf '\x03\0\0\0\0\0\0\0row'
    /// | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef`; its first eight bytes.
    #[test]
    fn a_signature_stays_what_it_is() {
        let made = StateKeys::parse(ONE).unwrap().sign(&[b"row"]);
        assert_eq!(made[..8], [0xdd, 0x1e, 0x21, 0xba, 0x7d, 0x39, 0x57, 0x23]);
    }

    #[test]
    fn the_first_key_signs_and_each_verifies() {
        let keys = |text: &str| StateKeys::parse(text).unwrap();
        let (old, both, new) = (keys(ONE), keys(&format!("{TWO},{ONE}")), keys(TWO));
        let parts: &[&[u8]] = &[b"a", b"bc"];
        let (by_old, by_both) = (old.sign(parts), both.sign(parts));
        assert!(both.verifies(parts, &by_old) && new.verifies(parts, &by_both));
        assert!(!old.verifies(parts, &by_both) && !new.verifies(parts, &by_old));
        assert!(!old.verifies(&[b"ab", b"c"], &by_old) && !old.verifies(parts, &[0; 32]));
    }
}
