//! Table of the endpoints of the Open API.

use std::{fmt, time::Duration};

use crate::{
    http::Idempotency::{self, Idempotent, NonIdempotent},
    model::{RateBucket, RateWindow, Scope},
};

/// Endpoint of the Open API (docs/tiktok-open-api.md#hosts-and-versions).
#[derive(PartialEq, Eq)]
pub struct Endpoint {
    /// Name in logs, in errors and in the catalogue.
    pub name: &'static str,
    /// Path; the trailing slash is part of it.
    pub path: &'static str,
    /// Rate limit of its calls.
    pub bucket: Option<&'static RateBucket>,
    /// Effect of a second call. The init of a file upload is an exception: it leaves nothing but an empty
    /// upload.
    pub idempotency: Idempotency,
    /// Scopes that permit its calls; each of them suffices.
    pub scopes: &'static [Scope],
}

const fn bucket(
    name: &'static str,
    calls: &'static str,
    windows: &'static [RateWindow],
    is_shared: bool,
) -> RateBucket {
    RateBucket {
        name,
        calls,
        // These are TikTok's limits of every app.
        raise: None,
        windows,
        is_shared,
    }
}

const fn a_minute(limit: u32) -> RateWindow {
    RateWindow {
        limit,
        length: Duration::from_mins(1),
    }
}

// Only the small limits are shared across processes: several processes together could exceed them.
static USER_INFO_CALLS: RateBucket = bucket("user_info", "for the account's data", &[a_minute(600)], false);
static VIDEO_LIST_CALLS: RateBucket = bucket("video_list", "for pages of videos", &[a_minute(600)], false);
static VIDEO_QUERY_CALLS: RateBucket = bucket("video_query", "for videos by ID", &[a_minute(600)], false);
static CREATOR_INFO_CALLS: RateBucket =
    bucket("creator_info", "for the creator's options", &[a_minute(20)], true);
pub(super) static INIT_CALLS: RateBucket =
    bucket("init", "that begin a post or a draft", &[a_minute(6)], true);
static STATUS_FETCH_CALLS: RateBucket =
    bucket("status_fetch", "for the status of a post", &[a_minute(30)], true);

const EITHER_POST_SCOPE: &[Scope] = &[Scope::VideoPublish, Scope::VideoUpload];

impl Endpoint {
    const fn new(
        name: &'static str,
        path: &'static str,
        bucket: Option<&'static RateBucket>,
        idempotency: Idempotency,
        scopes: &'static [Scope],
    ) -> Self {
        Self {
            name,
            path,
            bucket,
            idempotency,
            scopes,
        }
    }
}

macro_rules! endpoints {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $path:literal, $bucket:expr, $idempotency:expr, $scopes:expr;)*) => {
        impl Endpoint {
            $(
                $(#[$doc])*
                pub const $constant: &'static Self = &Self::new($name, $path, $bucket, $idempotency, $scopes);
            )*

            /// All endpoints.
            pub const ALL: &'static [&'static Self] = &[$(Self::$constant),*];
        }
    };
}

endpoints! {
    /// `GET`, docs/tiktok-open-api.md#user-info.
    USER_INFO = "user_info", "/v2/user/info/", Some(&USER_INFO_CALLS), Idempotent, &[Scope::UserInfoBasic];
    /// `POST`, docs/tiktok-open-api.md#video-list.
    VIDEO_LIST = "video_list", "/v2/video/list/", Some(&VIDEO_LIST_CALLS), Idempotent, &[Scope::VideoList];
    /// `POST`, docs/tiktok-open-api.md#video-query.
    VIDEO_QUERY = "video_query", "/v2/video/query/", Some(&VIDEO_QUERY_CALLS), Idempotent, &[Scope::VideoList];
    /// `POST`, docs/tiktok-open-api.md#creator-info.
    CREATOR_INFO = "creator_info", "/v2/post/publish/creator_info/query/", Some(&CREATOR_INFO_CALLS), Idempotent,
        &[Scope::VideoPublish];
    /// `POST`, docs/tiktok-open-api.md#video-init.
    VIDEO_INIT = "video_init", "/v2/post/publish/video/init/", Some(&INIT_CALLS), NonIdempotent, &[Scope::VideoPublish];
    /// `POST`, docs/tiktok-open-api.md#draft-init.
    INBOX_VIDEO_INIT = "inbox_video_init", "/v2/post/publish/inbox/video/init/", Some(&INIT_CALLS), NonIdempotent,
        &[Scope::VideoUpload];
    /// `POST`, docs/tiktok-open-api.md#photo-init.
    CONTENT_INIT = "content_init", "/v2/post/publish/content/init/", Some(&INIT_CALLS), NonIdempotent, EITHER_POST_SCOPE;
    /// `POST`, docs/tiktok-open-api.md#status.
    STATUS_FETCH = "status_fetch", "/v2/post/publish/status/fetch/", Some(&STATUS_FETCH_CALLS), Idempotent,
        EITHER_POST_SCOPE;
    /// `POST`, not called by this program.
    CANCEL = "cancel", "/v2/post/publish/cancel/", None, NonIdempotent, EITHER_POST_SCOPE;
    /// `POST`, docs/tiktok-open-api.md#tokens.
    OAUTH = "oauth", "/v2/oauth/token/", None, NonIdempotent, &[];
}

/// `POST`, docs/tiktok-open-api.md#revoke. A part of the sign-in, not of the catalogue.
pub(super) const OAUTH_REVOKE: &Endpoint =
    &Endpoint::new("oauth_revoke", "/v2/oauth/revoke/", None, NonIdempotent, &[]);

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::{self, Origin};

    /// Old and new programs share one Redis during an upgrade, so these names may never change. The keys are
    /// pinned with the Redis store.
    #[test]
    fn buckets_keep_their_names() {
        let names: BTreeSet<_> = Endpoint::ALL
            .iter()
            .filter_map(|endpoint| Some(endpoint.bucket?.name))
            .collect();
        assert_eq!(
            names,
            BTreeSet::from([
                "creator_info",
                "init",
                "status_fetch",
                "user_info",
                "video_list",
                "video_query"
            ])
        );
    }

    #[test]
    fn the_catalogue_knows_endpoints_by_name() {
        let names: BTreeSet<_> = Endpoint::ALL.iter().map(|endpoint| endpoint.name).collect();
        assert_eq!(names.len(), Endpoint::ALL.len());
        let rows = [Origin::OpenApi, Origin::Oauth]
            .into_iter()
            .flat_map(catalogue::rows_of);
        let seen = rows.flat_map(|row| row.seen_at.iter().map(|(name, _)| *name));
        assert_eq!(
            seen.collect::<BTreeSet<_>>(),
            names,
            "each is in the catalogue, and no other"
        );
    }
}
