//! The codes of `error.code` in the answers of TikTok's API: docs/tiktok-open-api.md#error-codes.

use super::{
    Category,
    Endpoint::{
        self, Cancel, ContentInit, CreatorInfo, InboxVideoInit, StatusFetch, UserInfo, VideoInit, VideoList,
        VideoQuery,
    },
    Row, Who,
};

/// General codes first, then those of posting, in the order of docs/tiktok-open-api.md#error-codes.
pub(super) const ROWS: &[Row] = &[
    Row {
        code: "access_token_invalid",
        category: Category::Auth,
        retryable: false,
        who: Who::Developer,
        meaning: "TikTok does not accept the access token: it has expired, was withdrawn or was never valid.",
        remedy: "The host refreshes the token and sends the request again with the new one. Where refreshing fails, the \
                 account's owner reconnects the TikTok account in the host.",
        seen_at: &everywhere(401),
    },
    Row {
        code: "scope_not_authorized",
        category: Category::Scope,
        retryable: false,
        who: Who::User,
        meaning: "The token lacks the permission that this action needs.",
        remedy: "Either the account's owner left the permission unticked on TikTok's consent page: then the owner reconnects \
                 the TikTok account in the host and ticks it. Or the app did not ask for it or may not have it: then the \
                 developer of the TikTok app adds the product behind it in TikTok's developer portal and the permission to \
                 the host's manifest, or leaves both out; apps registered in 2026 may not be offered the Display API. See \
                 `docs/scopes.md`. Refreshing the token does not help, because a new token has the same permissions.",
        seen_at: &everywhere(401),
    },
    Row {
        code: "scope_permission_missed",
        category: Category::Scope,
        retryable: false,
        who: Who::User,
        meaning: "A field was asked for that needs a permission the token lacks.",
        remedy: "The permission `user.info.profile` gives profile fields, `user.info.stats` counts, `video.list` videos. \
                 Either the account's owner reconnects the TikTok account in the host and ticks the permission, or the app \
                 lacks the product behind it (all three belong to the Display API): then the developer of the TikTok app adds \
                 it in TikTok's developer portal, or leaves the permission out. See `docs/scopes.md`.",
        seen_at: &[(UserInfo, 400), (VideoList, 400), (VideoQuery, 400)],
    },
    Row {
        code: "invalid_params",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "TikTok refused the request because one of its values is missing, malformed or out of range.",
        remedy: "Read TikTok's message: it names the value or the part of the request that is wrong. Correct that input in \
                 the workflow and send the request again.",
        // The documents give the posting endpoints the singular and the live API answers with the plural
        // (docs/tiktok-open-api.md#messages); at status/fetch it was seen for a publish_id that TikTok does
        // not know yet (docs/tiktok-open-api.md#status).
        seen_at: &[
            (UserInfo, 400),
            (VideoList, 400),
            (VideoQuery, 400),
            (VideoInit, 400),
            (InboxVideoInit, 400),
            (ContentInit, 400),
            (StatusFetch, 400),
        ],
    },
    Row {
        code: "invalid_param",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "TikTok refused the post because one of its values is missing, malformed or out of range.",
        remedy: "Read TikTok's message: it names the part of the post that is wrong, such as the post info (caption, \
                 privacy level) or the source info (file, address). Correct that input in the workflow and send it again.",
        seen_at: &[(VideoInit, 400), (InboxVideoInit, 400), (ContentInit, 400)],
    },
    Row {
        code: "invalid_file_upload",
        category: Category::Media,
        retryable: false,
        who: Who::Caller,
        meaning: "TikTok refused the file because it does not meet TikTok's specification.",
        remedy: "Export the video again as MP4 with H.264, 23 to 60 frames a second, 360 to 4096 pixels on each side and at \
                 most 10 minutes, and send it again.",
        // The general table names the code with HTTP 400 and no endpoint.
        seen_at: &[],
    },
    Row {
        code: "rate_limit_exceeded",
        category: Category::RateLimit,
        retryable: true,
        who: Who::Caller,
        meaning: "TikTok takes no more of these calls within this minute.",
        remedy: "Wait a minute and send the request again. TikTok allows, per account and minute, 6 posts or drafts, 20 \
                 questions for the creator's options and 30 for a post's status, so spread a batch of posts out.",
        seen_at: &everywhere(429),
    },
    Row {
        code: "internal_error",
        category: Category::Tiktok,
        retryable: true,
        who: Who::Tiktok,
        meaning: "TikTok had a fault of its own and did not carry out the request.",
        remedy: "Wait a minute and send the request again. If it goes on for an hour, give the `log_id` to TikTok's \
                 developer support.",
        seen_at: &everywhere(500),
    },
    Row {
        code: "app_version_check_failed",
        category: Category::Policy,
        retryable: false,
        who: Who::User,
        meaning: "The account's owner uses a TikTok app older than 31.8, which cannot take photo drafts.",
        remedy: "The account's owner updates the TikTok app on their phone to 31.8 or newer, then the draft can be sent \
                 again. A photo post with `post_mode` DIRECT_POST does not depend on the app's version.",
        seen_at: &[(ContentInit, 400)],
    },
    Row {
        code: "invalid_publish_id",
        category: Category::Input,
        retryable: true,
        who: Who::Caller,
        meaning: "TikTok knows no post with this `publish_id`.",
        remedy: "Pass the `publish_id` exactly as the posting action returned it; the id of a published video is a \
                 different one. TikTok may not know a new `publish_id` for some seconds, so ask once more before giving up.",
        seen_at: &[(StatusFetch, 400), (Cancel, 400)],
    },
    Row {
        code: "token_not_authorized_for_specified_publish_id",
        category: Category::Auth,
        retryable: false,
        who: Who::Caller,
        meaning: "The post with this `publish_id` was made through another account or another app than the connected one.",
        remedy: "Run this step with the same connected TikTok account that made the post.",
        seen_at: &[(StatusFetch, 400), (Cancel, 400)],
    },
    Row {
        code: "publish_not_cancellable",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "The post is too far along to be cancelled, or is of a kind that TikTok does not cancel.",
        remedy: "Follow the post with `get_post_status`; once it is published, the account's owner can delete it in the \
                 TikTok app. Only a post that TikTok is still downloading from an address can be cancelled.",
        seen_at: &[(Cancel, 400)],
    },
    Row {
        code: "spam_risk_too_many_posts",
        category: Category::Quota,
        retryable: true,
        who: Who::User,
        meaning: "The account has used up its direct posts for these 24 hours: about 15, counted over all apps together.",
        remedy: "Wait until the oldest of these posts is 24 hours old and send the post again, or send it as a draft. The \
                 account's owner can still post by hand in the TikTok app.",
        seen_at: &[(CreatorInfo, 200), (VideoInit, 403), (ContentInit, 403)],
    },
    Row {
        code: "spam_risk_user_banned_from_posting",
        category: Category::Policy,
        retryable: false,
        who: Who::User,
        meaning: "TikTok has banned the account from posting.",
        remedy: "The account's owner opens the TikTok app, reads TikTok's notice about the ban in the inbox and appeals \
                 there. Send no more posts for this account until the ban is lifted.",
        seen_at: &[
            (CreatorInfo, 200),
            (VideoInit, 403),
            (InboxVideoInit, 403),
            (ContentInit, 403),
        ],
    },
    Row {
        code: "spam_risk_too_many_pending_share",
        category: Category::Quota,
        retryable: true,
        who: Who::User,
        meaning: "The account has 5 drafts from the last 24 hours that its owner has not posted yet, and TikTok takes no more.",
        remedy: "The account's owner posts at least one of the drafts from the inbox of the TikTok app, or waits until the \
                 oldest is 24 hours old; then send the draft again. Deleting a draft may not free its place.",
        seen_at: &[(InboxVideoInit, 403), (ContentInit, 403)],
    },
    Row {
        code: "reached_active_user_cap",
        category: Category::Quota,
        retryable: true,
        who: Who::Developer,
        meaning: "The TikTok app behind this connection has reached the number of accounts that may post through it in 24 \
                  hours.",
        remedy: "Send the post again after up to 24 hours; nothing is wrong with the account. The developer of the \
                 TikTok app raises the number: an app that has not passed TikTok's audit has 5 accounts, an audited \
                 one the number from its audit form.",
        seen_at: &[(CreatorInfo, 200), (VideoInit, 403), (ContentInit, 403)],
    },
    Row {
        code: "unaudited_client_can_only_post_to_private_accounts",
        category: Category::Policy,
        retryable: false,
        who: Who::User,
        meaning: "The TikTok app behind this connection has not passed TikTok's audit, and such an app can post only to \
                  accounts that are private.",
        remedy: "The account's owner sets the account itself to private in the TikTok app (Settings → Privacy → Private \
                 account) before the post is sent again with `privacy_level` SELF_ONLY; choosing SELF_ONLY for the post \
                 alone is not enough. This holds until the app's developer has had it audited by TikTok.",
        seen_at: &[(VideoInit, 403), (ContentInit, 403)],
    },
    Row {
        code: "url_ownership_unverified",
        category: Category::Policy,
        retryable: false,
        who: Who::Developer,
        meaning: "TikTok fetches media only from addresses that the TikTok app's developer has proved to own, and this one \
                  is not among them.",
        remedy: "The app's developer verifies the domain or the address prefix in TikTok's developer portal, under the \
                 app's URL properties, or the media moves to an address that is verified. For a video, send the file \
                 itself instead of its address.",
        seen_at: &[
            (VideoInit, 403),
            (InboxVideoInit, 403),
            (ContentInit, 403),
            (Cancel, 403),
        ],
    },
    Row {
        code: "privacy_level_option_mismatch",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "The account does not offer the privacy level that the post asks for.",
        remedy: "Run `get_creator_info` and set `privacy_level` to one of its `privacy_level_options`. They change when the \
                 account is switched between public and private.",
        seen_at: &[(VideoInit, 403), (ContentInit, 403)],
    },
];

/// The endpoints that share the general codes, each with `status`.
const fn everywhere(status: u16) -> [(Endpoint, u16); 9] {
    [
        (UserInfo, status),
        (VideoList, status),
        (VideoQuery, status),
        (CreatorInfo, status),
        (VideoInit, status),
        (InboxVideoInit, status),
        (ContentInit, status),
        (StatusFetch, status),
        (Cancel, status),
    ]
}
