//! Rules that a post must satisfy: pure, from the account's permissions (creator_info), the requested options and
//! the properties of the video.
//!
//! All violations are reported at once. Facts: docs/tiktok-open-api.md#creator-info, #video-init,
//! #content-sharing-guidelines.

use std::time::Duration;

use super::{
    rule_violation::RuleViolation,
    video_limits::{CheckReport, Seconds, VideoCheck, check_video},
};
use crate::{
    catalogue::own,
    model::{FieldError, PrivacyLevel},
    open_api::CreatorInfo,
};

/// Requested options of a video or photo post. `None` is an option that was omitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PostOptions {
    /// Privacy level.
    pub privacy_level: PrivacyLevel,
    /// Comments off.
    pub disable_comment: Option<bool>,
    /// Duets off; only for videos.
    pub disable_duet: Option<bool>,
    /// Stitches off; only for videos.
    pub disable_stitch: Option<bool>,
    /// Paid partnership.
    pub brand_content_toggle: bool,
    /// Time of the cover frame, in milliseconds; only for videos.
    pub video_cover_timestamp_ms: Option<u32>,
}

/// Options that the account permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedOptions {
    /// Comments off.
    pub disable_comment: bool,
    /// Duets off.
    pub disable_duet: bool,
    /// Stitches off.
    pub disable_stitch: bool,
    /// Possible problems that do not prevent the post, a sentence each.
    pub warnings: Vec<String>,
}

/// Checks `options`, and the video if its bytes are present, against the permissions of `creator` and TikTok's
/// limits.
pub fn resolve(
    creator: &CreatorInfo,
    options: PostOptions,
    video: Option<VideoCheck<'_>>,
) -> Result<ResolvedOptions, Vec<RuleViolation>> {
    let interactions = Interaction::all(creator, options);
    let CheckReport {
        mut violations,
        warnings: of_video,
    } = video
        .map(|video| check_video(video, longest(creator)))
        .unwrap_or_default();
    violations.extend(broken_rules(creator, options, video, &interactions));
    if !violations.is_empty() {
        return Err(violations);
    }
    let [disable_comment, disable_duet, disable_stitch] =
        interactions.map(|interaction| interaction.disabled());
    Ok(ResolvedOptions {
        disable_comment,
        disable_duet,
        disable_stitch,
        warnings: of_video.into_iter().chain(warnings(options)).collect(),
    })
}

/// Violations of the account's rules, beside the limits of the video.
fn broken_rules(
    creator: &CreatorInfo,
    options: PostOptions,
    video: Option<VideoCheck<'_>>,
    interactions: &[Interaction],
) -> impl Iterator<Item = RuleViolation> {
    privacy(creator, options.privacy_level)
        .into_iter()
        .chain(branded(options))
        .chain(interactions.iter().filter_map(Interaction::error))
        .chain(video.and_then(|video| cover(video, options)))
        .map(|error| RuleViolation {
            code: &own::RULES_NOT_MET,
            error,
        })
}

/// Longest video that the account may post; `None` if unknown. TikTok's value 0 counts as unknown.
fn longest(creator: &CreatorInfo) -> Option<Duration> {
    creator
        .max_video_post_duration_sec
        .filter(|seconds| *seconds > 0)
        .map(|seconds| Duration::from_secs(seconds.into()))
}

/// Checks that the cover frame lies within the video.
fn cover(video: VideoCheck<'_>, options: PostOptions) -> Option<FieldError> {
    let (wanted, duration) = (options.video_cover_timestamp_ms?, video.facts.duration?);
    (Duration::from_millis(wanted.into()) > duration).then(|| FieldError {
        field: "video_cover_timestamp_ms".into(),
        got: wanted.to_string(),
        allowed: format!(
            "0 to {}, as the video has {}",
            duration.as_millis(),
            Seconds(duration)
        ),
        fix: "choose a moment within the video, in milliseconds".into(),
    })
}

fn privacy(creator: &CreatorInfo, wanted: PrivacyLevel) -> Option<FieldError> {
    if creator
        .privacy_level_options
        .iter()
        .any(|option| option == wanted.as_str())
    {
        return None;
    }
    Some(FieldError {
        field: "privacy_level".into(),
        got: wanted.to_string(),
        allowed: match creator.privacy_level_options.as_slice() {
            [] => "no level, because TikTok offers this account none now".into(),
            options => options.join(", "),
        },
        fix: match creator.privacy_level_options.as_slice() {
            [] => "check in the TikTok app whether the account may post, and try again later".into(),
            _ => "choose one of the levels that this account offers now".into(),
        },
    })
}

/// Checks that branded content is public or for friends (docs/tiktok-open-api.md#content-sharing-guidelines, point 6,
/// which does not mention followers).
fn branded(options: PostOptions) -> Option<FieldError> {
    let seen = matches!(
        options.privacy_level,
        PrivacyLevel::PublicToEveryone | PrivacyLevel::MutualFollowFriends
    );
    (options.brand_content_toggle && !seen).then(|| FieldError {
        field: "brand_content_toggle".into(),
        got: format!("true with privacy_level {}", options.privacy_level),
        allowed: "a paid partnership with privacy_level PUBLIC_TO_EVERYONE or MUTUAL_FOLLOW_FRIENDS".into(),
        fix: "choose one of these levels or set brand_content_toggle to false".into(),
    })
}

/// Interaction of others with a post: comments, duets or stitches.
struct Interaction {
    field: &'static str,
    noun: &'static str,
    closed: bool,
    options: Option<bool>,
}

impl Interaction {
    /// Comments, duets and stitches.
    fn all(creator: &CreatorInfo, options: PostOptions) -> [Self; 3] {
        let of = |field, noun, closed: Option<bool>, options| Self {
            field,
            noun,
            closed: closed.unwrap_or(false),
            options,
        };
        [
            of(
                "disable_comment",
                "comments",
                creator.comment_disabled,
                options.disable_comment,
            ),
            of(
                "disable_duet",
                "duets",
                creator.duet_disabled,
                options.disable_duet,
            ),
            of(
                "disable_stitch",
                "stitches",
                creator.stitch_disabled,
                options.disable_stitch,
            ),
        ]
    }

    /// Value to send: the requested one or, by default, the account's setting.
    fn disabled(&self) -> bool {
        self.options.unwrap_or(self.closed)
    }

    fn error(&self) -> Option<FieldError> {
        (self.closed && self.options == Some(false)).then(|| FieldError {
            field: self.field.into(),
            got: "false".into(),
            allowed: format!("true, because this account has its {} switched off", self.noun),
            fix: format!("leave {} out or set it to true", self.field),
        })
    }
}

fn warnings(options: PostOptions) -> Vec<String> {
    let cover_unseen =
        options.video_cover_timestamp_ms.is_some() && options.privacy_level != PrivacyLevel::PublicToEveryone;
    cover_unseen
        .then(|| {
            "video_cover_timestamp_ms is sent, but TikTok has been seen to use it only for PUBLIC_TO_EVERYONE; other \
             posts kept their first frame as the cover"
                .to_owned()
        })
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{Choice, Codec, Container, VideoFacts};

    const OPTIONS: PostOptions = PostOptions {
        privacy_level: PrivacyLevel::SelfOnly,
        disable_comment: None,
        disable_duet: None,
        disable_stitch: None,
        brand_content_toggle: false,
        video_cover_timestamp_ms: None,
    };

    fn creator() -> CreatorInfo {
        CreatorInfo {
            privacy_level_options: vec!["MUTUAL_FOLLOW_FRIENDS".into(), "SELF_ONLY".into()],
            duet_disabled: Some(true),
            ..CreatorInfo::default()
        }
    }

    #[test]
    fn what_is_left_open_follows_the_account() {
        let resolved = resolve(&creator(), OPTIONS, None).unwrap();
        assert_eq!(
            (
                resolved.disable_comment,
                resolved.disable_duet,
                resolved.disable_stitch
            ),
            (false, true, false)
        );
    }

    #[test]
    fn all_broken_rules_are_told_at_once() {
        let options = PostOptions {
            privacy_level: PrivacyLevel::PublicToEveryone,
            disable_duet: Some(false),
            ..OPTIONS
        };
        let violations = resolve(&creator(), options, None).unwrap_err();
        let fields: Vec<&str> = violations
            .iter()
            .map(|violation| violation.error.field.as_str())
            .collect();
        assert_eq!(fields, ["privacy_level", "disable_duet"]);
        assert_eq!(violations[0].error.allowed, "MUTUAL_FOLLOW_FRIENDS, SELF_ONLY");
    }

    #[test]
    fn a_paid_partnership_is_for_others_to_see() {
        let options = PostOptions {
            brand_content_toggle: true,
            ..OPTIONS
        };
        assert_eq!(
            resolve(&creator(), options, None).unwrap_err()[0].error.field,
            "brand_content_toggle"
        );
        let seen = PostOptions {
            privacy_level: PrivacyLevel::MutualFollowFriends,
            ..options
        };
        assert!(resolve(&creator(), seen, None).is_ok());
    }

    #[test]
    fn a_cover_that_may_not_show_is_a_warning() {
        let options = PostOptions {
            video_cover_timestamp_ms: Some(1_000),
            ..OPTIONS
        };
        assert_eq!(resolve(&creator(), options, None).unwrap().warnings.len(), 1);
    }

    fn video(seconds: u64) -> VideoFacts {
        VideoFacts {
            container: Container::Mp4,
            codec: Codec::H264,
            duration: Some(Duration::from_secs(seconds)),
            frame_rate: None,
            frame: None,
            pixel_format: None,
            has_audio: false,
            sound_frame: None,
            choice: Choice {
                tracks: 1,
                place: 1,
                passed_over: None,
            },
        }
    }

    #[test]
    fn the_video_and_the_account_are_judged_together() {
        let creator = CreatorInfo {
            max_video_post_duration_sec: Some(60),
            ..creator()
        };
        let options = PostOptions {
            privacy_level: PrivacyLevel::PublicToEveryone,
            ..OPTIONS
        };
        let facts = video(90);
        let violations = resolve(
            &creator,
            options,
            Some(VideoCheck {
                facts: &facts,
                field: "file.content",
            }),
        )
        .unwrap_err();
        let told: Vec<_> = violations
            .iter()
            .map(|violation| (violation.code.code, violation.error.field.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("video_too_long", "file.content"),
                ("rules_not_met", "privacy_level")
            ]
        );
    }

    #[test]
    fn an_account_without_a_limit_of_its_own_has_tiktoks() {
        for max_video_post_duration_sec in [None, Some(0), Some(600)] {
            let creator = CreatorInfo {
                max_video_post_duration_sec,
                ..creator()
            };
            let fits = |seconds| {
                let facts = video(seconds);
                resolve(
                    &creator,
                    OPTIONS,
                    Some(VideoCheck {
                        facts: &facts,
                        field: "file.content",
                    }),
                )
                .is_ok()
            };
            assert_eq!(
                (fits(600), fits(601)),
                (true, false),
                "{max_video_post_duration_sec:?}"
            );
        }
    }

    #[test]
    fn the_cover_is_a_frame_of_the_video() {
        let facts = video(4);
        let covers = |at| {
            let options = PostOptions {
                video_cover_timestamp_ms: Some(at),
                ..OPTIONS
            };
            resolve(
                &creator(),
                options,
                Some(VideoCheck {
                    facts: &facts,
                    field: "file.content",
                }),
            )
        };
        assert!(covers(4_000).is_ok());
        let violation = covers(4_001).unwrap_err().remove(0);
        assert_eq!(
            (violation.code.code, violation.error.field.as_str()),
            ("rules_not_met", "video_cover_timestamp_ms")
        );
        assert_eq!(violation.error.allowed, "0 to 4000, as the video has 4 s");
    }
}
