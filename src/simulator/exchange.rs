//! One request from its first to its last byte: routing, faults, token, limits, handler, journal.

use std::{collections::BTreeMap, sync::Arc};

use hyper::{Request, Response, body::Incoming, header, http::request::Parts};
use serde_json::Value;
use sha2::Sha256;

use super::{
    Shared,
    account::Account,
    call::{Answer, ApiRequest},
    control,
    endpoint::EndpointName,
    fault::{Called, ChunkPlace, FaultRule, Sending, Struck, in_two, paced},
    journal::{RecordedHeaders, RecordedRequest, Recorder, RequestOutcome},
    judge::Judge,
    limits::Bucket,
    media,
    pace::{Throttle, really_sleep},
    refusal::{ApiRejection, RejectionCode},
    reply::ServerReply,
    routes::{self, EndpointRoute, Kind},
    upload,
    wire::{Body, BodyError, BodyOptions, ConnectionCut, Received, receive, sha256_hex},
    world::World,
};

/// A request without its body.
#[derive(Debug)]
pub(super) struct RequestHead {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: RecordedHeaders,
    /// The `Authorization` header, where there is exactly one.
    authorization: Option<String>,
    /// The `Range` header.
    pub(super) range: Option<String>,
    /// The `If-Range` header.
    pub(super) if_range: Option<String>,
}

impl RequestHead {
    pub(super) fn read(parts: &Parts) -> Self {
        let text = |name| {
            parts
                .headers
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let tokens = parts.headers.get_all(header::AUTHORIZATION).iter().count();
        Self {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: decode(parts.uri.query().unwrap_or_default()),
            headers: RecordedHeaders {
                content_type: text(header::CONTENT_TYPE),
                content_length: text(header::CONTENT_LENGTH),
                content_range: text(header::CONTENT_RANGE),
                transfer_encoding: text(header::TRANSFER_ENCODING),
                user_agent: text(header::USER_AGENT),
                authorization: tokens > 0,
            },
            authorization: text(header::AUTHORIZATION).filter(|_| tokens == 1),
            range: text(header::RANGE),
            if_range: text(header::IF_RANGE),
        }
    }

    /// The value of a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The journal entry, as far as the head tells it.
    fn entry(&self) -> RecordedRequest {
        let open = self.query.iter().filter(|(name, _)| name != "upload_token");
        RecordedRequest {
            method: self.method.clone(),
            path: self.path.clone(),
            query: open.cloned().collect::<BTreeMap<_, _>>(),
            headers: self.headers.clone(),
            ..RecordedRequest::default()
        }
    }
}

/// Pairs of a query or of a form.
pub(super) fn decode(encoded: &str) -> Vec<(String, String)> {
    let mut url = reqwest::Url::parse("http://localhost/").ok();
    if let Some(url) = &mut url {
        url.set_query((!encoded.is_empty()).then_some(encoded));
    }
    url.iter()
        .flat_map(reqwest::Url::query_pairs)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Serves one request.
pub(super) async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Body>, ConnectionCut> {
    let (parts, body) = request.into_parts();
    let head = RequestHead::read(&parts);
    if head.path.starts_with(control::PREFIX) && !media::is_fetch(&head.method, &head.path) {
        return Ok(control::answer(&shared, &head, body).await.into_response());
    }
    let (mut entry, route) = (head.entry(), routes::find(&head.method, &head.path));
    let account = route
        .as_ref()
        .ok()
        .and_then(|route| identify(&shared, &head, route, &mut entry));
    let mut recorder = Recorder::open(&shared, entry);
    let route = match route {
        Ok(route) => route,
        Err(sentence) => return Ok(unmatched(&mut recorder.entry, &sentence)),
    };
    let mut turn = Turn {
        shared: &shared,
        head: &head,
        route,
        entry: &mut recorder.entry,
    };
    let struck = turn.strike(account.as_deref());
    let received = turn.take_in(&struck, body).await?;
    let reply = match &struck.fault {
        Some(fault) if !fault.takes_effect() => ServerReply::empty(500),
        _ => turn.perform(account, &received),
    };
    finish(recorder, struck, reply).await
}

fn unmatched(entry: &mut RecordedRequest, sentence: &str) -> Response<Body> {
    entry.notes.push(sentence.to_owned());
    (entry.status, entry.outcome) = (Some(404), RequestOutcome::Answered);
    ServerReply::text(404, sentence).into_response()
}

/// The chunks of an upload so far.
#[derive(Debug, Default)]
struct Progress {
    /// Their bytes.
    before: u64,
    /// The hash over them.
    running: Option<Sha256>,
    /// The video that they are the beginning of.
    judge: Option<Judge>,
}

/// A request on its way through the simulator.
#[derive(Debug)]
struct Turn<'a> {
    shared: &'a Shared,
    head: &'a RequestHead,
    route: &'static EndpointRoute,
    entry: &'a mut RecordedRequest,
}

impl Turn<'_> {
    /// The faults that strike this call.
    fn strike(&mut self, account: Option<&Account>) -> Struck {
        let chunk = upload::UploadRange::of(self.head);
        let chunk = chunk.map(|range| ChunkPlace::of(range.first, range.last, range.total));
        let struck = self.shared.lock().faults.strike(Called {
            endpoint: self.route.endpoint,
            account,
            chunk,
        });
        self.entry.fault = struck.kind();
        struck
    }

    /// Reads the body. Uploads are hashed as they pass, and nothing of them is kept.
    async fn take_in(&mut self, struck: &Struck, body: Incoming) -> Result<Received, ConnectionCut> {
        let fault = struck.fault.as_ref();
        if fault.is_some_and(FaultRule::cuts_before) {
            self.entry.outcome = RequestOutcome::Cut;
            return Err(ConnectionCut);
        }
        if fault.is_some_and(|fault| fault.early) {
            return Ok(Received::default());
        }
        let is_upload = self.route.endpoint == EndpointName::UPLOAD;
        let Progress {
            before,
            running,
            judge,
        } = if is_upload {
            self.progress()
        } else {
            Progress::default()
        };
        let intake = BodyOptions {
            keep: if is_upload { 0 } else { MOST_JSON_BYTES },
            digest: self.shared.digest,
            running,
            before,
            judge,
            cut_at: fault.and_then(FaultRule::cut_at),
            stall: fault.and_then(FaultRule::stall),
            pace: pace(self.shared, struck),
        };
        let mut received = Received::default();
        let result = receive(body, intake, &mut received).await;
        self.entry.bytes = received.bytes;
        if is_upload {
            self.entry.sha256 = Some(received.sha256());
        } else {
            self.entry.body = journaled(self.route, &received.kept);
        }
        match result {
            Ok(()) => Ok(received),
            Err(broken) => {
                self.entry.notes.push(broken.sentence().to_owned());
                self.entry.outcome = if broken == BodyError::Fault {
                    RequestOutcome::Cut
                } else {
                    RequestOutcome::Unanswered
                };
                Err(ConnectionCut)
            }
        }
    }

    /// The chunks before this one; the first chunk begins its own hash.
    fn progress(&self) -> Progress {
        let world = self.shared.lock();
        let Some(task) = upload::task(&world, self.head) else {
            return Progress::default();
        };
        let running = task.hasher.clone().filter(|_| task.bytes > 0);
        Progress {
            before: task.bytes,
            running,
            judge: task.judge.clone(),
        }
    }

    /// Lets the request take effect.
    fn perform(&mut self, account: Option<Arc<Account>>, received: &Received) -> ServerReply {
        let mut world = self.shared.lock();
        match self.route.kind {
            Kind::Upload => upload::put(&mut world, self.head, received, &mut self.entry.notes),
            Kind::Oauth(handler) => handler(&mut world, self.head, &received.kept),
            Kind::Media => media::get(&world, self.head),
            Kind::Api {
                scopes,
                limit,
                handler,
            } => {
                let answer = admit(&mut world, account, scopes, limit).and_then(|account| {
                    whole(received)?;
                    let now = world.now();
                    let content_type = self.head.headers.content_type.as_deref();
                    let (query, body, notes) = (&self.head.query, &received.kept, &mut self.entry.notes);
                    let strict = world.manners.strict;
                    handler(
                        &mut world,
                        &mut ApiRequest {
                            account,
                            now,
                            query,
                            content_type,
                            body,
                            strict,
                            notes,
                        },
                    )
                });
                envelope(&mut world, self.route.endpoint, answer, &mut self.entry.notes)
            }
        }
    }
}

/// Whose request this is: by token, or at the upload edge by the URL.
fn identify(
    shared: &Shared,
    head: &RequestHead,
    route: &EndpointRoute,
    entry: &mut RecordedRequest,
) -> Option<Arc<Account>> {
    let (world, authorization) = (shared.lock(), head.authorization.as_deref());
    let account = match route.kind {
        Kind::Api { .. } => world.account(authorization).map(|(account, note)| {
            entry.notes.extend(note);
            account
        }),
        Kind::Upload => uploader(&world, head),
        Kind::Oauth(_) | Kind::Media => None,
    };
    let stranger = || authorization.map(|header| format!("unknown:{:.12}", sha256_hex(header.as_bytes())));
    entry.endpoint = Some(route.endpoint);
    entry.account = account
        .as_ref()
        .map(|account| account.name.clone())
        .or_else(stranger);
    account
}

fn uploader(world: &World, head: &RequestHead) -> Option<Arc<Account>> {
    let id = head.parameter("upload_id")?;
    let post = world
        .posts
        .iter()
        .find(|post| post.upload.as_ref().is_some_and(|task| task.id == id))?;
    world
        .accounts
        .values()
        .find(|account| account.name == post.account)
        .map(Arc::clone)
}

impl BodyError {
    fn sentence(self) -> &'static str {
        match self {
            Self::Client => "the client went away before the end of the body",
            Self::Fault => "the connection was cut in the body",
        }
    }
}

/// JSON as it is, anything else as text; forms hold secrets, so only their names are kept.
fn journaled(route: &EndpointRoute, body: &[u8]) -> Option<Value> {
    if matches!(route.kind, Kind::Oauth(_)) {
        let names = decode(&String::from_utf8_lossy(body))
            .into_iter()
            .map(|(name, _)| Value::String(name));
        return Some(Value::Array(names.collect()));
    }
    let as_text = || Value::String(String::from_utf8_lossy(body).chars().take(2_000).collect());
    (!body.is_empty()).then(|| serde_json::from_slice(body).unwrap_or_else(|_| as_text()))
}

/// Token, then limit, then scopes. A request over its limit is not told more.
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

fn whole(received: &Received) -> Result<(), ApiRejection> {
    if received.is_whole() {
        Ok(())
    } else {
        Err(ApiRejection::params("The request body is too large."))
    }
}

fn envelope(
    world: &mut World,
    endpoint: EndpointName,
    answer: Answer,
    notes: &mut Vec<String>,
) -> ServerReply {
    let log_id = world.log_id();
    match answer {
        Ok(data) => ServerReply::ok(data, &log_id),
        Err(ApiRejection { code, message, note }) => {
            notes.extend(note);
            ServerReply::error(code.status(endpoint), code.name(), &message, &log_id)
        }
    }
}

/// Journals the answer, then sends it as the fault wants it.
async fn finish(
    mut recorder: Recorder,
    struck: Struck,
    reply: ServerReply,
) -> Result<Response<Body>, ConnectionCut> {
    let pace = pace(recorder.shared(), &struck);
    let whole = |reply: ServerReply| match pace {
        Some(pace) => paced(reply, pace),
        None => reply.into_response(),
    };
    let Some(FaultRule { kind, .. }) = struck.fault else {
        record(&mut recorder.entry, &reply);
        return Ok(whole(reply));
    };
    let reply = kind.reshape(reply);
    match kind.sending() {
        Sending::Never => {
            let lost = format!(
                "the answer was lost: {} {}",
                reply.status,
                reply.code.as_deref().unwrap_or_default()
            );
            recorder.entry.notes.push(lost.trim_end().to_owned());
            recorder.entry.outcome = RequestOutcome::Cut;
            return Err(ConnectionCut);
        }
        Sending::After(ms) => really_sleep(ms).await,
        Sending::InTwo(second) => {
            record(&mut recorder.entry, &reply);
            return Ok(in_two(reply, second));
        }
        Sending::AtOnce => {}
    }
    record(&mut recorder.entry, &reply);
    Ok(whole(reply))
}

fn pace(shared: &Shared, struck: &Struck) -> Option<Throttle> {
    let clock = || shared.lock().clock();
    struck.bytes_per_second.map(|bytes_per_second| Throttle {
        bytes_per_second,
        clock: clock(),
    })
}

fn record(entry: &mut RecordedRequest, reply: &ServerReply) {
    entry.status = Some(reply.status);
    entry.code.clone_from(&reply.code);
    entry.outcome = RequestOutcome::Answered;
}

/// Bodies of API calls are kept up to this; the longest legal one is far below.
const MOST_JSON_BYTES: usize = 1 << 20;
