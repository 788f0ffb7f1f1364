//! Prefix of base64 in a data URL.

/// Longest prefix `data:…;base64,` that is recognized.
pub(super) const PREFIX_MAX: usize = 256;

/// Start of the base64 in `head`, as soon as it is known.
pub(super) fn prefix_end(head: &[u8]) -> Option<usize> {
    const BEGIN: &[u8] = b"data:";
    const END: &[u8] = b";base64,";
    let shared = head.len().min(BEGIN.len());
    if head.get(..shared) != BEGIN.get(..shared) {
        return Some(0);
    }
    memchr::memmem::find(head, END).map(|at| at + END.len())
}
