//! A request to the Open API on its way: sender, admission, handler, envelope.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::header::AUTHORIZATION;

use super::{
    account::Account,
    envelope::{self, FAULT_LOG_ID},
    limits::Bucket,
    rejection::{ApiRejection, RejectionCode},
    request::{Answer, ApiRequest},
    routes::{EndpointRoute, RouteKind},
    upload::{self, ChunkInput},
    world::World,
};
use crate::simulator::{
    api::{ApiCall, BodyKind},
    caller::Caller,
    endpoint::EndpointName,
    head::RequestHead,
    reply::{ErrorFormat, ServerReply},
    wire::Received,
};

/// A request to the Open API.
#[derive(Debug)]
pub(super) struct OpenApiCall {
    world: Arc<Mutex<World>>,
    head: Arc<RequestHead>,
    route: &'static EndpointRoute,
    account: Option<Arc<Account>>,
    caller: Caller,
    /// The chunk that the body is, at the upload server.
    chunk: ChunkInput,
}

impl OpenApiCall {
    pub(super) fn new(
        world: &Arc<Mutex<World>>,
        head: &Arc<RequestHead>,
        route: &'static EndpointRoute,
        notes: &mut Vec<String>,
    ) -> Self {
        let guard = lock(world);
        let account = identify(&guard, head, route, notes);
        let caller = caller(account.as_deref(), head);
        let chunk = match route.kind {
            RouteKind::Upload => ChunkInput::of(&guard, head),
            RouteKind::Api { .. } | RouteKind::Oauth(_) => ChunkInput::default(),
        };
        drop(guard);
        Self {
            world: Arc::clone(world),
            head: Arc::clone(head),
            route,
            account,
            caller,
            chunk,
        }
    }
}

fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Finds the sender: by token, or at the upload server by the URL.
fn identify(
    world: &World,
    head: &RequestHead,
    route: &EndpointRoute,
    notes: &mut Vec<String>,
) -> Option<Arc<Account>> {
    match route.kind {
        RouteKind::Api { .. } => {
            let (account, note) = world.account(head.credential(AUTHORIZATION).as_deref())?;
            notes.extend(note);
            Some(account)
        }
        RouteKind::Upload => upload::owner(world, head),
        RouteKind::Oauth(_) => None,
    }
}

fn caller(account: Option<&Account>, head: &RequestHead) -> Caller {
    match account {
        Some(account) => Caller::Account {
            token: account.token.clone(),
            name: account.name.clone(),
        },
        None => Caller::without_account(head.credential(AUTHORIZATION).as_deref()),
    }
}

impl ApiCall for OpenApiCall {
    fn endpoint(&self) -> EndpointName {
        self.route.endpoint
    }

    fn caller(&self) -> &Caller {
        &self.caller
    }

    fn body(&self) -> BodyKind {
        match self.route.kind {
            RouteKind::Api { .. } => BodyKind::Json,
            RouteKind::Upload => BodyKind::File,
            RouteKind::Oauth(_) => BodyKind::Form,
        }
    }

    fn observe(&mut self, bytes: &[u8]) {
        self.chunk.observe(bytes);
    }

    fn answer(&mut self, received: &Received, notes: &mut Vec<String>) -> ServerReply {
        let mut world = lock(&self.world);
        match self.route.kind {
            RouteKind::Upload => upload::put(&mut world, &self.head, received, &self.chunk, notes),
            RouteKind::Oauth(handler) => handler(&mut world, &self.head, &received.kept),
            RouteKind::Api {
                scopes,
                limit,
                handler,
            } => {
                let answer = admit(&mut world, self.account.clone(), scopes, limit).and_then(|account| {
                    complete(received)?;
                    let mut request = ApiRequest {
                        account,
                        now: world.now(),
                        query: &self.head.query,
                        content_type: self.head.headers.content_type.as_deref(),
                        body: &received.kept,
                        strict: world.shared.is_strict(),
                        notes,
                    };
                    handler(&mut world, &mut request)
                });
                enclose(&world, self.route.endpoint, answer, notes)
            }
        }
    }
}

impl ErrorFormat for OpenApiCall {
    fn error(&self, status: u16, code: &str, message: &str) -> ServerReply {
        envelope::error(status, code, message, FAULT_LOG_ID)
    }

    fn rate_limited(&self) -> ServerReply {
        let code = RejectionCode::RateLimitExceeded;
        let message = ApiRejection::from(code).message;
        self.error(code.status(self.route.endpoint), code.name(), &message)
    }
}

/// Checks token, limit and scopes, in this order.
fn admit(
    world: &mut World,
    account: Option<Arc<Account>>,
    scopes: &[&str],
    limit: Option<(Bucket, u32)>,
) -> Result<Arc<Account>, ApiRejection> {
    let now = world.now();
    let lives = |account: &Arc<Account>| !account.token_expired && !world.grants.is_over(&account.token, now);
    let account = account.filter(lives).ok_or(RejectionCode::AccessTokenInvalid)?;
    if let Some((bucket, limit)) = limit {
        world.count(&account, bucket, limit)?;
    }
    let is_granted = scopes.is_empty() || scopes.iter().any(|scope| account.granted(scope));
    if is_granted {
        Ok(account)
    } else {
        Err(RejectionCode::ScopeNotAuthorized.into())
    }
}

fn complete(received: &Received) -> Result<(), ApiRejection> {
    if received.is_whole() {
        Ok(())
    } else {
        Err(ApiRejection::params("The request body is too large."))
    }
}

fn enclose(world: &World, endpoint: EndpointName, answer: Answer, notes: &mut Vec<String>) -> ServerReply {
    let log_id = envelope::log_id(&world.shared);
    match answer {
        Ok(data) => envelope::success(data, &log_id),
        Err(ApiRejection { code, message, note }) => {
            notes.extend(note);
            envelope::error(code.status(endpoint), code.name(), &message, &log_id)
        }
    }
}
