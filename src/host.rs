//! One request in, one result out: lift, understand, validate, run, validate, write.
//!
//! This floor alone knows JSON envelopes. An action knows nothing of ids, streams or schemas, and a front
//! knows nothing of actions.

mod envelope;
mod ingest;
mod manifest;
mod redact;
mod reply;
mod strict;
mod trail;
mod wire_error;

pub use envelope::{InvalidRequest, Limits, Request, Task, understand};
pub use ingest::{Document, Ingest, Item, MalformedDocument, Place};
pub use reply::{Reply, ResultLine};
pub use strict::Id;
pub use trail::Trail;

use std::{fmt, path::Path, sync::Arc, time::Duration};

use reqwest::Url;
use serde_json::{Value, json};
use tracing::{Instrument as _, error, warn};

use self::{manifest::Manifests, wire_error::Side};
use crate::{
    clock::Clock,
    http::{Backoff, Downloader, JobSlot, Limiter, LowestSpeed, Retries, Transport, TransportError},
    integrations::{
        ActionEntry, ActionError, Context, Effect, Failure, INTEGRATIONS, Integration, PostJournal, RowSink,
        has_null_key, warned_of_null_key,
    },
    media::SpoolArea,
    model::{AccountHash, MediaHost, Reach},
    open_api::{Budget, OpenApi},
    outlet::Outlet,
    posting::{PostProgress, PostTracker},
    progress::Reporter,
    schema::{Validator, Violation},
    secret::is_loopback,
    state::{RateCounters, State, StateLocation},
    upload::{LineSpeed, StallLimit},
};

/// Answers requests.
pub struct Host {
    integrations: &'static [Integration],
    manifests: Manifests,
    transport: Transport,
    downloader: Downloader,
    clock: Clock,
    api_base: Url,
    spool: SpoolArea,
    state: State,
    limiter: Arc<Limiter>,
    ledger: Option<Arc<RateCounters>>,
    progress_line: Option<Arc<LineSink>>,
    stall: StallLimit,
    line: LineSpeed,
    outlet: Outlet,
}

/// Takes a line of JSON, without the line's end.
pub type LineSink = dyn Fn(&str) + Send + Sync;

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Host({} integrations)", self.integrations.len())
    }
}

impl Host {
    /// Serves all integrations against the TikTok at `api_base`.
    pub fn new(api_base: Url, clock: Clock) -> Result<Self, TransportError> {
        Self::serving(INTEGRATIONS, api_base, clock)
    }

    /// Serves `integrations` only.
    pub fn serving(
        integrations: &'static [Integration],
        api_base: Url,
        clock: Clock,
    ) -> Result<Self, TransportError> {
        let transport = Transport::new(&api_base, clock.clone())?;
        let reach = if is_loopback(&api_base) {
            Reach::simulator(&api_base)
        } else {
            Reach::internet()
        };
        let downloader = Downloader::new(reach.clone(), clock.clone());
        let manifests = Manifests::within(reach);
        let spool = SpoolArea::new(Path::new("/tmp"));
        let state = State::new(StateLocation::Off, clock.clone());
        let limiter = Arc::new(Limiter::new(clock.clone()));
        Ok(Self {
            integrations,
            manifests,
            transport,
            downloader,
            clock,
            api_base,
            spool,
            state,
            limiter,
            ledger: None,
            progress_line: None,
            stall: StallLimit::default(),
            line: LineSpeed::default(),
            outlet: Outlet::default(),
        })
    }

    /// Understands one document as a request.
    pub fn understand(&self, document: Document) -> Result<Request, InvalidRequest> {
        understand(document, self.integrations)
    }

    /// Keeps videos in `spool` while they are on their way.
    #[must_use]
    pub fn spooling_in(self, spool: SpoolArea) -> Self {
        Self { spool, ..self }
    }

    /// Keeps the journal and the ledger in `state`; without this they are off.
    #[must_use]
    pub fn with_state(self, state: State) -> Self {
        Self { state, ..self }
    }

    /// Counts calls and posts in the state too, so that processes that share it share their limits.
    #[must_use]
    pub fn with_ledger(self) -> Self {
        let ledger = RateCounters::new(self.state.clone(), self.clock.clone());
        Self {
            ledger: Some(Arc::new(ledger)),
            ..self
        }
    }

    /// Looks whether a state that was named can be used, and warns where it cannot.
    pub async fn look_at_state(&self) {
        if let Some(ledger) = &self.ledger {
            ledger.look().await;
        }
    }

    /// Gives the progress of requests that ask for it to `sink`, as lines of JSON.
    #[must_use]
    pub fn telling_progress_to(self, sink: Arc<LineSink>) -> Self {
        Self {
            progress_line: Some(sink),
            ..self
        }
    }

    /// Cuts a chunk of an upload off at this silence of its connection; [`StallLimit::default`] without this.
    #[must_use]
    pub fn with_stall_limit(self, stall: StallLimit) -> Self {
        Self { stall, ..self }
    }

    /// Ends downloads that are slower; [`LowestSpeed::default`] without this.
    #[must_use]
    pub fn with_lowest_speed(self, lowest: LowestSpeed) -> Self {
        Self {
            downloader: self.downloader.with_lowest_speed(lowest),
            ..self
        }
    }

    /// Fetches media from `hosts` too, on private networks and over http as well.
    #[must_use]
    pub fn allowing_media_hosts(self, hosts: &[MediaHost]) -> Self {
        let reach = self.downloader.reach().clone().allowing(hosts);
        let downloader = Downloader::new(reach.clone(), self.clock.clone());
        Self {
            downloader,
            manifests: Manifests::within(reach),
            ..self
        }
    }

    /// Begins no post once `outlet` takes no more results.
    #[must_use]
    pub fn with_outlet(self, outlet: Outlet) -> Self {
        Self { outlet, ..self }
    }

    /// The destination of the results.
    pub fn outlet(&self) -> &Outlet {
        &self.outlet
    }

    /// A reader of requests for this host.
    pub fn ingest(&self) -> Ingest {
        Ingest::new(self.spool.clone(), self.integrations)
    }

    /// The time that this host goes by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The log of a request, which outlives its work. It takes the request's metadata, which nothing else
    /// needs.
    pub fn trail(&self, request: &mut Request) -> Trail {
        Trail::new(request, self.transport.for_request(), self.clock.clone())
    }

    /// Answers one request once it has its `job`. `evidence` is filled while it runs, for the case that it is
    /// stopped.
    pub async fn answer(
        &self,
        request: Request,
        evidence: PostTracker,
        trail: &Trail,
        job: JobSlot,
    ) -> Reply {
        job.take().await;
        let transport = trail.transport.clone();
        let answer = async {
            if !request.unused_auth.is_empty() {
                let members = request.token.redact(&request.unused_auth.join(", "));
                warn!(members, "members of auth are not used");
            }
            self.run(request, evidence, transport, job).await
        };
        let reply = answer.instrument(trail.span.clone()).await;
        trail.answered(&reply);
        reply
    }

    async fn run(
        &self,
        request: Request,
        evidence: PostTracker,
        transport: Transport,
        job: JobSlot,
    ) -> Reply {
        let context = self.context(&request, evidence, transport, job);
        let id = request.id;
        match request.task {
            Task::Run { action, inputs } => {
                self.run_action(id, request.integration, action, inputs, context)
                    .await
            }
            Task::ConnectedAccount => match (request.integration.connected_account)(context).await {
                Ok(account) => Reply::connected_account(id, json!(account)),
                Err(failure) => Reply::action_error(id, wire_error::action_error(&failure)),
            },
        }
    }

    async fn run_action(
        &self,
        id: Id,
        integration: &'static Integration,
        action: &'static ActionEntry,
        mut inputs: Value,
        context: Context,
    ) -> Reply {
        let validators = match self.manifests.validators(integration, action) {
            Ok(validators) => validators,
            Err(fault) => return internal_error(id, &fault),
        };
        let is_unprotected = action.effect == Effect::Writes && has_null_key(&inputs);
        validators.input.drop_blanks(&mut inputs);
        if let Some(reply) = refused(&id, Side::Input, &validators.input, &inputs) {
            return reply;
        }
        let evidence = context.evidence.clone();
        let rows = validators.row_sink(&self.spool);
        let context = Context {
            rows: rows.clone(),
            ..context
        };
        let warned = |output| {
            if is_unprotected {
                warned_of_null_key(output)
            } else {
                output
            }
        };
        let output = (action.run)(context, inputs).await.map(warned);
        match rows.complete(output) {
            Ok((output, text)) => match refused(&id, Side::Output, &validators.output, &output) {
                Some(reply) => with_evidence(reply, &evidence.trace()),
                None => Reply::action(id, output).with_rows(action.rows.zip(text)),
            },
            Err(ActionError::InvalidRow(violations)) => {
                with_evidence(invalid_output(id, violations), &evidence.trace())
            }
            Err(ActionError::Failed(failure)) => {
                self.tell_the_host(&failure);
                Reply::action_error(id, wire_error::action_error(&failure))
            }
            Err(ActionError::Input { path, message }) => {
                let violation = Violation {
                    path,
                    rule: "type".into(),
                    message,
                    value: None,
                };
                Reply::validation_error(id, wire_error::validation_error(Side::Input, &[violation]))
            }
            Err(ActionError::Output) => internal_error(id, "the output could not be written"),
        }
    }

    /// Logs a failure that only the operator can mend, with the places that results do not name. These
    /// messages hold nothing of the request.
    fn tell_the_host(&self, failure: &Failure) {
        let what = failure.for_operator.as_ref().unwrap_or(&failure.message);
        match failure.code.as_str() {
            "no_room" => {
                warn!(folder = %self.spool.folder().display(), what, "no room for data of a request");
            }
            "state_unavailable" => warn!(what, "no journal of idempotency keys"),
            "state_untrusted" => warn!(what, "a row of the journal is refused"),
            _ => {}
        }
    }

    fn context(
        &self,
        request: &Request,
        evidence: PostTracker,
        transport: Transport,
        job: JobSlot,
    ) -> Context {
        let Limits {
            timeout,
            max_retries,
            time,
        } = request.limits;
        // Who sets a time for the whole request lets its waits have it all; else they are as patient as one
        // call.
        let wait_budget = time.unwrap_or(timeout);
        let retries = Retries {
            max: max_retries,
            wait_budget,
            backoff: Backoff::default(),
        };
        let time = time.unwrap_or(REQUEST_MAX);
        let deadline = self.clock.deadline_in(time);
        let token = AccountHash::of(&[&request.token.digest()]);
        let budget = Budget::new(Arc::clone(&self.limiter), self.ledger.clone(), token);
        let api = OpenApi::new(
            transport.clone(),
            self.clock.clone(),
            self.api_base.clone(),
            request.token.clone(),
            budget,
        )
        .with_limits(timeout, retries, deadline)
        .answering_through(self.outlet.clone());
        Context {
            api,
            transport,
            downloader: self.downloader.for_request(job),
            spool: self.spool.clone(),
            clock: self.clock.clone(),
            retries,
            timeout,
            stall: self.stall,
            line: self.line.clone(),
            deadline,
            time,
            evidence,
            state: self.state.clone(),
            record: PostJournal::default(),
            fingerprint: None,
            progress: self.reporter(request),
            rows: RowSink::default(),
            outlet: self.outlet.clone(),
            contents: request.contents.clone(),
        }
    }

    /// Reports become lines of JSON that say whose they are.
    fn reporter(&self, request: &Request) -> Reporter {
        let Some(sink) = self
            .progress_line
            .as_ref()
            .filter(|_| request.progress)
            .map(Arc::clone)
        else {
            return Reporter::default();
        };
        let (id, action, token) = (request.id.clone(), request.task.name(), request.token.clone());
        let listener = move |report| sink(&token.redact(&reply::progress_line(&id, action, report)));
        Reporter::new(self.clock.clone(), Box::new(listener))
    }
}

/// Autohive stops an action after 15 minutes; what is waited for must end before.
const REQUEST_MAX: Duration = Duration::from_mins(14);

/// What a request is told that was stopped in the middle.
pub fn interrupted(id: Id, effect: Effect, trace: PostProgress, trail: &Trail) -> Reply {
    let reply = Reply::action_error(id, wire_error::action_error(&Failure::interrupted(effect, trace)));
    trail.answered(&reply);
    reply
}

/// What a request is told whose action panicked.
pub fn panicked(id: Id, trace: &PostProgress, trail: &Trail) -> Reply {
    let error = trail
        .span
        .in_scope(|| internal_error(id, "the action stopped unexpectedly"));
    let reply = with_evidence(error, trace);
    trail.answered(&reply);
    reply
}

fn refused(id: &Id, side: Side, validator: &Validator, value: &Value) -> Option<Reply> {
    let violations = validator.violations(value);
    if violations.is_empty() {
        return None;
    }
    let id = id.clone();
    Some(match side {
        Side::Input => Reply::validation_error(id, wire_error::validation_error(side, &violations)),
        Side::Output => invalid_output(id, violations),
    })
}

fn invalid_output(id: Id, mut violations: Vec<Violation>) -> Reply {
    // Of what the caller did not write, no value is repeated.
    violations.iter_mut().for_each(Violation::hide_value);
    Reply::validation_error(id, wire_error::validation_error(Side::Output, &violations))
}

/// A fault of ours; the details are for the log.
fn internal_error(id: Id, fault: &str) -> Reply {
    error!(fault, "internal error");
    let meaning = crate::catalogue::find_own("internal_error").map_or("", |row| row.meaning);
    Reply::error(id, "internal_error", meaning)
}

/// A fault of ours must not lose what is known of a post.
fn with_evidence(reply: Reply, trace: &PostProgress) -> Reply {
    match (&trace.publish_id, trace.outcome()) {
        (None, None) => reply,
        (publish_id, outcome) => reply
            .with("publish_id", json!(publish_id))
            .with("outcome", json!(outcome)),
    }
}
