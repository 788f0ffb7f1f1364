//! Files built box by box, as tools and phones write them.

use super::*;

/// A track of an MP4 or MOV.
#[derive(Clone)]
struct Trak {
    handler: &'static [u8; 4],
    enabled: bool,
    sides: (u32, u32),
    entry: &'static [u8; 4],
    coded: (u16, u16),
    /// Boxes of the sample entry.
    extensions: Vec<u8>,
    timescale: u32,
    /// Counts, each with a length in ticks.
    lengths: Vec<(u32, u32)>,
    /// Lengths in milliseconds, begin in ticks, speed in 65536ths.
    edits: Vec<(u32, i32, i32)>,
    /// Boxes of the track.
    more: Vec<u8>,
}

/// 4 seconds at 30 frames a second.
fn picture() -> Trak {
    Trak {
        handler: b"vide",
        enabled: true,
        sides: (1080, 1920),
        entry: b"avc1",
        coded: (1080, 1920),
        extensions: Vec::new(),
        timescale: 600,
        lengths: vec![(120, 20)],
        edits: Vec::new(),
        more: Vec::new(),
    }
}

/// 4 seconds of `packet` samples each.
fn sound(rate: u32, packet: u32) -> Trak {
    let lengths = vec![(4 * rate / packet, packet)];
    Trak {
        handler: b"soun",
        sides: (0, 0),
        entry: b"mp4a",
        coded: (0, 0),
        timescale: rate,
        lengths,
        ..picture()
    }
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// A box whose first 4 bytes are version and flags.
fn full(name: &[u8], flags: u32, body: &[u32]) -> Vec<u8> {
    part(name, &[numbers(&[flags]), numbers(body)].concat())
}

impl Trak {
    fn bytes(&self, id: u32) -> Vec<u8> {
        let (width, height) = self.sides;
        let unturned = [1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30];
        let tkhd = [
            &[0, 0, id, 0, 0, 0, 0, 0, 0][..],
            &unturned,
            &[width << 16, height << 16],
        ]
        .concat();
        let mut entry = vec![0; 78];
        entry[24..26].copy_from_slice(&self.coded.0.to_be_bytes());
        entry[26..28].copy_from_slice(&self.coded.1.to_be_bytes());
        entry.extend(&self.extensions);
        let entry = part(self.entry, &entry);
        let stsd = part(b"stsd", &[numbers(&[0, 1]), entry].concat());
        let rows = |rows: &[Vec<u32>]| [vec![u32::try_from(rows.len()).unwrap()], rows.concat()].concat();
        let lengths: Vec<Vec<u32>> = self
            .lengths
            .iter()
            .map(|(count, ticks)| vec![*count, *ticks])
            .collect();
        let stbl = part(b"stbl", &[stsd, full(b"stts", 0, &rows(&lengths))].concat());
        let hdlr = part(b"hdlr", &[&[0; 8], &self.handler[..], &[0; 13]].concat());
        let mdhd = full(b"mdhd", 0, &[0, 0, self.timescale, 0, 0]);
        let mdia = part(b"mdia", &[mdhd, hdlr, part(b"minf", &stbl)].concat());
        let edit = |edit: &(u32, i32, i32)| vec![edit.0, edit.1.cast_unsigned(), edit.2.cast_unsigned()];
        let edits: Vec<Vec<u32>> = self.edits.iter().map(edit).collect();
        let edts = part(b"edts", &full(b"elst", 0, &rows(&edits)));
        let edts = if edits.is_empty() { Vec::new() } else { edts };
        part(
            b"trak",
            &[
                full(b"tkhd", u32::from(self.enabled), &tkhd),
                self.more.clone(),
                edts,
                mdia,
            ]
            .concat(),
        )
    }
}

/// A file of these tracks, with milliseconds for its edit lists.
fn file(brand: [u8; 4], tracks: &[Trak]) -> Vec<u8> {
    let unturned = [1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30];
    let mvhd = [&[0, 0, 1000, 0, 1 << 16, 0, 0, 0][..], &unturned].concat();
    let tracks: Vec<Vec<u8>> = (1..).zip(tracks).map(|(id, track)| track.bytes(id)).collect();
    let moov = part(b"moov", &[full(b"mvhd", 0, &mvhd), tracks.concat()].concat());
    [
        part(b"ftyp", &[&brand[..], &[0; 4]].concat()),
        moov,
        part(b"mdat", &[0x55; 64]),
    ]
    .concat()
}

fn mp4(tracks: &[Trak]) -> VideoFacts {
    probed(file(*b"isom", tracks)).unwrap()
}

fn rate(facts: &VideoFacts) -> u32 {
    facts.frame_rate.unwrap().average_thousandths
}

fn millis(facts: &VideoFacts) -> u128 {
    facts.duration.unwrap().as_millis()
}

#[test]
fn a_last_sample_of_any_length_leaves_the_rate_alone() {
    for last in [0, 1, 100, 256, 512, 40_000] {
        let track = Trak {
            timescale: 15_360,
            lengths: vec![(239, 256), (1, last)],
            ..picture()
        };
        assert_eq!(rate(&mp4(&[track])), 60_000, "{last}");
        let slow = Trak {
            timescale: 22_700,
            lengths: vec![(90, 1_000), (1, last)],
            ..picture()
        };
        let facts = mp4(&[slow]);
        assert_eq!(
            (rate(&facts), facts.frame_rate.unwrap().varies),
            (22_700, false),
            "{last}"
        );
    }
    // One frame has only its own length.
    assert_eq!(
        rate(&mp4(&[Trak {
            lengths: vec![(1, 20)],
            ..picture()
        }])),
        30_000
    );
    let none = mp4(&[Trak {
        lengths: vec![(1, 0)],
        ..picture()
    }]);
    assert_eq!((none.frame_rate, none.duration), (None, None));
}

/// Both the shape of a pixel and the size of the track, in every way that tools write them.
#[test]
fn sizes_are_those_that_are_shown() {
    let pasp = |width, height| part(b"pasp", &numbers(&[width, height]));
    let clap = |width, height| part(b"clap", &numbers(&[width, 1, height, 1, 0, 1, 0, 1]));
    let tapt = |width: u32, height: u32| part(b"tapt", &full(b"clef", 0, &[width << 16, height << 16]));
    let shown = |coded, sides, extensions: &[Vec<u8>], more: Vec<u8>| {
        let extensions = extensions.concat();
        let track = Trak {
            sides,
            coded,
            extensions,
            more,
            ..picture()
        };
        let sizes = [*b"isom", *b"qt  "].map(|brand| {
            probed(file(brand, std::slice::from_ref(&track)))
                .unwrap()
                .frame
                .unwrap()
        });
        assert_eq!(sizes[0], sizes[1]);
        (sizes[0].width, sizes[0].height)
    };
    let none = Vec::new;
    // ffmpeg: the track's size holds the shape in MP4, and the coded size in MOV.
    assert_eq!(shown((352, 576), (768, 576), &[pasp(24, 11)], none()), (768, 576));
    assert_eq!(shown((352, 576), (352, 576), &[pasp(24, 11)], none()), (768, 576));
    assert_eq!(
        shown((352, 576), (352, 576), &[pasp(24, 11)], tapt(768, 576)),
        (768, 576)
    );
    assert_eq!(shown((352, 576), (352, 576), &[], tapt(768, 576)), (768, 576));
    assert_eq!(
        shown((2880, 2160), (2880, 2160), &[pasp(3, 2)], none()),
        (4320, 2160)
    );
    // A pixel that is higher than wide.
    assert_eq!(
        shown((1440, 1080), (1440, 1080), &[pasp(3, 4)], none()),
        (1080, 1080)
    );
    // Scaled by an editor, without another shape of pixels.
    assert_eq!(
        shown((720, 1280), (1080, 1920), &[pasp(1, 1)], none()),
        (1080, 1920)
    );
    // Encoders pad to multiples of 16, and the clean aperture takes it back.
    assert_eq!(
        shown((1920, 1088), (1920, 1088), &[clap(1920, 1080)], none()),
        (1920, 1080)
    );
    assert_eq!(
        shown((1920, 1088), (1920, 1080), &[clap(1920, 1080)], none()),
        (1920, 1080)
    );
    assert_eq!(
        shown((720, 576), (704, 576), &[clap(704, 576), pasp(12, 11)], none()),
        (768, 576)
    );
    // What cannot be is passed over.
    assert_eq!(
        shown((720, 576), (720, 576), &[clap(9_000, 576)], none()),
        (720, 576)
    );
    assert_eq!(
        shown((720, 576), (720, 576), &[pasp(0, 11)], tapt(0, 0)),
        (720, 576)
    );
    assert_eq!(shown((720, 576), (0, 0), &[pasp(16, 15)], none()), (768, 576));
    assert_eq!(
        shown(
            (720, 576),
            (720, 576),
            &[part(b"pasp", b"\0"), vec![0; 4]],
            none()
        ),
        (720, 576)
    );
}

/// The tracks that phones, cameras and editors write beside picture and sound.
#[test]
fn other_tracks_change_nothing() {
    let plain = mp4(&[picture(), sound(44_100, 1_024)]);
    for handler in [
        b"meta", b"tmcd", b"text", b"subt", b"hint", b"auxv", b"pict", b"camm", b"GPMF",
    ] {
        let other = Trak {
            handler,
            entry: b"mebx",
            lengths: vec![(1, 600_000)],
            ..picture()
        };
        let facts = mp4(&[other.clone(), picture(), other, sound(44_100, 1_024)]);
        assert_eq!(facts, plain, "{}", handler.escape_ascii());
    }
}

#[test]
fn entries_of_phones_are_the_codecs_that_they_are() {
    for (entry, codec) in [
        (b"dvh1", Codec::H265),
        (b"dvhe", Codec::H265),
        (b"dva1", Codec::H264),
        (b"dvav", Codec::H264),
        (b"hev1", Codec::H265),
        (b"avc3", Codec::H264),
        (b"vp09", Codec::Vp9),
        (b"apcn", Codec::Named("ProRes")),
    ] {
        // Dolby Vision and spatial video keep their own boxes beside the usual ones.
        let extensions = [
            part(b"dvvC", &[0; 24]),
            part(b"lhvC", &[0; 10]),
            part(b"vexu", &[0; 8]),
        ]
        .concat();
        assert_eq!(
            mp4(&[Trak {
                entry,
                extensions,
                ..picture()
            }])
            .codec,
            codec
        );
    }
    // One entry for many codecs: its descriptor says which.
    for (kind, codec) in [
        (0x20, "MPEG-4 Part 2"),
        (0x6c, "Motion JPEG"),
        (0x61, "MPEG-2"),
        (0xff, "MPEG-4 Part 2"),
    ] {
        let esds = part(
            b"esds",
            &[
                0, 0, 0, 0, 3, 0x80, 0x80, 0x80, 27, 0, 1, 0, 4, 0x80, 0x80, 0x80, 19, kind, 0x11,
            ],
        );
        let facts = mp4(&[Trak {
            entry: b"mp4v",
            extensions: esds,
            ..picture()
        }]);
        assert_eq!(facts.codec.to_string(), codec);
    }
}

#[test]
fn colours_are_read_from_either_container() {
    let hvcc = |chroma: u8, depth: u8| {
        let mut body = vec![0; 23];
        (body[16], body[17], body[18]) = (0xfc | chroma, 0xf8 | (depth - 8), 0xf8 | (depth - 8));
        part(b"hvcC", &body)
    };
    let colours = |entry, extensions| {
        let format = mp4(&[Trak {
            entry,
            extensions,
            ..picture()
        }])
        .pixel_format;
        format.map(|format| (format.chroma, format.bits))
    };
    assert_eq!(colours(b"hvc1", hvcc(1, 10)), Some((Chroma::Quarter, 10)));
    assert_eq!(colours(b"hvc1", hvcc(3, 8)), Some((Chroma::Full, 8)));
    assert_eq!(colours(b"hvc1", hvcc(2, 10)), Some((Chroma::Half, 10)));
    assert_eq!(
        colours(b"avc1", part(b"avcC", b"\x01\xf4\0\x1e\xff\xe0\0")),
        Some((Chroma::Full, 8))
    );
    assert_eq!(
        colours(b"vp09", part(b"vpcC", b"\x01\0\0\0\x01\x1f\x86\x01")),
        Some((Chroma::Full, 8))
    );
    assert_eq!(colours(b"avc1", part(b"avcC", b"\x01")), None);
    assert_eq!(colours(b"avc1", Vec::new()), None);
    let key_frame = b"\xa2\x49\x83\x42\x20";
    let facts = probed(webm(
        b"V_VP9",
        &[],
        &blocks((0..10).map(|index| (1, index * 40)), key_frame),
    ))
    .unwrap();
    assert_eq!(facts.pixel_format.map(|format| format.chroma), Some(Chroma::Full));
}

#[test]
fn edits_are_shown_as_players_show_them() {
    let one = 1 << 16;
    for (edits, expected) in [
        (&[][..], 4_000),
        (&[(4_000, 0, one)], 4_000),
        // Trimmed; late; and longer than there is.
        (&[(2_500, 600, one)], 2_500),
        (&[(2_000, -1, one), (4_000, 0, one)], 6_000),
        (&[(900_000, 0, one)], 4_000),
        // A dwell: a frame stands still for 3 seconds.
        (&[(4_000, 0, one), (3_000, 600, 0)], 7_000),
        // Backwards, at half speed, at double speed.
        (&[(4_000, 0, -one)], 4_000),
        (&[(8_000, 0, one / 2)], 8_000),
        (&[(2_000, 0, 2 * one)], 2_000),
        // To the end of the media.
        (&[(0, 600, one)], 3_000),
    ] {
        assert_eq!(
            millis(&mp4(&[Trak {
                edits: edits.to_vec(),
                ..picture()
            }])),
            expected,
            "{edits:?}"
        );
    }
}

#[test]
fn a_cover_is_never_the_picture() {
    let cover = Trak {
        entry: b"jpeg",
        coded: (640, 640),
        sides: (640, 640),
        lengths: vec![(1, 2_400)],
        ..picture()
    };
    let chosen = |tracks: &[Trak]| {
        let facts = mp4(tracks);
        (facts.codec.to_string(), facts.choice)
    };
    let second = Choice {
        tracks: 2,
        place: 2,
        passed_over: Some(PassedOver::Cover),
    };
    assert_eq!(chosen(&[cover.clone(), picture()]), ("H.264".to_owned(), second));
    let off = Trak {
        enabled: false,
        ..picture()
    };
    assert_eq!(
        chosen(&[cover.clone(), off.clone()]),
        ("H.264".to_owned(), second)
    );
    let first = Choice {
        passed_over: None,
        place: 1,
        ..second
    };
    assert_eq!(chosen(&[picture(), cover.clone()]), ("H.264".to_owned(), first));
    let second = Choice {
        passed_over: Some(PassedOver::Off),
        ..second
    };
    assert_eq!(chosen(&[off, picture()]), ("H.264".to_owned(), second));
    // Music with a cover is no video.
    let fault = probed(file(*b"isom", &[cover.clone(), sound(44_100, 1_024)])).unwrap_err();
    assert_eq!(fault, ProbeError::Foreign(Foreign::SOUND));
    assert_eq!(
        probed(file(*b"isom", &[cover])).unwrap_err(),
        ProbeError::NoVideoTrack
    );
}

#[test]
fn a_packet_of_sound_is_as_long_as_the_file_says() {
    for (rate, packet, expected) in [
        (44_100, 1_024, 23),
        (16_000, 1_024, 64),
        (8_000, 1_024, 128),
        // HE-AAC, by either of its rates; Opus; PCM.
        (22_050, 1_024, 46),
        (44_100, 2_048, 46),
        (48_000, 960, 20),
        (48_000, 5_760, 120),
        (48_000, 1, 0),
    ] {
        let facts = mp4(&[picture(), sound(rate, packet)]);
        assert_eq!(
            facts.sound_frame.unwrap().as_millis(),
            expected,
            "{rate} Hz, {packet}"
        );
    }
}

/// Padding, trailers and large sizes around a whole video.
#[test]
fn rooms_around_the_video_do_not_matter() {
    let plain = file(*b"qt  ", &[picture()]);
    let facts = probed(plain.clone());
    assert!(facts.is_ok());
    let at = place(&plain, b"moov") - 4;
    for name in [b"wide", b"free", b"skip", b"uuid", b"meta", b"pnot"] {
        let around = [
            &plain[..at],
            &part(name, &[0; 24]),
            &plain[at..],
            &part(name, &[1; 24]),
        ]
        .concat();
        assert_eq!(probed(around), facts, "{}", name.escape_ascii());
    }
    // Samsung's and GoPro's trailers, and a box without a length at the end.
    for trailer in [
        &b"SEFH\x6b\0\0\0\x01\0\0\0SEFT"[..],
        b"\0\0\0\0free",
        b"\0\0\0\x01uuid\0\0\0\0\0\0\0\x18....",
    ] {
        assert_eq!(probed([&plain, trailer].concat()), facts, "{trailer:x?}");
    }
}

/// An element with its length in 4 bytes.
fn element(id: u32, body: &[u8]) -> Vec<u8> {
    let id: Vec<u8> = id
        .to_be_bytes()
        .into_iter()
        .skip_while(|byte| *byte == 0)
        .collect();
    [
        &id[..],
        &(0x1000_0000 | u32::try_from(body.len()).unwrap()).to_be_bytes(),
        body,
    ]
    .concat()
}

/// Blocks of tracks at moments, each in a cluster of its own.
fn blocks(at: impl IntoIterator<Item = (u8, u32)>, frame: &[u8]) -> Vec<u8> {
    let cluster = |(track, at): (u8, u32)| {
        let block = element(0xa3, &[&[0x80 | track, 0, 0, 0x80][..], frame].concat());
        element(0x1f43_b675, &[element(0xe7, &at.to_be_bytes()), block].concat())
    };
    at.into_iter().flat_map(cluster).collect()
}

/// A frame of VP8 that is shown.
const SHOWN: &[u8] = b"\x10\x02\x00\x9d\x01\x2a";
/// One that is not.
const HIDDEN: &[u8] = b"\x01\x02\x00";

/// A file with a video track of `codec` and `more` in it, and a track of sound.
fn webm(codec: &[u8], more: &[Vec<u8>], clusters: &[u8]) -> Vec<u8> {
    webm_of(codec, more, &[], clusters)
}

fn webm_of(codec: &[u8], more: &[Vec<u8>], info: &[u8], clusters: &[u8]) -> Vec<u8> {
    let size = [element(0xb0, &[0x04, 0x38]), element(0xba, &[0x07, 0x80])].concat();
    let video = [
        element(0xd7, &[1]),
        element(0x83, &[1]),
        element(0x86, codec),
        element(0xe0, &size),
        more.concat(),
    ];
    let audio = [element(0xd7, &[2]), element(0x83, &[2]), element(0x86, b"A_OPUS")];
    let tracks = [element(0xae, &video.concat()), element(0xae, &audio.concat())].concat();
    let info = element(0x1549_a966, info);
    let segment = [info, element(0x1654_ae6b, &tracks), clusters.to_vec()].concat();
    [
        element(0x1a45_dfa3, &element(0x4282, b"webm")),
        element(0x1853_8067, &segment),
    ]
    .concat()
}

fn named_rate(nanos: u32) -> Vec<Vec<u8>> {
    vec![element(0x23_e383, &nanos.to_be_bytes())]
}

#[test]
fn blocks_count_and_not_what_the_track_says() {
    let of = |named: u32, every: u32, count: u32| {
        let blocks = blocks((0..count).map(|index| (1, index * every)), SHOWN);
        probed(webm(b"V_VP8", &named_rate(named), &blocks)).unwrap()
    };
    // A remuxed recording of a browser names 1 ms; others name 60 a second and have 15.
    assert_eq!(rate(&of(1_000_000, 33, 120)), 30_303);
    assert_eq!(rate(&of(16_666_667, 67, 60)), 14_925);
    assert_eq!(millis(&of(1_000_000, 33, 120)), 120 * 33);
    // Blocks that bear it out are rounded to milliseconds, and it is not.
    let thirds = blocks((0..120).map(|index| (1, (index * 100 + 1) / 3)), SHOWN);
    assert_eq!(
        rate(&probed(webm(b"V_VP8", &named_rate(33_333_333), &thirds)).unwrap()),
        30_000
    );
    // Fewer than two blocks give no rate.
    assert_eq!(rate(&of(40_000_000, 33, 1)), 25_000);
    assert_eq!(
        probed(webm(b"V_VP8", &[], &blocks([(1, 0)], SHOWN)))
            .unwrap()
            .frame_rate,
        None
    );
    assert_eq!(
        probed(webm(b"V_VP8", &named_rate(40_000_000), &blocks([], SHOWN))),
        Err(ProbeError::NoFrames)
    );
    let only_sound = blocks((0..100).map(|index| (2, index * 20)), SHOWN);
    assert_eq!(
        probed(webm(b"V_VP8", &[], &only_sound)),
        Err(ProbeError::NoFrames)
    );
}

/// Encoders of VP8 store frames that are only for others to be decoded from.
#[test]
fn frames_that_are_not_shown_are_not_counted() {
    let both = |index: u32| {
        [
            blocks([(1, index * 20)], SHOWN),
            blocks([(1, index * 20 + 1)], HIDDEN),
        ]
        .concat()
    };
    let clusters: Vec<u8> = (0..200).flat_map(both).collect();
    let facts = probed(webm(b"V_VP8", &[], &clusters)).unwrap();
    assert_eq!(
        (rate(&facts), facts.frame_rate.unwrap().varies, millis(&facts)),
        (50_000, false, 4_000)
    );
}

/// The same pictures and sound are the same length and rate in either container.
#[test]
fn one_recording_is_told_alike_in_both_containers() {
    for (gap, count) in [(33, 121), (40, 100), (17, 240), (67, 60), (43, 93)] {
        let clusters = blocks((0..count).map(|index| (1, index * gap)), SHOWN);
        let webm = probed(webm(b"V_VP8", &[], &clusters)).unwrap();
        let mp4 = mp4(&[Trak {
            timescale: 1000,
            lengths: vec![(count, gap)],
            ..picture()
        }]);
        assert_eq!(
            (webm.duration, webm.frame_rate),
            (mp4.duration, mp4.frame_rate),
            "{gap} ms"
        );
    }
}

#[test]
fn a_length_is_believed_as_far_as_the_blocks_bear_it_out() {
    let picture = (0..100).map(|index| (1, index * 40));
    let sound = (0..205).map(|index| (2, index * 20));
    let clusters = [blocks(picture, SHOWN), blocks(sound, SHOWN)].concat();
    let of = |duration: Option<f64>| {
        let info = duration.map_or_else(Vec::new, |ticks| element(0x4489, &ticks.to_be_bytes()));
        probed(webm_of(b"V_VP8", &[], &info, &clusters)).unwrap()
    };
    for (named, expected) in [
        (None, 4_100),
        (Some(4_100.0), 4_100),
        // The start of the last frame; nothing; hours.
        (Some(3_960.0), 4_100),
        (Some(0.0), 4_100),
        (Some(9e9), 4_100),
        (Some(f64::NAN), 4_100),
    ] {
        assert_eq!(millis(&of(named)), expected, "{named:?}");
    }
    assert_eq!(of(None).sound_frame, Some(Duration::from_millis(20)));
}

#[test]
fn displays_tell_sizes_and_shapes() {
    let shown = |more: &[(u32, u32)]| {
        let mut video = [element(0xb0, &[0x02, 0xd0]), element(0xba, &[0x02, 0x40])].concat();
        video.extend(
            more.iter()
                .flat_map(|(id, number)| element(*id, &number.to_be_bytes())),
        );
        let extra = vec![element(0xe0, &video)];
        let frame = probed(webm(b"V_VP8", &extra, &blocks([(1, 0)], SHOWN)))
            .unwrap()
            .frame
            .unwrap();
        (frame.width, frame.height)
    };
    assert_eq!(shown(&[]), (720, 576));
    assert_eq!(shown(&[(0x54b0, 768), (0x54ba, 576)]), (768, 576));
    // A ratio, and centimetres.
    assert_eq!(shown(&[(0x54b0, 4), (0x54ba, 3), (0x54b2, 3)]), (768, 576));
    assert_eq!(shown(&[(0x54b0, 40), (0x54ba, 30), (0x54b2, 1)]), (768, 576));
    assert_eq!(shown(&[(0x54b0, 4), (0x54ba, 3), (0x54b2, 4)]), (720, 576));
    // Cropped.
    assert_eq!(shown(&[(0x54cc, 8), (0x54dd, 8)]), (704, 576));
    let roll = |degrees: f32| {
        let size = [element(0xb0, &[0x02, 0xd0]), element(0xba, &[0x02, 0x40])].concat();
        let turned = element(0x7670, &element(0x7675, &degrees.to_be_bytes()));
        let extra = vec![element(0xe0, &[size, turned].concat())];
        let frame = probed(webm(b"V_VP8", &extra, &blocks([(1, 0)], SHOWN)))
            .unwrap()
            .frame
            .unwrap();
        (frame.width, frame.height)
    };
    for (degrees, expected) in [
        (90.0, (576, 720)),
        (-90.0, (576, 720)),
        (270.0, (576, 720)),
        (180.0, (720, 576)),
    ] {
        assert_eq!(roll(degrees), expected, "{degrees}");
    }
}

/// Hours of blocks are looked at as far as work goes; what was seen by then is enough.
#[test]
fn a_file_of_too_many_blocks_is_judged_by_those_that_were_seen() {
    let frame = [SHOWN, &[0; 600]].concat();
    let clusters = blocks((0..125_000).map(|index| (1, index * 20)), &frame);
    let facts = probed(webm(b"V_VP8", &[], &clusters)).unwrap();
    assert_eq!(rate(&facts), 50_000);
    assert!(
        facts.duration.unwrap() > Duration::from_mins(30),
        "{:?}",
        facts.duration
    );
}
