//! The codes of `error.code` in the responses of TikTok's Open API: docs/tiktok-open-api.md#error-codes.

use super::endpoint::{
    CANCEL, CONTENT_INIT, CREATOR_INFO, INBOX_VIDEO_INIT, STATUS_FETCH, USER_INFO, VIDEO_INIT, VIDEO_LIST,
    VIDEO_QUERY,
};

// General codes first, then those of posting, in the order of docs/tiktok-open-api.md#error-codes.
rows! {
    ACCESS_TOKEN_INVALID {
        code: "access_token_invalid",
        category: Auth,
        retryable: false,
        who: Developer,
        meaning: "TikTok does not accept the access token: it has expired, was revoked or was never valid.",
        remedy: "Refresh the token in the host, then send the request again. If the refresh fails, ask the account's \
                 owner to reconnect the TikTok account in the host.",
        seen_at: &everywhere(401),
    }
    SCOPE_NOT_AUTHORIZED {
        code: "scope_not_authorized",
        category: Scope,
        retryable: false,
        who: User,
        meaning: "The token lacks a permission that this action needs.",
        remedy: "Ask the account's owner to reconnect the TikTok account in the host and to leave the permission \
                 ticked on TikTok's consent page. If the page does not offer it, the app's developer should add the \
                 permission to the host's manifest and its product to the app in TikTok's developer portal, or remove \
                 the permission from the manifest; apps registered in 2026 may not be offered the Display API. \
                 Refreshing the token does not help: a new token has the same permissions. See `docs/scopes.md`.",
        seen_at: &everywhere(401),
    }
    SCOPE_PERMISSION_MISSED {
        code: "scope_permission_missed",
        category: Scope,
        retryable: false,
        who: User,
        meaning: "A requested field needs a permission that the token lacks.",
        remedy: "Ask the account's owner to reconnect the TikTok account in the host and to leave the permission \
                 ticked on TikTok's consent page: `user.info.profile` for profile fields, `user.info.stats` for \
                 counts, `video.list` for videos. If the page does not offer it, the app's developer should add the \
                 Display API to the app in TikTok's developer portal, or remove the permission from the host's \
                 manifest. See `docs/scopes.md`.",
        seen_at: &[(USER_INFO, 400), (VIDEO_LIST, 400), (VIDEO_QUERY, 400)],
    }
    INVALID_PARAMS {
        code: "invalid_params",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok rejected the request because a value is missing, malformed or out of range.",
        remedy: "Correct the value that TikTok's message names, then send the request again.",
        // TikTok's pages give the posting endpoints the singular, but the live API answers with the plural
        // (docs/tiktok-open-api.md#messages). status/fetch was seen to answer with it for a publish_id that is not
        // known yet (docs/tiktok-open-api.md#status).
        seen_at: &[
            (USER_INFO, 400),
            (VIDEO_LIST, 400),
            (VIDEO_QUERY, 400),
            (VIDEO_INIT, 400),
            (INBOX_VIDEO_INIT, 400),
            (CONTENT_INIT, 400),
            (STATUS_FETCH, 400),
        ],
    }
    INVALID_PARAM {
        code: "invalid_param",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok rejected the post because a value is missing, malformed or out of range.",
        remedy: "Correct the part of the post that TikTok's message names, then send the request again: the post info \
                 is the caption and the privacy level, the source info is the file or the URL.",
        seen_at: &[(VIDEO_INIT, 400), (INBOX_VIDEO_INIT, 400), (CONTENT_INIT, 400)],
    }
    INVALID_FILE_UPLOAD {
        code: "invalid_file_upload",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "TikTok rejected the file because it does not meet TikTok's specification.",
        remedy: "Export the video as MP4 with H.264, at 23 to 60 frames per second, with 360 to 4096 pixels per side \
                 and at most 10 minutes long, then send it again.",
        // TikTok's general table gives the code HTTP 400 and names no endpoint.
    }
    RATE_LIMIT_EXCEEDED {
        code: "rate_limit_exceeded",
        category: RateLimit,
        retryable: true,
        who: Caller,
        meaning: "The account has reached TikTok's limit of requests per minute.",
        remedy: "Wait a minute, then send the request again. Per account and minute, TikTok allows 6 posts or drafts, \
                 20 requests for the creator's options, 30 for the status of a post and 600 for pages of videos. Spread \
                 a batch of posts over several minutes.",
        seen_at: &everywhere(429),
    }
    INTERNAL_ERROR {
        code: "internal_error",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "TikTok had an internal error and did not carry out the request.",
        remedy: "Wait a minute, then send the request again. If the error persists for an hour, send the `log_id` to \
                 TikTok's developer support.",
        seen_at: &everywhere(500),
    }
    APP_VERSION_CHECK_FAILED {
        code: "app_version_check_failed",
        category: Policy,
        retryable: false,
        who: User,
        meaning: "The account's owner uses a version of the TikTok app before 31.8, which cannot receive photo drafts.",
        remedy: "Ask the account's owner to update the TikTok app to version 31.8 or later, then send the draft again. \
                 Direct photo posts (`post_mode` DIRECT_POST) work with any version.",
        seen_at: &[(CONTENT_INIT, 400)],
    }
    INVALID_PUBLISH_ID {
        code: "invalid_publish_id",
        category: Input,
        retryable: true,
        who: Caller,
        meaning: "TikTok has no post with this `publish_id`.",
        remedy: "Pass the `publish_id` exactly as the posting action returned it, not the ID of the published video. A \
                 new `publish_id` can take a few seconds to become known, so try once more.",
        seen_at: &[(STATUS_FETCH, 400), (CANCEL, 400)],
    }
    TOKEN_NOT_AUTHORIZED_FOR_SPECIFIED_PUBLISH_ID {
        code: "token_not_authorized_for_specified_publish_id",
        category: Auth,
        retryable: false,
        who: Caller,
        meaning: "The post with this `publish_id` belongs to another account or another app.",
        remedy: "Connect this step to the TikTok account that made the post.",
        seen_at: &[(STATUS_FETCH, 400), (CANCEL, 400)],
    }
    PUBLISH_NOT_CANCELLABLE {
        code: "publish_not_cancellable",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The post can no longer be cancelled, or is of a kind that cannot be cancelled.",
        remedy: "Follow the post with `get_post_status`. To remove a published post, ask the account's owner to delete \
                 it in the TikTok app. Only a post whose media TikTok is still downloading from a URL can be \
                 cancelled.",
        seen_at: &[(CANCEL, 400)],
    }
    SPAM_RISK_TOO_MANY_POSTS {
        code: "spam_risk_too_many_posts",
        category: Quota,
        retryable: true,
        who: User,
        meaning: "The account has reached TikTok's limit of direct posts in 24 hours: about 15, from all apps together.",
        remedy: "Send the post again when the oldest of these posts is 24 hours old, send it as a draft now, or ask \
                 the account's owner to post it in the TikTok app.",
        seen_at: &[(CREATOR_INFO, 200), (VIDEO_INIT, 403), (CONTENT_INIT, 403)],
    }
    SPAM_RISK_USER_BANNED_FROM_POSTING {
        code: "spam_risk_user_banned_from_posting",
        category: Policy,
        retryable: false,
        who: User,
        meaning: "TikTok has banned the account from posting.",
        remedy: "Stop posting to this account until the ban is lifted. Ask the account's owner to read TikTok's notice \
                 in the inbox of the TikTok app and to appeal there.",
        seen_at: &[
            (CREATOR_INFO, 200),
            (VIDEO_INIT, 403),
            (INBOX_VIDEO_INIT, 403),
            (CONTENT_INIT, 403),
        ],
    }
    SPAM_RISK_TOO_MANY_PENDING_SHARE {
        code: "spam_risk_too_many_pending_share",
        category: Quota,
        retryable: true,
        who: User,
        meaning: "The account has 5 unposted drafts from the last 24 hours, and TikTok accepts no more.",
        remedy: "Ask the account's owner to post at least one of the drafts in the inbox of the TikTok app, or wait \
                 until the oldest is 24 hours old. Then send the draft again. A deleted draft may still count.",
        seen_at: &[(INBOX_VIDEO_INIT, 403), (CONTENT_INIT, 403)],
    }
    REACHED_ACTIVE_USER_CAP {
        code: "reached_active_user_cap",
        category: Quota,
        retryable: true,
        who: Developer,
        meaning: "The app behind this connection has reached the number of accounts that may post through it in 24 hours.",
        remedy: "Send the post again later: a place becomes free within 24 hours. The account itself is fine. To raise the limit, the app's \
                 developer should have the app audited by TikTok: unaudited apps may serve 5 accounts, audited apps \
                 the number given in their audit form.",
        seen_at: &[(CREATOR_INFO, 200), (VIDEO_INIT, 403), (CONTENT_INIT, 403)],
    }
    UNAUDITED_CLIENT_CAN_ONLY_POST_TO_PRIVATE_ACCOUNTS {
        code: "unaudited_client_can_only_post_to_private_accounts",
        category: Policy,
        retryable: false,
        who: User,
        meaning: "TikTok has not audited the app behind this connection, so it can post only to private accounts.",
        remedy: "Ask the account's owner to set the account itself to private in the TikTok app (Settings → Privacy → \
                 Private account). Then send the post again with `privacy_level` SELF_ONLY; a private post from a \
                 public account is not enough. To lift the restriction, the app's developer should have the app \
                 audited by TikTok.",
        seen_at: &[(VIDEO_INIT, 403), (CONTENT_INIT, 403)],
    }
    URL_OWNERSHIP_UNVERIFIED {
        code: "url_ownership_unverified",
        category: Policy,
        retryable: false,
        who: Developer,
        meaning: "TikTok downloads media only from URLs that are verified for the app, and this one is not.",
        remedy: "Send the video itself instead of its URL, or move the media to a verified URL. To verify another one, \
                 the app's developer should add its domain or URL prefix under URL properties in TikTok's developer \
                 portal.",
        seen_at: &[
            (VIDEO_INIT, 403),
            (INBOX_VIDEO_INIT, 403),
            (CONTENT_INIT, 403),
            (CANCEL, 403),
        ],
    }
    PRIVACY_LEVEL_OPTION_MISMATCH {
        code: "privacy_level_option_mismatch",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The account does not offer this privacy level.",
        remedy: "Run `get_creator_info`, then set `privacy_level` to one of its `privacy_level_options`. The options \
                 change when the account is made public or private.",
        seen_at: &[(VIDEO_INIT, 403), (CONTENT_INIT, 403)],
    }
}

/// Returns every endpoint, as the place of a general code with `status`.
const fn everywhere(status: u16) -> [(&'static str, u16); 9] {
    [
        (USER_INFO, status),
        (VIDEO_LIST, status),
        (VIDEO_QUERY, status),
        (CREATOR_INFO, status),
        (VIDEO_INIT, status),
        (INBOX_VIDEO_INIT, status),
        (CONTENT_INIT, status),
        (STATUS_FETCH, status),
        (CANCEL, status),
    ]
}
