//! Permissions of the integration's actions: TikTok's scopes (docs/tiktok-open-api.md#scopes).

use crate::{
    integrations::{Permission, Permissions},
    model::Scope,
};

pub(super) const USER_INFO_BASIC: &str = Scope::UserInfoBasic.as_str();
pub(super) const USER_INFO_PROFILE: &str = Scope::UserInfoProfile.as_str();
pub(super) const USER_INFO_STATS: &str = Scope::UserInfoStats.as_str();
pub(super) const VIDEO_LIST: &str = Scope::VideoList.as_str();
pub(super) const VIDEO_UPLOAD: &str = Scope::VideoUpload.as_str();
pub(super) const VIDEO_PUBLISH: &str = Scope::VideoPublish.as_str();

/// Permissions of the whole integration.
pub(super) const PERMISSIONS: Permissions = Permissions {
    all: &[
        permission(Scope::UserInfoBasic),
        permission(Scope::UserInfoProfile),
        permission(Scope::UserInfoStats),
        permission(Scope::VideoList),
        permission(Scope::VideoUpload),
        permission(Scope::VideoPublish),
    ],
    sets: &[("posting", &[USER_INFO_BASIC, VIDEO_PUBLISH, VIDEO_UPLOAD])],
    connected_account: Some(USER_INFO_BASIC),
    limits: &[
        (
            "get_user_info",
            USER_INFO_PROFILE,
            "no handle, bio, links or badge",
        ),
        ("get_user_info", USER_INFO_STATS, "no counts"),
        (
            "create_photo_post",
            VIDEO_PUBLISH,
            "drafts only (post_mode MEDIA_UPLOAD)",
        ),
        ("create_photo_post", VIDEO_UPLOAD, "direct posts only"),
    ],
    notes: &[
        (
            USER_INFO_BASIC,
            "without user.info.basic (Login Kit) there is no connected_account, and idempotency_key cannot be used",
        ),
        (
            VIDEO_LIST,
            "without video.list (Display API) a post whose response was lost cannot be searched for in the account's \
             videos",
        ),
    ],
};

const fn permission(scope: Scope) -> Permission {
    Permission {
        name: scope.as_str(),
        product: Some(scope.product()),
    }
}
