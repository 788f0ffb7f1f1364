//! Codes for posts to TikTok: their media, their options and their upload.

rows! {
    VIDEO_MISSING {
        code: "video_missing",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The request has no video.",
        remedy: "Pass exactly one of `file`, `files`, `video_content_base64` and `video_url`. If an earlier step \
                 produces the video, check that its output is connected to this step.",
    }
    VIDEO_EMPTY {
        code: "video_empty",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The video file is empty.",
        remedy: "Check the step of the workflow that reads or produces the video: it passed an empty file.",
    }
    VIDEO_TOO_LARGE {
        code: "video_too_large",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The video is too large: the limit is 287 MiB in a request or for a `video_url`, and 4 GB if TikTok \
                  downloads it.",
        remedy: "Export the video with a lower bitrate. If it is between 287 MiB and 4 GB, you can also let TikTok download \
                 it: set `source` to PULL_FROM_URL and `video_url` to an https URL on a domain that is verified for \
                 the app.",
    }
    VIDEO_FORMAT_INVALID {
        code: "video_format_invalid",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The file is not a video that TikTok accepts.",
        remedy: "Export the video as MP4, MOV or WebM with H.264, H.265, VP8 or VP9, at 23 to 60 frames per second and \
                 with 360 to 4096 pixels per side. The message gives the problem.",
    }
    PHOTO_INVALID {
        code: "photo_invalid",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "TikTok does not accept one or more of the photos, so nothing was posted.",
        remedy: "Correct each photo in `details`; the first one is `photo_urls[0]`. To skip this check and let TikTok \
                 decide, set `preflight` to false.",
    }
    VIDEO_TOO_SHORT {
        code: "video_too_short",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The video is shorter than 3 seconds.",
        remedy: "Make the video at least 3 seconds long. TikTok documents no minimum, but users report that it rejects \
                 shorter videos.",
    }
    VIDEO_TOO_LONG {
        code: "video_too_long",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "The video is longer than the account may post.",
        remedy: "Shorten the video to the duration in the message. The maximum is 10 minutes, and less for many \
                 accounts: `get_creator_info` returns it as `max_video_post_duration_sec`.",
    }
    RULES_NOT_MET {
        code: "rules_not_met",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The post breaks a rule of TikTok or of the account, so it was not sent.",
        remedy: "Correct each field in `details`; every entry gives the value, the allowed values and the fix.",
    }
    UPLOAD_URL_REFUSED {
        code: "upload_url_refused",
        category: Tiktok,
        retryable: false,
        who: Developer,
        meaning: "TikTok's response contained an upload URL outside TikTok's domains, so the video was not sent.",
        remedy: "The host's operator should check that no proxy and no changed API base alters responses from \
                 `open.tiktokapis.com`. If none does, report the error with the `publish_id` to this program's \
                 maintainers.",
    }
    UPLOAD_REFUSED {
        code: "upload_refused",
        category: Internal,
        retryable: false,
        who: Developer,
        meaning: "TikTok's upload server rejected a chunk of the video.",
        remedy: "Do not send the video again: the result would be the same. The host's operator should report the \
                 error to this program's maintainers, with the size of the video in bytes and the `publish_id`.",
    }
    UPLOAD_EXPIRED {
        code: "upload_expired",
        category: Tiktok,
        retryable: true,
        who: Caller,
        meaning: "TikTok no longer accepts the upload URL, usually because the upload began more than an hour ago.",
        remedy: "Send the request again to start a new upload. If the upload took the whole hour, use a smaller video \
                 or a faster connection.",
    }
    UPLOAD_FAILED {
        code: "upload_failed",
        category: Network,
        retryable: true,
        who: Caller,
        meaning: "The video could not be uploaded completely.",
        remedy: "Send the request again to start a new upload. If it fails again, the host's operator should check the \
                 connection to `*.tiktokapis.com`.",
    }
    UPLOAD_TOO_SLOW {
        code: "upload_too_slow",
        category: Network,
        retryable: true,
        who: Caller,
        meaning: "The connection is too slow to upload the video before the request's deadline.",
        remedy: "Set `request_config.deadline` to the value in `details`, use a smaller video, or use a faster \
                 connection. With `source` PULL_FROM_URL, TikTok downloads the video itself.",
    }
    POST_FAILED {
        code: "post_failed",
        category: Tiktok,
        retryable: true,
        who: Caller,
        meaning: "TikTok could not publish the post and gave no reason.",
        remedy: "Send the post again once. If it fails again, post the same media in the TikTok app, which often shows \
                 the reason, and send the `publish_id` to TikTok's developer support.",
    }
}
