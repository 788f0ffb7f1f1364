//! TikTok's Open API v2: one method per endpoint, with its own wire types.
//!
//! Facts: docs/tiktok-open-api.md; each module cites its heading. A method says what TikTok answered or why
//! there is no answer, and nothing of what that means for a post.

mod answer;
mod budget;
mod creator_info;
mod endpoint;
mod photo_init;
mod status;
mod user_info;
mod video_init;
mod videos;

pub use answer::{Error, ErrorResponse};
pub use budget::{Budget, Quota, QuotaKind};
pub use creator_info::CreatorInfo;
pub use endpoint::Endpoint;
pub use photo_init::{PhotoInit, PhotoPostInfo, PhotoPostMode, PhotoSourceInfo};
pub use status::{PostStatus, PublishStatus};
pub use user_info::{USER_FIELDS, UserInfo};
pub use video_init::{
    FileUpload, UploadAddress, VideoInit, VideoInitResponse, VideoPostInfo, VideoSourceInfo,
};
pub use videos::{VideoObject, VideoPage};

use std::time::Duration;

use ::http::{HeaderMap, HeaderValue, Method, header::AUTHORIZATION};
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use crate::{
    clock::{Clock, Deadline},
    http::{
        self, AuthHeader, HttpRequest, Idempotency, RateGate, RequestBody, Retries, SendPolicy, Transport,
        WriteObserver,
    },
    outlet::Outlet,
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
    outlet: Outlet,
}

/// What sending a call again would do, and who is told of each attempt.
#[derive(Clone, Copy)]
struct CallOptions<'a> {
    /// Effect of a second call, where it differs from the endpoint's.
    idempotency: Option<Idempotency>,
    observer: Option<&'a dyn WriteObserver>,
}

const READ: CallOptions<'_> = CallOptions {
    idempotency: None,
    observer: None,
};

impl OpenApi {
    /// Speaks to the API at `base` for the account that `token` belongs to.
    pub fn new(transport: Transport, clock: Clock, base: Url, token: AccessToken, budget: Budget) -> Self {
        let timeout = Duration::from_secs(30);
        let retries = Retries {
            max: 3,
            wait_budget: timeout,
            backoff: http::Backoff::default(),
        };
        let deadline = clock.deadline_in(Duration::MAX);
        Self {
            transport,
            clock,
            base,
            token,
            timeout,
            retries,
            deadline,
            budget,
            outlet: Outlet::default(),
        }
    }

    /// Sets how long one call may take, how often it may be sent again, and when all must be done.
    #[must_use]
    pub fn with_limits(self, timeout: Duration, retries: Retries, deadline: Deadline) -> Self {
        Self {
            timeout,
            retries,
            deadline,
            ..self
        }
    }

    /// Begins no post once nobody would get its result through `outlet`.
    #[must_use]
    pub fn answering_through(self, outlet: Outlet) -> Self {
        Self { outlet, ..self }
    }

    /// The same, with calls that end by `deadline` at the latest.
    #[must_use]
    pub fn until(&self, deadline: Deadline) -> Self {
        Self {
            deadline: deadline.min(self.deadline),
            ..self.clone()
        }
    }

    /// What the account has left, as far as we know; `creator` is its name, where it is known.
    pub async fn quota(&self, creator: Option<&str>) -> Quota {
        self.budget
            .quota(creator, self.clock.left_until(self.deadline))
            .await
    }

    /// Counts what an init has begun.
    pub async fn note(&self, begun: QuotaKind<'_>) {
        self.budget.note(begun).await;
    }

    async fn get<T: DeserializeOwned>(&self, endpoint: &'static Endpoint, fields: &str) -> Result<T, Error> {
        let mut url = self.url(endpoint);
        url.query_pairs_mut().append_pair("fields", fields);
        self.call(endpoint, Method::GET, url, RequestBody::Empty, READ)
            .await
    }

    /// A call that only reads.
    async fn post<T: DeserializeOwned>(
        &self,
        endpoint: &'static Endpoint,
        fields: Option<&str>,
        body: &(impl Serialize + Sync),
    ) -> Result<T, Error> {
        let mut url = self.url(endpoint);
        if let Some(fields) = fields {
            url.query_pairs_mut().append_pair("fields", fields);
        }
        self.call(endpoint, Method::POST, url, json(endpoint, body)?, READ)
            .await
    }

    /// A call that makes or begins a post.
    async fn init<T: DeserializeOwned>(
        &self,
        endpoint: &'static Endpoint,
        body: &(impl Serialize + Sync),
        care: CallOptions<'_>,
    ) -> Result<T, Error> {
        self.call(
            endpoint,
            Method::POST,
            self.url(endpoint),
            json(endpoint, body)?,
            care,
        )
        .await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        endpoint: &'static Endpoint,
        method: Method,
        url: Url,
        body: RequestBody,
        CallOptions {
            idempotency,
            observer,
        }: CallOptions<'_>,
    ) -> Result<T, Error> {
        let call = HttpRequest {
            endpoint: endpoint.name,
            method,
            url,
            auth: Some(AuthHeader {
                name: &AUTHORIZATION,
                prefix: "Bearer ",
                token: &self.token,
            }),
            headers: HeaderMap::new(),
            body,
            timeout: self.timeout,
            response_max: RESPONSE_MAX,
        };
        let (clock, deadline) = (&self.clock, self.deadline);
        let gate = RateGate {
            endpoint: endpoint.name,
            budget: &self.budget.calls,
            bucket: endpoint.bucket,
            observer,
            clock,
            deadline,
            outlet: &self.outlet,
        };
        let manner = SendPolicy {
            idempotency: idempotency.unwrap_or(endpoint.idempotency),
            classify: answer::retry_reason,
            retries: self.retries,
            deadline,
        };
        let sent = http::send(&self.transport, clock, &call, manner, &gate).await;
        let reply = sent.map_err(Error::Lost)?;
        answer::decode(endpoint, &reply).map_err(|error| error.redacted(&self.token))
    }

    fn url(&self, endpoint: &'static Endpoint) -> Url {
        let mut url = self.base.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{prefix}{}", endpoint.path));
        url
    }
}

/// Type that the posting pages ask for (docs/tiktok-open-api.md#hosts-and-versions).
const JSON_TYPE: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");

/// Largest response that is read, in bytes. A page of 20 videos, TikTok's largest, has some 100 KiB.
const RESPONSE_MAX: usize = 512 * 1024;

fn json(endpoint: &'static Endpoint, body: &(impl Serialize + Sync)) -> Result<RequestBody, Error> {
    // Our own wire types have string keys only, so they always serialize.
    let body = serde_json::to_vec(body).map_err(|_never| Error::unsendable(endpoint))?;
    Ok(RequestBody::Bytes {
        content_type: JSON_TYPE,
        bytes: Bytes::from(body),
    })
}
