//! Endpoints of the Open API, as one table: method, path, scopes, limit and handler.

use super::{
    creator,
    limits::Bucket,
    oauth, photo_init,
    request::{Answer, ApiRequest},
    status, user, video_init, videos,
    world::World,
};
use crate::simulator::{endpoint::EndpointName, head::RequestHead, reply::ServerReply};

/// Row of the table.
#[derive(Debug)]
pub(super) struct EndpointRoute {
    pub(super) endpoint: EndpointName,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) kind: RouteKind,
}

/// Kind of a route.
#[derive(Debug)]
pub(super) enum RouteKind {
    /// Call with a bearer token, JSON and the envelope.
    Api {
        /// One of these must be granted; fields may ask for more.
        scopes: &'static [&'static str],
        /// Bucket, and requests that fit in it per minute (#rate-limits).
        limit: Option<(Bucket, u32)>,
        handler: fn(&mut World, &mut ApiRequest<'_>) -> Answer,
    },
    /// The upload server.
    Upload,
    /// Sign-in, without a token.
    Oauth(fn(&mut World, &RequestHead, &[u8]) -> ServerReply),
}

/// Finds the route of a request. The error is a sentence for a request that no route matches.
pub(super) fn find(method: &str, path: &str) -> Result<&'static EndpointRoute, String> {
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

static ROUTES: [EndpointRoute; 13] = [
    EndpointRoute {
        endpoint: EndpointName::USER_INFO,
        method: "GET",
        path: "/v2/user/info/",
        // Each field names its own scope.
        kind: RouteKind::Api {
            scopes: &[],
            limit: Some((Bucket::UserInfo, 600)),
            handler: user::info,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::VIDEO_LIST,
        method: "POST",
        path: "/v2/video/list/",
        kind: RouteKind::Api {
            scopes: &["video.list"],
            limit: Some((Bucket::VideoList, 600)),
            handler: videos::list,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::VIDEO_QUERY,
        method: "POST",
        path: "/v2/video/query/",
        kind: RouteKind::Api {
            scopes: &["video.list"],
            limit: Some((Bucket::VideoQuery, 600)),
            handler: videos::query,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::CREATOR_INFO,
        method: "POST",
        path: "/v2/post/publish/creator_info/query/",
        kind: RouteKind::Api {
            scopes: &["video.publish"],
            limit: Some((Bucket::CreatorInfo, 20)),
            handler: creator::info,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::VIDEO_INIT,
        method: "POST",
        path: "/v2/post/publish/video/init/",
        kind: RouteKind::Api {
            scopes: &["video.publish"],
            limit: Some((Bucket::Init, 6)),
            handler: video_init::direct,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::INBOX_INIT,
        method: "POST",
        path: "/v2/post/publish/inbox/video/init/",
        kind: RouteKind::Api {
            scopes: &["video.upload"],
            limit: Some((Bucket::Init, 6)),
            handler: video_init::inbox,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::CONTENT_INIT,
        method: "POST",
        path: "/v2/post/publish/content/init/",
        // The post mode decides which of the two it must be.
        kind: RouteKind::Api {
            scopes: POSTING,
            limit: Some((Bucket::Init, 6)),
            handler: photo_init::content,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::STATUS_FETCH,
        method: "POST",
        path: "/v2/post/publish/status/fetch/",
        kind: RouteKind::Api {
            scopes: POSTING,
            limit: Some((Bucket::Status, 30)),
            handler: status::fetch,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::CANCEL,
        method: "POST",
        path: "/v2/post/publish/cancel/",
        kind: RouteKind::Api {
            scopes: POSTING,
            limit: None,
            handler: status::cancel,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::UPLOAD,
        method: "PUT",
        path: "/video/",
        kind: RouteKind::Upload,
    },
    EndpointRoute {
        endpoint: EndpointName::AUTHORIZE,
        method: "GET",
        path: "/v2/auth/authorize/",
        kind: RouteKind::Oauth(oauth::authorize),
    },
    EndpointRoute {
        endpoint: EndpointName::OAUTH_TOKEN,
        method: "POST",
        path: "/v2/oauth/token/",
        kind: RouteKind::Oauth(oauth::token),
    },
    EndpointRoute {
        endpoint: EndpointName::OAUTH_REVOKE,
        method: "POST",
        path: "/v2/oauth/revoke/",
        kind: RouteKind::Oauth(oauth::revoke),
    },
];
