//! The error catalogue, as data: what each code means, whether the same request may be sent again, who can act, and
//! what to do. Codes are stable strings and part of the contract.
//!
//! Facts about TikTok's codes: reference `tiktok-open-api.md`, sections 1.5 (OAuth), 8 (fail reasons) and 9 (all
//! endpoints). A code that is not here passes through to the result as TikTok sent it, with its log id.

mod fail_reason;
mod oauth;
mod open_api;
mod own;

use serde::Serialize;

/// What a code means and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The code as it stands in a result.
    pub code: &'static str,
    /// The kind of trouble.
    pub category: Category,
    /// Whether the same request, sent again later, can succeed and cannot post twice.
    pub retryable: bool,
    /// Who can do something about it.
    pub who: Who,
    /// One sentence for the person who reads the result: what happened.
    pub meaning: &'static str,
    /// What to do next, in plain words.
    pub remedy: &'static str,
    /// Where TikTok answers with the code and under which HTTP status; empty for fail reasons and our own codes.
    /// Status 500 stands for any 5xx.
    pub seen_at: &'static [(Endpoint, u16)],
}

/// The kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The token is missing, invalid or expired.
    Auth,
    /// The token lacks a permission.
    Scope,
    /// Too many calls in a short time.
    RateLimit,
    /// A daily cap or an account's allowance is used up.
    Quota,
    /// The request's inputs are wrong.
    Input,
    /// The video or photo is not one that TikTok takes.
    Media,
    /// TikTok's rules forbid it.
    Policy,
    /// The connection failed.
    Network,
    /// TikTok itself failed.
    Tiktok,
    /// This program failed.
    Internal,
}

/// Who can do something about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Whoever built the workflow or called the action.
    Caller,
    /// The owner of the TikTok account.
    User,
    /// Whoever runs the TikTok app or the host.
    Developer,
    /// Only TikTok.
    Tiktok,
}

/// The endpoints whose codes the catalogue knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// `GET /v2/user/info/`.
    UserInfo,
    /// `POST /v2/video/list/`.
    VideoList,
    /// `POST /v2/video/query/`.
    VideoQuery,
    /// `POST /v2/post/publish/creator_info/query/`.
    CreatorInfo,
    /// `POST /v2/post/publish/video/init/`.
    VideoInit,
    /// `POST /v2/post/publish/inbox/video/init/`.
    InboxVideoInit,
    /// `POST /v2/post/publish/content/init/`.
    ContentInit,
    /// `POST /v2/post/publish/status/fetch/`.
    StatusFetch,
    /// `POST /v2/post/publish/cancel/`.
    Cancel,
    /// `POST /v2/oauth/token/` and `/v2/oauth/revoke/`.
    OAuth,
}

/// Every table of the catalogue: TikTok's API codes, OAuth errors, fail reasons, our own.
const TABLES: [&[Row]; 4] = [open_api::ROWS, oauth::ROWS, fail_reason::ROWS, own::ROWS];

/// Finds what is known of `code`; `None` for a code that TikTok made up since.
///
/// Where an API code and a fail reason have the same name they mean the same, and the API's row is the one.
pub fn find(code: &str) -> Option<&'static Row> {
    rows().find(|row| row.code == code)
}

/// All rows, table after table.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    TABLES.into_iter().flatten()
}

impl Endpoint {
    /// The endpoint's name in logs and errors.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UserInfo => "user_info",
            Self::VideoList => "video_list",
            Self::VideoQuery => "video_query",
            Self::CreatorInfo => "creator_info",
            Self::VideoInit => "video_init",
            Self::InboxVideoInit => "inbox_video_init",
            Self::ContentInit => "content_init",
            Self::StatusFetch => "status_fetch",
            Self::Cancel => "cancel",
            Self::OAuth => "oauth",
        }
    }
}
