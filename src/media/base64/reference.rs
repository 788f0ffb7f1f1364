//! References to the binary storage of n8n, which it passes in place of base64.

use super::ContentError;

/// Names of its storage modes. The default mode, `default`, passes base64 itself. As base64, the longest would have 9 bytes,
/// which are no file.
const MODES: [&str; 6] = [
    "filesystem",
    "filesystem-v2",
    "database",
    "database-v2",
    "s3",
    "s3-v2",
];

/// Whether a text that begins with `start` may become the name of a storage mode. The error is for an id in such a storage,
/// such as `filesystem-v2:workflows/…`: a colon is no base64.
pub(super) fn may_be_reference(start: &[u8]) -> Result<bool, ContentError> {
    let start = start.trim_ascii_start();
    let is_id = |mode: &&str| {
        let rest = start.strip_prefix(mode.as_bytes());
        rest.is_some_and(|rest| rest.starts_with(b":"))
    };
    if MODES.iter().any(is_id) {
        return Err(ContentError::Reference);
    }
    let start = start.trim_ascii_end();
    Ok(MODES.iter().any(|mode| mode.as_bytes().starts_with(start)))
}

/// Error for a whole text that is the name of a storage mode.
pub(super) fn no_reference(text: &[u8]) -> Result<(), ContentError> {
    let text = text.trim_ascii();
    if MODES.iter().any(|mode| mode.as_bytes() == text) {
        Err(ContentError::Reference)
    } else {
        Ok(())
    }
}
