//! The integration `tiktok`: seven actions and the connected account.

mod actions;
mod context;
mod credentials;
mod evidence;
mod failure;
mod permissions;
mod photo;
mod post;
mod profile;
mod video;

use super::{ActionEntry, Integration, action};
use crate::{model::Namespace, open_api::API_BASE};

/// The integration.
pub(super) const INTEGRATION: Integration = Integration {
    name: "tiktok",
    manifest_path: "config.json",
    manifest: include_str!("../../config.json"),
    actions: &ACTIONS,
    permissions: &permissions::PERMISSIONS,
    credentials: credentials::read,
    api_base: |_credentials| API_BASE,
    // Versions before the second integration share a Redis with this one during an upgrade.
    namespace: Namespace::NONE,
    subject: Some("publish_id"),
    evidence: evidence::PostEvidence::of,
    connected_account: Some(actions::connected_account::connected_account),
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
