//! Routes of the Marketing API.

use super::{refusal::AdsAnswer, request::AdsRequest, world::AdsWorld};
use crate::simulator::{endpoint::EndpointName, head::RequestHead, reply::ServerReply};

/// Handler of a call with parameters and the envelope.
pub(super) type AdsHandler = fn(&mut AdsWorld, &mut AdsRequest<'_>) -> AdsAnswer;

/// Row of the table.
#[derive(Debug)]
pub(super) struct AdsRoute {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) endpoint: EndpointName,
    /// Name of the parameters in requests.txt.
    pub(super) shape: &'static str,
    pub(super) kind: AdsRouteKind,
}

/// Kind of a route.
#[derive(Debug, Clone, Copy)]
pub(super) enum AdsRouteKind {
    /// Call with an access token that has this permission; 0 for any.
    Business {
        scope: u64,
        in_sandbox: bool,
        handler: AdsHandler,
    },
    /// Sign-in call, with or without an access token.
    SignIn(AdsHandler),
    /// The consent page.
    Page(fn(&mut AdsWorld, &RequestHead) -> ServerReply),
}

const fn business(
    method: &'static str,
    path: &'static str,
    endpoint: EndpointName,
    scope: u64,
    handler: AdsHandler,
) -> AdsRoute {
    AdsRoute {
        method,
        path,
        endpoint,
        shape: endpoint.as_str(),
        kind: AdsRouteKind::Business {
            scope,
            in_sandbox: true,
            handler,
        },
    }
}

/// GET with a permission.
pub(super) const fn get(
    path: &'static str,
    endpoint: EndpointName,
    scope: u64,
    handler: AdsHandler,
) -> AdsRoute {
    business("GET", path, endpoint, scope, handler)
}

/// POST with a permission.
pub(super) const fn post(
    path: &'static str,
    endpoint: EndpointName,
    scope: u64,
    handler: AdsHandler,
) -> AdsRoute {
    business("POST", path, endpoint, scope, handler)
}

/// Call that the sandbox does not have.
pub(super) const fn production(route: AdsRoute) -> AdsRoute {
    match route.kind {
        AdsRouteKind::Business { scope, handler, .. } => AdsRoute {
            kind: AdsRouteKind::Business {
                scope,
                in_sandbox: false,
                handler,
            },
            ..route
        },
        AdsRouteKind::SignIn(_) | AdsRouteKind::Page(_) => route,
    }
}

/// Sign-in call with its parameters.
pub(super) const fn sign_in(
    method: &'static str,
    path: &'static str,
    endpoint: EndpointName,
    shape: &'static str,
    handler: AdsHandler,
) -> AdsRoute {
    AdsRoute {
        method,
        path,
        endpoint,
        shape,
        kind: AdsRouteKind::SignIn(handler),
    }
}
