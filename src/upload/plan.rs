//! How a video is cut into chunks: pure arithmetic (reference §6.1 and §13).
//!
//! TikTok never says whether its "MB" is 1,000,000 or 1,048,576 bytes, so a plan must be right under both:
//!
//! * the smallest chunk is 5 MiB (5,242,880), the largest 64 MB (64,000,000), the last one takes the remainder;
//! * a video of up to 64,000,000 bytes goes in one chunk, whose size is then the video's;
//! * a larger one goes in chunks of 10,000,000 bytes, and their number is rounded **down**.
//!
//! Since August 2026 two near-equal chunks are answered "The chunk size is invalid" (reference §13), so a larger video
//! always has at least three.

use crate::model::ByteCount;

/// The largest single chunk, and the largest video that goes in one: 64 MB, decimal.
pub const CHUNK_MAX: ByteCount = ByteCount(64_000_000);

/// The smallest chunk of several: 5 MiB, binary.
pub const CHUNK_MIN: ByteCount = ByteCount(5_242_880);

/// The largest video that TikTok takes: 4 GB, decimal (reference §6.5).
pub const SIZE_MAX: ByteCount = ByteCount(4_000_000_000);

/// The chunk size for videos that need several, when nobody asks for another.
const CHUNK_DEFAULT: u64 = 10_000_000;

/// A way to cut a video that TikTok accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkPlan {
    size: u64,
    chunk_size: u64,
}

/// One range of the video: `bytes FIRST-LAST/TOTAL`, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkRange {
    /// The first byte.
    pub first: u64,
    /// The last byte.
    pub last: u64,
}

impl ChunkRange {
    /// How many bytes it has.
    pub const fn length(self) -> u64 {
        self.last - self.first + 1
    }

    /// The first byte after it.
    pub const fn end(self) -> u64 {
        self.last + 1
    }
}

/// No plan is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    /// There are no bytes.
    #[error("the video is empty")]
    Empty,
    /// There are more than 4 GB.
    #[error("the video has {0}, TikTok takes at most {SIZE_MAX}")]
    TooLarge(ByteCount),
}

impl ChunkPlan {
    /// Cuts a video of `size`, in chunks of `wanted` where that is legal and else of the nearest legal size.
    pub fn new(size: ByteCount, wanted: Option<ByteCount>) -> Result<Self, PlanFault> {
        if size.0 == 0 {
            return Err(PlanFault::Empty);
        }
        if size > SIZE_MAX {
            return Err(PlanFault::TooLarge(size));
        }
        let chunk_size = if size <= CHUNK_MAX {
            several_of_a_small_video(size.0, wanted).unwrap_or(size.0)
        } else {
            let largest = (size.0 / 3).min(CHUNK_MAX.0);
            wanted.map_or(CHUNK_DEFAULT, |wanted| wanted.0).clamp(CHUNK_MIN.0, largest)
        };
        Ok(Self { size: size.0, chunk_size })
    }

    /// The video's size.
    pub const fn size(self) -> ByteCount {
        ByteCount(self.size)
    }

    /// The size of every chunk but the last.
    pub const fn chunk_size(self) -> ByteCount {
        ByteCount(self.chunk_size)
    }

    /// How many chunks there are: rounded down, the last one takes the remainder.
    pub const fn count(self) -> u64 {
        self.size / self.chunk_size
    }

    /// The chunk with this index, from 0; `None` after the last.
    pub fn range(self, index: u64) -> Option<ChunkRange> {
        let count = self.count();
        if index >= count {
            return None;
        }
        let first = index * self.chunk_size;
        let last = if index + 1 == count { self.size - 1 } else { first + self.chunk_size - 1 };
        Some(ChunkRange { first, last })
    }

    /// The index of the chunk that begins at byte `first`, or of none after the last where `first` is the size.
    pub fn index_at(self, first: u64) -> Option<u64> {
        if first == self.size {
            return Some(self.count());
        }
        let index = first / self.chunk_size;
        (index * self.chunk_size == first && index < self.count()).then_some(index)
    }
}

/// A small video may go in several chunks where somebody asks for it and each has a legal size.
fn several_of_a_small_video(size: u64, wanted: Option<ByteCount>) -> Option<u64> {
    wanted.map(|wanted| wanted.0).filter(|wanted| (CHUNK_MIN.0..=size / 3).contains(wanted))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plan(size: u64, wanted: Option<u64>) -> (u64, u64, u64) {
        let plan = ChunkPlan::new(ByteCount(size), wanted.map(ByteCount)).unwrap();
        let last = plan.range(plan.count() - 1).unwrap();
        (plan.chunk_size().0, plan.count(), last.length())
    }

    #[test]
    fn the_rows_of_the_reference() {
        // Reference §6.1, its table, and §13.
        assert_eq!(plan(4_194_304, None), (4_194_304, 1, 4_194_304));
        assert_eq!(plan(50_000_123, Some(10_000_000)), (10_000_000, 5, 10_000_123));
        assert_eq!(plan(30_567_100, None), (30_567_100, 1, 30_567_100));
        assert_eq!(plan(64_000_000, None), (64_000_000, 1, 64_000_000));
        assert_eq!(plan(64_000_001, None), (10_000_000, 6, 14_000_001));
        assert_eq!(plan(158_008_374, Some(5_242_880)), (5_242_880, 30, 5_964_854));
        assert_eq!(plan(158_008_374, None), (10_000_000, 15, 18_008_374));
        // 5,000,000 to 5,242,879 bytes: one chunk satisfies both readings of "5 MB".
        assert_eq!(plan(5_100_000, None), (5_100_000, 1, 5_100_000));
        assert_eq!(plan(1, None), (1, 1, 1));
    }

    #[test]
    fn an_illegal_wish_becomes_the_nearest_legal_size() {
        assert_eq!(plan(100_000_000, Some(1)).0, 5_242_880);
        assert_eq!(plan(100_000_000, Some(64_000_000)).0, 33_333_333);
        assert_eq!(plan(3_000_000_000, Some(67_108_864)).0, 64_000_000);
        assert_eq!(plan(20_000_000, Some(15_000_000)), (20_000_000, 1, 20_000_000));
    }

    #[test]
    fn nothing_and_too_much_have_no_plan() {
        assert_eq!(ChunkPlan::new(ByteCount(0), None), Err(PlanFault::Empty));
        let size = ByteCount(4_000_000_001);
        assert_eq!(ChunkPlan::new(size, None), Err(PlanFault::TooLarge(size)));
    }

    proptest! {
        /// Every rule of reference §6.1 under both readings of "MB", for any size and any wish.
        #[test]
        fn every_plan_is_legal(size in 1_u64..=4_000_000_000, wanted in proptest::option::of(any::<u64>())) {
            let plan = ChunkPlan::new(ByteCount(size), wanted.map(ByteCount)).unwrap();
            let (chunk, count) = (plan.chunk_size().0, plan.count());
            prop_assert_eq!(count, size / chunk);
            prop_assert!((1..=1000).contains(&count));
            if count == 1 {
                prop_assert_eq!(chunk, size);
                prop_assert!(size <= 64_000_000);
            } else {
                prop_assert!((5 * 1024 * 1024..=64_000_000).contains(&chunk));
            }
            let last = plan.range(count - 1).unwrap();
            prop_assert!(last.length() <= 128_000_000 && last.length() < 2 * chunk);
        }

        /// The ranges follow each other without gap or overlap, and each is found again by its first byte.
        #[test]
        fn ranges_tile_the_video(size in 1_u64..=4_000_000_000, wanted in proptest::option::of(1_u64..100_000_000)) {
            let plan = ChunkPlan::new(ByteCount(size), wanted.map(ByteCount)).unwrap();
            let mut next = 0;
            for index in 0..plan.count() {
                let range = plan.range(index).unwrap();
                prop_assert_eq!(range.first, next);
                prop_assert_eq!(plan.index_at(range.first), Some(index));
                next = range.end();
            }
            prop_assert_eq!(next, size);
            prop_assert_eq!(plan.range(plan.count()), None);
            prop_assert_eq!(plan.index_at(size), Some(plan.count()));
        }
    }
}
