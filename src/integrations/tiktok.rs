//! The integration `tiktok`: seven actions and the connected account.

mod begin;
mod connected_account;
mod create_photo_post;
mod create_video_post;
mod get_creator_info;
mod get_post_status;
mod get_user_info;
mod get_videos;
mod notices;
mod once;
mod photo_preflight;
mod post_result;
mod quota_seen;
mod search;
mod upload_video_draft;
mod video_input;
mod video_relay;
mod video_upload;

use super::{Action, Integration, action};

/// The integration.
pub(super) const INTEGRATION: Integration = Integration {
    name: "tiktok",
    manifest_path: "config.json",
    manifest: include_str!("../../config.json"),
    actions: &ACTIONS,
    connected_account: connected_account::connected_account,
};

/// Every action; what is not here does not exist.
static ACTIONS: [Action; 7] = [
    action::<get_user_info::GetUserInfo>(),
    action::<get_creator_info::GetCreatorInfo>(),
    action::<create_video_post::CreateVideoPost>(),
    action::<upload_video_draft::UploadVideoDraft>(),
    action::<get_post_status::GetPostStatus>(),
    action::<get_videos::GetVideos>(),
    action::<create_photo_post::CreatePhotoPost>(),
];

/// The longest wait that an action offers: Autohive stops an action after 15 minutes.
const WAIT_MAX_SECONDS: u32 = 840;
