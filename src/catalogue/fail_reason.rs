//! The reasons that status/fetch and the webhooks give for a post that failed:
//! docs/tiktok-open-api.md#fail-reasons.

use super::{Category, Row, Who};

/// Every value of `fail_reason` that TikTok documents, in the order of its page.
///
/// Two of them are codes of the API too and have their row there.
pub const FAIL_REASONS: [&str; 13] = [
    "file_format_check_failed",
    "duration_check_failed",
    "frame_rate_check_failed",
    "picture_size_check_failed",
    "internal",
    "video_pull_failed",
    "photo_pull_failed",
    "publish_cancelled",
    "auth_removed",
    "spam_risk_too_many_posts",
    "spam_risk_user_banned_from_posting",
    "spam_risk_text",
    "spam_risk",
];

/// The reasons that are not codes of the API.
///
/// TikTok has ended such a post without publishing it, so sending it again cannot post twice.
pub(super) const ROWS: &[Row] = &[
    Row {
        code: "file_format_check_failed",
        category: Category::Media,
        retryable: false,
        who: Who::Caller,
        meaning: "TikTok could not use the file because of its format.",
        remedy: "Export a video as MP4 with H.264 (MOV and WebM, H.265, VP8 and VP9 are taken too), or a photo as JPEG or \
                 WebP, and post the new file.",
        seen_at: &[],
    },
    Row {
        code: "duration_check_failed",
        category: Category::Media,
        retryable: false,
        who: Who::Caller,
        meaning: "The video is too short or longer than this account may post.",
        remedy: "Run `get_creator_info`, cut the video to at most `max_video_post_duration_sec` (never over 10 minutes) and \
                 at least 3 seconds, and post it again.",
        seen_at: &[],
    },
    Row {
        code: "frame_rate_check_failed",
        category: Category::Media,
        retryable: false,
        who: Who::Caller,
        meaning: "The video's frame rate is outside the 23 to 60 frames a second that TikTok takes.",
        remedy: "Export the video again at a constant 30 or 60 frames a second and post the new file.",
        seen_at: &[],
    },
    Row {
        code: "picture_size_check_failed",
        category: Category::Media,
        retryable: false,
        who: Who::Caller,
        meaning: "The video or one of the photos has a width or height that TikTok does not take.",
        remedy: "Bring a video to between 360 and 4096 pixels on each side (1080×1920 is best), or every photo to at most \
                 1080×1920, and post again.",
        seen_at: &[],
    },
    Row {
        code: "internal",
        category: Category::Tiktok,
        retryable: true,
        who: Who::Tiktok,
        meaning: "TikTok had a fault of its own while it processed the post, and did not publish it.",
        remedy: "Wait some minutes and send the post again. If it fails again, give the `publish_id` to TikTok's developer \
                 support.",
        seen_at: &[],
    },
    Row {
        code: "video_pull_failed",
        category: Category::Network,
        retryable: true,
        who: Who::Caller,
        meaning: "TikTok could not download the video from its address within an hour.",
        remedy: "Open the address without being signed in: it must be https on a domain name, answer without a redirect and \
                 stay reachable for an hour. Then post again, or send the video itself as a file.",
        seen_at: &[],
    },
    Row {
        code: "photo_pull_failed",
        category: Category::Network,
        retryable: true,
        who: Who::Caller,
        meaning: "TikTok could not download at least one of the photos from its address.",
        remedy: "Open every photo's address without being signed in: it must be https on a domain name, answer without a \
                 redirect and stay reachable for an hour. Then post again.",
        seen_at: &[],
    },
    Row {
        code: "publish_cancelled",
        category: Category::Policy,
        retryable: false,
        who: Who::Caller,
        meaning: "The post was cancelled through the API before it was published.",
        remedy: "Nothing needs repair. Send the post again if it is wanted after all.",
        seen_at: &[],
    },
    Row {
        code: "auth_removed",
        category: Category::Auth,
        retryable: false,
        who: Who::User,
        meaning: "The account's owner disconnected the app while the post was being processed, so it was not published.",
        remedy: "The account's owner reconnects the TikTok account in the host; after that the post can be sent again.",
        seen_at: &[],
    },
    Row {
        code: "spam_risk_text",
        category: Category::Policy,
        retryable: false,
        who: Who::Caller,
        meaning: "TikTok takes the caption for spam or finds something in it that it does not allow.",
        remedy: "Rewrite the caption: fewer hashtags and mentions, no links, no text that earlier posts already had. Then \
                 post again.",
        seen_at: &[],
    },
    Row {
        code: "spam_risk",
        category: Category::Policy,
        retryable: false,
        who: Who::User,
        meaning: "TikTok takes the post for spam or finds the account's recent activity risky.",
        remedy: "The account's owner looks for a notice in the TikTok app and posts this one by hand there. Stop automatic \
                 posts to the account for a day, and do not send the same media again.",
        seen_at: &[],
    },
];
