//! The endpoints, as one table: method, path, scopes, limit and handler.

use serde::{Deserialize, Serialize};

use super::{
    call::{Answer, Call},
    creator,
    exchange::Head,
    limits::Bucket,
    media, oauth, photo_init,
    reply::Reply,
    status, user, video_init, videos,
    world::World,
};

/// An endpoint, or any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// `GET /v2/user/info/` (#user-info)
    UserInfo,
    /// `POST /v2/video/list/` (#video-list)
    VideoList,
    /// `POST /v2/video/query/` (#video-query)
    VideoQuery,
    /// `POST /v2/post/publish/creator_info/query/` (#creator-info)
    CreatorInfo,
    /// `POST /v2/post/publish/video/init/` (#video-init)
    VideoInit,
    /// `POST /v2/post/publish/inbox/video/init/` (#draft-init)
    InboxInit,
    /// `POST /v2/post/publish/content/init/` (#photo-init)
    #[serde(alias = "photo_init")]
    ContentInit,
    /// `POST /v2/post/publish/status/fetch/` (#status)
    #[serde(alias = "status")]
    StatusFetch,
    /// `POST /v2/post/publish/cancel/` (#cancel)
    Cancel,
    /// `PUT /video/`, the upload edge (#upload-requests)
    Upload,
    /// `GET /v2/auth/authorize/`, the consent page (#sign-in)
    Authorize,
    /// `POST /v2/oauth/token/` (#tokens)
    OauthToken,
    /// `POST /v2/oauth/revoke/` (#revoke)
    OauthRevoke,
    /// `GET /_simulator/media/<name>`, a host beside TikTok
    Media,
    /// All of them; only in a fault.
    Any,
}

/// One row of the table.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) endpoint: Endpoint,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) kind: Kind,
}

/// How a route is served.
#[derive(Debug)]
pub(super) enum Kind {
    /// With a bearer token, JSON and the envelope.
    Api {
        /// One of these must be granted; fields may ask for more.
        scopes: &'static [&'static str],
        /// What counts together, and how many fit in a minute (#rate-limits).
        limit: Option<(Bucket, u32)>,
        handler: fn(&mut World, &mut Call<'_>) -> Answer,
    },
    /// The upload edge.
    Upload,
    /// Signing in, without a token.
    Oauth(fn(&mut World, &Head, &[u8]) -> Reply),
    /// Files of another host, whose names follow the path.
    Media,
}

/// The route, or a sentence that says what was not matched.
pub(super) fn find(method: &str, path: &str) -> Result<&'static Route, String> {
    if media::is_fetch(method, path) {
        return Ok(&MEDIA);
    }
    let by_path = |path: &str| ROUTES.iter().find(|route| route.path == path);
    match (by_path(path), by_path(&format!("{path}/"))) {
        (Some(route), _) if route.method == method => Ok(route),
        (Some(route), _) => Err(format!("{path} takes {}, not {method}.", route.method)),
        (None, Some(_)) => Err(format!(
            "{method} {path} is not an endpoint: the slash at its end is missing."
        )),
        (None, None) => Err(format!("{method} {path} is not an endpoint of the simulator.")),
    }
}

/// Scopes that open the shared posting endpoints.
const POSTING: &[&str] = &["video.upload", "video.publish"];

static ROUTES: [Route; 13] = [
    Route {
        endpoint: Endpoint::UserInfo,
        method: "GET",
        path: "/v2/user/info/",
        // Each field names its own scope.
        kind: Kind::Api {
            scopes: &[],
            limit: Some((Bucket::UserInfo, 600)),
            handler: user::info,
        },
    },
    Route {
        endpoint: Endpoint::VideoList,
        method: "POST",
        path: "/v2/video/list/",
        kind: Kind::Api {
            scopes: &["video.list"],
            limit: Some((Bucket::VideoList, 600)),
            handler: videos::list,
        },
    },
    Route {
        endpoint: Endpoint::VideoQuery,
        method: "POST",
        path: "/v2/video/query/",
        kind: Kind::Api {
            scopes: &["video.list"],
            limit: Some((Bucket::VideoQuery, 600)),
            handler: videos::query,
        },
    },
    Route {
        endpoint: Endpoint::CreatorInfo,
        method: "POST",
        path: "/v2/post/publish/creator_info/query/",
        kind: Kind::Api {
            scopes: &["video.publish"],
            limit: Some((Bucket::CreatorInfo, 20)),
            handler: creator::info,
        },
    },
    Route {
        endpoint: Endpoint::VideoInit,
        method: "POST",
        path: "/v2/post/publish/video/init/",
        kind: Kind::Api {
            scopes: &["video.publish"],
            limit: Some((Bucket::Init, 6)),
            handler: video_init::direct,
        },
    },
    Route {
        endpoint: Endpoint::InboxInit,
        method: "POST",
        path: "/v2/post/publish/inbox/video/init/",
        kind: Kind::Api {
            scopes: &["video.upload"],
            limit: Some((Bucket::Init, 6)),
            handler: video_init::inbox,
        },
    },
    Route {
        endpoint: Endpoint::ContentInit,
        method: "POST",
        path: "/v2/post/publish/content/init/",
        // The post mode decides which of the two it must be.
        kind: Kind::Api {
            scopes: POSTING,
            limit: Some((Bucket::Init, 6)),
            handler: photo_init::content,
        },
    },
    Route {
        endpoint: Endpoint::StatusFetch,
        method: "POST",
        path: "/v2/post/publish/status/fetch/",
        kind: Kind::Api {
            scopes: POSTING,
            limit: Some((Bucket::Status, 30)),
            handler: status::fetch,
        },
    },
    Route {
        endpoint: Endpoint::Cancel,
        method: "POST",
        path: "/v2/post/publish/cancel/",
        kind: Kind::Api {
            scopes: POSTING,
            limit: None,
            handler: status::cancel,
        },
    },
    Route {
        endpoint: Endpoint::Upload,
        method: "PUT",
        path: "/video/",
        kind: Kind::Upload,
    },
    Route {
        endpoint: Endpoint::Authorize,
        method: "GET",
        path: "/v2/auth/authorize/",
        kind: Kind::Oauth(oauth::authorize),
    },
    Route {
        endpoint: Endpoint::OauthToken,
        method: "POST",
        path: "/v2/oauth/token/",
        kind: Kind::Oauth(oauth::token),
    },
    Route {
        endpoint: Endpoint::OauthRevoke,
        method: "POST",
        path: "/v2/oauth/revoke/",
        kind: Kind::Oauth(oauth::revoke),
    },
];

static MEDIA: Route = Route {
    endpoint: Endpoint::Media,
    method: "GET",
    path: media::PATH,
    kind: Kind::Media,
};
