//! Names of endpoints, as faults, the journal and fixtures spell them.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// Name of an endpoint, for example `video_init`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct EndpointName(&'static str);

impl EndpointName {
    /// Every endpoint of every API, but no file of [`EndpointName::MEDIA`]; for faults only.
    pub const ANY: Self = Self::new("any");
    /// `GET /_simulator/media/<name>`, a file host beside TikTok.
    pub const MEDIA: Self = Self::new("media");

    /// `GET /v2/user/info/` (#user-info)
    pub const USER_INFO: Self = Self::new("user_info");
    /// `POST /v2/video/list/` (#video-list)
    pub const VIDEO_LIST: Self = Self::new("video_list");
    /// `POST /v2/video/query/` (#video-query)
    pub const VIDEO_QUERY: Self = Self::new("video_query");
    /// `POST /v2/post/publish/creator_info/query/` (#creator-info)
    pub const CREATOR_INFO: Self = Self::new("creator_info");
    /// `POST /v2/post/publish/video/init/` (#video-init)
    pub const VIDEO_INIT: Self = Self::new("video_init");
    /// `POST /v2/post/publish/inbox/video/init/` (#draft-init)
    pub const INBOX_INIT: Self = Self::new("inbox_init");
    /// `POST /v2/post/publish/content/init/` (#photo-init)
    pub const CONTENT_INIT: Self = Self::new("content_init");
    /// `POST /v2/post/publish/status/fetch/` (#status)
    pub const STATUS_FETCH: Self = Self::new("status_fetch");
    /// `POST /v2/post/publish/cancel/` (#cancel)
    pub const CANCEL: Self = Self::new("cancel");
    /// `PUT /video/`, the upload server (#upload-requests)
    pub const UPLOAD: Self = Self::new("upload");
    /// `GET /v2/auth/authorize/`, the consent page (#sign-in)
    pub const AUTHORIZE: Self = Self::new("authorize");
    /// `POST /v2/oauth/token/` (#tokens)
    pub const OAUTH_TOKEN: Self = Self::new("oauth_token");
    /// `POST /v2/oauth/revoke/` (#revoke)
    pub const OAUTH_REVOKE: Self = Self::new("oauth_revoke");

    pub(super) const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name as text.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

const NAMES: [EndpointName; 15] = [
    EndpointName::USER_INFO,
    EndpointName::VIDEO_LIST,
    EndpointName::VIDEO_QUERY,
    EndpointName::CREATOR_INFO,
    EndpointName::VIDEO_INIT,
    EndpointName::INBOX_INIT,
    EndpointName::CONTENT_INIT,
    EndpointName::STATUS_FETCH,
    EndpointName::CANCEL,
    EndpointName::UPLOAD,
    EndpointName::AUTHORIZE,
    EndpointName::OAUTH_TOKEN,
    EndpointName::OAUTH_REVOKE,
    EndpointName::MEDIA,
    EndpointName::ANY,
];

impl<'de> Deserialize<'de> for EndpointName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let canonical = match name.as_str() {
            "photo_init" => "content_init",
            "status" => "status_fetch",
            other => other,
        };
        let found = NAMES.iter().find(|known| known.0 == canonical).copied();
        found.ok_or_else(|| D::Error::custom(format!("unknown endpoint `{name}`")))
    }
}
