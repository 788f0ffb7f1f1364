//! The endpoints, as one table: method, path, scopes, limit and handler.

use super::{
    call::{Answer, ApiRequest},
    creator,
    endpoint::EndpointName,
    exchange::RequestHead,
    limits::Bucket,
    media, oauth, photo_init,
    reply::ServerReply,
    status, user, video_init, videos,
    world::World,
};

/// One row of the table.
#[derive(Debug)]
pub(super) struct EndpointRoute {
    pub(super) endpoint: EndpointName,
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
        handler: fn(&mut World, &mut ApiRequest<'_>) -> Answer,
    },
    /// The upload edge.
    Upload,
    /// Signing in, without a token.
    Oauth(fn(&mut World, &RequestHead, &[u8]) -> ServerReply),
    /// Files of another host, whose names follow the path.
    Media,
}

/// The route, or a sentence that says what was not matched.
pub(super) fn find(method: &str, path: &str) -> Result<&'static EndpointRoute, String> {
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

static ROUTES: [EndpointRoute; 13] = [
    EndpointRoute {
        endpoint: EndpointName::USER_INFO,
        method: "GET",
        path: "/v2/user/info/",
        // Each field names its own scope.
        kind: Kind::Api {
            scopes: &[],
            limit: Some((Bucket::UserInfo, 600)),
            handler: user::info,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::VIDEO_LIST,
        method: "POST",
        path: "/v2/video/list/",
        kind: Kind::Api {
            scopes: &["video.list"],
            limit: Some((Bucket::VideoList, 600)),
            handler: videos::list,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::VIDEO_QUERY,
        method: "POST",
        path: "/v2/video/query/",
        kind: Kind::Api {
            scopes: &["video.list"],
            limit: Some((Bucket::VideoQuery, 600)),
            handler: videos::query,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::CREATOR_INFO,
        method: "POST",
        path: "/v2/post/publish/creator_info/query/",
        kind: Kind::Api {
            scopes: &["video.publish"],
            limit: Some((Bucket::CreatorInfo, 20)),
            handler: creator::info,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::VIDEO_INIT,
        method: "POST",
        path: "/v2/post/publish/video/init/",
        kind: Kind::Api {
            scopes: &["video.publish"],
            limit: Some((Bucket::Init, 6)),
            handler: video_init::direct,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::INBOX_INIT,
        method: "POST",
        path: "/v2/post/publish/inbox/video/init/",
        kind: Kind::Api {
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
        kind: Kind::Api {
            scopes: POSTING,
            limit: Some((Bucket::Init, 6)),
            handler: photo_init::content,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::STATUS_FETCH,
        method: "POST",
        path: "/v2/post/publish/status/fetch/",
        kind: Kind::Api {
            scopes: POSTING,
            limit: Some((Bucket::PublishStatus, 30)),
            handler: status::fetch,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::CANCEL,
        method: "POST",
        path: "/v2/post/publish/cancel/",
        kind: Kind::Api {
            scopes: POSTING,
            limit: None,
            handler: status::cancel,
        },
    },
    EndpointRoute {
        endpoint: EndpointName::UPLOAD,
        method: "PUT",
        path: "/video/",
        kind: Kind::Upload,
    },
    EndpointRoute {
        endpoint: EndpointName::AUTHORIZE,
        method: "GET",
        path: "/v2/auth/authorize/",
        kind: Kind::Oauth(oauth::authorize),
    },
    EndpointRoute {
        endpoint: EndpointName::OAUTH_TOKEN,
        method: "POST",
        path: "/v2/oauth/token/",
        kind: Kind::Oauth(oauth::token),
    },
    EndpointRoute {
        endpoint: EndpointName::OAUTH_REVOKE,
        method: "POST",
        path: "/v2/oauth/revoke/",
        kind: Kind::Oauth(oauth::revoke),
    },
];

static MEDIA: EndpointRoute = EndpointRoute {
    endpoint: EndpointName::MEDIA,
    method: "GET",
    path: media::PATH,
    kind: Kind::Media,
};
