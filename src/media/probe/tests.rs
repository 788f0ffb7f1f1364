//! Whole files, broken files, hostile files.

mod built;

use std::{fs, path::Path};

use proptest::prelude::*;

use super::*;

/// The small files of `tests/media`, each with container, codec, seconds, frames a second (`~` where they
/// vary), size, and whether there is sound. The figures are ffprobe's; where its stream and its container
/// differ, the longer one, and a rate that varies is that of all frames but the last.
const FILES: [(&str, &str); 17] = [
    ("clip.mp4", "MP4 H.264 4.000 30.000 1080x1920 sound"),
    ("h264.mp4", "MP4 H.264 4.000 30.000 360x640"),
    ("h265.mp4", "MP4 H.265 4.000 30.000 360x640"),
    ("vp9.webm", "WebM VP9 4.000 30.000 360x640"),
    ("av1.mp4", "MP4 AV1 4.000 24.000 360x640"),
    ("rotated.mov", "MOV H.264 4.000 30.000 1080x1920"),
    ("moov_last.mp4", "MP4 H.264 4.000 30.000 360x640 sound"),
    ("fragmented.mp4", "MP4 H.264 4.128 29.062~ 360x640 sound"),
    ("two_seconds.mp4", "MP4 H.264 2.000 30.000 360x640"),
    ("fps_15.mp4", "MP4 H.264 4.000 15.000 360x640"),
    ("fps_120.mp4", "MP4 H.264 4.000 120.000 360x640"),
    ("px_240.mp4", "MP4 H.264 4.000 30.000 240x426"),
    ("edit_list.mp4", "MP4 H.264 4.500 30.000 360x640"),
    ("variable.mp4", "MP4 H.264 5.900 37.224~ 360x640"),
    ("tracks.mp4", "MP4 H.264 4.000 30.000 360x640 sound"),
    ("live.webm", "WebM VP8 4.021 30.000 360x640 sound"),
    ("small.webm", "WebM VP8 4.000 24.000 360x640"),
];

/// Those that are whole only with their last byte; of a fragmented file and of a live recording a part is
/// whole too.
const INDIVISIBLE: [&str; 5] = [
    "h264.mp4",
    "moov_last.mp4",
    "rotated.mov",
    "vp9.webm",
    "tracks.mp4",
];

fn media(name: &str) -> Vec<u8> {
    fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/media")
            .join(name),
    )
    .unwrap()
}

fn probed(bytes: Vec<u8>) -> Result<VideoFacts, ProbeError> {
    probe(&Source::in_memory(bytes))
}

fn told(facts: &VideoFacts) -> String {
    let rate = facts.frame_rate.unwrap();
    let frame = facts.frame.unwrap();
    format!(
        "{} {} {:.3} {:.3}{} {}x{}{}",
        facts.container.name(),
        facts.codec,
        facts.duration.unwrap().as_secs_f64(),
        f64::from(rate.average_thousandths) / 1000.0,
        if rate.varies { "~" } else { "" },
        frame.width,
        frame.height,
        if facts.has_audio { " sound" } else { "" },
    )
}

/// A box.
fn part(name: &[u8], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len() + 8).unwrap().to_be_bytes(), name, body].concat()
}

fn place(bytes: &[u8], name: &[u8]) -> usize {
    bytes
        .windows(name.len())
        .position(|window| window == name)
        .unwrap()
}

/// The file with `with` in place of the `length` bytes that stand `offset` behind the name of a box.
fn patched(mut bytes: Vec<u8>, name: &[u8], offset: usize, length: usize, with: &[u8]) -> Vec<u8> {
    let at = place(&bytes, name) + 4 + offset;
    drop(bytes.splice(at..at + length, with.iter().copied()));
    bytes
}

#[track_caller]
fn faulty(bytes: Vec<u8>, text: &str) {
    let fault = probed(bytes).expect_err(text).to_string();
    assert!(fault.contains(text), "{fault} should say {text}");
}

#[test]
fn files_are_told_as_they_are() {
    let told: Vec<String> = FILES
        .iter()
        .map(|(name, _)| told(&probed(media(name)).unwrap()))
        .collect();
    assert_eq!(told, FILES.map(|(_, expected)| expected));
    assert_eq!(probed(media("tracks.mp4")).unwrap().choice.tracks, 2);
    assert_eq!(
        probed(media("audio_only.mp4")).unwrap_err().to_string(),
        "an audio recording"
    );
}

/// A video is never called whole or something else because its end is missing.
#[test]
fn a_file_that_is_cut_off_anywhere_is_not_whole() {
    for name in INDIVISIBLE {
        let whole = media(name);
        for length in 64..whole.len() {
            let fault = probed(whole[..length].to_vec()).expect_err("a part of a file");
            assert!(!fault.is_no_video(), "{name} cut at {length}: {fault}");
        }
    }
    for name in ["fragmented.mp4", "live.webm"] {
        let whole = media(name);
        let codec = probed(whole.clone()).unwrap().codec;
        for length in 0..whole.len() {
            // A part that is whole by itself differs in its length alone.
            if let Ok(facts) = probed(whole[..length].to_vec()) {
                assert_eq!(facts.codec, codec, "{name} cut at {length}");
            }
        }
    }
}

#[test]
fn what_is_missing_is_told_with_its_numbers() {
    let whole = media("h264.mp4");
    let mdat = place(&whole, b"mdat") - 4;
    let claimed = u64::try_from(whole.len() - mdat).unwrap();
    let fault = probed(whole[..whole.len() - 100].to_vec()).unwrap_err();
    let (claims, there) = (ByteCount(claimed), ByteCount(claimed - 100));
    let text =
        format!("a video that is cut off: its mdat box claims {claims}, and the file contains {there} of it");
    assert_eq!(fault.to_string(), text);
    faulty(whole[..mdat].to_vec(), "without frames");
    let last = media("moov_last.mp4");
    faulty(
        last[..place(&last, b"moov") - 4].to_vec(),
        "without an index (moov)",
    );
    faulty(last[..last.len() - 1].to_vec(), "its moov box claims");
    let webm = media("vp9.webm");
    faulty(webm[..webm.len() - 1].to_vec(), "its Segment claims");
    faulty(media("live.webm")[..3000].to_vec(), "claims");
    // A segment of a stream, as players fetch it, is no file by itself.
    let stream = media("fragmented.mp4");
    faulty(
        stream[place(&stream, b"moof") - 4..].to_vec(),
        "without an index (moov)",
    );
    faulty(stream[..place(&stream, b"moof") - 4].to_vec(), "without frames");
}

#[test]
fn what_stands_behind_a_whole_video_does_not_matter() {
    for name in ["h264.mp4", "moov_last.mp4", "fragmented.mp4", "vp9.webm"] {
        for behind in [
            b"\0\0\0".as_slice(),
            &[0; 40],
            b"TAG of an old player, 128 bytes",
            &[0xff; 20],
        ] {
            let file = [media(name), behind.to_vec()].concat();
            assert_eq!(probed(file), probed(media(name)), "{name} and {behind:?}");
        }
    }
}

#[test]
fn old_and_large_forms_are_the_same_video() {
    let plain = media("h264.mp4");
    let facts = probed(plain.clone()).unwrap();
    let mdat = place(&plain, b"mdat") - 4;
    let (head, frames) = (&plain[..mdat], &plain[mdat + 8..]);
    let long = u64::try_from(frames.len() + 16).unwrap();
    // 64 bits of length, and a length up to the end of the file.
    let large = [head, &1_u32.to_be_bytes(), b"mdat", &long.to_be_bytes(), frames].concat();
    assert_eq!(probed(large), Ok(facts.clone()));
    let open = [head, &0_u32.to_be_bytes(), b"mdat", frames].concat();
    assert_eq!(probed(open), Ok(facts.clone()));
    // QuickTime before 2001: no ftyp, frames first or behind `wide`.
    let old = [
        part(b"wide", b""),
        part(b"mdat", frames),
        head[place(head, b"moov") - 4..].to_vec(),
    ]
    .concat();
    assert_eq!(
        probed(old),
        Ok(VideoFacts {
            container: Container::Mov,
            ..facts
        })
    );
}

#[test]
fn lying_numbers_do_no_harm() {
    let plain = || media("h264.mp4");
    // Tables that claim more rows than the box has.
    for name in [b"stts", b"elst"] {
        faulty(
            patched(plain(), name, 4, 4, &u32::MAX.to_be_bytes()),
            "shorter than its content",
        );
    }
    // An edit list that claims hours of a video of 4 seconds.
    let facts = probed(patched(plain(), b"elst", 8, 4, &(u32::MAX - 1).to_be_bytes())).unwrap();
    assert_eq!(facts.duration, Some(Duration::from_secs(4)));
    // No ticks to a second: neither length nor rate can be told.
    let facts = probed(patched(plain(), b"mdhd", 12, 4, &[0; 4])).unwrap();
    assert_eq!((facts.duration, facts.frame_rate), (None, None));
    // A matrix of zeros turns nothing.
    let facts = probed(patched(plain(), b"tkhd", 40, 36, &[0; 36])).unwrap();
    assert_eq!(facts.frame, Dimensions::new(360, 640));
    // Without a size to be shown at, the frame's own counts.
    let facts = probed(patched(plain(), b"tkhd", 76, 8, &[0; 8])).unwrap();
    assert_eq!(facts.frame, Dimensions::new(360, 640));
    let named = probed(patched(plain(), b"stsd", 12, 4, b"zz\0\xff"))
        .unwrap()
        .codec
        .to_string();
    assert_eq!(named, r#"unknown codec "zz\x00\xff""#);
    faulty(patched(plain(), b"hdlr", 8, 4, b"text"), "without a video track");
    faulty(patched(plain(), b"moov", 4, 4, b"cmov"), "compressed");
    faulty(
        patched(plain(), b"moov", 0, 4, &5_u32.to_be_bytes()),
        "its mvhd box claims 5 bytes",
    );
}

/// 120 frames at 30 a second, of which the last is shown for a second.
#[test]
fn a_still_at_the_end_makes_no_rate_slower() {
    let mut rows = Vec::new();
    for number in [2_u32, 119, 512, 1, 15_360] {
        rows.extend(number.to_be_bytes());
    }
    // Of the table of variable.mp4, which has room for them.
    let facts = probed(patched(media("variable.mp4"), b"stts", 4, rows.len(), &rows)).unwrap();
    assert_eq!(
        facts.frame_rate,
        Some(FrameRate {
            average_thousandths: 30_000,
            varies: false
        })
    );
}

/// `length` bytes of which only the first are stored.
fn sparse(first: &[u8], length: u64) -> Source {
    use std::io::Write as _;
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(first).unwrap();
    file.set_len(length).unwrap();
    Source::in_file(file, ByteCount(length))
}

#[test]
fn work_has_an_end() {
    let ftyp = part(b"ftyp", b"isom\0\0\0\0");
    // 32 MiB of the smallest boxes, at the top and within `moov`.
    let many = part(b"free", b"").repeat(4 * 1024 * 1024);
    let within = [ftyp.as_slice(), &part(b"moov", &many)].concat();
    assert_eq!(
        probed([ftyp.as_slice(), &many].concat()),
        Err(ProbeError::TooComplex)
    );
    assert_eq!(probed(within), Err(ProbeError::TooComplex));
    // A table of 32 MiB.
    let rows = 4_u32 * 1024 * 1024;
    let mut table = [&[0; 4], rows.to_be_bytes().as_slice()].concat();
    table.resize(usize::try_from(rows).unwrap() * 8 + 8, 0);
    let nested = [b"stts", b"stbl", b"minf", b"mdia", b"trak", b"moov"];
    let moov = nested.into_iter().fold(table, |inside, name| part(name, &inside));
    assert_eq!(
        probed([ftyp.as_slice(), &moov].concat()),
        Err(ProbeError::TooComplex)
    );
    // More tracks than there are.
    let trak = part(b"trak", b"").repeat(100);
    assert_eq!(
        probed([ftyp.as_slice(), &part(b"moov", &trak)].concat()),
        Err(ProbeError::TooComplex)
    );
    // 4 GiB of frames are not read.
    let video = [
        media("h264.mp4"),
        1_u32.to_be_bytes().to_vec(),
        b"mdat".to_vec(),
        (4_u64 << 30).to_be_bytes().to_vec(),
    ];
    let video = video.concat();
    let end = u64::try_from(video.len()).unwrap() - 16 + (4 << 30);
    assert_eq!(probe(&sparse(&video, end)), probed(media("h264.mp4")));
}

#[test]
fn nothing_is_entered_deeper_than_the_code_goes() {
    let deep = (0..10_000).fold(Vec::new(), |inside, _| part(b"trak", &inside));
    faulty(
        [part(b"ftyp", b"isom\0\0\0\0"), part(b"moov", &deep)].concat(),
        "without a video track",
    );
}

#[test]
fn webm_sizes_are_those_that_are_shown() {
    let webm = media("vp9.webm");
    // Video { PixelWidth 360, PixelHeight 640 }: E0, B0 82 0168, BA 82 0280.
    let at = place(&webm, b"\xb0\x82\x01\x68\xba\x82\x02\x80");
    let shown = |width: &[u8], height: &[u8]| {
        let mut webm = webm.clone();
        webm[at + 2..at + 4].copy_from_slice(width);
        webm[at + 6..at + 8].copy_from_slice(height);
        probed(webm).unwrap().frame
    };
    assert_eq!(shown(&[2, 0], &[4, 0]), Dimensions::new(512, 1024));
    assert_eq!(shown(&[0, 0], &[4, 0]), None);
}

fn no_panic(bytes: Vec<u8>) {
    drop(probed(bytes));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_survived(begin in 0..5_usize, bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
        let begins: [&[u8]; 5] = [
            b"",
            b"\0\0\0\x14ftypisom\0\0\0\0isom",
            b"\0\0\0\x08wide",
            b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\x18\x53\x80\x67\xff",
            b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm\x18\x53\x80\x67\xff\x1f\x43\xb6\x75\xff",
        ];
        no_panic([begins[begin], &bytes].concat());
    }

    #[test]
    fn changed_files_are_survived(
        file in 1..FILES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<[u8; 8]>(), 1..=8_usize, 0..3_u8), 1..12),
    ) {
        let mut bytes = media(FILES[file].0);
        for (at, with, length, way) in changes {
            // Most changes where the structure is, at both ends.
            let at = match at.index(4) {
                0 => at.index(bytes.len()),
                1 => bytes.len() - 1 - at.index(bytes.len().min(2048)),
                _ => at.index(bytes.len().min(2048)),
            };
            let end = bytes.len().min(at + length);
            let with = &with[..length];
            match way {
                0 => drop(bytes.splice(at..end, with.iter().copied())),
                1 => drop(bytes.splice(at..at, with.iter().copied())),
                _ => drop(bytes.drain(at..end)),
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
        no_panic(bytes);
    }
}
