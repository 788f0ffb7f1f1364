//! The words themselves, as data: those of TikTok's API, of other platforms' APIs and of workflow editors.

use super::{Absent, Synonym, Vocabulary};

const fn also(words: &'static [&'static str], names: &'static [&'static str]) -> Synonym {
    Synonym { words, names, note: "" }
}

const fn but(words: &'static [&'static str], names: &'static [&'static str], note: &'static str) -> Synonym {
    Synonym { words, names, note }
}

const fn absent(words: &'static [&'static str], says: &'static str) -> Absent {
    Absent { words, says }
}

/// Keys of a request.
pub const REQUEST: Vocabulary = Vocabulary {
    synonyms: &[
        also(&["input", "params", "parameters", "args", "arguments", "payload", "data", "body", "fields"], &["inputs"]),
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
            &["config", "options", "settings", "requestOptions", "timeout", "max_retries", "deadline"],
            &["request_config"],
        ),
        also(&["request_id", "uuid", "correlation_id", "message_id", "ref"], &["id"]),
        also(&["action_name", "method", "tool", "function", "command", "operation", "name", "task"], &["action"]),
        also(&["meta", "context", "tags", "labels"], &["metadata"]),
        also(&["provider", "platform", "service", "app", "integration_name"], &["integration"]),
        also(&["kind", "request_type"], &["type"]),
        also(&["report_progress", "stream"], &["progress"]),
    ],
    absent: &[],
};

/// Keys of `request_config`.
pub const CONFIG: Vocabulary = Vocabulary {
    synonyms: &[
        also(&["retries", "retry", "retry_count", "max_attempts", "attempts", "num_retries"], &["max_retries"]),
        but(&["timeout_ms", "timeoutMs", "timeout_millis", "request_timeout_ms"], &["timeout"], "It is in seconds"),
        also(&["timeout_seconds", "timeout_sec", "request_timeout", "call_timeout"], &["timeout"]),
        also(
            &["max_time", "total_timeout", "overall_timeout", "deadline_seconds", "max_duration", "budget"],
            &["deadline"],
        ),
    ],
    absent: &[],
};

/// Members of `auth`.
pub const AUTH: Vocabulary = Vocabulary {
    synonyms: &[
        also(
            &["token", "bearer", "bearer_token", "oauth_token", "user_access_token", "api_key", "key"],
            &["access_token"],
        ),
        also(&["credential", "creds", "oauth", "oauth2", "data"], &["credentials"]),
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
            &["videos", "list_videos", "get_video", "video_list", "my_videos", "list_posts", "get_posts"],
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
        also(&["creator", "creator_info", "query_creator_info", "get_creator"], &["get_creator_info"]),
    ],
    absent: &[
        absent(
            &["connected_account", "get_connected_account", "connection"],
            "set type to \"connected_account\" and leave out action",
        ),
        absent(
            &["delete_post", "delete_video", "remove_video", "remove_post", "edit_post", "update_post", "update_video"],
            "TikTok's API cannot change or delete a post; its owner does that in the TikTok app",
        ),
        absent(
            &["comment", "create_comment", "get_comments", "list_comments", "reply", "like", "follow", "send_message"],
            "TikTok's API for apps has no comments, likes, follows or messages",
        ),
        absent(
            &["schedule_post", "schedule_video", "schedule"],
            "TikTok's API has no scheduling; send the request when the post shall be made",
        ),
    ],
};

/// Names of integrations.
pub const INTEGRATIONS: Vocabulary =
    Vocabulary { synonyms: &[also(&["tt", "tiktok_api", "tiktok_open_api", "tiktok.com"], &["tiktok"])], absent: &[] };

/// Values of `type`.
pub const KINDS: Vocabulary = Vocabulary {
    synonyms: &[
        also(&["run", "call", "execute", "request", "execute_action", "action_request"], &["action"]),
        also(&["account", "connection", "get_connected_account", "account_info"], &["connected_account"]),
    ],
    absent: &[],
};

/// Members of a file.
pub(in crate::schema) const FILE: Vocabulary = Vocabulary {
    synonyms: &[
        also(
            &["data", "base64", "bytes", "body", "blob", "file_content", "content_base64", "video_content_base64"],
            &["content"],
        ),
        also(&["filename", "file_name", "title", "basename"], &["name"]),
        also(&["mime", "mime_type", "type", "media_type", "file_type"], &["contentType"]),
    ],
    absent: &[
        absent(
            &["url", "uri", "link", "href", "download_url", "file_url", "video_url"],
            "an address belongs into the input video_url",
        ),
        absent(&["path", "file_path", "filepath"], "a path is not read; send the file's bytes as base64 in content"),
        absent(
            &["size", "file_size", "length", "file_extension", "extension", "id", "file_id"],
            "remove it; the bytes say what the file is",
        ),
    ],
};

/// Values of inputs that are one of a few words.
pub(in crate::schema) const VALUES: Vocabulary = Vocabulary {
    synonyms: &[
        also(&["public", "everyone", "all", "anyone", "world", "open", "0"], &["PUBLIC_TO_EVERYONE"]),
        also(&["private", "self", "only_me", "me", "onlyme", "nobody", "hidden", "2"], &["SELF_ONLY"]),
        also(
            &["friends", "mutual", "mutual_friends", "mutuals", "friends_only", "friend", "1"],
            &["MUTUAL_FOLLOW_FRIENDS"],
        ),
        also(&["followers", "follower", "followers_only", "subscribers"], &["FOLLOWER_OF_CREATOR"]),
        also(&["pull", "url", "remote", "link", "video_url", "by_url", "from_url", "fetch"], &["PULL_FROM_URL"]),
        also(&["file", "upload", "local", "binary", "base64", "push", "direct"], &["FILE_UPLOAD", "DIRECT_POST"]),
        also(&["direct", "publish", "post", "live", "now", "direct_publish"], &["DIRECT_POST"]),
        also(&["draft", "inbox", "upload", "media", "upload_to_inbox"], &["MEDIA_UPLOAD"]),
    ],
    absent: &[absent(&["unlisted"], "TikTok has no unlisted posts; SELF_ONLY shows the post to its owner alone")],
};

const NO_SCHEDULING: &str = "remove it: TikTok's API has no scheduling; send the request when the post shall be made";
const OF_PHOTOS: &str = "it is an input of create_photo_post, which posts photos";
const OF_VIDEOS: &str = "it is an input of create_video_post and upload_video_draft; photos are given as photo_urls";
const OF_POSTS: &str = "it is an input of create_video_post; the owner of a draft decides it in the TikTok app";

/// Inputs of actions.
pub(in crate::schema) const INPUTS: Vocabulary = Vocabulary {
    synonyms: &[
        also(
            &["caption", "content", "text", "message", "body", "post_text", "status_text", "copy", "video_description"],
            &["description", "title"],
        ),
        also(
            &["description", "video_title", "name", "headline", "subject", "post_title", "video_caption", "desc"],
            &["title"],
        ),
        also(
            &[
                "privacy",
                "visibility",
                "privacy_status",
                "privacy_setting",
                "audience",
                "viewer_setting",
                "access",
                "who_can_view",
                "publicity",
                "privacy_type",
                "share_with",
            ],
            &["privacy_level"],
        ),
        also(
            &[
                "url",
                "video",
                "media_url",
                "link",
                "file_url",
                "src",
                "media",
                "video_link",
                "video_uri",
                "uri",
                "media_link",
                "download_url",
                "remote_url",
                "public_url",
            ],
            &["video_url", "photo_urls"],
        ),
        also(
            &[
                "images",
                "image_urls",
                "photos",
                "image_url",
                "photo_url",
                "photo",
                "image",
                "media_urls",
                "pictures",
                "urls",
                "photo_images",
                "picture_urls",
                "slides",
                "image_list",
            ],
            &["photo_urls"],
        ),
        also(
            &[
                "base64",
                "video_base64",
                "content_base64",
                "video_content",
                "video_data",
                "binary",
                "data",
                "video_bytes",
            ],
            &["video_content_base64"],
        ),
        also(&["attachment", "video_file", "upload", "media_file", "asset"], &["file"]),
        also(&["attachments", "videos", "video_files", "media_files"], &["files"]),
        also(&["source_type", "upload_type", "upload_method", "transfer_method"], &["source"]),
        also(&["comment_disabled", "disable_comments", "comments_disabled", "no_comments"], &["disable_comment"]),
        also(&["duet_disabled", "disable_duets", "no_duet"], &["disable_duet"]),
        also(&["stitch_disabled", "disable_stitches", "no_stitch"], &["disable_stitch"]),
        but(
            &["allow_comment", "allow_comments", "enable_comments", "comment", "comments", "comments_enabled"],
            &["disable_comment"],
            "It is the opposite: true switches comments off",
        ),
        but(
            &["allow_duet", "allow_duets", "enable_duet", "duet", "duets"],
            &["disable_duet"],
            "It is the opposite: true switches duets off",
        ),
        but(
            &["allow_stitch", "allow_stitches", "enable_stitch", "stitch"],
            &["disable_stitch"],
            "It is the opposite: true switches stitches off",
        ),
        but(
            &[
                "cover",
                "cover_timestamp",
                "cover_timestamp_ms",
                "cover_time",
                "thumb_offset",
                "thumbnail_offset",
                "thumbnail",
                "cover_frame",
                "thumbnail_timestamp",
                "video_cover_timestamp",
                "cover_ms",
            ],
            &["video_cover_timestamp_ms"],
            "It is a time in milliseconds from the start",
        ),
        also(
            &["cover_index", "cover_image_index", "cover", "photo_cover", "cover_photo_index"],
            &["photo_cover_index"],
        ),
        also(
            &[
                "branded_content",
                "brand_content",
                "paid_partnership",
                "is_branded_content",
                "sponsored",
                "is_paid_partnership",
            ],
            &["brand_content_toggle"],
        ),
        also(
            &["your_brand", "brand_organic", "promotional", "is_your_brand", "own_brand", "promotional_content"],
            &["brand_organic_toggle"],
        ),
        also(
            &[
                "ai",
                "aigc",
                "ai_generated",
                "is_ai_generated",
                "is_ai",
                "made_with_ai",
                "made_by_ai",
                "ai_content",
                "ai_label",
            ],
            &["is_aigc"],
        ),
        also(&["music", "add_music", "auto_music", "recommended_music"], &["auto_add_music"]),
        also(&["wait", "wait_time", "wait_sec", "timeout", "poll_seconds", "wait_for_completion"], &["wait_seconds"]),
        also(
            &["dedupe_key", "request_key", "unique_key", "idempotence_key", "idempotency", "client_token"],
            &["idempotency_key"],
        ),
        also(&["dry", "test", "validate_only", "check_only", "simulate", "preview"], &["dry_run"]),
        also(&["chunk", "part_size", "chunk_bytes", "chunksize_bytes"], &["chunk_size"]),
        also(&["limit", "count", "max", "page_size", "max_results", "per_page", "num_videos", "size"], &["max_count"]),
        also(&["page", "offset", "next", "after", "page_token", "next_cursor", "start"], &["cursor"]),
        also(&["ids", "id", "video_id", "videos", "post_ids"], &["video_ids"]),
        also(&["id", "post_id", "status_id", "share_id", "upload_id", "job_id"], &["publish_id"]),
        also(&["mode", "publish_type", "post_type", "type"], &["post_mode"]),
        but(&["draft", "is_draft", "as_draft", "save_as_draft"], &["post_mode"], "MEDIA_UPLOAD makes a draft"),
        also(&["check_photos", "validate_photos", "check"], &["preflight"]),
    ],
    absent: &[
        absent(
            &[
                "schedule",
                "schedule_time",
                "schedule_at",
                "scheduled_at",
                "scheduled_time",
                "scheduled_for",
                "schedule_date",
                "scheduled_date",
                "scheduled_publish_time",
                "publish_at",
                "publish_time",
                "publish_date",
                "post_at",
                "post_time",
                "post_date",
                "publish_on",
                "run_at",
                "send_at",
                "start_time",
                "date",
                "time",
                "delay",
                "timezone",
                "scheduled",
                "is_scheduled",
                "schedule_publish_time",
            ],
            NO_SCHEDULING,
        ),
        absent(
            &["hashtags", "tags", "mentions", "hashtag", "keywords", "labels"],
            "remove it: hashtags and mentions are part of the caption, as #word and @name",
        ),
        absent(
            &["cover_url", "cover_image", "thumbnail_url", "thumbnail_image", "cover_image_url", "custom_thumbnail"],
            "remove it: TikTok's API takes no picture for the cover; video_cover_timestamp_ms chooses a frame of the video",
        ),
        absent(
            &["music_id", "sound", "sound_id", "music_url", "audio", "audio_url", "song"],
            "remove it: TikTok's API cannot choose a sound; the sound of a video is its own",
        ),
        absent(
            &[
                "location",
                "place",
                "geo",
                "poi",
                "playlist",
                "playlist_id",
                "first_comment",
                "collaborators",
                "link_in_bio",
            ],
            "remove it: TikTok's API has nothing of the kind",
        ),
        absent(
            &["draft", "is_draft", "as_draft", "save_as_draft", "post_mode"],
            "remove it: upload_video_draft makes a draft of a video, create_video_post posts it",
        ),
        absent(
            &["access_token", "token", "auth", "credentials"],
            "remove it: the token belongs into auth, beside inputs",
        ),
        absent(
            &["photo_urls", "photo_cover_index", "auto_add_music", "photos", "images", "image_urls", "photo_url"],
            OF_PHOTOS,
        ),
        absent(&["video_url", "file", "files", "video_content_base64", "source", "chunk_size", "video"], OF_VIDEOS),
        absent(&["video_cover_timestamp_ms"], "remove it: photos have no frames; photo_cover_index chooses the cover"),
        absent(
            &[
                "privacy_level",
                "privacy",
                "visibility",
                "disable_comment",
                "disable_duet",
                "disable_stitch",
                "brand_content_toggle",
                "brand_organic_toggle",
                "is_aigc",
                "comment_disabled",
                "duet_disabled",
                "stitch_disabled",
            ],
            OF_POSTS,
        ),
        absent(&["max_count", "cursor", "video_ids", "limit"], "it is an input of get_videos"),
        absent(&["publish_id"], "it is an input of get_post_status"),
    ],
};
