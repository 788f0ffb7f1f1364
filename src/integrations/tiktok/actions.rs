//! The seven actions and the connected account, one per file. This folder holds nothing else.

pub(super) mod connected_account;
pub(super) mod create_photo_post;
pub(super) mod create_video_post;
pub(super) mod get_creator_info;
pub(super) mod get_post_status;
pub(super) mod get_user_info;
pub(super) mod get_videos;
pub(super) mod upload_video_draft;
