//! Result of a claim that finds a row, the same for both stores: pure.

use super::{
    row::{Distrust, HeldRow, StoredRow, TrustedRow, lease_left},
    store::{ClaimRequest, ClaimResult, JOURNAL_KEPT, Unsealed},
    times::millis,
};

/// Result of a claim that finds this row; `now` is the store's time in milliseconds since the Unix epoch.
///
/// [`ClaimResult::Fresh`] and [`ClaimResult::Resumed`] mean that the request's holder may take the row, not that it has.
pub(crate) fn judge(found: Result<HeldRow, Distrust>, now: i64, request: &ClaimRequest) -> ClaimResult {
    match found.and_then(|owned| Ok((trusted(&owned.row, now, request)?, owned))) {
        Err(reason) => ClaimResult::Distrusted(reason),
        Ok((None, _)) => ClaimResult::Fresh(now),
        Ok((Some(row), _)) if row.is_of_others(request.fingerprint) => ClaimResult::Conflict,
        Ok((Some(row), owned)) => standing(row, owned, now, request),
    }
}

/// Trusted content of the row; `None` if the row has expired, so that it counts as absent.
///
/// An expired row that is sealed without a key, or unsealed with one, is from before a key was set or removed.
/// Writing such a row takes the same rights as deleting it.
fn trusted(row: &StoredRow, now: i64, request: &ClaimRequest) -> Result<Option<TrustedRow>, Distrust> {
    let is_expired = row.created <= now.saturating_sub(millis(JOURNAL_KEPT));
    if is_expired && row.is_sealed() != request.seal.is_set() {
        return Ok(None);
    }
    Ok(Some(row.trusted(request.key, &request.seal, now)?).filter(|_| !is_expired))
}

fn standing(row: TrustedRow, owned: HeldRow, now: i64, request: &ClaimRequest) -> ClaimResult {
    let HeldRow {
        holder, lease_until, ..
    } = owned;
    let TrustedRow {
        entry,
        finished,
        created,
        ..
    } = row;
    let is_free = holder == request.holder || request.preempted.as_ref() == Some(&holder);
    let lease_left = lease_left(now, lease_until).filter(|_| !is_free);
    let is_sealed = request.seal.is_set();
    match (
        entry.map(|entry| Unsealed {
            entry,
            created,
            now,
            is_sealed,
        }),
        lease_left,
    ) {
        (Some(unsealed), _) if finished => ClaimResult::Finished(unsealed),
        (unsealed, Some(lease_left)) => ClaimResult::Held {
            unsealed,
            holder,
            lease_left,
        },
        (Some(unsealed), None) => ClaimResult::Resumed(unsealed),
        (None, None) => ClaimResult::Fresh(now),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        model::{Fingerprint, JournalKey},
        secret::StateKeys,
        state::row::{Bound, Seal},
    };

    const NOW: i64 = 1_790_000_000_000;
    const KEPT: i64 = 7 * 24 * 60 * 60 * 1000;

    fn seal(key: &str) -> Seal {
        Seal::new(Some(StateKeys::parse(&key.repeat(32 / key.len())).unwrap()))
    }

    fn request(seal: &Seal) -> ClaimRequest {
        ClaimRequest {
            key: JournalKey::of(&["k"]),
            fingerprint: Fingerprint::of(&["inputs"]),
            holder: "me".to_owned(),
            preempted: None,
            lease: Duration::from_mins(1),
            entry: "first".to_owned(),
            seal: seal.clone(),
        }
    }

    fn owned(seal: &Seal, created: i64) -> HeldRow {
        let ClaimRequest { key, fingerprint, .. } = request(seal);
        let fingerprint = *fingerprint.as_bytes();
        let entry = seal
            .close(
                Bound {
                    key,
                    fingerprint,
                    created,
                    finished: false,
                },
                "entry",
            )
            .into_bytes();
        let row = StoredRow {
            fingerprint: fingerprint.to_vec(),
            entry: Some(entry),
            finished: 0,
            created,
        };
        HeldRow {
            row,
            holder: "another".to_owned(),
            lease_until: NOW,
        }
    }

    #[test]
    fn a_row_counts_for_seven_days() {
        for seal in [Seal::default(), seal("one-")] {
            let judged = |created| judge(Ok(owned(&seal, created)), NOW, &request(&seal));
            assert!(
                matches!(judged(NOW - KEPT + 1), ClaimResult::Resumed(unsealed) if unsealed.entry == "entry")
            );
            assert_eq!(judged(NOW - KEPT), ClaimResult::Fresh(NOW));
        }
    }

    /// A key that is set or removed does not block the keys of expired rows.
    #[test]
    fn an_expired_row_of_the_other_form_is_absent_and_a_younger_one_refused() {
        for (written, read) in [(Seal::default(), seal("one-")), (seal("one-"), Seal::default())] {
            let judged = |created| judge(Ok(owned(&written, created)), NOW, &request(&read));
            assert_eq!(judged(NOW - KEPT), ClaimResult::Fresh(NOW));
            assert!(matches!(judged(NOW - KEPT + 1), ClaimResult::Distrusted(_)));
        }
    }

    #[test]
    fn a_sealed_row_that_was_only_made_old_is_refused() {
        let (seal, other) = (seal("one-"), seal("two-"));
        let made_old = HeldRow {
            row: StoredRow {
                created: 0,
                ..owned(&seal, NOW).row
            },
            ..owned(&seal, NOW)
        };
        assert!(matches!(
            judge(Ok(made_old), NOW, &request(&seal)),
            ClaimResult::Distrusted(_)
        ));
        assert!(matches!(
            judge(Ok(owned(&other, NOW - KEPT)), NOW, &request(&seal)),
            ClaimResult::Distrusted(_)
        ));
    }

    #[test]
    fn a_lease_holds_the_row_for_its_owner_alone() {
        let seal = Seal::default();
        let held = HeldRow {
            lease_until: NOW + 5,
            ..owned(&seal, NOW - 1)
        };
        assert!(
            matches!(judge(Ok(held.clone()), NOW, &request(&seal)), ClaimResult::Held { holder, .. } if holder == "another")
        );
        for request in [
            ClaimRequest {
                holder: "another".to_owned(),
                ..request(&seal)
            },
            ClaimRequest {
                preempted: Some("another".to_owned()),
                ..request(&seal)
            },
        ] {
            assert!(matches!(
                judge(Ok(held.clone()), NOW, &request),
                ClaimResult::Resumed(_)
            ));
        }
    }
}
