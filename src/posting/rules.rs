//! What must hold before a post: pure, from what the account may do (creator_info), what the post asks for
//! and what its video is.
//!
//! All broken rules are told at once. Facts: docs/tiktok-open-api.md#creator-info, #video-init,
//! #content-sharing-guidelines.

use std::time::Duration;

use super::video_limits::{Judged, Seconds, Verdict, judge};
use crate::{
    model::{Finding, PrivacyLevel},
    open_api::CreatorInfo,
};

/// What a post asks for, video or photos. `None` is what was left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Who may see it.
    pub privacy_level: PrivacyLevel,
    /// Comments off.
    pub disable_comment: Option<bool>,
    /// Duets off; only for videos.
    pub disable_duet: Option<bool>,
    /// Stitches off; only for videos.
    pub disable_stitch: Option<bool>,
    /// A paid partnership.
    pub brand_content_toggle: bool,
    /// The frame for the cover; only for videos.
    pub video_cover_timestamp_ms: Option<u32>,
}

/// A rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The catalogue's code.
    pub code: &'static str,
    /// Where, and how to mend it.
    pub finding: Finding,
}

/// A wish that the account can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Comments off.
    pub disable_comment: bool,
    /// Duets off.
    pub disable_duet: bool,
    /// Stitches off.
    pub disable_stitch: bool,
    /// What the caller should know though nothing is wrong.
    pub warnings: Vec<String>,
}

/// Holds `wish` and the post's video, where its bytes are here, against what `creator` may do and what TikTok
/// takes.
pub fn settle(creator: &CreatorInfo, wish: Wish, video: Option<Judged<'_>>) -> Result<Settled, Vec<Breach>> {
    let interactions = [
        Interaction::new(
            "disable_comment",
            "comments",
            creator.comment_disabled,
            wish.disable_comment,
        ),
        Interaction::new("disable_duet", "duets", creator.duet_disabled, wish.disable_duet),
        Interaction::new(
            "disable_stitch",
            "stitches",
            creator.stitch_disabled,
            wish.disable_stitch,
        ),
    ];
    let mut findings: Vec<Finding> = Vec::new();
    findings.extend(privacy(creator, wish.privacy_level));
    findings.extend(branded(wish));
    findings.extend(interactions.iter().filter_map(Interaction::finding));
    findings.extend(video.and_then(|video| cover(video, wish)));
    let Verdict {
        mut breaches,
        warnings: of_video,
    } = video
        .map(|video| judge(video, longest(creator)))
        .unwrap_or_default();
    breaches.extend(findings.into_iter().map(|finding| Breach {
        code: "rules_not_met",
        finding,
    }));
    if !breaches.is_empty() {
        return Err(breaches);
    }
    let [comment, duet, stitch] = interactions.map(|interaction| interaction.disabled());
    let warnings = of_video.into_iter().chain(warnings(wish)).collect();
    Ok(Settled {
        disable_comment: comment,
        disable_duet: duet,
        disable_stitch: stitch,
        warnings,
    })
}

/// The longest video that the account may post. No account may post none, so 0 tells nothing.
fn longest(creator: &CreatorInfo) -> Option<Duration> {
    creator
        .max_video_post_duration_sec
        .filter(|seconds| *seconds > 0)
        .map(|seconds| Duration::from_secs(seconds.into()))
}

/// The cover is a frame of the video.
fn cover(video: Judged<'_>, wish: Wish) -> Option<Finding> {
    let (wanted, duration) = (wish.video_cover_timestamp_ms?, video.facts.duration?);
    (Duration::from_millis(wanted.into()) > duration).then(|| Finding {
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

fn privacy(creator: &CreatorInfo, wanted: PrivacyLevel) -> Option<Finding> {
    if creator
        .privacy_level_options
        .iter()
        .any(|option| option == wanted.as_str())
    {
        return None;
    }
    Some(Finding {
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

/// Branded content is for the public or friends (docs/tiktok-open-api.md#content-sharing-guidelines, point 6,
/// which does not mention followers; so they are not offered).
fn branded(wish: Wish) -> Option<Finding> {
    let seen = matches!(
        wish.privacy_level,
        PrivacyLevel::PublicToEveryone | PrivacyLevel::MutualFollowFriends
    );
    (wish.brand_content_toggle && !seen).then(|| Finding {
        field: "brand_content_toggle".into(),
        got: format!("true with privacy_level {}", wish.privacy_level),
        allowed: "a paid partnership with privacy_level PUBLIC_TO_EVERYONE or MUTUAL_FOLLOW_FRIENDS".into(),
        fix: "choose one of these levels or set brand_content_toggle to false".into(),
    })
}

/// One of the three things that others may do with a post.
struct Interaction {
    field: &'static str,
    noun: &'static str,
    closed: bool,
    wish: Option<bool>,
}

impl Interaction {
    fn new(field: &'static str, noun: &'static str, closed: Option<bool>, wish: Option<bool>) -> Self {
        Self {
            field,
            noun,
            closed: closed.unwrap_or(false),
            wish,
        }
    }

    /// What is sent: what was asked for, and where nothing was, what the account has.
    fn disabled(&self) -> bool {
        self.wish.unwrap_or(self.closed)
    }

    fn finding(&self) -> Option<Finding> {
        (self.closed && self.wish == Some(false)).then(|| Finding {
            field: self.field.into(),
            got: "false".into(),
            allowed: format!("true, because this account has its {} switched off", self.noun),
            fix: format!("leave {} out or set it to true", self.field),
        })
    }
}

fn warnings(wish: Wish) -> Vec<String> {
    let cover_unseen =
        wish.video_cover_timestamp_ms.is_some() && wish.privacy_level != PrivacyLevel::PublicToEveryone;
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

    const WISH: Wish = Wish {
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
        let settled = settle(&creator(), WISH, None).unwrap();
        assert_eq!(
            (
                settled.disable_comment,
                settled.disable_duet,
                settled.disable_stitch
            ),
            (false, true, false)
        );
    }

    #[test]
    fn all_broken_rules_are_told_at_once() {
        let wish = Wish {
            privacy_level: PrivacyLevel::PublicToEveryone,
            disable_duet: Some(false),
            ..WISH
        };
        let breaches = settle(&creator(), wish, None).unwrap_err();
        let fields: Vec<&str> = breaches
            .iter()
            .map(|breach| breach.finding.field.as_str())
            .collect();
        assert_eq!(fields, ["privacy_level", "disable_duet"]);
        assert_eq!(breaches[0].finding.allowed, "MUTUAL_FOLLOW_FRIENDS, SELF_ONLY");
    }

    #[test]
    fn a_paid_partnership_is_for_others_to_see() {
        let wish = Wish {
            brand_content_toggle: true,
            ..WISH
        };
        assert_eq!(
            settle(&creator(), wish, None).unwrap_err()[0].finding.field,
            "brand_content_toggle"
        );
        let seen = Wish {
            privacy_level: PrivacyLevel::MutualFollowFriends,
            ..wish
        };
        assert!(settle(&creator(), seen, None).is_ok());
    }

    #[test]
    fn a_cover_that_may_not_show_is_a_warning() {
        let wish = Wish {
            video_cover_timestamp_ms: Some(1_000),
            ..WISH
        };
        assert_eq!(settle(&creator(), wish, None).unwrap().warnings.len(), 1);
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
        let wish = Wish {
            privacy_level: PrivacyLevel::PublicToEveryone,
            ..WISH
        };
        let facts = video(90);
        let breaches = settle(
            &creator,
            wish,
            Some(Judged {
                facts: &facts,
                field: "file.content",
            }),
        )
        .unwrap_err();
        let told: Vec<_> = breaches
            .iter()
            .map(|breach| (breach.code, breach.finding.field.as_str()))
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
                settle(
                    &creator,
                    WISH,
                    Some(Judged {
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
            let wish = Wish {
                video_cover_timestamp_ms: Some(at),
                ..WISH
            };
            settle(
                &creator(),
                wish,
                Some(Judged {
                    facts: &facts,
                    field: "file.content",
                }),
            )
        };
        assert!(covers(4_000).is_ok());
        let breach = covers(4_001).unwrap_err().remove(0);
        assert_eq!(
            (breach.code, breach.finding.field.as_str()),
            ("rules_not_met", "video_cover_timestamp_ms")
        );
        assert_eq!(breach.finding.allowed, "0 to 4000, as the video has 4 s");
    }
}
