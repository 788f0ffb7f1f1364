//! One running request: its log, the evidence of its effect, and its reply, however it ends.

use std::{panic::AssertUnwindSafe, sync::Arc};

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
}

impl Running {
    /// `request`, whose log is `trail`.
    pub(super) fn new(request: &Request, trail: Trail) -> Self {
        Self(Arc::new(RunningRequest {
            id: request.id.clone(),
            evidence: request.evidence(),
            secrets: request.secrets.clone(),
            trail,
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

    /// Runs `work` within the request's log. A panic becomes an `internal_error` with the known effect.
    pub(super) async fn complete(&self, work: impl Future<Output = Reply>) -> Reply {
        let work = work.instrument(self.0.trail.span.clone());
        let reply = AssertUnwindSafe(work).catch_unwind().await;
        self.ended(reply.unwrap_or_else(|_panic| self.panicked()))
    }

    /// Reply to the request if it is stopped now: what it may have done, and whether it may be sent again.
    ///
    /// Its work, where it was begun, must be dropped. The reply is logged.
    pub fn interrupted(&self) -> Reply {
        let failure = self.0.evidence.interrupted();
        self.ended(Reply::action_error(
            self.0.id.clone(),
            wire_error::action_error(&failure),
        ))
    }

    fn panicked(&self) -> Reply {
        let error = || internal_error(self.0.id.clone(), "the action stopped unexpectedly");
        with_evidence(self.0.trail.span.in_scope(error), &*self.0.evidence)
    }

    /// Logs the reply and takes the request's secrets out of it.
    fn ended(&self, reply: Reply) -> Reply {
        self.0.trail.answered(&reply);
        reply.redacted(&self.0.secrets)
    }
}

/// A fault of this program; `fault` is for the log.
pub(super) fn internal_error(id: Id, fault: &str) -> Reply {
    error!(fault, "internal error");
    Reply::error(id, own::INTERNAL_ERROR.code, own::INTERNAL_ERROR.meaning)
}

/// Adds the known effect of the request to a fault of this program.
pub(super) fn with_evidence(reply: Reply, evidence: &dyn Evidence) -> Reply {
    let members = evidence.members().into_iter();
    members.fold(reply, |reply, (name, value)| reply.with(&name, value))
}
