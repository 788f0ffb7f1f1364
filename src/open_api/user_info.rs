//! `GET /v2/user/info/` (docs/tiktok-open-api.md#user-info).

use serde::Deserialize;

use super::{Endpoint, Error, OpenApi};
use crate::model::Scope;

/// Fields that each scope grants.
pub const USER_FIELDS: [(Scope, &[&str]); 3] = [
    (
        Scope::UserInfoBasic,
        &[
            "open_id",
            "union_id",
            "avatar_url",
            "avatar_url_100",
            "avatar_large_url",
            "display_name",
        ],
    ),
    (
        Scope::UserInfoProfile,
        &[
            "bio_description",
            "profile_deep_link",
            "profile_web_link",
            "is_verified",
            "username",
        ],
    ),
    (
        Scope::UserInfoStats,
        &["follower_count", "following_count", "likes_count", "video_count"],
    ),
];

/// User, with the fields that were requested and granted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[expect(
    missing_docs,
    reason = "the fields are TikTok's: docs/tiktok-open-api.md#user-info"
)]
pub struct UserInfo {
    pub open_id: Option<String>,
    pub union_id: Option<String>,
    pub avatar_url: Option<String>,
    pub avatar_url_100: Option<String>,
    pub avatar_large_url: Option<String>,
    pub display_name: Option<String>,
    pub bio_description: Option<String>,
    pub profile_deep_link: Option<String>,
    pub profile_web_link: Option<String>,
    pub is_verified: Option<bool>,
    pub username: Option<String>,
    pub follower_count: Option<i64>,
    pub following_count: Option<i64>,
    pub likes_count: Option<i64>,
    pub video_count: Option<i64>,
}

#[derive(Deserialize)]
struct UserInfoData {
    #[serde(default)]
    user: UserInfo,
}

impl OpenApi {
    /// Fetches the fields that `scopes` grant. TikTok refuses the whole call if any of them is not granted.
    pub async fn user_info(&self, scopes: &[Scope]) -> Result<UserInfo, Error> {
        let fields: Vec<&str> = USER_FIELDS
            .iter()
            .filter(|(scope, _)| scopes.contains(scope))
            .flat_map(|(_, fields)| fields.iter().copied())
            .collect();
        let data: UserInfoData = self.get(Endpoint::USER_INFO, &fields.join(",")).await?;
        Ok(data.user)
    }
}
