//! Endpoints of the Open API, by the names in faults, journal and fixtures.

use crate::simulator::{
    endpoint::EndpointName,
    journal::{RecordedRequest, RequestJournal},
};

impl EndpointName {
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
}

/// Every spelling of every endpoint.
pub(super) static SPELLINGS: [(&str, EndpointName); 15] = [
    ("user_info", EndpointName::USER_INFO),
    ("video_list", EndpointName::VIDEO_LIST),
    ("video_query", EndpointName::VIDEO_QUERY),
    ("creator_info", EndpointName::CREATOR_INFO),
    ("video_init", EndpointName::VIDEO_INIT),
    ("inbox_init", EndpointName::INBOX_INIT),
    ("content_init", EndpointName::CONTENT_INIT),
    ("photo_init", EndpointName::CONTENT_INIT),
    ("status_fetch", EndpointName::STATUS_FETCH),
    ("status", EndpointName::STATUS_FETCH),
    ("cancel", EndpointName::CANCEL),
    ("upload", EndpointName::UPLOAD),
    ("authorize", EndpointName::AUTHORIZE),
    ("oauth_token", EndpointName::OAUTH_TOKEN),
    ("oauth_revoke", EndpointName::OAUTH_REVOKE),
];

impl RequestJournal {
    /// Requests with an `Authorization` header to the upload server, which must have none (#upload-addresses).
    pub fn leaks(&self) -> impl Iterator<Item = &RecordedRequest> {
        self.of(EndpointName::UPLOAD)
            .filter(|entry| entry.headers.authorization)
    }
}
