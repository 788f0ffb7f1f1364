//! Rows of the journal, which every user with write access to the store may have changed: pure.
//!
//! With an operator's key, an entry is sealed by an HMAC over everything in the row that a repeat relies
//! on: the row's key, its fingerprint, the time of its first claim, whether it is finished, and the entry.
//! Owner and lease are not part of it. They decide only which request writes next: an owner that has lost the
//! row cannot write.

use std::{ops::Range, time::Duration};

use super::times::{between, millis};
use crate::{
    model::{Fingerprint, Hex, JournalKey, from_hex},
    secret::StateKeys,
};

/// Largest sealed entry, in bytes. Usual entries have some hundreds, those with the longest IDs a few thousand.
pub(crate) const ENTRY_MAX: usize = 64 * 1024;

/// Longest identifier of the request that owns a row, in bytes.
pub(super) const HOLDER_MAX: usize = 256;

/// Longest lease. A request takes at most an hour, so this program writes no longer lease.
pub(super) const LEASE_MAX: Duration = Duration::from_hours(2);

/// Most time that the first claim of a row may lie ahead of the store's clock, since that clock may have been
/// set back.
const AHEAD: Duration = Duration::from_hours(24);

/// Prefix of a sealed entry, which identifies the form of the seal. An unsealed entry of this program is a JSON
/// object.
const SEALED: &str = "sealed-1 ";

/// Purpose of the seal, so that a MAC for another purpose does not verify for a row.
const PURPOSE: &[u8] = b"autohive-tiktok journal row";

/// Characters of a MAC: 64 lower-case hexadecimal digits.
const MAC: Range<usize> = SEALED.len()..SEALED.len() + 64;

/// Reason that a row is refused, for the log; contains nothing from the row.
pub(crate) type Distrust = &'static str;

/// The row of a key as the store returned it: each field may have any value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredRow {
    /// A SHA-256, as 32 bytes.
    pub(crate) fingerprint: Vec<u8>,
    /// UTF-8, at most [`ENTRY_MAX`] bytes; absent in a row of an earlier version whose owner ended immediately.
    pub(crate) entry: Option<Vec<u8>>,
    /// 0 or 1.
    pub(crate) finished: i64,
    /// Milliseconds since the Unix epoch.
    pub(crate) created: i64,
}

/// Stored row with its holder and the end of its lease, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeldRow {
    pub(crate) row: StoredRow,
    pub(crate) holder: String,
    pub(crate) lease_until: i64,
}

/// Content of a row that can be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrustedRow {
    pub(crate) fingerprint: [u8; 32],
    /// Without its seal; absent if nothing was written yet.
    pub(crate) entry: Option<String>,
    pub(crate) finished: bool,
    /// Milliseconds since the Unix epoch.
    pub(crate) created: i64,
}

/// Rest of the row that a seal binds an entry to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    pub(crate) key: JournalKey,
    pub(crate) fingerprint: [u8; 32],
    /// Milliseconds since the Unix epoch.
    pub(crate) created: i64,
    pub(crate) finished: bool,
}

/// Seals entries with the operator's keys; without keys, leaves them unchanged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seal(Option<StateKeys>);

impl Seal {
    pub(crate) const fn new(keys: Option<StateKeys>) -> Self {
        Self(keys)
    }

    /// True if rows are sealed.
    pub(super) const fn is_set(&self) -> bool {
        self.0.is_some()
    }

    /// The entry as stored in the row.
    pub(crate) fn close(&self, bound: Bound, entry: &str) -> String {
        let Some(keys) = &self.0 else {
            return entry.to_owned();
        };
        let mac = bound.parts(entry, |parts| keys.sign(parts));
        format!("{SEALED}{} {entry}", Hex(&mac))
    }

    /// The entry stored in a row.
    fn open<'a>(&self, bound: Bound, stored: &'a str) -> Result<&'a str, Distrust> {
        match (&self.0, stored.starts_with(SEALED)) {
            (None, false) => Ok(stored),
            (None, true) => {
                Err("it is authenticated by a key, and this process has none (AUTOHIVE_TIKTOK_STATE_KEY)")
            }
            (Some(_), false) => Err("it is not authenticated, which AUTOHIVE_TIKTOK_STATE_KEY asks for"),
            (Some(keys), true) => {
                let mac = stored
                    .get(MAC)
                    .and_then(from_hex)
                    .ok_or("the form of its authentication is wrong")?;
                let rest = stored.get(MAC.end..).and_then(|rest| rest.strip_prefix(' '));
                let entry = rest.ok_or("the form of its authentication is wrong")?;
                let holds = bound.parts(entry, |parts| keys.verifies(parts, &mac));
                holds
                    .then_some(entry)
                    .ok_or("it was changed, moved, or authenticated by another key")
            }
        }
    }
}

impl Bound {
    fn parts<T>(&self, entry: &str, with: impl FnOnce(&[&[u8]]) -> T) -> T {
        let Self {
            key,
            fingerprint,
            created,
            finished,
        } = self;
        let (created, finished) = (created.to_le_bytes(), [u8::from(*finished)]);
        with(&[
            PURPOSE,
            key.as_bytes(),
            fingerprint,
            &created,
            &finished,
            entry.as_bytes(),
        ])
    }
}

impl StoredRow {
    /// True if its entry has the form of a sealed one.
    pub(super) fn is_sealed(&self) -> bool {
        self.entry
            .as_ref()
            .is_some_and(|entry| entry.starts_with(SEALED.as_bytes()))
    }

    /// The content of the row of `key`; an error if this program cannot have written it or its seal does not
    /// verify. `now` is the store's time in milliseconds since the Unix epoch.
    pub(crate) fn trusted(&self, key: JournalKey, seal: &Seal, now: i64) -> Result<TrustedRow, Distrust> {
        let Self {
            fingerprint,
            entry,
            finished,
            created,
        } = self;
        let fingerprint = fingerprint
            .as_slice()
            .try_into()
            .or(Err("its fingerprint has the wrong length"))?;
        let finished = match finished {
            0 => false,
            1 => true,
            _ => return Err("whether it is finished is neither true nor false"),
        };
        let created = *created;
        if created < 0 || created > now.saturating_add(millis(AHEAD)) {
            return Err("the time of its first claim is impossible");
        }
        let bound = Bound {
            key,
            fingerprint,
            created,
            finished,
        };
        let entry = match entry {
            None if finished || seal.is_set() => return Err("it has no entry"),
            None => None,
            Some(entry) if entry.len() > ENTRY_MAX => return Err(TOO_LARGE),
            Some(entry) => {
                let text = std::str::from_utf8(entry).or(Err("its entry is not UTF-8"))?;
                Some(seal.open(bound, text)?.to_owned())
            }
        };
        Ok(TrustedRow {
            fingerprint,
            entry,
            finished,
            created,
        })
    }
}

impl TrustedRow {
    /// True if it belongs to other inputs.
    pub(super) fn is_of_others(&self, fingerprint: Fingerprint) -> bool {
        self.fingerprint != *fingerprint.as_bytes()
    }
}

/// Reason for a row with larger fields than this program writes.
pub(super) const TOO_LARGE: Distrust =
    "its entry has more than 64 KiB, or another field more than it can have";

/// Reason for a row with fields that this program does not write.
pub(super) const MALFORMED: Distrust = "its fields are not those of a row of the journal";

/// Rest of a lease; `None` if it has expired or this program cannot have written it.
pub(super) fn lease_left(now: i64, lease_until: i64) -> Option<Duration> {
    let left = between(now, lease_until);
    (!left.is_zero() && left <= LEASE_MAX).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000_000;

    fn keys() -> Seal {
        Seal::new(Some(
            StateKeys::parse("0123456789abcdef0123456789abcdef").unwrap(),
        ))
    }

    fn key(name: &str) -> JournalKey {
        JournalKey::of(&[name])
    }

    fn row(seal: &Seal, entry: &str) -> StoredRow {
        let fingerprint = *Fingerprint::of(&["inputs"]).as_bytes();
        let bound = Bound {
            key: key("k"),
            fingerprint,
            created: NOW - 5,
            finished: false,
        };
        let entry = Some(seal.close(bound, entry).into_bytes());
        StoredRow {
            fingerprint: fingerprint.to_vec(),
            entry,
            finished: 0,
            created: NOW - 5,
        }
    }

    #[test]
    fn a_row_of_ours_is_trusted() {
        for seal in [Seal::default(), keys()] {
            let got = row(&seal, "{\"stage\":\"ü\"}")
                .trusted(key("k"), &seal, NOW)
                .unwrap();
            assert_eq!(
                (got.entry.as_deref(), got.finished),
                (Some("{\"stage\":\"ü\"}"), false)
            );
        }
    }

    #[test]
    fn with_a_key_each_field_is_bound_to_the_others() {
        let (seal, honest) = (keys(), row(&keys(), "{}"));
        let moved = honest.trusted(key("another"), &seal, NOW);
        let changed = [
            StoredRow {
                fingerprint: vec![7; 32],
                ..honest.clone()
            },
            StoredRow {
                finished: 1,
                ..honest.clone()
            },
            StoredRow {
                created: honest.created - 1,
                ..honest.clone()
            },
            StoredRow {
                entry: Some(b"{}".to_vec()),
                ..honest.clone()
            },
            StoredRow {
                entry: None,
                ..honest.clone()
            },
            StoredRow {
                entry: honest.entry.clone().map(|entry| [entry, b" ".to_vec()].concat()),
                ..honest
            },
        ];
        let refused = changed.iter().map(|row| row.trusted(key("k"), &seal, NOW));
        assert!(refused.chain([moved]).all(|row| row.is_err()));
    }

    #[test]
    fn a_process_without_the_key_does_not_take_a_sealed_row_and_the_other_way_round() {
        assert!(
            row(&keys(), "{}")
                .trusted(key("k"), &Seal::default(), NOW)
                .is_err()
        );
        assert!(
            row(&Seal::default(), "{}")
                .trusted(key("k"), &keys(), NOW)
                .is_err()
        );
    }

    #[test]
    fn what_no_row_of_ours_holds_is_refused() {
        let honest = row(&Seal::default(), "{}");
        for wrong in [
            StoredRow {
                fingerprint: vec![7; 31],
                ..honest.clone()
            },
            StoredRow {
                finished: 2,
                ..honest.clone()
            },
            StoredRow {
                created: -1,
                ..honest.clone()
            },
            StoredRow {
                created: i64::MAX,
                ..honest.clone()
            },
            StoredRow {
                entry: None,
                finished: 1,
                ..honest.clone()
            },
            StoredRow {
                entry: Some(vec![b' '; ENTRY_MAX + 1]),
                ..honest.clone()
            },
            StoredRow {
                entry: Some(vec![0xff]),
                ..honest
            },
        ] {
            assert!(
                wrong.trusted(key("k"), &Seal::default(), NOW).is_err(),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn a_lease_that_nobody_could_have_written_is_over() {
        for (until, left) in [
            (NOW + 1, Some(Duration::from_millis(1))),
            (NOW, None),
            (i64::MIN, None),
            (i64::MAX, None),
        ] {
            assert_eq!(lease_left(NOW, until), left, "{until}");
        }
    }
}
