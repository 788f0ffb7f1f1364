use super::*;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/media")
            .join(name),
    )
    .unwrap()
}

/// Verdict on a file in pieces of `size` bytes.
fn in_pieces(file: &[u8], size: usize) -> Option<FailReason> {
    let mut judge = Judge::new();
    file.chunks(size).for_each(|piece| judge.feed(piece));
    judge.verdict(600)
}

#[track_caller]
fn check(name: &str, expected: Option<FailReason>) {
    let file = file(name);
    for size in [1, 7, 4096, file.len()] {
        assert_eq!(in_pieces(&file, size), expected, "{name} in pieces of {size}");
    }
}

#[test]
fn files_within_the_limits_are_taken() {
    for name in [
        "clip.mp4",
        "h264.mp4",
        "h265.mp4",
        "fragmented.mp4",
        "moov_last.mp4",
        "rotated.mov",
        "small.mov",
        "small.webm",
        "vp9.webm",
        "live.webm",
        "edit_list.mp4",
        "tracks.mp4",
        "two_seconds.mp4",
        "variable.mp4",
    ] {
        check(name, None);
    }
}

#[test]
fn each_limit_has_its_reason() {
    check("fps_120.mp4", Some(FailReason::FrameRateCheckFailed));
    check("fps_15.mp4", Some(FailReason::FrameRateCheckFailed));
    check("px_240.mp4", Some(FailReason::PictureSizeCheckFailed));
    check("av1.mp4", Some(FailReason::FileFormatCheckFailed));
    check("audio_only.mp4", Some(FailReason::FileFormatCheckFailed));
    check("picture.png", Some(FailReason::FileFormatCheckFailed));
    check("README.md", Some(FailReason::FileFormatCheckFailed));
}

#[test]
fn zeros_nothing_and_half_a_file_are_no_video() {
    let clip = file("clip.mp4");
    for bytes in [
        &[0; 100][..],
        &[],
        &[0, 0],
        clip.split_at(clip.len() - 1).0,
        clip.split_at(40).0,
    ] {
        assert_eq!(
            in_pieces(bytes, 64),
            Some(FailReason::FileFormatCheckFailed),
            "{} bytes",
            bytes.len()
        );
    }
}

/// A maximum counts in whole seconds.
#[test]
fn a_video_is_not_longer_than_its_creator_may_post() {
    let mut judge = Judge::new();
    judge.feed(&file("clip.mp4"));
    assert_eq!(judge.verdict(4), None);
    assert_eq!(judge.verdict(1), Some(FailReason::DurationCheckFailed));
}

#[test]
fn photos_are_jpeg_or_webp_up_to_1080p() {
    assert_eq!(photo(&file("portrait.jpg")), None);
    assert_eq!(photo(&file("small.webp")), None);
    assert_eq!(
        photo(&file("square.webp")),
        Some(FailReason::PictureSizeCheckFailed)
    );
    assert_eq!(
        photo(&file("picture.png")),
        Some(FailReason::FileFormatCheckFailed)
    );
    let mut large = file("portrait.jpg");
    let frame = large
        .windows(2)
        .position(|marker| marker == [0xFF, 0xC0])
        .unwrap();
    large[frame + 5..frame + 7].copy_from_slice(&1921_u16.to_be_bytes());
    assert_eq!(photo(&large), Some(FailReason::PictureSizeCheckFailed));
    large.resize(20_000_001, 0);
    assert_eq!(photo(&large), Some(FailReason::FileFormatCheckFailed));
}

proptest::proptest! {
    /// Any bytes in any pieces have a verdict, which does not depend on the pieces.
    #[test]
    fn damaged_files_have_a_verdict(
        name in proptest::sample::select(vec!["clip.mp4", "fragmented.mp4", "small.webm", "live.webm"]),
        damage in proptest::collection::vec((0_usize..6_000, proptest::num::u8::ANY), 0..8),
        cut in 0_usize..20_000,
        size in 1_usize..5_000,
    ) {
        let mut file = file(name);
        for (at, byte) in damage {
            let length = file.len();
            file[at % length] = byte;
        }
        file.truncate(cut.max(8));
        assert_eq!(in_pieces(&file, size), in_pieces(&file, file.len()));
        photo(&file);
    }

    #[test]
    fn any_bytes_have_a_verdict(bytes: Vec<u8>, begin in proptest::sample::select(vec![
        &b"\x1A\x45\xDF\xA3"[..], b"\0\0\0\x10ftypisom\0\0\0\0", b"\xFF\xD8", b"RIFF\0\0\0\0WEBPVP8X",
    ])) {
        let file = [begin, &bytes].concat();
        in_pieces(&file, 3);
        photo(&file);
    }
}
