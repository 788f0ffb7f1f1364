//! `GET /v2/user/info/`; scopes user.info.basic, and where granted user.info.profile and user.info.stats
//! (docs/tiktok-open-api.md#user-info).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::own,
    integrations::{
        Action, Failure,
        tiktok::{context::Context, permissions, profile},
    },
    model::Scope,
    open_api::UserInfo,
};

/// Reads the account's profile.
pub(in crate::integrations::tiktok) struct GetUserInfo;

/// No inputs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Input {}

/// Profile of the account. Fields that the token has no permission for are omitted.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::integrations::tiktok) struct Output {
    /// ID of the account within this app
    open_id: String,
    /// ID of the account across all apps of this developer
    #[serde(skip_serializing_if = "Option::is_none")]
    union_id: Option<String>,
    /// URL of the profile picture
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<String>,
    /// URL of the profile picture, 100×100 pixels
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url_100: Option<String>,
    /// URL of the large profile picture
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_large_url: Option<String>,
    /// Display name
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    /// Bio
    #[serde(skip_serializing_if = "Option::is_none")]
    bio_description: Option<String>,
    /// Link that opens the profile in the TikTok app
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_deep_link: Option<String>,
    /// Link to the profile on the web
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_web_link: Option<String>,
    /// Whether TikTok has verified the account
    #[serde(skip_serializing_if = "Option::is_none")]
    is_verified: Option<bool>,
    /// Handle, without the @
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// Number of followers
    #[serde(skip_serializing_if = "Option::is_none")]
    follower_count: Option<i64>,
    /// Number of accounts followed
    #[serde(skip_serializing_if = "Option::is_none")]
    following_count: Option<i64>,
    /// Total likes on the account's videos
    #[serde(skip_serializing_if = "Option::is_none")]
    likes_count: Option<i64>,
    /// Number of public videos
    #[serde(skip_serializing_if = "Option::is_none")]
    video_count: Option<i64>,
    /// Permissions that the token lacks; their fields are omitted
    missing_scopes: Vec<Scope>,
}

impl Action for GetUserInfo {
    const NAME: &'static str = "get_user_info";
    const DISPLAY_NAME: &'static str = "Get User Info";
    const DESCRIPTION: &'static str = "Read the connected TikTok account's profile: display name, handle, picture, bio \
        and, where permitted, follower, like and video counts. Also returns the permissions that the token lacks.";
    const PERMISSIONS: &'static [&'static str] = &[
        permissions::USER_INFO_BASIC,
        permissions::USER_INFO_PROFILE,
        permissions::USER_INFO_STATS,
    ];
    const ENOUGH: &'static [&'static [&'static str]] = &[&[permissions::USER_INFO_BASIC]];

    type Context = Context;
    type Input = Input;
    type Output = Output;

    async fn run(context: Context, Input {}: Input) -> Result<Output, Failure> {
        let (user, missing_scopes) = profile::read(&context.api).await?;
        output(user, missing_scopes)
    }
}

fn output(user: UserInfo, missing_scopes: Vec<Scope>) -> Result<Output, Failure> {
    let open_id = user
        .open_id
        .ok_or_else(|| Failure::new(&own::UNREADABLE_ANSWER, "(user_info: the answer has no open_id)"))?;
    Ok(Output {
        open_id,
        union_id: user.union_id,
        avatar_url: user.avatar_url,
        avatar_url_100: user.avatar_url_100,
        avatar_large_url: user.avatar_large_url,
        display_name: user.display_name,
        bio_description: user.bio_description,
        profile_deep_link: user.profile_deep_link,
        profile_web_link: user.profile_web_link,
        is_verified: user.is_verified,
        username: user.username,
        follower_count: user.follower_count,
        following_count: user.following_count,
        likes_count: user.likes_count,
        video_count: user.video_count,
        missing_scopes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_stays_absent() {
        let user = UserInfo {
            open_id: Some("o".into()),
            ..UserInfo::default()
        };
        let json = serde_json::to_value(output(user, vec![Scope::UserInfoStats]).unwrap()).unwrap();
        assert_eq!(
            json,
            serde_json::json!({ "open_id": "o", "missing_scopes": ["user.info.stats"] })
        );
    }
}
