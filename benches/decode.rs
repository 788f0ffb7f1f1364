//! Speed of decoding base64 text, in bytes of text per second: the decoder alone and within the scanner of standard input, compared
//! with plain decoding into a reused buffer and with copying.
//!
//! Videos above 1 MiB are stored in a file, so decoding into such a file is measured too.

mod noise;

use std::{
    fs::File,
    hint::black_box,
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use autohive_tiktok::{
    host::{Ingest, Item},
    integrations::INTEGRATIONS,
    media::{Base64Decoder, Medium, Passed, Sieve, SpoolArea, VIDEO_MAX},
};
use base64::{
    Engine,
    engine::{GeneralPurposeConfig, Simd},
    prelude::BASE64_STANDARD,
};
use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};

use self::noise::video;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Sizes of the text.
const SIZES: [(&str, usize); 3] = [("64 KiB", 64 * KIB), ("4 MiB", 4 * MIB), ("64 MiB", 64 * MIB)];

/// Bytes per read, as in `front::stdio`.
const PIECE: usize = 256 * KIB;

fn main() -> io::Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    for (name, size) in SIZES {
        let text = text(size);
        let mut group = criterion.benchmark_group(format!("decode {name}"));
        group.throughput(Throughput::Bytes(text.len() as u64));
        copy(&mut group, &text);
        decode(&mut group, &text)?;
        decode_to_spool(&mut group, &text);
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}

fn copy(group: &mut BenchmarkGroup<'_, WallTime>, text: &[u8]) {
    let mut copy = vec![0; text.len()];
    group.bench_function("copy", |bencher| {
        bencher.iter(|| copy.copy_from_slice(black_box(text)));
    });
}

fn decode(group: &mut BenchmarkGroup<'_, WallTime>, text: &[u8]) -> io::Result<()> {
    let simd = Simd::standard(GeneralPurposeConfig::new());
    let mut bytes = vec![0; PIECE];
    group.bench_function("decode", |bencher| {
        bencher.iter(|| decode_all(&simd, black_box(text), &mut bytes, unused));
    });
    group.bench_function("decode, general engine", |bencher| {
        bencher.iter(|| decode_all(&BASE64_STANDARD, black_box(text), &mut bytes, unused));
    });
    let mut file = tempfile::tempfile_in(folder())?;
    group.bench_function("decode into a file", |bencher| {
        bencher.iter(|| -> io::Result<()> {
            truncate(&mut file)?;
            let mut result = Ok(());
            decode_all(&simd, black_box(text), &mut bytes, |piece| {
                result = file.write_all(piece);
            });
            result
        });
    });
    Ok(())
}

/// Decodes piece by piece into the same buffer.
fn decode_all(engine: &impl Engine, text: &[u8], bytes: &mut [u8], mut take: impl FnMut(&[u8])) {
    for piece in text.chunks(PIECE) {
        let length = engine.decode_slice(piece, bytes).unwrap_or_default();
        take(bytes.get(..length).unwrap_or_default());
    }
}

fn unused(bytes: &[u8]) {
    black_box(bytes);
}

fn truncate(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()
}

fn decode_to_spool(group: &mut BenchmarkGroup<'_, WallTime>, text: &[u8]) {
    let folder = folder();
    group.bench_function("media::Base64Decoder", |bencher| {
        bencher.iter(|| decoded(black_box(text), &folder));
    });
    // As many lines as make up the length of the text.
    let lines = text.chunks_exact(76).take(text.len() / 78);
    let lines: Vec<u8> = lines.flat_map(|line| [line, b"\\n"].concat()).collect();
    group.bench_function("media::Base64Decoder, lines of 76", |bencher| {
        bencher.iter(|| decoded(black_box(&lines), &folder));
    });
    let request = [b"{\"inputs\":{\"video_content_base64\":\"", text, b"\"}}"].concat();
    group.bench_function("host::Ingest", |bencher| {
        bencher.iter(|| ingested(black_box(&request), &folder));
    });
}

fn decoded(text: &[u8], folder: &Path) -> Option<Passed> {
    let mut decoder = Base64Decoder::new(
        Sieve::of_media(vec![Medium::Video], &SpoolArea::new(folder)),
        VIDEO_MAX,
    );
    text.chunks(PIECE).for_each(|piece| decoder.push(piece));
    decoder.finish().ok()
}

fn ingested(request: &[u8], folder: &Path) -> Option<Item> {
    let mut ingest = Ingest::new(SpoolArea::new(folder), INTEGRATIONS);
    let mut found = None;
    request
        .chunks(PIECE)
        .for_each(|piece| ingest.feed(piece, &mut |item| found = Some(item)));
    found
}

/// Base64 of the beginning of an MP4 file and pseudorandom bytes, `size` characters long.
fn text(size: usize) -> Vec<u8> {
    BASE64_STANDARD.encode(video(size / 4 * 3)).into_bytes()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark may ask where temporary files go"
)]
fn folder() -> PathBuf {
    std::env::temp_dir()
}
