//! Splitting a video into chunks: the plan and all its ranges.

use std::hint::black_box;

use autohive_tiktok::{
    model::ByteCount,
    upload::{ChunkPlan, ChunkRange},
};
use criterion::Criterion;

const SIZES: [(&str, u64); 3] = [
    ("4 MiB", 4 << 20),
    ("280 MiB", 280 << 20),
    ("4 GB", 4_000_000_000),
];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("plan");
    for (name, size) in SIZES {
        group.bench_function(name, |bencher| {
            bencher.iter(|| all_ranges(black_box(ByteCount(size))));
        });
    }
    group.finish();
    criterion.final_summary();
}

/// Total bytes of all ranges, so that each is computed.
fn all_ranges(size: ByteCount) -> u64 {
    let Ok(plan) = ChunkPlan::for_line(size, None) else {
        return 0;
    };
    (0..plan.count())
        .filter_map(|index| plan.range(index))
        .map(ChunkRange::length)
        .sum()
}
