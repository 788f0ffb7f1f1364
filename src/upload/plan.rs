//! Division of a video into chunks: pure arithmetic, by TikTok's [media transfer guide].
//!
//! TikTok does not define whether its "MB" is 1,000,000 or 1,048,576 bytes, so a plan must be valid under both:
//!
//! * the smallest chunk is 5 MiB (5,242,880), the largest 64 MB (64,000,000), the last one takes the
//!   remainder, and the
//!   number of chunks is rounded **down**;
//! * a video of up to 64,000,000 bytes may go in one chunk, whose size is then the video's;
//! * since August 2026 two near-equal chunks have been answered "The chunk size is invalid", so a video that
//!   goes in several
//!   chunks has at least three.
//!
//! The chunk size is fixed when the upload begins, and a connection that breaks loses up to a chunk. So it
//! suits the connection: about [`CHUNK_TIME`] of it, or 10,000,000 bytes if its speed is unknown.
//!
//! [media transfer guide]: https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide

use std::time::Duration;

use crate::model::ByteCount;

/// Largest single chunk, and largest video in a single chunk: 64 MB, decimal.
pub const CHUNK_MAX: ByteCount = ByteCount(64_000_000);

/// The smallest chunk of several: 5 MiB, binary.
pub const CHUNK_MIN: ByteCount = ByteCount(5_242_880);

/// Largest video that TikTok accepts: 4 GB, decimal (docs/tiktok-open-api.md#megabytes).
pub const SIZE_MAX: ByteCount = ByteCount(4_000_000_000);

/// Chunk size if the speed is unknown, in bytes.
const CHUNK_DEFAULT: u64 = 10_000_000;

/// Target duration of one chunk.
const CHUNK_TIME: Duration = Duration::from_secs(20);

/// A division of a video that TikTok accepts.
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
    /// Length in bytes.
    pub const fn length(self) -> u64 {
        self.last - self.first + 1
    }

    /// Index of the first byte after the range.
    pub const fn end(self) -> u64 {
        self.last + 1
    }
}

/// Reason that no plan is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The video has no bytes.
    #[error("the video is empty")]
    Empty,
    /// The video exceeds 4 GB.
    #[error("the video has {0}, TikTok takes at most {SIZE_MAX}")]
    TooLarge(ByteCount),
}

impl ChunkPlan {
    /// Divides a video of `size` into chunks of `wanted`, or of the nearest legal size.
    pub fn new(size: ByteCount, wanted: ByteCount) -> Result<Self, PlanError> {
        let ByteCount(bytes) = checked(size)?;
        let chunk_size = match legal(bytes) {
            Some((least, most)) if size > CHUNK_MAX => wanted.0.clamp(least, most),
            Some((least, most)) if (least..=most).contains(&wanted.0) => wanted.0,
            Some(_) | None => bytes,
        };
        Ok(Self {
            size: bytes,
            chunk_size,
        })
    }

    /// Divides a video of `size` for a connection of `speed`, in bytes per second; `None` if unknown.
    pub fn for_line(size: ByteCount, speed: Option<u64>) -> Result<Self, PlanError> {
        let ByteCount(bytes) = checked(size)?;
        let wanted = speed.map_or(CHUNK_DEFAULT, |speed| speed.saturating_mul(CHUNK_TIME.as_secs()));
        let chunk_size = match legal(bytes) {
            Some((least, most)) if size > CHUNK_MAX || wanted < bytes => wanted.clamp(least, most),
            Some(_) | None => bytes,
        };
        Ok(Self {
            size: bytes,
            chunk_size,
        })
    }

    /// The video's size.
    pub const fn size(self) -> ByteCount {
        ByteCount(self.size)
    }

    /// Size of every chunk except the last, in bytes.
    pub const fn chunk_size(self) -> ByteCount {
        ByteCount(self.chunk_size)
    }

    /// Number of chunks, rounded down: the last one includes the remainder.
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
        let last = if index + 1 == count {
            self.size - 1
        } else {
            first + self.chunk_size - 1
        };
        Some(ChunkRange { first, last })
    }

    /// The index of the chunk that byte `at` lies in; `None` beyond the video.
    pub fn index_holding(self, at: u64) -> Option<u64> {
        (at < self.size).then(|| (at / self.chunk_size).min(self.count() - 1))
    }

    /// The index of the chunk that begins at byte `first`, or of none after the last where `first` is the
    /// size.
    pub fn index_at(self, first: u64) -> Option<u64> {
        if first == self.size {
            return Some(self.count());
        }
        let index = first / self.chunk_size;
        (index * self.chunk_size == first && index < self.count()).then_some(index)
    }
}

/// Checks that TikTok accepts the size.
fn checked(size: ByteCount) -> Result<ByteCount, PlanError> {
    match size {
        ByteCount(0) => Err(PlanError::Empty),
        size if size > SIZE_MAX => Err(PlanError::TooLarge(size)),
        size => Ok(size),
    }
}

/// Smallest and largest chunk of a video in several chunks; `None` if only one chunk is legal.
fn legal(size: u64) -> Option<(u64, u64)> {
    let most = (size / 3).min(CHUNK_MAX.0);
    (most >= CHUNK_MIN.0).then_some((CHUNK_MIN.0, most))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A plan for `wanted`, or for a line of an unknown speed: chunk size, number of chunks, length of the
    /// last.
    fn plan(size: u64, wanted: Option<u64>) -> (u64, u64, u64) {
        figures(match wanted {
            Some(wanted) => ChunkPlan::new(ByteCount(size), ByteCount(wanted)),
            None => ChunkPlan::for_line(ByteCount(size), None),
        })
    }

    fn figures(plan: Result<ChunkPlan, PlanError>) -> (u64, u64, u64) {
        let plan = plan.unwrap();
        let last = plan.range(plan.count() - 1).unwrap();
        (plan.chunk_size().0, plan.count(), last.length())
    }

    /// Plans of TikTok's samples, and of uploads that were accepted in the field.
    #[test]
    fn plans_that_are_known_to_be_taken() {
        assert_eq!(plan(4_194_304, None), (4_194_304, 1, 4_194_304));
        assert_eq!(plan(50_000_123, Some(10_000_000)), (10_000_000, 5, 10_000_123));
        assert_eq!(plan(30_567_100, Some(30_567_100)), (30_567_100, 1, 30_567_100));
        assert_eq!(plan(64_000_000, Some(64_000_000)), (64_000_000, 1, 64_000_000));
        assert_eq!(plan(64_000_001, None), (10_000_000, 6, 14_000_001));
        assert_eq!(plan(158_008_374, Some(5_242_880)), (5_242_880, 30, 5_964_854));
        assert_eq!(plan(158_008_374, None), (10_000_000, 15, 18_008_374));
        // 5,000,000 to 5,242,879 bytes: one chunk satisfies both readings of "5 MB".
        assert_eq!(plan(5_100_000, None), (5_100_000, 1, 5_100_000));
        assert_eq!(plan(1, None), (1, 1, 1));
    }

    #[test]
    fn a_chunk_suits_the_line() {
        let at = |size, speed| figures(ChunkPlan::for_line(ByteCount(size), Some(speed)));
        // Nothing known: 10,000,000 bytes, or a third of the video.
        assert_eq!(plan(10_000_000, None).1, 1);
        assert_eq!(plan(15_728_639, None).1, 1);
        assert_eq!(plan(16_777_216, None), (5_592_405, 3, 5_592_406));
        assert_eq!(plan(50_000_123, None), (10_000_000, 5, 10_000_123));
        // 100 kB/s, 1 MB/s, 10 MB/s.
        assert_eq!(at(16_777_216, 100_000).0, 5_242_880);
        assert_eq!(at(16_777_216, 1_000_000).1, 1);
        assert_eq!(at(60_000_000, 1_000_000), (20_000_000, 3, 20_000_000));
        assert_eq!(at(60_000_000, 10_000_000).1, 1);
        assert_eq!(at(300_000_000, 10_000_000), (64_000_000, 4, 108_000_000));
        assert_eq!(at(300_000_000, 1).0, 5_242_880);
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
        assert_eq!(ChunkPlan::for_line(ByteCount(0), None), Err(PlanError::Empty));
        let size = ByteCount(4_000_000_001);
        assert_eq!(ChunkPlan::new(size, CHUNK_MAX), Err(PlanError::TooLarge(size)));
    }

    proptest! {
        /// Every rule of the guide under both readings of "MB", for any size, any wish and any line.
        #[test]
        fn every_plan_is_legal(size in 1_u64..=4_000_000_000, figure in any::<u64>(), is_wish: bool) {
            let video = ByteCount(size);
            let plan = if is_wish { ChunkPlan::new(video, ByteCount(figure)) } else { ChunkPlan::for_line(video, Some(figure)) };
            let plan = plan.unwrap();
            let (chunk, count) = (plan.chunk_size().0, plan.count());
            prop_assert_eq!(count, size / chunk);
            prop_assert!((1..=1000).contains(&count));
            if count == 1 {
                prop_assert_eq!(chunk, size);
                prop_assert!(size <= 64_000_000);
            } else {
                prop_assert!(count >= 3 && (5 * 1024 * 1024..=64_000_000).contains(&chunk));
            }
            let last = plan.range(count - 1).unwrap();
            prop_assert!(last.length() <= 128_000_000 && last.length() < 2 * chunk);
        }

        /// The ranges follow each other without gap or overlap, and each is found again by its first byte.
        #[test]
        fn ranges_tile_the_video(size in 1_u64..=4_000_000_000, wanted in 1_u64..100_000_000) {
            let plan = ChunkPlan::new(ByteCount(size), ByteCount(wanted)).unwrap();
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
