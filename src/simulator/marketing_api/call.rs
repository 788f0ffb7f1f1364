//! A request to the Marketing API on its way: token, limits, permission, parameters, account, handler, envelope.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use super::{
    account::{SimulatedAdsToken, SimulatedAdvertiser},
    delivery, envelope,
    file_store::MOST_CHUNK,
    multipart::{MultipartForm, MultipartReader},
    params::ParamShape,
    refusal::{
        ADVERTISER_UNKNOWN, APP_LIMIT, AdsAnswer, AdsRefusal, NO_PERMISSION, NOT_IN_SANDBOX, TOKEN_EMPTY,
        TOKEN_EXPIRED, TOKEN_INVALID,
    },
    request::{self, AdsRequest},
    route::{AdsHandler, AdsRoute, AdsRouteKind},
    tables, throttle,
    world::AdsWorld,
};
use crate::simulator::{
    api::{ApiCall, BodyKind},
    caller::Caller,
    endpoint::EndpointName,
    head::RequestHead,
    reply::{ErrorFormat, ServerReply},
    wire::Received,
};

/// A request to the Marketing API.
#[derive(Debug)]
pub(super) struct AdsCall {
    world: Arc<Mutex<AdsWorld>>,
    head: Arc<RequestHead>,
    route: &'static AdsRoute,
    caller: Caller,
    /// Reader of a multipart form, where the endpoint takes one.
    form: Option<MultipartReader>,
}

/// Handler, token, account and parameters of an admitted request.
type Admitted = (
    AdsHandler,
    Option<Arc<SimulatedAdsToken>>,
    Option<Arc<SimulatedAdvertiser>>,
    Map<String, Value>,
);

impl AdsCall {
    pub(super) fn new(
        world: &Arc<Mutex<AdsWorld>>,
        head: &Arc<RequestHead>,
        route: &'static AdsRoute,
    ) -> Self {
        let credential = head.credential(TOKEN_HEADER);
        let token = credential
            .as_deref()
            .and_then(|token| lock(world).tokens.get(token).cloned());
        let caller = match token {
            Some(token) => Caller::Account {
                token: token.token.clone(),
                name: token.name.clone(),
            },
            None => Caller::without_account(credential.as_deref()),
        };
        Self {
            world: Arc::clone(world),
            head: Arc::clone(head),
            route,
            caller,
            form: form_of(head, route),
        }
    }

    /// Admits the request, and lets the handler answer.
    fn data(&mut self, world: &mut AdsWorld, received: &Received, notes: &mut Vec<String>) -> AdsAnswer {
        let body = match self.form.take() {
            Some(form) => SentBody::Form(form.finish()),
            None => SentBody::Kept(received),
        };
        let (handler, token, advertiser, params) = self.admit(world, &body, notes)?;
        let files = match body {
            SentBody::Form(Some(form)) => form.files,
            SentBody::Form(None) | SentBody::Kept(_) => Vec::new(),
        };
        delivery::settle_all(world);
        let mut request = AdsRequest {
            now: world.now(),
            token,
            advertiser,
            params,
            files,
            notes,
        };
        handler(world, &mut request)
    }

    /// Checks token, limits, permission, parameters and account, in this order.
    fn admit(
        &self,
        world: &mut AdsWorld,
        body: &SentBody<'_>,
        notes: &mut Vec<String>,
    ) -> Result<Admitted, AdsRefusal> {
        if matches!(body, SentBody::Kept(received) if !received.is_whole()) {
            return Err(AdsRefusal::at("body", "Too large."));
        }
        match self.route.kind {
            AdsRouteKind::Business {
                scope,
                in_sandbox,
                handler,
            } => {
                let token = self.known_token(world)?;
                let is_sandbox = is_sandbox(world, &token);
                self.count(world, &token.app_id, is_sandbox)?;
                if is_sandbox && !in_sandbox {
                    let what = format!("{} is not implemented in the sandbox.", self.head.path);
                    return Err(AdsRefusal::new(NOT_IN_SANDBOX, what));
                }
                self.permit(&token, scope)?;
                let params = self.params(world, body, notes)?;
                let advertiser = account(world, &token, &params)?;
                self.count_advertiser(world, advertiser.as_deref())?;
                Ok((handler, Some(token), advertiser, params))
            }
            AdsRouteKind::SignIn(handler) => {
                let token = self.known_token(world).ok();
                let params = self.params(world, body, notes)?;
                Ok((handler, token, None, params))
            }
            AdsRouteKind::Page(_) => Err(AdsRefusal::new(NO_PERMISSION, "Not a call.")),
        }
    }

    /// The token of the request, if it is known and alive.
    fn known_token(&self, world: &AdsWorld) -> Result<Arc<SimulatedAdsToken>, AdsRefusal> {
        let Some(credential) = self
            .head
            .credential(TOKEN_HEADER)
            .filter(|token| !token.is_empty())
        else {
            return Err(AdsRefusal::new(TOKEN_EMPTY, EMPTY));
        };
        let token = world.tokens.get(&credential);
        let token = token.ok_or_else(|| {
            AdsRefusal::new(TOKEN_INVALID, "Access token is incorrect or has been revoked.")
        })?;
        if token.expired || world.grants.is_over(&credential, world.now()) {
            return Err(AdsRefusal::new(TOKEN_EXPIRED, "Access token has expired."));
        }
        Ok(Arc::clone(token))
    }

    /// Counts the request against the limits of the app.
    fn count(&self, world: &mut AdsWorld, app_id: &str, is_sandbox: bool) -> Result<(), AdsRefusal> {
        if !world.switches.throttle() {
            return Ok(());
        }
        let now = world.now();
        let tier = world.apps.get(app_id).map(|app| app.tier).unwrap_or_default();
        let endpoint = self.route.endpoint;
        if is_sandbox {
            return world.throttles.endpoint(app_id, endpoint, throttle::SANDBOX, now);
        }
        world.throttles.app(app_id, throttle::app_limits(tier), now)?;
        match throttle::endpoint_limits(endpoint, tier) {
            Some(limits) => world.throttles.endpoint(app_id, endpoint, limits, now),
            None => Ok(()),
        }
    }

    fn count_advertiser(
        &self,
        world: &mut AdsWorld,
        account: Option<&SimulatedAdvertiser>,
    ) -> Result<(), AdsRefusal> {
        let per_second = world.switches.advertiser_per_second();
        let now = world.now();
        match account.filter(|_| per_second > 0 && world.switches.throttle()) {
            Some(account) => {
                let id = &account.advertiser_id;
                world
                    .throttles
                    .advertiser(id, self.route.endpoint, per_second, now)
            }
            None => Ok(()),
        }
    }

    fn permit(&self, token: &SimulatedAdsToken, scope: u64) -> Result<(), AdsRefusal> {
        if scope == 0 || token.scopes.contains(&scope) {
            return Ok(());
        }
        let path = self.head.path.trim_start_matches("/open_api/v1.3");
        let what = format!(
            "advertiser does not grant you {path}:{} permission",
            self.head.method
        );
        Err(AdsRefusal::new(NO_PERMISSION, what))
    }

    /// Reads the parameters. Unknown names are counted and remarked; strict mode refuses them.
    fn params(
        &self,
        world: &mut AdsWorld,
        body: &SentBody<'_>,
        notes: &mut Vec<String>,
    ) -> Result<Map<String, Value>, AdsRefusal> {
        let mut unknown = Vec::new();
        let shape =
            tables::request(self.route.shape).ok_or_else(|| AdsRefusal::at(self.route.shape, "Unknown."))?;
        let params = match body {
            SentBody::Kept(received) => request::read(shape, &self.head, &received.kept, &mut unknown),
            SentBody::Form(Some(form)) => request::read_form(shape, &self.head, form, &mut unknown),
            SentBody::Form(None) => Err(AdsRefusal::at("body", "Not a valid multipart form.")),
        };
        for name in &unknown {
            *world.unknown_names.entry(name.clone()).or_default() += 1;
            tracing::warn!(path = %self.head.path, %name, "unknown parameter");
            notes.push(format!("WARN {name} is unknown: ignored"));
        }
        match unknown.first().filter(|_| world.shared.is_strict()) {
            Some(name) => Err(AdsRefusal::at(name, "Unknown field.")),
            None => params,
        }
    }
}

/// Body of a request.
#[derive(Debug)]
enum SentBody<'a> {
    Kept(&'a Received),
    /// A multipart form; `None` if it is broken.
    Form(Option<MultipartForm>),
}

/// Reader of the body, if it is a multipart form and the endpoint takes files. Chunks are kept, as the file that they
/// belong to may be named behind them.
fn form_of(head: &RequestHead, route: &AdsRoute) -> Option<MultipartReader> {
    let takes_files = tables::request(route.shape).is_some_and(ParamShape::takes_files);
    let content_type = head.headers.content_type.as_deref().filter(|_| takes_files)?;
    let is_chunk = route.endpoint == EndpointName::FILE_TRANSFER_UPLOAD;
    let keep = if is_chunk { MOST_CHUNK } else { 0 };
    MultipartReader::of(content_type, usize::try_from(keep).unwrap_or(usize::MAX))
}

fn lock(world: &Mutex<AdsWorld>) -> MutexGuard<'_, AdsWorld> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Checks whether a token belongs to the sandbox, by its accounts.
fn is_sandbox(world: &AdsWorld, token: &SimulatedAdsToken) -> bool {
    let mut accounts = token
        .advertiser_ids
        .iter()
        .filter_map(|id| world.advertisers.get(id));
    accounts.any(|account| account.sandbox)
}

/// The account that `advertiser_id` names.
fn account(
    world: &AdsWorld,
    token: &SimulatedAdsToken,
    params: &Map<String, Value>,
) -> Result<Option<Arc<SimulatedAdvertiser>>, AdsRefusal> {
    let id = request::text(params, "advertiser_id");
    if id.is_empty() {
        return Ok(None);
    }
    let account = world.advertisers.get(id);
    let account = account.ok_or_else(|| {
        AdsRefusal::new(
            ADVERTISER_UNKNOWN,
            format!("Advertiser {id} does not exist or has been deleted."),
        )
    })?;
    if !token.advertiser_ids.iter().any(|granted| granted == id) {
        return Err(AdsRefusal::new(
            NO_PERMISSION,
            format!("No permission to operate advertiser {id}."),
        ));
    }
    Ok(Some(Arc::clone(account)))
}

impl ApiCall for AdsCall {
    fn endpoint(&self) -> EndpointName {
        self.route.endpoint
    }

    fn caller(&self) -> &Caller {
        &self.caller
    }

    fn body(&self) -> BodyKind {
        match self.route.kind {
            _ if self.form.is_some() => BodyKind::Multipart,
            AdsRouteKind::Business { .. } => BodyKind::Json,
            AdsRouteKind::SignIn(_) | AdsRouteKind::Page(_) => BodyKind::Form,
        }
    }

    fn observe(&mut self, bytes: &[u8]) {
        if let Some(form) = &mut self.form {
            form.feed(bytes);
        }
    }

    fn fields(&self) -> Option<Value> {
        self.form.as_ref().map(MultipartReader::so_far)
    }

    fn answer(&mut self, received: &Received, notes: &mut Vec<String>) -> ServerReply {
        let shared = Arc::clone(&self.world);
        let mut world = lock(&shared);
        if let AdsRouteKind::Page(page) = self.route.kind {
            return page(&mut world, &self.head);
        }
        let mut answer = self.data(&mut world, received, notes);
        match &mut answer {
            Ok(data) if world.switches.numeric_ids() => envelope::number_ids(&mut data.value),
            Ok(_) => {}
            Err(refusal) => notes.extend(refusal.note.take()),
        }
        envelope::enclose(answer, &envelope::request_id(&world.shared))
    }
}

impl ErrorFormat for AdsCall {
    fn error(&self, status: u16, code: &str, message: &str) -> ServerReply {
        envelope::reply(
            status,
            code.parse().unwrap_or_default(),
            message,
            &json!({}),
            FAULT_REQUEST_ID,
        )
    }

    fn rate_limited(&self) -> ServerReply {
        self.error(
            200,
            &APP_LIMIT.to_string(),
            "Too many requests. Please retry in some time.",
        )
    }
}

/// Header of the access token.
const TOKEN_HEADER: &str = "access-token";
const EMPTY: &str = "Access token is empty. Please set Access-Token in the HTTP header.";
/// Request id of errors that a fault makes.
const FAULT_REQUEST_ID: &str = "20260911000000FAULT";
