//! TikTok's limits on videos, judged from the facts of the probe. Source:
//! <https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide>.
//!
//! TikTok checks a video only after the upload, so each limit has a small tolerance: a video that is rejected here
//! would fail there, and TikTok decides values at the edge. A property that the file does not state is a warning.

use std::{ops::RangeInclusive, time::Duration};

use super::rule_violation::RuleViolation;
use crate::{
    catalogue::own,
    media::{Choice, Chroma, Codec, Dimensions, FrameRate, PassedOver, PixelFormat, VideoFacts},
    model::FieldError,
};

/// A video of a request.
#[derive(Debug, Clone, Copy)]
pub struct VideoCheck<'a> {
    /// Properties found by the probe.
    pub facts: &'a VideoFacts,
    /// Path of the input that contains the video.
    pub field: &'a str,
}

/// Result of checking a video.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckReport {
    /// Violated limits.
    pub violations: Vec<RuleViolation>,
    /// Possible problems that do not prevent the post, a sentence each.
    pub warnings: Vec<String>,
}

/// Shortest video. The limit is reported by third parties and is not in TikTok's documentation.
const SHORTEST: Duration = Duration::from_secs(3);

/// Longest video that the API accepts; an account may have a lower limit.
const LONGEST: Duration = Duration::from_mins(10);

/// Tolerance on the duration: containers round it, and a video frame lasts up to 43 ms (at 23 per second).
const LENGTH_SLACK: Duration = Duration::from_millis(50);

/// Longest audio packet, by which audio may outlast the picture: 2048 samples at 8 kHz.
const SOUND_SLACK_MAX: Duration = Duration::from_millis(256);

/// Resolution of a file's duration in many containers.
const ROUNDING: Duration = Duration::from_millis(1);

/// Accepted frame rates, in thousandths of a frame per second.
const FRAME_RATES: RangeInclusive<u32> = 23_000..=60_000;

/// Tolerance on a constant frame rate, which containers round; in thousandths.
const RATE_SLACK: u32 = 50;

/// Tolerance on the average of a variable frame rate, which dropped frames and stills shift; in thousandths.
const VARIABLE_RATE_SLACK: u32 = 1_000;

/// Accepted width and height, in pixels.
const SIDES: RangeInclusive<u32> = 360..=4096;

/// Dimensions that TikTok recommends: 9:16.
const BEST: Dimensions = Dimensions {
    width: 1080,
    height: 1920,
};

/// Tolerance on the aspect ratio, in per cent: encoders round sides to multiples of 16.
const SHAPE_SLACK: u64 = 3;

/// Checks a video against TikTok's limits, and against the longest duration of the account, if it is known.
pub fn check_video(video: VideoCheck<'_>, account_longest: Option<Duration>) -> CheckReport {
    let VideoFacts {
        codec,
        duration,
        frame_rate,
        frame,
        pixel_format,
        sound_frame,
        choice,
        ..
    } = video.facts;
    let slack = length_slack(*sound_frame);
    let violations = [
        codec_fault(codec).map(|parts| format_breach(video.field, parts)),
        duration.and_then(|duration| length_fault(video.field, duration, account_longest, slack)),
        frame_rate
            .and_then(rate_fault)
            .map(|parts| format_breach(video.field, parts)),
        frame
            .and_then(side_fault)
            .map(|parts| format_breach(video.field, parts)),
    ];
    let unchecked = |property: &str| {
        format!("the video file does not state its {property}, so it was not checked before the upload")
    };
    let warnings = [
        duration.is_none().then(|| unchecked("duration")),
        frame_rate.is_none().then(|| unchecked("frame rate")),
        frame.is_none().then(|| unchecked("dimensions")),
        frame.and_then(recommendation),
        pixel_format.and_then(|format| unplayable(codec, format)),
        chosen(codec, *choice),
    ];
    CheckReport {
        violations: violations.into_iter().flatten().collect(),
        warnings: warnings.into_iter().flatten().collect(),
    }
}

/// The offending value, the allowed values and the fix.
type Parts = (String, &'static str, &'static str);

fn format_breach(field: &str, (got, allowed, fix): Parts) -> RuleViolation {
    let error = FieldError {
        field: field.to_owned(),
        got,
        allowed: allowed.to_owned(),
        fix: fix.to_owned(),
    };
    RuleViolation {
        code: &own::VIDEO_FORMAT_INVALID,
        error,
    }
}

fn codec_fault(codec: &Codec) -> Option<Parts> {
    match codec {
        Codec::H264 | Codec::H265 | Codec::Vp8 | Codec::Vp9 => None,
        Codec::Named(_) | Codec::Unknown(_) => Some((
            codec.to_string(),
            "H.264, H.265, VP8 or VP9",
            "export the video again with H.264",
        )),
    }
}

/// Length by which a video may exceed the longest one, from its own sound.
fn length_slack(sound_frame: Option<Duration>) -> Duration {
    let sound = sound_frame.unwrap_or_default().min(SOUND_SLACK_MAX);
    LENGTH_SLACK.max(sound.saturating_add(ROUNDING))
}

fn length_fault(
    field: &str,
    duration: Duration,
    account_longest: Option<Duration>,
    slack: Duration,
) -> Option<RuleViolation> {
    let longest = account_longest.unwrap_or(LONGEST).min(LONGEST);
    let (code, allowed, fix) = if duration.saturating_add(LENGTH_SLACK) < SHORTEST {
        (
            &own::VIDEO_TOO_SHORT,
            format!("at least {}", Seconds(SHORTEST)),
            "make the video longer",
        )
    } else if duration <= longest.saturating_add(slack) {
        return None;
    } else if longest < LONGEST {
        (
            &own::VIDEO_TOO_LONG,
            format!("at most {} for this account", Seconds(longest)),
            "shorten the video",
        )
    } else {
        (
            &own::VIDEO_TOO_LONG,
            format!("at most {}", Seconds(longest)),
            "shorten the video",
        )
    };
    let got = format!("a video of {}", Seconds(duration));
    Some(RuleViolation {
        code,
        error: FieldError {
            field: field.to_owned(),
            got,
            allowed,
            fix: fix.to_owned(),
        },
    })
}

/// Warning about a pixel format that few devices can decode, although encoders may choose it by default.
fn unplayable(codec: &Codec, format: PixelFormat) -> Option<String> {
    let PixelFormat {
        chroma,
        bits,
        is_predictive,
    } = format;
    let bits_max = if *codec == Codec::H264 { 8 } else { 10 };
    let colours = (chroma != Chroma::Quarter).then(|| format!("in {}", chroma.name()));
    let depth = (bits > bits_max).then(|| format!("with {bits} bits"));
    let profile =
        (is_predictive && colours.is_none()).then(|| "in the profile High 4:4:4 Predictive".to_owned());
    let odd: Vec<String> = [colours, depth, profile].into_iter().flatten().collect();
    (!odd.is_empty()).then(|| {
        format!(
            "the video is {codec} {}, which most phones and browsers do not play; export it with 8 bits in 4:2:0 \
             (ffmpeg: -pix_fmt yuv420p)",
            odd.join(" ")
        )
    })
}

/// Warning that names the checked track of a file with several video tracks.
fn chosen(
    codec: &Codec,
    Choice {
        tracks,
        place,
        passed_over,
    }: Choice,
) -> Option<String> {
    let reason = passed_over.map_or("", PassedOver::reason);
    match place {
        _ if tracks < 2 => None,
        1 => Some(format!(
            "the video has {tracks} video tracks; the first ({codec}) was checked"
        )),
        _ => Some(format!(
            "the video has {tracks} video tracks; number {place} ({codec}) was checked, because the first {reason}"
        )),
    }
}

fn rate_fault(rate: FrameRate) -> Option<Parts> {
    let slack = if rate.varies {
        VARIABLE_RATE_SLACK
    } else {
        RATE_SLACK
    };
    let (slowest, fastest) = FRAME_RATES.into_inner();
    if (slowest - slack..=fastest + slack).contains(&rate.average_thousandths) {
        return None;
    }
    let average = if rate.varies { " on average" } else { "" };
    let got = format!(
        "{} frames per second{average}",
        f64::from(rate.average_thousandths) / 1000.0
    );
    Some((
        got,
        "23 to 60 frames per second",
        "export the video again at 30 frames per second",
    ))
}

fn side_fault(frame: Dimensions) -> Option<Parts> {
    let Dimensions { width, height } = frame;
    let fits = SIDES.contains(&width) && SIDES.contains(&height);
    (!fits).then(|| {
        let fix = "export the video again at 1080×1920 pixels";
        (
            format!("{width}×{height} pixels"),
            "360 to 4096 pixels on each side",
            fix,
        )
    })
}

/// Warning about the aspect ratio or, if that is as recommended, about a low resolution.
fn recommendation(frame: Dimensions) -> Option<String> {
    let Dimensions { width, height } = frame;
    if !is_upright(frame) {
        let advice = "TikTok recommends 9:16 (1080×1920) and shows other shapes with bars or cropped";
        return Some(format!("the video has {width}×{height} pixels; {advice}"));
    }
    let is_small = width < BEST.width && height < BEST.height;
    is_small.then(|| {
        format!("the video has {width}×{height} pixels; TikTok recommends 1080×1920, so it may look blurred")
    })
}

/// True for an aspect ratio of about 9:16.
fn is_upright(Dimensions { width, height }: Dimensions) -> bool {
    let (is, should) = (
        u64::from(width) * u64::from(BEST.height),
        u64::from(height) * u64::from(BEST.width),
    );
    is.abs_diff(should) * 100 <= should * SHAPE_SLACK
}

/// A duration that displays in seconds, with up to three decimals.
pub(super) struct Seconds(pub(super) Duration);

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} s", (self.0.as_secs_f64() * 1000.0).round() / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Container;

    fn facts() -> VideoFacts {
        VideoFacts {
            container: Container::Mp4,
            codec: Codec::H264,
            duration: Some(Duration::from_secs(15)),
            frame_rate: Some(FrameRate {
                average_thousandths: 30_000,
                varies: false,
            }),
            frame: Some(Dimensions {
                width: 1080,
                height: 1920,
            }),
            pixel_format: Some(PixelFormat {
                chroma: Chroma::Quarter,
                bits: 8,
                is_predictive: false,
            }),
            has_audio: true,
            sound_frame: Some(Duration::from_millis(23)),
            choice: Choice {
                tracks: 1,
                place: 1,
                passed_over: None,
            },
        }
    }

    /// Codes, each with what was got.
    fn violations(facts: &VideoFacts, account_longest: Option<u64>) -> Vec<(&'static str, String)> {
        let report = check_video(
            VideoCheck {
                facts,
                field: "file.content",
            },
            account_longest.map(Duration::from_secs),
        );
        report
            .violations
            .into_iter()
            .map(|violation| (violation.code.code, violation.error.got))
            .collect()
    }

    fn warnings(facts: &VideoFacts) -> Vec<String> {
        check_video(
            VideoCheck {
                facts,
                field: "file.content",
            },
            None,
        )
        .warnings
    }

    #[test]
    fn a_good_video_has_neither_faults_nor_warnings() {
        assert_eq!(violations(&facts(), Some(60)), []);
        assert_eq!(warnings(&facts()), [""; 0]);
    }

    #[test]
    fn the_length_has_a_slack_of_50_ms_at_both_ends() {
        let code = |millis, longest| {
            let facts = VideoFacts {
                duration: Some(Duration::from_millis(millis)),
                ..facts()
            };
            violations(&facts, longest).first().map(|(code, _)| *code)
        };
        for (millis, longest, expected) in [
            (2_949, None, Some("video_too_short")),
            (2_950, None, None),
            (600_050, None, None),
            (600_051, None, Some("video_too_long")),
            (60_050, Some(60), None),
            (60_051, Some(60), Some("video_too_long")),
            (600_051, Some(3_600), Some("video_too_long")),
        ] {
            assert_eq!(
                code(millis, longest),
                expected,
                "{millis} ms, account {longest:?}"
            );
        }
    }

    /// A packet of sound is 1024 samples of AAC at the file's own rate, 2048 of HE-AAC, 20 to 120 ms of Opus.
    #[test]
    fn the_longest_length_has_a_slack_of_a_packet_of_sound() {
        for (packet, millis, fits) in [
            (0, 60_050, true),
            (0, 60_051, false),
            (23, 60_050, true),
            (64, 60_065, true),
            (64, 60_066, false),
            (128, 60_129, true),
            (128, 60_130, false),
            // No codec has packets of seconds.
            (5_000, 60_257, true),
            (5_000, 60_258, false),
        ] {
            let duration = Some(Duration::from_millis(millis));
            let facts = VideoFacts {
                duration,
                sound_frame: Some(Duration::from_millis(packet)),
                ..facts()
            };
            assert_eq!(
                violations(&facts, Some(60)).is_empty(),
                fits,
                "{millis} ms with packets of {packet} ms"
            );
        }
        // Sound makes nothing shorter.
        let facts = VideoFacts {
            duration: Some(Duration::from_millis(2_949)),
            sound_frame: Some(Duration::from_millis(128)),
            ..facts()
        };
        assert_eq!(violations(&facts, None).len(), 1);
    }

    #[test]
    fn an_account_that_may_post_less_is_told_its_own_limit() {
        let facts = VideoFacts {
            duration: Some(Duration::from_millis(61_500)),
            ..facts()
        };
        let report = check_video(
            VideoCheck {
                facts: &facts,
                field: "file.content",
            },
            Some(Duration::from_mins(1)),
        );
        let error = report.violations[0].error.clone();
        assert_eq!(
            (error.got.as_str(), error.allowed.as_str()),
            ("a video of 61.5 s", "at most 60 s for this account")
        );
    }

    #[test]
    fn a_variable_frame_rate_is_judged_more_mildly() {
        let fits = |average_thousandths, varies| {
            let facts = VideoFacts {
                frame_rate: Some(FrameRate {
                    average_thousandths,
                    varies,
                }),
                ..facts()
            };
            violations(&facts, None).is_empty()
        };
        for (rate, constant, variable) in [
            (21_999, false, false),
            (22_000, false, true),
            (22_949, false, true),
            (22_950, true, true),
            (23_976, true, true),
            (59_940, true, true),
            (60_050, true, true),
            (60_051, false, true),
            (61_000, false, true),
            (61_001, false, false),
        ] {
            assert_eq!(
                (fits(rate, false), fits(rate, true)),
                (constant, variable),
                "{rate}"
            );
        }
    }

    #[test]
    fn all_faults_are_reported_together() {
        let facts = VideoFacts {
            codec: Codec::Named("AV1"),
            duration: Some(Duration::from_secs(2)),
            frame_rate: Some(FrameRate {
                average_thousandths: 12_500,
                varies: true,
            }),
            frame: Some(Dimensions {
                width: 4097,
                height: 359,
            }),
            ..facts()
        };
        let told: Vec<String> = violations(&facts, None).into_iter().map(|(_, got)| got).collect();
        assert_eq!(
            told,
            [
                "AV1",
                "a video of 2 s",
                "12.5 frames per second on average",
                "4097×359 pixels"
            ]
        );
    }

    #[test]
    fn what_is_not_told_is_a_warning() {
        let untold = VideoFacts {
            duration: None,
            frame_rate: None,
            frame: None,
            ..facts()
        };
        assert_eq!(
            (violations(&untold, Some(3)).len(), warnings(&untold).len()),
            (0, 3)
        );
    }

    #[test]
    fn the_track_that_was_checked_is_named() {
        let told = |place, passed_over| {
            let choice = Choice {
                tracks: 3,
                place,
                passed_over,
            };
            warnings(&VideoFacts { choice, ..facts() })
                .pop()
                .unwrap_or_default()
        };
        assert_eq!(
            told(1, None),
            "the video has 3 video tracks; the first (H.264) was checked"
        );
        let because = "the video has 3 video tracks; number 2 (H.264) was checked, because the first ";
        assert_eq!(
            told(2, Some(PassedOver::Cover)),
            format!("{because}is a cover picture")
        );
        assert_eq!(
            told(2, Some(PassedOver::Off)),
            format!("{because}is switched off")
        );
        assert_eq!(
            told(2, Some(PassedOver::Empty)),
            format!("{because}has no frames")
        );
    }

    #[test]
    fn colours_that_few_devices_decode_are_a_warning() {
        for (codec, chroma, bits, is_predictive, words) in [
            (Codec::H264, Chroma::Quarter, 8, false, ""),
            (Codec::H264, Chroma::Full, 8, true, "H.264 in 4:4:4, which"),
            (
                Codec::H264,
                Chroma::Full,
                10,
                true,
                "H.264 in 4:4:4 with 10 bits, which",
            ),
            (Codec::H264, Chroma::Half, 8, false, "H.264 in 4:2:2, which"),
            (
                Codec::H264,
                Chroma::Half,
                10,
                false,
                "H.264 in 4:2:2 with 10 bits, which",
            ),
            (
                Codec::H264,
                Chroma::Quarter,
                10,
                false,
                "H.264 with 10 bits, which",
            ),
            (
                Codec::H264,
                Chroma::Quarter,
                8,
                true,
                "H.264 in the profile High 4:4:4 Predictive, which",
            ),
            (Codec::H264, Chroma::Grey, 8, false, "H.264 in 4:0:0, which"),
            // What phones record in HDR.
            (Codec::H265, Chroma::Quarter, 10, false, ""),
            (
                Codec::H265,
                Chroma::Quarter,
                12,
                false,
                "H.265 with 12 bits, which",
            ),
            (Codec::H265, Chroma::Full, 8, false, "H.265 in 4:4:4, which"),
            (Codec::Vp9, Chroma::Quarter, 10, false, ""),
            (Codec::Vp9, Chroma::Full, 8, false, "VP9 in 4:4:4, which"),
        ] {
            let format = PixelFormat {
                chroma,
                bits,
                is_predictive,
            };
            let told = warnings(&VideoFacts {
                codec,
                pixel_format: Some(format),
                ..facts()
            });
            assert_eq!(told.len(), usize::from(!words.is_empty()), "{format:?}: {told:?}");
            assert!(
                told.iter().all(|warning| warning.contains(words)),
                "{words}: {told:?}"
            );
        }
    }

    #[test]
    fn another_shape_and_a_small_size_are_warnings_and_not_both() {
        let (other, small) = ("shows other shapes with bars or cropped", "may look blurred");
        for (width, height, told) in [
            (1080, 1920, None),
            (1088, 1920, None),
            (2160, 3840, None),
            (1078, 1920, None),
            (720, 1280, Some(small)),
            (368, 640, Some(small)),
            (1048, 1920, None),
            (1047, 1920, Some(other)),
            (1112, 1920, None),
            (1113, 1920, Some(other)),
            (1080, 1350, Some(other)),
            (1080, 1080, Some(other)),
            (1080, 2340, Some(other)),
            (1920, 1080, Some(other)),
            (640, 360, Some(other)),
        ] {
            let warnings = warnings(&VideoFacts {
                frame: Dimensions { width, height }.into(),
                ..facts()
            });
            assert_eq!(
                warnings.len(),
                usize::from(told.is_some()),
                "{width}×{height}: {warnings:?}"
            );
            for (warning, words) in warnings.iter().zip(told) {
                let seen = format!("the video has {width}×{height} pixels");
                assert!(
                    warning.starts_with(&seen) && warning.ends_with(words),
                    "{warning}"
                );
            }
        }
    }
}
