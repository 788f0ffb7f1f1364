//! Words for keys of a request, names of actions and integrations.

use super::{Absent, Synonym, Vocabulary};

pub(super) const fn also(words: &'static [&'static str], names: &'static [&'static str]) -> Synonym {
    Synonym {
        words,
        names,
        note: "",
    }
}

pub(super) const fn but(
    words: &'static [&'static str],
    names: &'static [&'static str],
    note: &'static str,
) -> Synonym {
    Synonym { words, names, note }
}

pub(super) const fn absent(words: &'static [&'static str], says: &'static str) -> Absent {
    Absent { words, says }
}

/// Keys of a request.
pub const REQUEST: Vocabulary = Vocabulary {
    synonyms: &[
        also(
            &[
                "input",
                "params",
                "parameters",
                "args",
                "arguments",
                "payload",
                "data",
                "body",
                "fields",
            ],
            &["inputs"],
        ),
        also(
            &[
                "token",
                "access_token",
                "authorization",
                "credential",
                "credentials",
                "authentication",
                "bearer",
                "oauth",
            ],
            &["auth"],
        ),
        also(
            &[
                "config",
                "options",
                "settings",
                "requestOptions",
                "timeout",
                "max_retries",
                "deadline",
            ],
            &["request_config"],
        ),
        also(
            &["request_id", "uuid", "correlation_id", "message_id", "ref"],
            &["id"],
        ),
        also(
            &[
                "action_name",
                "method",
                "tool",
                "function",
                "command",
                "operation",
                "name",
                "task",
            ],
            &["action"],
        ),
        also(&["meta", "context", "tags", "labels"], &["metadata"]),
        also(
            &["provider", "platform", "service", "app", "integration_name"],
            &["integration"],
        ),
        also(&["kind", "request_type"], &["type"]),
        also(&["report_progress", "stream"], &["progress"]),
    ],
    absent: &[],
};

/// Keys of `request_config`.
pub const CONFIG: Vocabulary = Vocabulary {
    synonyms: &[
        also(
            &[
                "retries",
                "retry",
                "retry_count",
                "max_attempts",
                "attempts",
                "num_retries",
            ],
            &["max_retries"],
        ),
        but(
            &["timeout_ms", "timeoutMs", "timeout_millis", "request_timeout_ms"],
            &["timeout"],
            "It is in seconds",
        ),
        also(
            &[
                "timeout_seconds",
                "timeout_sec",
                "request_timeout",
                "call_timeout",
            ],
            &["timeout"],
        ),
        also(
            &[
                "max_time",
                "total_timeout",
                "overall_timeout",
                "deadline_seconds",
                "max_duration",
                "budget",
            ],
            &["deadline"],
        ),
    ],
    absent: &[],
};

/// Members of `auth`.
pub const AUTH: Vocabulary = Vocabulary {
    synonyms: &[
        also(
            &[
                "token",
                "bearer",
                "bearer_token",
                "oauth_token",
                "user_access_token",
                "api_key",
                "key",
            ],
            &["access_token"],
        ),
        also(
            &["credential", "creds", "oauth", "oauth2", "data"],
            &["credentials"],
        ),
    ],
    absent: &[],
};

/// Names of actions.
pub const ACTIONS: Vocabulary = Vocabulary {
    synonyms: &[
        also(
            &[
                "post_video",
                "publish_video",
                "upload_video",
                "create_video",
                "video_post",
                "post",
                "publish",
                "create_post",
                "direct_post",
                "send_video",
                "upload",
            ],
            &["create_video_post"],
        ),
        also(
            &[
                "draft",
                "create_draft",
                "upload_draft",
                "save_draft",
                "video_draft",
                "create_video_draft",
                "send_to_inbox",
                "inbox",
                "inbox_upload",
            ],
            &["upload_video_draft"],
        ),
        also(
            &[
                "post_photo",
                "post_photos",
                "publish_photo",
                "create_photo",
                "photo_post",
                "post_image",
                "post_images",
                "upload_photo",
                "upload_photos",
                "create_carousel",
                "create_image_post",
                "create_slideshow",
            ],
            &["create_photo_post"],
        ),
        also(
            &[
                "status",
                "check_status",
                "get_status",
                "post_status",
                "publish_status",
                "fetch_status",
                "get_publish_status",
            ],
            &["get_post_status"],
        ),
        also(
            &[
                "videos",
                "list_videos",
                "get_video",
                "video_list",
                "my_videos",
                "list_posts",
                "get_posts",
            ],
            &["get_videos"],
        ),
        also(
            &[
                "user",
                "user_info",
                "profile",
                "get_profile",
                "me",
                "get_me",
                "whoami",
                "account",
                "get_user",
                "get_account",
            ],
            &["get_user_info"],
        ),
        also(
            &["creator", "creator_info", "query_creator_info", "get_creator"],
            &["get_creator_info"],
        ),
    ],
    absent: &[
        absent(
            &["connected_account", "get_connected_account", "connection"],
            "set type to \"connected_account\" and leave out action",
        ),
        absent(
            &[
                "delete_post",
                "delete_video",
                "remove_video",
                "remove_post",
                "edit_post",
                "update_post",
                "update_video",
            ],
            "TikTok's API cannot change or delete a post; its owner does that in the TikTok app",
        ),
        absent(
            &[
                "comment",
                "create_comment",
                "get_comments",
                "list_comments",
                "reply",
                "like",
                "follow",
                "send_message",
            ],
            "TikTok's API for apps has no comments, likes, follows or messages",
        ),
        absent(
            &["schedule_post", "schedule_video", "schedule"],
            "TikTok's API has no scheduling; send the request when the post should be made",
        ),
    ],
};

/// Names of integrations.
pub const INTEGRATIONS: Vocabulary = Vocabulary {
    synonyms: &[also(
        &["tt", "tiktok_api", "tiktok_open_api", "tiktok.com"],
        &["tiktok"],
    )],
    absent: &[],
};

/// Values of `type`.
pub const KINDS: Vocabulary = Vocabulary {
    synonyms: &[
        also(
            &[
                "run",
                "call",
                "execute",
                "request",
                "execute_action",
                "action_request",
            ],
            &["action"],
        ),
        also(
            &["account", "connection", "get_connected_account", "account_info"],
            &["connected_account"],
        ),
    ],
    absent: &[],
};
