//! Words for inputs and their values: those of TikTok's API, of other platforms' APIs and of workflow
//! editors.

use super::{
    Vocabulary,
    words::{absent, also, but},
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
            "an address belongs in the input video_url",
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
            &["FILE_UPLOAD", "DIRECT_POST"],
        ),
        also(
            &["direct", "publish", "post", "live", "now", "direct_publish"],
            &["DIRECT_POST"],
        ),
        also(
            &["draft", "inbox", "upload", "media", "upload_to_inbox"],
            &["MEDIA_UPLOAD"],
        ),
    ],
    absent: &[absent(
        &["unlisted"],
        "TikTok has no unlisted posts; SELF_ONLY shows the post to its owner alone",
    )],
};

const NO_SCHEDULING: &str =
    "remove it: TikTok's API has no scheduling; send the request when the post should be made";
const OF_PHOTOS: &str = "it is an input of create_photo_post, which posts photos";
const OF_VIDEOS: &str =
    "it is an input of create_video_post and upload_video_draft; photos are given as photo_urls";
const OF_POSTS: &str =
    "it is an input of create_video_post; the owner of a draft decides it in the TikTok app";

/// Inputs of actions.
pub(in crate::schema) const INPUTS: Vocabulary = Vocabulary {
    synonyms: &[
        also(
            &[
                "caption",
                "content",
                "text",
                "message",
                "body",
                "post_text",
                "status_text",
                "copy",
                "video_description",
            ],
            &["description", "title"],
        ),
        also(
            &[
                "description",
                "video_title",
                "name",
                "headline",
                "subject",
                "post_title",
                "video_caption",
                "desc",
            ],
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
        also(
            &["attachment", "video_file", "upload", "media_file", "asset"],
            &["file"],
        ),
        also(
            &["attachments", "videos", "video_files", "media_files"],
            &["files"],
        ),
        also(
            &["source_type", "upload_type", "upload_method", "transfer_method"],
            &["source"],
        ),
        also(
            &[
                "comment_disabled",
                "disable_comments",
                "comments_disabled",
                "no_comments",
            ],
            &["disable_comment"],
        ),
        also(&["duet_disabled", "disable_duets", "no_duet"], &["disable_duet"]),
        also(
            &["stitch_disabled", "disable_stitches", "no_stitch"],
            &["disable_stitch"],
        ),
        but(
            &[
                "allow_comment",
                "allow_comments",
                "enable_comments",
                "comment",
                "comments",
                "comments_enabled",
            ],
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
            &[
                "cover_index",
                "cover_image_index",
                "cover",
                "photo_cover",
                "cover_photo_index",
            ],
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
            &[
                "your_brand",
                "brand_organic",
                "promotional",
                "is_your_brand",
                "own_brand",
                "promotional_content",
            ],
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
        also(
            &["music", "add_music", "auto_music", "recommended_music"],
            &["auto_add_music"],
        ),
        also(
            &[
                "wait",
                "wait_time",
                "wait_sec",
                "timeout",
                "poll_seconds",
                "wait_for_completion",
            ],
            &["wait_seconds"],
        ),
        also(
            &[
                "dedupe_key",
                "request_key",
                "unique_key",
                "idempotence_key",
                "idempotency",
                "client_token",
            ],
            &["idempotency_key"],
        ),
        also(
            &[
                "dry",
                "test",
                "validate_only",
                "check_only",
                "simulate",
                "preview",
            ],
            &["dry_run"],
        ),
        also(
            &["chunk", "part_size", "chunk_bytes", "chunksize_bytes"],
            &["chunk_size"],
        ),
        also(
            &[
                "limit",
                "count",
                "max",
                "page_size",
                "max_results",
                "per_page",
                "num_videos",
                "size",
            ],
            &["max_count"],
        ),
        also(
            &[
                "page",
                "offset",
                "next",
                "after",
                "page_token",
                "next_cursor",
                "start",
            ],
            &["cursor"],
        ),
        also(&["ids", "id", "video_id", "videos", "post_ids"], &["video_ids"]),
        also(
            &["id", "post_id", "status_id", "share_id", "upload_id", "job_id"],
            &["publish_id"],
        ),
        also(&["mode", "publish_type", "post_type", "type"], &["post_mode"]),
        but(
            &["draft", "is_draft", "as_draft", "save_as_draft"],
            &["post_mode"],
            "MEDIA_UPLOAD makes a draft",
        ),
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
            &[
                "cover_url",
                "cover_image",
                "thumbnail_url",
                "thumbnail_image",
                "cover_image_url",
                "custom_thumbnail",
            ],
            "remove it: TikTok's API takes no picture for the cover; video_cover_timestamp_ms chooses a frame of the video",
        ),
        absent(
            &[
                "music_id",
                "sound",
                "sound_id",
                "music_url",
                "audio",
                "audio_url",
                "song",
            ],
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
            "remove it: the token belongs in auth, beside inputs",
        ),
        absent(
            &[
                "photo_urls",
                "photo_cover_index",
                "auto_add_music",
                "photos",
                "images",
                "image_urls",
                "photo_url",
            ],
            OF_PHOTOS,
        ),
        absent(
            &[
                "video_url",
                "file",
                "files",
                "video_content_base64",
                "source",
                "chunk_size",
                "video",
            ],
            OF_VIDEOS,
        ),
        absent(
            &["video_cover_timestamp_ms"],
            "remove it: photos have no frames; photo_cover_index chooses the cover",
        ),
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
        absent(
            &["max_count", "cursor", "video_ids", "limit"],
            "it is an input of get_videos",
        ),
        absent(&["publish_id"], "it is an input of get_post_status"),
    ],
};
