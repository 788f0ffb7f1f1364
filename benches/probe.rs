//! Probing a video: in memory, and in a file with 64 MiB of padding after the video.

use std::{fs, hint::black_box, io, path::Path};

use autohive_tiktok::media::{self, Source, Spool, SpoolArea, VideoFacts};
use criterion::Criterion;

fn main() -> io::Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("probe");
    for name in ["clip.mp4", "small.mov", "small.webm"] {
        let source = Source::in_memory(media(name)?);
        group.bench_function(name, |bencher| bencher.iter(|| probe(black_box(&source))));
    }
    let source = large()?;
    group.bench_function("clip.mp4 in a file of 64 MiB", |bencher| {
        bencher.iter(|| probe(black_box(&source)));
    });
    group.finish();
    criterion.final_summary();
    Ok(())
}

/// Measured case.
fn probe(source: &Source) -> Option<VideoFacts> {
    media::probe(source).ok()
}

fn media(name: &str) -> io::Result<Vec<u8>> {
    fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../tests/media")
            .join(name),
    )
}

/// The clip and a `free` box, which players skip.
fn large() -> io::Result<Source> {
    const FREE: u32 = 64 << 20;
    let mut spool = Spool::new(&SpoolArea::new(folder()));
    let space = vec![0; FREE as usize - 8];
    for part in [
        media("clip.mp4")?.as_slice(),
        &FREE.to_be_bytes(),
        b"free",
        &space,
    ] {
        spool.write(part).map_err(io::Error::other)?;
    }
    Ok(spool.finish())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark may ask where temporary files go"
)]
fn folder() -> std::path::PathBuf {
    std::env::temp_dir()
}
