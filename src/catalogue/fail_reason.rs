//! The values of `fail_reason` in TikTok's post status and webhooks: docs/tiktok-open-api.md#fail-reasons.

/// Every documented `fail_reason`, in the order of docs/tiktok-open-api.md#fail-reasons.
///
/// `spam_risk_too_many_posts` and `spam_risk_user_banned_from_posting` are codes of the API too, and have
/// their rows there.
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

// A post with a fail reason was not published and never will be, so sending it again cannot post twice.
rows! {
    FILE_FORMAT_CHECK_FAILED {
        code: "file_format_check_failed",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "TikTok does not accept the format of the file.",
        remedy: "Export a video as MP4 with H.264 (MOV, WebM, H.265, VP8 and VP9 also work), or a photo as JPEG or \
                 WebP, then post the new file.",
    }
    DURATION_CHECK_FAILED {
        code: "duration_check_failed",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The video is too short, or longer than the account may post.",
        remedy: "Run `get_creator_info`, cut the video to at most `max_video_post_duration_sec` (never more than 10 \
                 minutes), then post it again. TikTok documents no minimum; users report 3 seconds.",
    }
    FRAME_RATE_CHECK_FAILED {
        code: "frame_rate_check_failed",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The video's frame rate is outside TikTok's range of 23 to 60 frames per second.",
        remedy: "Export the video at a constant 30 or 60 frames per second, then post the new file.",
    }
    PICTURE_SIZE_CHECK_FAILED {
        code: "picture_size_check_failed",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "TikTok does not accept the width or height of the video or of a photo.",
        remedy: "Resize a video to 360 to 4096 pixels per side (1080×1920 is best), or each photo to at most \
                 1080×1920, then post again.",
    }
    INTERNAL {
        code: "internal",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "TikTok had an internal error while processing the post and did not publish it.",
        remedy: "Wait a few minutes, then send the post again. If it fails again, send the `publish_id` to TikTok's \
                 developer support.",
    }
    VIDEO_PULL_FAILED {
        code: "video_pull_failed",
        category: Network,
        retryable: true,
        who: Caller,
        meaning: "TikTok could not download the video from its URL within an hour.",
        remedy: "Open the URL in a private browser window. It must use https on a domain name, respond without a \
                 redirect, need no sign-in and stay reachable for an hour. Then post again, or send the video as a \
                 file.",
    }
    PHOTO_PULL_FAILED {
        code: "photo_pull_failed",
        category: Network,
        retryable: true,
        who: Caller,
        meaning: "TikTok could not download at least one of the photos from its URL.",
        remedy: "Open each photo's URL in a private browser window. It must use https on a domain name, respond \
                 without a redirect, need no sign-in and stay reachable for an hour. Then post again.",
    }
    PUBLISH_CANCELLED {
        code: "publish_cancelled",
        category: Policy,
        retryable: false,
        who: Caller,
        meaning: "The post was cancelled through the API before it was published.",
        remedy: "If you want to publish it after all, send the post again.",
    }
    AUTH_REMOVED {
        code: "auth_removed",
        category: Auth,
        retryable: false,
        who: User,
        meaning: "The account's owner disconnected the app while TikTok was processing the post, so it was not published.",
        remedy: "Ask the account's owner to reconnect the TikTok account in the host, then send the post again.",
    }
    SPAM_RISK_TEXT {
        code: "spam_risk_text",
        category: Policy,
        retryable: false,
        who: Caller,
        meaning: "TikTok classified the caption as spam, or found content in it that is not allowed.",
        remedy: "Rewrite the caption with fewer hashtags and mentions, without links, and without text from earlier \
                 posts. Then post again.",
    }
    SPAM_RISK {
        code: "spam_risk",
        category: Policy,
        retryable: false,
        who: User,
        meaning: "TikTok classified the post as spam, or the account's recent activity as risky.",
        remedy: "Stop automatic posts to the account for a day, and do not send the same media again. Ask the \
                 account's owner to look for a notice in the TikTok app and to post this one there.",
    }
}
