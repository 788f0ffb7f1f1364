//! One request in, one result out: extract, parse, validate, run, validate, write.
//!
//! Only this module handles JSON envelopes. Actions are independent of ids, streams and schemas, and fronts
//! are independent of actions.

mod api_pool;
mod envelope;
mod ingest;
mod manifest;
mod redact;
mod reply;
mod running;
mod settings;
mod strict;
mod trail;
mod wire_error;

pub use envelope::{InvalidRequest, Limits, Request, Task, understand};
pub use ingest::{Document, Ingest, Item, MalformedDocument, Place};
pub use reply::{LineExtent, Reply, ReplyError, ResultLine};
pub use running::Running;
pub use strict::{Id, read_json};

use std::{fmt, path::Path, sync::Arc, time::Duration};

use serde_json::{Value, json};
use tracing::warn;

use self::{
    api_pool::{ApiClients, ApiPool},
    manifest::Manifests,
    running::{internal_error, with_evidence},
    trail::Trail,
    wire_error::Side,
};
use crate::{
    catalogue::own,
    clock::Clock,
    http::{Backoff, JobSlot, Limiter, Retries, StallLimit},
    integrations::{
        ActionEntry, ActionError, Call, Contents, Evidence, Failure, INTEGRATIONS, Integration, ObjectLocks,
        OperatorPolicy, RowSink,
    },
    media::SpoolArea,
    model::Outcome,
    outlet::Outlet,
    progress::{Listener, Reporter},
    schema::{Validator, Violation},
    state::{RateCounters, State, StateLocation},
    upload::LineSpeed,
};

/// Service that answers requests to its integrations.
pub struct Host {
    integrations: &'static [Integration],
    manifests: Manifests,
    api_pool: ApiPool,
    clock: Clock,
    spool: SpoolArea,
    state: State,
    limiter: Arc<Limiter>,
    rate_counters: Option<Arc<RateCounters>>,
    object_locks: Arc<ObjectLocks>,
    progress_line: Option<Arc<LineSink>>,
    progress_listener: Option<Arc<Listener>>,
    stall: StallLimit,
    line: LineSpeed,
    outlet: Outlet,
    policy: OperatorPolicy,
}

/// Receiver of a line of JSON without its line break.
pub type LineSink = dyn Fn(&str) + Send + Sync;

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Host({} integrations)", self.integrations.len())
    }
}

impl Host {
    /// Creates a host of all integrations, each against its own API.
    pub fn new(clock: Clock) -> Self {
        Self::serving(INTEGRATIONS, clock)
    }

    /// Creates a host of `integrations` only.
    pub fn serving(integrations: &'static [Integration], clock: Clock) -> Self {
        Self {
            integrations,
            manifests: Manifests::default(),
            api_pool: ApiPool::new(clock.clone()),
            spool: SpoolArea::new(Path::new("/tmp")),
            state: State::new(StateLocation::Off, clock.clone()),
            limiter: Arc::new(Limiter::new(clock.clone())),
            clock,
            rate_counters: None,
            object_locks: Arc::default(),
            progress_line: None,
            progress_listener: None,
            stall: StallLimit::default(),
            line: LineSpeed::default(),
            outlet: Outlet::default(),
            policy: OperatorPolicy::default(),
        }
    }

    /// Checks the configured state, and logs a warning if it cannot be used.
    pub async fn look_at_state(&self) {
        if let Some(rate_counters) = &self.rate_counters {
            rate_counters.look().await;
        }
    }

    /// Returns the destination of the results.
    pub fn outlet(&self) -> &Outlet {
        &self.outlet
    }

    /// Returns a reader of requests for this host.
    pub fn ingest(&self) -> Ingest {
        Ingest::new(self.spool.clone(), self.integrations)
    }

    /// Returns the source of time.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Parses one item of the input as a request. The error is the reply to an invalid request, which is logged.
    pub fn read(&self, item: Item) -> Result<Request, Reply> {
        let line = item.line();
        let request = match item {
            Item::Document(document) => understand(document, self.integrations),
            Item::Malformed(malformed) => Err(InvalidRequest::from(malformed)),
        };
        request.map_err(|invalid| {
            warn!(
                code = invalid.code.code,
                request_id = invalid.id.for_logs(),
                line,
                "request not understood"
            );
            Reply::from(invalid)
        })
    }

    /// Begins one request. Returns a handle to it and a future that waits for its `job` and resolves to the
    /// reply, even if the action panics.
    ///
    /// A front that drops the future takes the reply from [`Running::interrupted`].
    pub fn begin(
        self: &Arc<Self>,
        mut request: Request,
        job: JobSlot,
    ) -> (Running, impl Future<Output = Reply> + Send + use<>) {
        let running = self.running(&mut request);
        let (host, begun) = (Arc::clone(self), running.clone());
        let work = async move {
            // Boxed: otherwise each wrapping future stores it twice.
            let reply = Box::pin(async {
                job.take().await;
                // Held until the reply, whatever the action does with its call.
                host.reply(request, &begun, job.clone()).await
            });
            begun.complete(reply).await
        };
        (running, work)
    }

    /// Returns the reply to a request that is not started because the program is shutting down.
    pub fn decline(&self, mut request: Request) -> Reply {
        self.running(&mut request).interrupted()
    }

    /// Creates the handle and the log of a request, and moves the request's metadata into the log.
    fn running(&self, request: &mut Request) -> Running {
        let api = self.api_pool.get(request.integration, &request.credentials);
        let trail = Trail::new(request, api, self.clock.clone());
        Running::new(request, trail)
    }

    async fn reply(&self, request: Request, running: &Running, job: JobSlot) -> Reply {
        if !request.unused_auth.is_empty() {
            let members = request.secrets.redact(&request.unused_auth.join(", "));
            warn!(members, "members of auth are not used");
        }
        match &running.trail().api {
            Some(api) => self.run(request, Arc::clone(running.evidence()), api, job).await,
            None => internal_error(request.id, "the HTTP client could not be set up"),
        }
    }

    async fn run(
        &self,
        request: Request,
        evidence: Arc<dyn Evidence>,
        api: &ApiClients,
        job: JobSlot,
    ) -> Reply {
        let call = self.call(&request, evidence, api, job);
        let id = request.id;
        match request.task {
            Task::Run { action, inputs } => {
                self.run_action(id, request.integration, action, inputs, call)
                    .await
            }
            Task::ConnectedAccount { find } => match find(call).await {
                Ok(account) => Reply::connected_account(id, json!(account)),
                Err(failure) => Reply::action_error(
                    id,
                    wire_error::action_error(&failure, request.integration.subject, self.clock.since_epoch()),
                ),
            },
        }
    }

    async fn run_action(
        &self,
        id: Id,
        integration: &'static Integration,
        action: &'static ActionEntry,
        mut inputs: Value,
        call: Call,
    ) -> Reply {
        let reach = self.api_pool.reach(integration);
        let validators = match self.manifests.validators(integration, action, &reach) {
            Ok(validators) => validators,
            Err(fault) => return internal_error(id, &fault),
        };
        validators.input.drop_blanks(&mut inputs);
        if let Some(reply) = refused(&id, Side::Input, &validators.input, &inputs) {
            return reply;
        }
        let (evidence, contents) = (Arc::clone(&call.evidence), call.contents.clone());
        let rows = match validators.row_sink(&self.spool) {
            Ok(rows) => rows,
            Err(fault) => return internal_error(id, &fault),
        };
        let call = Call {
            inputs: Arc::new(inputs),
            rows: rows.clone(),
            ..call
        };
        let result = validators.prepare_output_during((action.run)(call)).await;
        match rows.complete(result) {
            Ok((output, text)) => {
                let refusal = match validators.output() {
                    Ok(schema) => refused(&id, Side::Output, schema, &output),
                    Err(fault) => Some(internal_error(id.clone(), &fault)),
                };
                match refusal {
                    Some(reply) => with_evidence(reply, &*evidence),
                    None => Reply::action(id, output).with_rows(action.rows.zip(text)),
                }
            }
            Err(ActionError::InvalidRow(violations)) => {
                with_evidence(invalid_output(id, violations), &*evidence)
            }
            Err(ActionError::Failed(failure)) => {
                let failure = of_changed_file(failure, &contents);
                log_for_operator(&failure);
                Reply::action_error(
                    id,
                    wire_error::action_error(&failure, integration.subject, self.clock.since_epoch()),
                )
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
            Err(ActionError::ForeignEvidence) => internal_error(id, "evidence of another type"),
            Err(ActionError::ForeignCredentials) => internal_error(id, "credentials for another API"),
            Err(ActionError::Output) => {
                with_evidence(internal_error(id, "the output could not be written"), &*evidence)
            }
        }
    }

    /// Prepares the call of an action, still without its inputs.
    fn call(&self, request: &Request, evidence: Arc<dyn Evidence>, api: &ApiClients, job: JobSlot) -> Call {
        let Limits {
            timeout,
            max_retries,
            time,
            wait,
        } = request.limits;
        // With `deadline`, waits may take the whole time of the request; without it, they are limited to the
        // timeout of one call.
        let wait_budget = wait.or(time).unwrap_or(timeout);
        let retries = Retries {
            max: max_retries,
            wait_budget,
            backoff: Backoff::default(),
        };
        let time = time.unwrap_or(REQUEST_MAX);
        Call {
            inputs: Arc::default(),
            credentials: request.credentials.clone(),
            namespace: request.integration.namespace,
            api_base: api.base.clone(),
            transport: api.transport.clone(),
            downloader: api.downloader.for_request(job),
            limiter: Arc::clone(&self.limiter),
            rate_counters: self.rate_counters.clone(),
            object_locks: Arc::clone(&self.object_locks),
            spool: self.spool.clone(),
            clock: self.clock.clone(),
            timeout,
            retries,
            deadline: self.clock.deadline_in(time),
            time,
            stall: self.stall,
            line: self.line.clone(),
            evidence,
            state: self.state.clone(),
            progress: self.reporter(request),
            rows: RowSink::default(),
            outlet: self.outlet.clone(),
            contents: request.contents.clone(),
            policy: self.policy,
        }
    }

    /// Returns a reporter that writes lines of JSON with the request's id and action.
    fn reporter(&self, request: &Request) -> Reporter {
        if let Some(listener) = self.progress_listener.clone() {
            return Reporter::new(self.clock.clone(), Box::new(move |report| listener(report)));
        }
        let Some(sink) = self
            .progress_line
            .as_ref()
            .filter(|_| request.progress)
            .map(Arc::clone)
        else {
            return Reporter::default();
        };
        let (id, action, secrets) = (request.id.clone(), request.task.name(), request.secrets.clone());
        let listener = move |report| sink(&secrets.redact(&reply::progress_line(&id, action, report)));
        Reporter::new(self.clock.clone(), Box::new(listener))
    }
}

/// Default time budget of a request: Autohive stops an action after 15 minutes, and every wait must end
/// before that.
const REQUEST_MAX: Duration = Duration::from_mins(14);

/// The failure as that of a file of this machine, if one has changed and nothing was made of it.
fn of_changed_file(failure: Box<Failure>, contents: &Contents) -> Box<Failure> {
    let may_exist = matches!(failure.outcome, Some(Outcome::Unconfirmed | Outcome::Processing));
    if may_exist || !contents.has_changed() {
        return failure;
    }
    let (outcome, write) = (failure.outcome, failure.write);
    Box::new(Failure {
        outcome,
        write,
        ..Failure::new(&own::FILE_CHANGED, "")
    })
}

/// Logs a failure that only the operator can fix, with paths that results leave out. The messages contain
/// no data of the request.
fn log_for_operator(failure: &Failure) {
    let what = failure.for_operator.as_ref().unwrap_or(&failure.message);
    match failure.code.row() {
        Some(row) if *row == own::NO_ROOM => {
            warn!(what, "no room for data of a request");
        }
        Some(row) if *row == own::STATE_UNAVAILABLE => warn!(what, "no journal of idempotency keys"),
        Some(row) if *row == own::STATE_UNTRUSTED => warn!(what, "a row of the journal is refused"),
        _ => {}
    }
}

fn refused(id: &Id, side: Side, validator: &Validator, value: &Value) -> Option<Reply> {
    let violations = match validator.violations(value) {
        Ok(violations) if violations.is_empty() => return None,
        Ok(violations) => violations,
        Err(fault) => return Some(internal_error(id.clone(), &fault.to_string())),
    };
    let id = id.clone();
    Some(match side {
        Side::Input => Reply::validation_error(id, wire_error::validation_error(side, &violations)),
        Side::Output => invalid_output(id, violations),
    })
}

fn invalid_output(id: Id, mut violations: Vec<Violation>) -> Reply {
    // Values that the caller did not write are not quoted.
    violations.iter_mut().for_each(Violation::hide_value);
    Reply::validation_error(id, wire_error::validation_error(Side::Output, &violations))
}
