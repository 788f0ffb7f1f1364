//! Chunk plans by size and requested chunk size, or by connection speed (docs of `upload::plan`): eight bytes of size,
//! then eight of a requested chunk size, which also serve as a speed.

#![no_main]

use autohive_tiktok::{
    model::ByteCount,
    upload::{CHUNK_MAX, CHUNK_MIN, ChunkPlan, PlanError, SIZE_MAX},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((size, wanted)) = data.split_first_chunk::<8>() else {
        return;
    };
    let size = ByteCount(u64::from_le_bytes(*size));
    let wanted = wanted
        .first_chunk::<8>()
        .map(|bytes| ByteCount(u64::from_le_bytes(*bytes)));
    check(ChunkPlan::for_line(size, wanted.map(|speed| speed.0)), size, None);
    if let Some(wanted) = wanted {
        check(ChunkPlan::new(size, wanted), size, Some(wanted));
    }
});

fn check(plan: Result<ChunkPlan, PlanError>, size: ByteCount, wanted: Option<ByteCount>) {
    match plan {
        Ok(plan) => legal(plan, size, wanted),
        Err(PlanError::Empty) => assert_eq!(size.0, 0),
        Err(PlanError::TooLarge(given)) => assert!(given == size && size > SIZE_MAX),
    }
}

fn legal(plan: ChunkPlan, size: ByteCount, wanted: Option<ByteCount>) {
    let (chunk, count) = (plan.chunk_size(), plan.count());
    assert_eq!(plan.size(), size);
    assert!((1..=1000).contains(&count), "{count} chunks");
    assert_eq!(count, size.0 / chunk.0, "their number is rounded down");
    if count == 1 {
        assert_eq!(chunk, size, "one chunk is the whole video");
        assert!(size <= CHUNK_MAX);
    } else {
        assert!((CHUNK_MIN..=CHUNK_MAX).contains(&chunk), "chunks of {chunk}");
        assert!(count >= 3, "two chunks are refused since August 2026");
    }
    let is_legal =
        |wanted: &ByteCount| *wanted >= CHUNK_MIN && *wanted <= CHUNK_MAX && wanted.0 <= size.0 / 3;
    if let Some(wanted) = wanted.filter(is_legal) {
        assert_eq!(chunk, wanted, "a legal wish is met");
    }
    ranges(plan);
}

/// Checks that the ranges are contiguous from the first byte to the last.
fn ranges(plan: ChunkPlan) {
    let mut next = 0;
    for index in 0..plan.count() {
        let range = plan.range(index).expect("there is a range for every index");
        assert_eq!(range.first, next);
        assert_eq!(range.length(), range.last - range.first + 1);
        assert_eq!(plan.index_at(range.first), Some(index));
        assert_eq!(
            plan.index_at(range.first + 1),
            if range.end() == range.first + 1 {
                plan.index_at(range.end())
            } else {
                None
            }
        );
        let is_last = index + 1 == plan.count();
        assert!(if is_last {
            range.length() < 2 * plan.chunk_size().0
        } else {
            range.length() == plan.chunk_size().0
        });
        next = range.end();
    }
    assert_eq!(next, plan.size().0, "all bytes are sent");
    assert_eq!(plan.range(plan.count()), None);
    assert_eq!(plan.range(u64::MAX), None);
    assert_eq!(plan.index_at(next), Some(plan.count()));
}
