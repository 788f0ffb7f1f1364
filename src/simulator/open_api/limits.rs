//! Numbers of the rate limits and posting caps (#rate-limits, #posting-caps).

use std::time::Duration;

/// Window of the request limits.
pub(super) const MINUTE: Duration = Duration::from_mins(1);
/// Window of the posting caps.
pub(super) const DAY: Duration = Duration::from_hours(24);
/// Direct posts per creator and day, over all clients (#posting-caps).
pub(super) const DIRECT_POSTS_PER_DAY: usize = 15;
/// Drafts per creator and day that the creator has not posted yet (#posting-caps).
pub(super) const PENDING_DRAFTS_PER_DAY: usize = 5;
/// Posting users per day of an app that is not audited (#posting-caps).
pub(super) const USERS_PER_DAY_UNAUDITED: usize = 5;

/// Endpoints that share one count of requests per minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bucket {
    /// `user/info`.
    UserInfo,
    /// `video/list`.
    VideoList,
    /// `video/query`.
    VideoQuery,
    /// `creator_info/query`.
    CreatorInfo,
    /// The three inits; whether they share one count is unconfirmed, and shared is the stricter reading.
    Init,
    /// `status/fetch`.
    Status,
}
