//! One running request: its log, the evidence of its effect, and its reply, however it ends.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use futures_util::FutureExt as _;
use tracing::{Instrument as _, error};

use super::{envelope::Request, reply::Reply, strict::Id, trail::Trail, wire_error};
use crate::catalogue::own;
use crate::{integrations::Evidence, secret::Secrets};

/// One running request, as the front that serves it holds it. Clones stand for the same request.
#[derive(Debug, Clone)]
pub struct Running(Arc<RunningRequest>);

#[derive(Debug)]
struct RunningRequest {
    id: Id,
    evidence: Arc<dyn Evidence>,
    secrets: Secrets,
    trail: Trail,
    /// Member with the id of what the request wrote.
    subject: Option<&'static str>,
}

impl Running {
    /// `request`, whose log is `trail`.
    pub(super) fn new(request: &Request, trail: Trail) -> Self {
        Self(Arc::new(RunningRequest {
            id: request.id.clone(),
            evidence: request.evidence(),
            secrets: request.secrets.clone(),
            trail,
            subject: request.integration.subject,
        }))
    }

    /// Known effect of the request, kept up to date while it runs.
    pub(super) fn evidence(&self) -> &Arc<dyn Evidence> {
        &self.0.evidence
    }

    /// Log of the request.
    pub(super) fn trail(&self) -> &Trail {
        &self.0.trail
    }

    /// Runs `work` within the request's log. A panic, of the log too, becomes an `internal_error` with the
    /// known effect.
    pub(super) async fn complete(&self, work: impl Future<Output = Reply>) -> Reply {
        let whole = async { self.ended(work.instrument(self.0.trail.span.clone()).await) };
        let reply = AssertUnwindSafe(whole).catch_unwind().await;
        reply.unwrap_or_else(|_panic| self.panicked())
    }

    /// Reply to the request if it is stopped now: what it may have done, and whether it may be sent again.
    ///
    /// Its work, where it was begun, must be dropped. The reply is logged.
    pub fn interrupted(&self) -> Reply {
        let failure = self.0.evidence.interrupted();
        self.ended(Reply::action_error(
            self.0.id.clone(),
            wire_error::action_error(&failure, self.0.subject, self.0.trail.now()),
        ))
    }

    /// Reply to a request whose work panicked: an `internal_error` with the known effect. The log may be the part that panicked, so the reply does not
    /// depend on it.
    pub fn panicked(&self) -> Reply {
        let reply = with_evidence(fault(self.0.id.clone()), &*self.0.evidence);
        let log = || {
            self.0
                .trail
                .span
                .in_scope(|| log_fault("the action stopped unexpectedly"));
            self.0.trail.answered(&reply);
        };
        drop(catch_unwind(AssertUnwindSafe(log)));
        reply.redacted(&self.0.secrets, self.0.subject)
    }

    /// Logs the reply and takes the request's secrets out of it.
    fn ended(&self, reply: Reply) -> Reply {
        self.0.trail.answered(&reply);
        reply.redacted(&self.0.secrets, self.0.subject)
    }
}

/// Logs the cause of a fault of this program, and returns the reply.
pub(super) fn internal_error(id: Id, cause: &str) -> Reply {
    log_fault(cause);
    fault(id)
}

fn log_fault(fault: &str) {
    error!(fault, "internal error");
}

fn fault(id: Id) -> Reply {
    Reply::error(id, &own::INTERNAL_ERROR, own::INTERNAL_ERROR.meaning)
}

/// Adds the known effect of the request to a fault of this program.
pub(super) fn with_evidence(reply: Reply, evidence: &dyn Evidence) -> Reply {
    let members = evidence.members().into_iter();
    members.fold(reply, |reply, (name, value)| reply.with(&name, value))
}
