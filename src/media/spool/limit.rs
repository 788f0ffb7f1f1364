//! Limit on the bytes stored for all concurrent requests of a process.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use crate::{media::SpoolError, model::ByteCount};

/// Limit on the bytes stored for all concurrent requests, and their current number; clones share both.
#[derive(Debug, Clone)]
pub struct SpoolLimit(Arc<Counter>);

#[derive(Debug)]
struct Counter {
    most: u64,
    kept: AtomicU64,
}

impl SpoolLimit {
    /// Creates a limit in bytes.
    pub fn of(ByteCount(most): ByteCount) -> Self {
        Self(Arc::new(Counter {
            most,
            kept: AtomicU64::new(0),
        }))
    }

    /// Reserves no bytes yet.
    pub(super) fn reserve_nothing(&self) -> Reservation {
        Reservation {
            limit: self.clone(),
            bytes: 0,
        }
    }

    /// Number of bytes stored.
    pub fn kept(&self) -> ByteCount {
        ByteCount(self.0.kept.load(Ordering::Relaxed))
    }
}

impl Default for SpoolLimit {
    /// Creates no limit.
    fn default() -> Self {
        Self::of(ByteCount(u64::MAX))
    }
}

/// Reservation for the bytes of one video, released on drop.
#[derive(Debug)]
pub(in crate::media) struct Reservation {
    limit: SpoolLimit,
    bytes: u64,
}

impl Reservation {
    /// Reserves further bytes. An error changes nothing.
    pub(super) fn grow(&mut self, more: u64) -> Result<(), SpoolError> {
        let Counter { most, kept } = &*self.limit.0;
        let within = |kept: u64| kept.checked_add(more).filter(|kept| kept <= most);
        if kept
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, within)
            .is_err()
        {
            let is_alone = self.bytes.saturating_add(more) > *most;
            return Err(SpoolError::Bound {
                most: ByteCount(*most),
                is_alone,
            });
        }
        self.bytes += more;
        Ok(())
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.limit.0.kept.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However videos grow and go: what is kept is what they have, never more than the bound, and nothing
        /// at the end.
        #[test]
        fn what_is_kept_is_what_the_videos_have(
            most in 0_u64..100, steps in prop::collection::vec((0_usize..4, 0_u64..60, any::<bool>()), 0..60),
        ) {
            let limit = SpoolLimit::of(ByteCount(most));
            let mut videos: Vec<Reservation> = (0..4).map(|_| limit.reserve_nothing()).collect();
            for (index, more, goes) in steps {
                let (before, own) = (limit.kept().0, videos[index].bytes);
                match videos[index].grow(more) {
                    Ok(()) => prop_assert_eq!(limit.kept().0, before + more),
                    Err(SpoolError::Bound { is_alone, .. }) => {
                        prop_assert!(before + more > most);
                        prop_assert_eq!(is_alone, own + more > most);
                        prop_assert_eq!(limit.kept().0, before);
                    }
                    Err(other) => prop_assert!(false, "{other:?}"),
                }
                if goes {
                    videos[index] = limit.reserve_nothing();
                }
                let all: u64 = videos.iter().map(|video| video.bytes).sum();
                prop_assert_eq!(limit.kept().0, all);
                prop_assert!(all <= most);
            }
            drop(videos);
            prop_assert_eq!(limit.kept().0, 0);
        }
    }
}
