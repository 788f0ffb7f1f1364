//! TikTok's Open API v2: one method per endpoint, with its own wire types.
//!
//! Facts: reference `tiktok-open-api.md`; the methods name their sections. A method says what TikTok answered or why
//! there is no answer, and nothing of what that means for a post.

mod answer;
mod budget;
mod creator_info;
mod photo_init;
mod status;
mod user_info;
mod video_init;
mod videos;

pub use answer::{Error, Refusal};
pub use budget::{Budget, Quota, WINDOW};
pub use creator_info::CreatorInfo;
pub use photo_init::{PhotoInit, PhotoPostInfo, PhotoPostMode, PhotoSource};
pub use status::{PostStatus, Status};
pub use user_info::{USER_FIELDS, UserInfo};
pub use video_init::{FileUpload, StartedUpload, UploadAddress, VideoPostInfo, VideoSource};
pub use videos::{Video, VideoPage};

use std::time::Duration;

use bytes::Bytes;
use reqwest::{Method, Url, header::HeaderMap};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    catalogue::Endpoint,
    clock::{Clock, Deadline},
    http::{self, Call, Class, Manner, Payload, Retries, Transport},
    secret::AccessToken,
};

/// TikTok's own address.
pub const API_BASE: &str = "https://open.tiktokapis.com";

/// The Open API, as one account sees it.
#[derive(Debug, Clone)]
pub struct OpenApi {
    transport: Transport,
    clock: Clock,
    base: Url,
    token: AccessToken,
    timeout: Duration,
    retries: Retries,
    deadline: Deadline,
    budget: Budget,
}

impl OpenApi {
    /// Speaks to the API at `base` for the account that `token` belongs to.
    pub fn new(transport: Transport, clock: Clock, base: Url, token: AccessToken, budget: Budget) -> Self {
        let timeout = Duration::from_secs(30);
        let retries = Retries { max: 3, wait_budget: timeout, backoff: http::Backoff::default() };
        let deadline = clock.deadline_in(Duration::MAX);
        Self { transport, clock, base, token, timeout, retries, deadline, budget }
    }

    /// Sets how long one call may take, how often it may be sent again, and when all must be done.
    #[must_use]
    pub fn with_limits(self, timeout: Duration, retries: Retries, deadline: Deadline) -> Self {
        Self { timeout, retries, deadline, ..self }
    }

    /// What the account has left, as far as we know.
    pub async fn quota(&self) -> Quota {
        self.budget.quota().await
    }

    async fn get<T: DeserializeOwned>(&self, endpoint: Endpoint, fields: &str) -> Result<T, Error> {
        let mut url = self.url(endpoint);
        url.query_pairs_mut().append_pair("fields", fields);
        self.call(endpoint, Class::Read, Method::GET, url, Payload::Empty).await
    }

    async fn post<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        class: Class,
        fields: Option<&str>,
        body: &(impl Serialize + Sync),
    ) -> Result<T, Error> {
        let mut url = self.url(endpoint);
        if let Some(fields) = fields {
            url.query_pairs_mut().append_pair("fields", fields);
        }
        // Our own wire types have string keys only, so they always serialize.
        let body = serde_json::to_vec(body).map_err(|_never| Error::unsendable(endpoint))?;
        self.call(endpoint, class, Method::POST, url, Payload::Json(Bytes::from(body))).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        class: Class,
        method: Method,
        url: Url,
        payload: Payload,
    ) -> Result<T, Error> {
        let call = Call {
            endpoint: endpoint.name(),
            method,
            url,
            token: Some(&self.token),
            headers: HeaderMap::new(),
            payload,
            timeout: self.timeout,
        };
        let toll = self.budget.toll(endpoint);
        let manner = Manner { class, retries: self.retries, deadline: self.deadline };
        let sent = http::send(&self.transport, &self.clock, &call, manner, &toll).await;
        let reply = sent.map_err(Error::Lost)?;
        answer::decode(endpoint, &reply).map_err(|error| error.redacted(&self.token))
    }

    fn url(&self, endpoint: Endpoint) -> Url {
        let mut url = self.base.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{prefix}{}", path(endpoint)));
        url
    }
}

/// The paths; the trailing slash is part of them (reference, conventions).
const fn path(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::UserInfo => "/v2/user/info/",
        Endpoint::VideoList => "/v2/video/list/",
        Endpoint::VideoQuery => "/v2/video/query/",
        Endpoint::CreatorInfo => "/v2/post/publish/creator_info/query/",
        Endpoint::VideoInit => "/v2/post/publish/video/init/",
        Endpoint::InboxVideoInit => "/v2/post/publish/inbox/video/init/",
        Endpoint::ContentInit => "/v2/post/publish/content/init/",
        Endpoint::StatusFetch => "/v2/post/publish/status/fetch/",
        Endpoint::Cancel => "/v2/post/publish/cancel/",
        Endpoint::OAuth => "/v2/oauth/token/",
    }
}
