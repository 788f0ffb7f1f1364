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
        remedy: "The host refreshes the token and sends the request again with the new one. If refreshing fails, the \
                 account's owner reconnects the TikTok account in the host.",
        seen_at: &everywhere(401),
    }
    SCOPE_NOT_AUTHORIZED {
        code: "scope_not_authorized",
        category: Scope,
        retryable: false,
        who: User,
        meaning: "The token lacks the permission that this action needs.",
        remedy: "If the account's owner left the permission unticked on TikTok's consent page, the owner reconnects \
                 the TikTok account in the host and ticks it. If the app did not request it or may not have it, the \
                 developer of the TikTok app adds the permission to the host's manifest and its product in TikTok's \
                 developer portal, or leaves both out; apps registered in 2026 may not be offered the Display API. See \
                 `docs/scopes.md`. Refreshing the token does not help: a new token has the same permissions.",
        seen_at: &everywhere(401),
    }
    SCOPE_PERMISSION_MISSED {
        code: "scope_permission_missed",
        category: Scope,
        retryable: false,
        who: User,
        meaning: "A requested field needs a permission that the token lacks.",
        remedy: "Profile fields need the permission `user.info.profile`, counts `user.info.stats`, videos \
                 `video.list`. The account's owner reconnects the TikTok account in the host and ticks the permission. \
                 If the app lacks its product (all three belong to the Display API), the developer of the TikTok app \
                 adds the product in TikTok's developer portal, or leaves the permission out. See `docs/scopes.md`.",
        seen_at: &[(USER_INFO, 400), (VIDEO_LIST, 400), (VIDEO_QUERY, 400)],
    }
    INVALID_PARAMS {
        code: "invalid_params",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "TikTok rejected the request because a value is missing, malformed or out of range.",
        remedy: "TikTok's message names the value or the part of the request. Correct that input in the workflow and \
                 send the request again.",
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
        remedy: "TikTok's message names the part of the post: the post info (caption, privacy level) or the source \
                 info (file, address). Correct that input in the workflow and send the request again.",
        seen_at: &[(VIDEO_INIT, 400), (INBOX_VIDEO_INIT, 400), (CONTENT_INIT, 400)],
    }
    INVALID_FILE_UPLOAD {
        code: "invalid_file_upload",
        category: Media,
        retryable: false,
        who: Caller,
        meaning: "TikTok rejected the file because it does not meet TikTok's specification.",
        remedy: "Export the video as MP4 with H.264, at 23 to 60 frames per second, 360 to 4096 pixels per side and at \
                 most 10 minutes, and send it again.",
        // TikTok's general table gives the code HTTP 400 and names no endpoint.
    }
    RATE_LIMIT_EXCEEDED {
        code: "rate_limit_exceeded",
        category: RateLimit,
        retryable: true,
        who: Caller,
        meaning: "TikTok's limit of calls per minute is reached.",
        remedy: "Wait a minute and send the request again. TikTok allows, per account and minute, 6 posts or drafts, \
                 20 requests for the creator's options and 30 for a post's status. Spread a batch of posts over \
                 several minutes.",
        seen_at: &everywhere(429),
    }
    INTERNAL_ERROR {
        code: "internal_error",
        category: Tiktok,
        retryable: true,
        who: Tiktok,
        meaning: "TikTok had an internal error and did not carry out the request.",
        remedy: "Send the request again in a minute. If the error lasts an hour, give the `log_id` to TikTok's \
                 developer support.",
        seen_at: &everywhere(500),
    }
    APP_VERSION_CHECK_FAILED {
        code: "app_version_check_failed",
        category: Policy,
        retryable: false,
        who: User,
        meaning: "The account's owner uses a TikTok app older than 31.8, which cannot receive photo drafts.",
        remedy: "The account's owner updates the TikTok app to 31.8 or newer. Then send the draft again. A photo post \
                 with `post_mode` DIRECT_POST does not depend on the app's version.",
        seen_at: &[(CONTENT_INIT, 400)],
    }
    INVALID_PUBLISH_ID {
        code: "invalid_publish_id",
        category: Input,
        retryable: true,
        who: Caller,
        meaning: "TikTok has no post with this `publish_id`.",
        remedy: "Pass the `publish_id` exactly as the posting action returned it; the id of a published video is a \
                 different one. TikTok may need some seconds to find a new `publish_id`, so try again once.",
        seen_at: &[(STATUS_FETCH, 400), (CANCEL, 400)],
    }
    TOKEN_NOT_AUTHORIZED_FOR_SPECIFIED_PUBLISH_ID {
        code: "token_not_authorized_for_specified_publish_id",
        category: Auth,
        retryable: false,
        who: Caller,
        meaning: "The post with this `publish_id` belongs to another account or another app.",
        remedy: "Run this step with the connected TikTok account that made the post.",
        seen_at: &[(STATUS_FETCH, 400), (CANCEL, 400)],
    }
    PUBLISH_NOT_CANCELLABLE {
        code: "publish_not_cancellable",
        category: Input,
        retryable: false,
        who: Caller,
        meaning: "The post is too far along to be cancelled, or is of a kind that cannot be cancelled.",
        remedy: "Follow the post with `get_post_status`. Once it is published, the account's owner can delete it in \
                 the TikTok app. Only a post that TikTok is still downloading from an address can be cancelled.",
        seen_at: &[(CANCEL, 400)],
    }
    SPAM_RISK_TOO_MANY_POSTS {
        code: "spam_risk_too_many_posts",
        category: Quota,
        retryable: true,
        who: User,
        meaning: "The account has reached its limit of direct posts in 24 hours: about 15, across all apps.",
        remedy: "Send the post again when the oldest of these posts is 24 hours old, or send it as a draft now. The \
                 account's owner can still post by hand in the TikTok app.",
        seen_at: &[(CREATOR_INFO, 200), (VIDEO_INIT, 403), (CONTENT_INIT, 403)],
    }
    SPAM_RISK_USER_BANNED_FROM_POSTING {
        code: "spam_risk_user_banned_from_posting",
        category: Policy,
        retryable: false,
        who: User,
        meaning: "TikTok has banned the account from posting.",
        remedy: "The account's owner reads TikTok's notice about the ban in the inbox of the TikTok app and appeals \
                 there. Send no more posts for this account until the ban is lifted.",
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
        meaning: "The account has 5 drafts from the last 24 hours that its owner has not posted, and TikTok accepts no \
                  more.",
        remedy: "The account's owner posts at least one of the drafts from the inbox of the TikTok app, or waits until \
                 the oldest is 24 hours old. Then send the draft again. Deleting a draft may not free its place.",
        seen_at: &[(INBOX_VIDEO_INIT, 403), (CONTENT_INIT, 403)],
    }
    REACHED_ACTIVE_USER_CAP {
        code: "reached_active_user_cap",
        category: Quota,
        retryable: true,
        who: Developer,
        meaning: "The TikTok app behind this connection has reached the number of accounts that may post through it in \
                  24 hours.",
        remedy: "Nothing is wrong with the account: send the post again within 24 hours. To raise the limit, the \
                 developer of the TikTok app has it audited by TikTok: an unaudited app has 5 accounts, an audited app \
                 the number from its audit form.",
        seen_at: &[(CREATOR_INFO, 200), (VIDEO_INIT, 403), (CONTENT_INIT, 403)],
    }
    UNAUDITED_CLIENT_CAN_ONLY_POST_TO_PRIVATE_ACCOUNTS {
        code: "unaudited_client_can_only_post_to_private_accounts",
        category: Policy,
        retryable: false,
        who: User,
        meaning: "The TikTok app behind this connection has not passed TikTok's audit, so it can post only to private \
                  accounts.",
        remedy: "The account's owner sets the account itself to private in the TikTok app (Settings → Privacy → \
                 Private account). Then send the post again with `privacy_level` SELF_ONLY; choosing SELF_ONLY for the \
                 post alone is not enough. The limit ends when the developer of the TikTok app has had it audited by \
                 TikTok.",
        seen_at: &[(VIDEO_INIT, 403), (CONTENT_INIT, 403)],
    }
    URL_OWNERSHIP_UNVERIFIED {
        code: "url_ownership_unverified",
        category: Policy,
        retryable: false,
        who: Developer,
        meaning: "TikTok downloads media only from addresses that are verified for the TikTok app, and this one is \
                  not.",
        remedy: "The developer of the TikTok app verifies the domain or the address prefix under URL properties in \
                 TikTok's developer portal, or the media moves to a verified address. For a video, send the file \
                 itself instead of its address.",
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
        meaning: "The account does not offer the privacy level of the post.",
        remedy: "Run `get_creator_info` and set `privacy_level` to one of its `privacy_level_options`. They change \
                 when the account is switched between public and private.",
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
