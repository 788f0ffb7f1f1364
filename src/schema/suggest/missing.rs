//! Inputs that other APIs have and an action does not, each with the reason and the way out.

use super::{Absent, words::absent};

const NO_SCHEDULING: &str =
    "remove it: TikTok's API has no scheduling; send the request when the post should be made";
const OF_PHOTOS: &str = "it is an input of create_photo_post, which posts photos";
const OF_VIDEOS: &str =
    "it is an input of create_video_post and upload_video_draft; photos are given as photo_urls";
const OF_POSTS: &str =
    "it is an input of create_video_post; the owner of a draft decides it in the TikTok app";

/// Inputs that an action does not have.
pub(super) const INPUTS: &[Absent] = &[
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
        &[
            "draft",
            "is_draft",
            "as_draft",
            "save_as_draft",
            "post_mode",
            "content_posting_method",
            "posting_method",
        ],
        "remove it: upload_video_draft makes a draft of a video, create_video_post posts it",
    ),
    absent(
        &["post_info"],
        "remove it: inputs are flat; put each of its members, such as title or privacy_level, into inputs itself",
    ),
    absent(
        &["video_size", "total_chunk_count", "file_size", "video_length"],
        "remove it: the program measures the video, which is given as file, video_content_base64 or video_url",
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
            "video_made_with_ai",
        ],
        OF_POSTS,
    ),
    absent(
        &["max_count", "cursor", "video_ids", "limit"],
        "it is an input of get_videos",
    ),
    absent(&["publish_id"], "it is an input of get_post_status"),
];
