//! Our own codes: what this program finds out before, between and after its calls of TikTok.
//!
//! `timeout`, `network_error` and `unreadable_answer` are for calls that cannot have posted. Where the call
//! that posts is the one without a readable answer, the code is `outcome_unknown`.

use super::{Category, Row, Who};

/// In the order in which a request can meet them.
pub(super) const ROWS: &[Row] = &[
    Row {
        code: "invalid_json",
        category: Category::Input,
        retryable: false,
        who: Who::Developer,
        meaning: "The request is not valid JSON.",
        remedy: "The operator of the host looks at the line and column that the message names. Each request is one \
                 JSON object, in UTF-8; a new line between two requests is enough.",
        seen_at: &[],
    },
    Row {
        code: "nested_too_deeply",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "The request has objects or lists within each other to a greater depth than the program reads.",
        remedy: "Pass the inputs as the action's schema shows them; none of them is deeply nested.",
        seen_at: &[],
    },
    Row {
        code: "request_too_large",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "Not counting its video, the request has more bytes, or more values and names, than the program accepts.",
        remedy: "Pass the video's content only under `video_content_base64` or as the `content` of a file, and take out of \
                 the request whatever the action does not ask for.",
        seen_at: &[],
    },
    Row {
        code: "invalid_request",
        category: Category::Input,
        retryable: false,
        who: Who::Developer,
        meaning: "The request is valid JSON, but one of its own keys is missing or has the wrong form.",
        remedy: "The operator of the host corrects the key that the message names. A request is an object with `action`, \
                 `inputs` and `auth`, and if wanted `id`, `type`, `integration`, `request_config`, `metadata` and `progress`.",
        seen_at: &[],
    },
    Row {
        code: "unknown_type",
        category: Category::Input,
        retryable: false,
        who: Who::Developer,
        meaning: "The request's `type` is neither `action` nor `connected_account`.",
        remedy: "The operator of the host sets `type` to `action` to run an action, or to `connected_account` to ask \
                 whose account it is. Without a `type` the request is an action.",
        seen_at: &[],
    },
    Row {
        code: "unknown_integration",
        category: Category::Input,
        retryable: false,
        who: Who::Developer,
        meaning: "The request's `integration` is not one that this program serves.",
        remedy: "Set `integration` to one that the message names, or leave it out, which means `tiktok`.",
        seen_at: &[],
    },
    Row {
        code: "unknown_action",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "There is no action of this name.",
        remedy: "Correct the action's name in the workflow; the message names the nearest one, and `config.json` lists them \
                 all.",
        seen_at: &[],
    },
    Row {
        code: "missing_token",
        category: Category::Auth,
        retryable: false,
        who: Who::Caller,
        meaning: "The request came without an access token, so there is no TikTok account to act for.",
        remedy: "Connect a TikTok account to this step of the workflow. If one is connected, the operator of the host \
                 makes it send the token as `auth.credentials.access_token`.",
        seen_at: &[],
    },
    Row {
        code: "malformed_token",
        category: Category::Auth,
        retryable: false,
        who: Who::Developer,
        meaning: "The text given as the access token cannot be a token, so TikTok was not called.",
        remedy: "The message says what is wrong with it. The operator of the host sends the token alone, as TikTok \
                 gave it: without `Bearer`, quotes, spaces or a line break.",
        seen_at: &[],
    },
    Row {
        code: "invalid_base64",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "The video's content is not valid base64.",
        remedy: "Encode the file's bytes as standard base64, with `+` and `/`, not as URL-safe base64 with `-` and `_`; a \
                 `data:` prefix and white space do no harm. The message says at which character the decoding stopped, and a \
                 stop at the end means a cut-off text.",
        seen_at: &[],
    },
    Row {
        code: "video_missing",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "The request has no video.",
        remedy: "Pass exactly one of `file`, `files`, `video_content_base64` and `video_url`. Where an earlier step makes the \
                 video, check that its output is connected to this step.",
        seen_at: &[],
    },
    Row {
        code: "video_empty",
        category: Category::Media,
        retryable: false,
        who: Who::Caller,
        meaning: "The video has no bytes.",
        remedy: "Check the step of the workflow that reads or makes the video: it passed on an empty file.",
        seen_at: &[],
    },
    Row {
        code: "video_too_large",
        category: Category::Media,
        retryable: false,
        who: Who::Caller,
        meaning: "The video has too many bytes: 287 MiB are allowed inside a request or behind a `video_url`, 4 GB where \
                  TikTok fetches it.",
        remedy: "Export the video with a lower bitrate. If it is over 287 MiB only, let TikTok fetch it: pass its https address \
                 as `video_url` with `source` PULL_FROM_URL, on a host that the app has verified.",
        seen_at: &[],
    },
    Row {
        code: "video_format_invalid",
        category: Category::Media,
        retryable: false,
        who: Who::Caller,
        meaning: "The file is not a video that TikTok takes.",
        remedy: "The message says what was found. Export the video as MP4, MOV or WebM with H.264 (or H.265, VP8, VP9), 23 to \
                 60 frames a second and 360 to 4096 pixels on each side.",
        seen_at: &[],
    },
    Row {
        code: "url_not_allowed",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "The `video_url`, or a redirect from it, is not https, or its host is neither on the public internet nor \
                  allowed.",
        remedy: "Put the video on a public host and pass its https address, or send the file itself. With `source` \
                 PULL_FROM_URL the program does not fetch it, but TikTok takes no such address either. The operator can \
                 allow an internal host with `--allow-media-host`.",
        seen_at: &[],
    },
    Row {
        code: "url_unreachable",
        category: Category::Network,
        retryable: true,
        who: Who::Caller,
        meaning: "The video could not be downloaded from its `video_url`.",
        remedy: "Open the address in a browser that is not signed in: the file itself must come, without a question \
                 before it. If it does, the operator of the host checks that the program's machine may connect to that \
                 host directly; downloads use no proxy.",
        seen_at: &[],
    },
    Row {
        code: "photo_invalid",
        category: Category::Media,
        retryable: false,
        who: Who::Caller,
        meaning: "One or more of the photos are not what TikTok takes, so nothing was posted.",
        remedy: "Correct every photo in the list that comes with this error; `photo_urls[0]` is the first. If you know better, \
                 set `preflight` to false, and TikTok alone judges the photos.",
        seen_at: &[],
    },
    Row {
        code: "video_too_short",
        category: Category::Media,
        retryable: false,
        who: Who::Caller,
        meaning: "The video is shorter than TikTok takes.",
        remedy: "Make the video at least 3 seconds long.",
        seen_at: &[],
    },
    Row {
        code: "video_too_long",
        category: Category::Media,
        retryable: false,
        who: Who::Caller,
        meaning: "The video is longer than TikTok takes from this account.",
        remedy: "Shorten the video to what the message allows: 10 minutes at most, and less for many accounts; \
                 `get_creator_info` tells how much as `max_video_post_duration_sec`.",
        seen_at: &[],
    },
    Row {
        code: "no_room",
        category: Category::Internal,
        retryable: true,
        who: Who::Developer,
        meaning: "The program could not store the video, or the rows of the result, until they were sent on.",
        remedy: "The message names the cause. The operator of the host gives the program a temporary folder (`TMPDIR`) that \
                 it may write to and that has room for the data of all requests at a time, or raises `--spool-max`.",
        seen_at: &[],
    },
    Row {
        code: "inputs_conflict",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "Two inputs do not go together, so nothing was sent.",
        remedy: "Correct every field in the list that comes with this error; each entry has what was given, what is allowed \
                 and how to put it right.",
        seen_at: &[],
    },
    Row {
        code: "rules_not_met",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "The post breaks one or more of the rules that TikTok or the account sets, so it was not sent.",
        remedy: "Correct every field in the list that comes with this error; each entry has what was given, what is allowed \
                 and how to put it right.",
        seen_at: &[],
    },
    Row {
        code: "upload_url_refused",
        category: Category::Tiktok,
        retryable: false,
        who: Who::Developer,
        meaning: "TikTok's answer named an upload address that is not TikTok's, so the video was not sent there.",
        remedy: "The operator of the host checks that nothing between it and `open.tiktokapis.com` changes answers (a proxy, \
                 a changed API address). If nothing does, report it to this program's maintainers with the `publish_id`.",
        seen_at: &[],
    },
    Row {
        code: "upload_refused",
        category: Category::Internal,
        retryable: false,
        who: Who::Developer,
        meaning: "TikTok's upload server rejected a chunk of the video.",
        remedy: "Sending it again gives the same answer. The operator of the host reports it to this program's \
                 maintainers, with the video's size in bytes and the `publish_id`.",
        seen_at: &[],
    },
    Row {
        code: "upload_expired",
        category: Category::Tiktok,
        retryable: true,
        who: Who::Caller,
        meaning: "TikTok no longer knows the upload address, most often because an hour has passed since the upload began.",
        remedy: "Send the request again, which begins a new upload. If it took the whole hour, make the video smaller or use \
                 a faster connection.",
        seen_at: &[],
    },
    Row {
        code: "upload_failed",
        category: Category::Network,
        retryable: true,
        who: Who::Caller,
        meaning: "The video could not be transferred to TikTok as a whole.",
        remedy: "Send the request again, which begins a new upload. If it fails again, the operator of the host checks \
                 its connection to `*.tiktokapis.com`.",
        seen_at: &[],
    },
    Row {
        code: "upload_too_slow",
        category: Category::Network,
        retryable: true,
        who: Who::Caller,
        meaning: "The connection is too slow to send the whole video within the request's deadline.",
        remedy: "Set `request_config.deadline` to the value in `details`, make the video smaller, or use a faster connection. \
                 With `source` PULL_FROM_URL TikTok fetches the video itself.",
        seen_at: &[],
    },
    Row {
        code: "timeout",
        category: Category::Network,
        retryable: true,
        who: Who::Caller,
        meaning: "The time allowed for the request ran out.",
        remedy: "Send the request again, with a larger `timeout` in its `request_config` if the video is large or the \
                 connection slow.",
        seen_at: &[],
    },
    Row {
        code: "network_error",
        category: Category::Network,
        retryable: true,
        who: Who::Developer,
        meaning: "TikTok could not be reached, or the connection broke.",
        remedy: "Send the request again in a minute. If it keeps failing, the operator of the host checks name \
                 resolution, proxy and firewall for https to `open.tiktokapis.com`, or that something listens at \
                 `TIKTOK_API_BASE` where that is set.",
        seen_at: &[],
    },
    Row {
        code: "unreadable_answer",
        category: Category::Tiktok,
        retryable: true,
        who: Who::Tiktok,
        meaning: "An answer came that is not TikTok's JSON, most often an error page of a server in between.",
        remedy: "Send the request again in a minute. If it keeps happening, the operator of the host checks whether a \
                 proxy or firewall answers in TikTok's place.",
        seen_at: &[],
    },
    Row {
        code: "outcome_unknown",
        category: Category::Network,
        retryable: false,
        who: Who::User,
        meaning: "The call that posts was sent and no answer settles what came of it, so TikTok may have made the post or not.",
        remedy: "Do not send it again yet, or it may be posted twice. Run `get_post_status` if the result has a `publish_id`, \
                 else wait some minutes and look for the post with `get_videos` and in the TikTok app (profile for posts, \
                 private ones too, inbox for drafts). Send it again only if it is not there.",
        seen_at: &[],
    },
    Row {
        code: "post_failed",
        category: Category::Tiktok,
        retryable: true,
        who: Who::Caller,
        meaning: "TikTok ended the post as failed and did not say why; it was not published.",
        remedy: "Send the post again once. If it fails again, try the same video or photos by hand in the TikTok app, which \
                 often shows the reason, and give the `publish_id` to TikTok's developer support.",
        seen_at: &[],
    },
    Row {
        code: "idempotency_conflict",
        category: Category::Input,
        retryable: false,
        who: Who::Caller,
        meaning: "The idempotency key was used before with other inputs, so nothing was sent.",
        remedy: "Give each post a key of its own, for example from the run and the step of the workflow, and repeat a request \
                 only with the same inputs. A key is kept for 7 days.",
        seen_at: &[],
    },
    Row {
        code: "in_progress",
        category: Category::Input,
        retryable: true,
        who: Who::Caller,
        meaning: "Another request with the same idempotency key is at work on this post.",
        remedy: "Send the same request with the same key again after `retry_after` seconds: it gives the outcome and never \
                 posts twice. With `wait_seconds` a request waits for the other one.",
        seen_at: &[],
    },
    Row {
        code: "state_unavailable",
        category: Category::Internal,
        retryable: true,
        who: Who::Developer,
        meaning: "The journal that keeps an idempotency key from posting twice cannot be used, so this request posted nothing.",
        remedy: "See the host's log for the place and the reason. Make that place usable, or name another in \
                 `AUTOHIVE_TIKTOK_STATE` (`sqlite:PATH`, `redis://…`). If the result is `retryable`, the place is busy or cannot \
                 be reached, and the same request can be sent again later. Otherwise it is off, missing, damaged or open to \
                 other users, and only a change helps.",
        seen_at: &[],
    },
    Row {
        code: "state_untrusted",
        category: Category::Internal,
        retryable: false,
        who: Who::Developer,
        meaning: "The journal's row for this idempotency key was not written by this program, or was changed since, so \
                  nothing in it is believed.",
        remedy: "Check in the TikTok app whether the post is there, and send nothing again before that. If it is not there, send \
                 the request with a new key. The host's log names the row and the reason (`a row of the journal is refused`). \
                 Check which other users and programs can write to the state; see \"A row was refused\" in `docs/state.md`.",
        seen_at: &[],
    },
    Row {
        code: "interrupted",
        category: Category::Internal,
        retryable: false,
        who: Who::Caller,
        meaning: "The host stopped the program while it worked on the request.",
        remedy: "For an action that only reads, send it again. For a post, first run `get_post_status` with the result's \
                 `publish_id`, or without one look for the post with `get_videos` and in the TikTok app; send it again only \
                 if it is not there.",
        seen_at: &[],
    },
    Row {
        code: "internal_error",
        category: Category::Internal,
        retryable: false,
        who: Who::Developer,
        meaning: "This program made a mistake and gave the request up.",
        remedy: "Before a post is sent again, look for it with `get_videos` and in the TikTok app. The operator of the host \
                 reports the mistake to this program's maintainers, with the message and the lines on standard error.",
        seen_at: &[],
    },
];
