//! Journal rows as the scripts report and write them.

use crate::{
    model::from_hex,
    state::{
        row::{Bound, Distrust, HeldRow, MALFORMED, StoredRow},
        store::ClaimRequest,
    },
};

/// Reply of `claim.lua`: a word, the server's time in milliseconds since the Unix epoch, and the row.
pub(super) type ClaimAnswer = (String, i64, Fields);

/// Fingerprint, entry, finished, holder, end of the lease and first claim, as stored; any of them may be
/// absent.
pub(super) type Fields = [Option<Vec<u8>>; 6];

/// Fingerprint, entry and first claim of a new row.
pub(super) fn new_row(request: &ClaimRequest, created: i64) -> [String; 3] {
    let bound = Bound {
        key: request.key,
        fingerprint: *request.fingerprint.as_bytes(),
        created,
        finished: false,
    };
    [
        request.fingerprint.to_string(),
        request.seal.close(bound, &request.entry),
        created.to_string(),
    ]
}

/// Row that was reported.
pub(super) fn held(fields: &Fields) -> Result<HeldRow, Distrust> {
    let [
        Some(fingerprint),
        entry,
        finished,
        Some(holder),
        Some(lease_until),
        Some(created),
    ] = fields
    else {
        return Err(MALFORMED);
    };
    let fingerprint: [u8; 32] = str::from_utf8(fingerprint)
        .ok()
        .and_then(from_hex)
        .ok_or(MALFORMED)?;
    let finished = match finished.as_deref() {
        None => 0,
        Some(b"1") => 1,
        Some(_) => return Err(MALFORMED),
    };
    let row = StoredRow {
        fingerprint: fingerprint.to_vec(),
        entry: entry.clone(),
        finished,
        created: digits(created).ok_or(MALFORMED)?,
    };
    // A lease that is not a number has expired.
    let lease_until = digits(lease_until).unwrap_or_default();
    Ok(HeldRow {
        row,
        holder: String::from_utf8_lossy(holder).into_owned(),
        lease_until,
    })
}

fn digits(field: &[u8]) -> Option<i64> {
    let text = str::from_utf8(field)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok()
}
