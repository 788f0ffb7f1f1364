//! Permissions that the owner of an account grants to an app.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// No doc comments on the variants, for the reason given at `PrivacyLevel`.
/// A permission, as TikTok's OAuth scope (docs/tiktok-open-api.md#scopes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
#[expect(
    missing_docs,
    reason = "variant docs would change the schema; the names are TikTok's own"
)]
pub enum Scope {
    #[serde(rename = "user.info.basic")]
    UserInfoBasic,
    #[serde(rename = "user.info.profile")]
    UserInfoProfile,
    #[serde(rename = "user.info.stats")]
    UserInfoStats,
    #[serde(rename = "video.list")]
    VideoList,
    #[serde(rename = "video.upload")]
    VideoUpload,
    #[serde(rename = "video.publish")]
    VideoPublish,
}

impl Scope {
    /// Returns TikTok's name of the scope.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserInfoBasic => "user.info.basic",
            Self::UserInfoProfile => "user.info.profile",
            Self::UserInfoStats => "user.info.stats",
            Self::VideoList => "video.list",
            Self::VideoUpload => "video.upload",
            Self::VideoPublish => "video.publish",
        }
    }

    /// Product that reads profiles and videos.
    pub const DISPLAY_API: &'static str = "Display API";

    /// Returns the product of TikTok's developer portal that includes the scope
    /// (<https://developers.tiktok.com/doc/scopes-overview>).
    pub const fn product(self) -> &'static str {
        match self {
            Self::UserInfoBasic => "Login Kit",
            Self::UserInfoProfile | Self::UserInfoStats | Self::VideoList => Self::DISPLAY_API,
            Self::VideoUpload | Self::VideoPublish => "Content Posting API",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
