//! Other words for members of a file and for values of inputs.

use super::{
    Vocabulary,
    words::{absent, also},
};

/// Members of a file.
pub(in crate::schema) const FILE: Vocabulary = Vocabulary {
    synonyms: &[
        also(
            &[
                "data",
                "base64",
                "bytes",
                "body",
                "blob",
                "file_content",
                "content_base64",
                "video_content_base64",
            ],
            &["content"],
        ),
        also(&["filename", "file_name", "title", "basename"], &["name"]),
        also(
            &["mime", "mime_type", "type", "media_type", "file_type"],
            &["contentType"],
        ),
    ],
    absent: &[
        absent(
            &[
                "url",
                "uri",
                "link",
                "href",
                "download_url",
                "file_url",
                "video_url",
            ],
            "a URL belongs in the input video_url",
        ),
        absent(
            &["path", "file_path", "filepath"],
            "a path is not read; send the file's bytes as base64 in content",
        ),
        absent(
            &[
                "size",
                "file_size",
                "length",
                "file_extension",
                "extension",
                "id",
                "file_id",
            ],
            "remove it; the bytes say what the file is",
        ),
    ],
};

/// Values of inputs that are one of a few words.
pub(in crate::schema) const VALUES: Vocabulary = Vocabulary {
    synonyms: &[
        also(
            &["public", "everyone", "all", "anyone", "world", "open", "0"],
            &["PUBLIC_TO_EVERYONE"],
        ),
        also(
            &[
                "private", "self", "only_me", "me", "onlyme", "nobody", "hidden", "2",
            ],
            &["SELF_ONLY"],
        ),
        also(
            &[
                "friends",
                "mutual",
                "mutual_friends",
                "mutuals",
                "friends_only",
                "friend",
                "1",
            ],
            &["MUTUAL_FOLLOW_FRIENDS"],
        ),
        also(
            &["followers", "follower", "followers_only", "subscribers"],
            &["FOLLOWER_OF_CREATOR"],
        ),
        also(
            &[
                "pull",
                "url",
                "remote",
                "link",
                "video_url",
                "by_url",
                "from_url",
                "fetch",
            ],
            &["PULL_FROM_URL"],
        ),
        also(
            &["file", "upload", "local", "binary", "base64", "push", "direct"],
            &["FILE_UPLOAD"],
        ),
        also(
            &["direct", "publish", "post", "live", "now", "direct_publish"],
            &["DIRECT_POST"],
        ),
        also(
            &["draft", "inbox", "upload", "media", "upload_to_inbox"],
            &["MEDIA_UPLOAD"],
        ),
        also(&["daily", "per_day", "daily_budget"], &["BUDGET_MODE_DAY"]),
        also(
            &["lifetime", "lifetime_budget", "total_budget"],
            &["BUDGET_MODE_TOTAL"],
        ),
    ],
    absent: &[absent(
        &["unlisted"],
        "TikTok has no unlisted posts; SELF_ONLY shows the post to its owner alone",
    )],
};
