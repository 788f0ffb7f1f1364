//! TikTok's Open API v2: one method per endpoint, with its own wire types.
//!
//! Facts: docs/tiktok-open-api.md; each module cites its heading. A method returns TikTok's response or the
//! reason for its absence; `posting` derives the consequence for a post.

mod answer;
mod budget;
mod creator_info;
mod endpoint;
pub mod oauth;
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
    secret::UserToken,
};

/// Base URL of TikTok's API.
pub const API_BASE: &str = "https://open.tiktokapis.com";

/// Client of the Open API for one account.
#[derive(Debug, Clone)]
pub struct OpenApi {
    transport: Transport,
    clock: Clock,
    base: Url,
    token: UserToken,
    timeout: Duration,
    retries: Retries,
    deadline: Deadline,
    budget: Budget,
    outlet: Outlet,
}

/// Options of a call: the effect of a repetition, and an observer of its attempts.
#[derive(Clone, Copy)]
struct CallOptions<'a> {
    /// Effect of a repetition, if it differs from that of the endpoint.
    idempotency: Option<Idempotency>,
    observer: Option<&'a dyn WriteObserver>,
}

const READ: CallOptions<'_> = CallOptions {
    idempotency: None,
    observer: None,
};

impl OpenApi {
    /// Creates a client of the API at `base` for the account that owns `token`.
    pub fn new(transport: Transport, clock: Clock, base: Url, token: UserToken, budget: Budget) -> Self {
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

    /// Sets the timeout of a call, its retries, and the deadline of all calls.
    #[must_use]
    pub fn with_limits(self, timeout: Duration, retries: Retries, deadline: Deadline) -> Self {
        Self {
            timeout,
            retries,
            deadline,
            ..self
        }
    }

    /// Begins no post once `outlet` is closed, because its result would be lost.
    #[must_use]
    pub fn answering_through(self, outlet: Outlet) -> Self {
        Self { outlet, ..self }
    }

    /// Returns the same client, limited by `deadline`.
    #[must_use]
    pub fn until(&self, deadline: Deadline) -> Self {
        Self {
            deadline: deadline.min(self.deadline),
            ..self.clone()
        }
    }

    /// Estimates the remaining quota of the account; `creator` is its username, if known.
    pub async fn quota(&self, creator: Option<&str>) -> Quota {
        self.budget
            .quota(creator, self.clock.left_until(self.deadline))
            .await
    }

    /// Counts a post or draft that an init has begun.
    pub async fn note(&self, begun: QuotaKind<'_>) {
        self.budget.note(begun).await;
    }

    async fn get<T: DeserializeOwned>(&self, endpoint: &'static Endpoint, fields: &str) -> Result<T, Error> {
        let mut url = self.url(endpoint);
        url.query_pairs_mut().append_pair("fields", fields);
        self.call(endpoint, Method::GET, url, RequestBody::Empty, READ)
            .await
    }

    /// Sends a call that only reads.
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

    /// Sends a call that creates or begins a post.
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
                token: self.token.access_token(),
            }),
            headers: HeaderMap::new(),
            body,
            timeout: self.timeout,
            response_max: RESPONSE_MAX,
        };
        let (clock, deadline) = (&self.clock, self.deadline);
        let counters = endpoint.bucket.map(|bucket| self.budget.counter(bucket));
        let gate = RateGate {
            endpoint: endpoint.name,
            budget: &self.budget.calls,
            counters: counters.as_slice(),
            refusals: None,
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
        answer::decode(endpoint, &reply).map_err(|error| error.redacted(self.token.access_token()))
    }

    fn url(&self, endpoint: &'static Endpoint) -> Url {
        let mut url = self.base.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{prefix}{}", endpoint.path));
        url
    }
}

/// `Content-Type` that the posting pages require (docs/tiktok-open-api.md#hosts-and-versions).
const JSON_TYPE: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");

/// Maximum size of a response, in bytes. TikTok's largest, a page of 20 videos, has about 100 KiB.
const RESPONSE_MAX: usize = 512 * 1024;

fn json(endpoint: &'static Endpoint, body: &(impl Serialize + Sync)) -> Result<RequestBody, Error> {
    // Our own wire types have string keys only, so they always serialize.
    let body = serde_json::to_vec(body).map_err(|_never| Error::unsendable(endpoint))?;
    Ok(RequestBody::Bytes {
        content_type: JSON_TYPE,
        bytes: Bytes::from(body),
    })
}
