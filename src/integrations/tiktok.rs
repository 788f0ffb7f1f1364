//! The integration `tiktok`: seven actions and the connected account.

mod actions;
mod photo;
mod post;
mod profile;
mod video;

pub use post::journal::PostJournal;

use super::{ActionEntry, Integration, action};

/// The integration.
pub(super) const INTEGRATION: Integration = Integration {
    name: "tiktok",
    manifest_path: "config.json",
    manifest: include_str!("../../config.json"),
    actions: &ACTIONS,
    connected_account: actions::connected_account::connected_account,
};

/// Every action; what is not here does not exist.
static ACTIONS: [ActionEntry; 7] = [
    action::<actions::get_user_info::GetUserInfo>(),
    action::<actions::get_creator_info::GetCreatorInfo>(),
    action::<actions::create_video_post::CreateVideoPost>(),
    action::<actions::upload_video_draft::UploadVideoDraft>(),
    action::<actions::get_post_status::GetPostStatus>(),
    action::<actions::get_videos::GetVideos>(),
    action::<actions::create_photo_post::CreatePhotoPost>(),
];
