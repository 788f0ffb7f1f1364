//! Log of one request: the span of its lines, and the line that says how it was answered.

use std::{fmt, time::Duration};

use tracing::{Span, error_span, field, info};

use super::{
    envelope::Request,
    redact,
    reply::{Reply, Told},
};
use crate::{
    clock::Clock,
    http::{Transport, millis},
    secret::AccessToken,
};

/// Log of one request, from when it was understood until it is answered, however it ends.
#[derive(Clone)]
pub struct Trail {
    pub(super) span: Span,
    pub(super) transport: Transport,
    token: AccessToken,
    clock: Clock,
    start: Duration,
}

impl Trail {
    /// The log of `request`, whose calls go through `transport`.
    pub(super) fn new(request: &mut Request, transport: Transport, clock: Clock) -> Self {
        // At the level of errors, so that every line that is logged says to which request it belongs.
        let span = error_span!(
            "request",
            action = request.task.name(),
            request_id = request.id.for_logs().map(|id| request.token.redact(&id)),
            metadata = field::Empty,
        );
        let metadata = std::mem::take(&mut request.metadata);
        if !metadata.is_empty() && !span.is_disabled() {
            span.record(
                "metadata",
                field::display(redact::for_logs(&metadata, &request.token)),
            );
        }
        let start = clock.elapsed();
        Self {
            span,
            transport,
            token: request.token.clone(),
            clock,
            start,
        }
    }

    /// Logs that the request was answered.
    pub(super) fn answered(&self, reply: &Reply) {
        let duration_ms = millis(self.clock.elapsed().saturating_sub(self.start));
        let Told {
            code,
            outcome,
            publish_id,
            log_id,
        } = reply.told();
        let [publish_id, log_id] = [publish_id, log_id].map(|name| name.map(|name| self.token.redact(name)));
        let (success, calls) = (reply.is_success(), self.transport.calls_sent());
        self.span.in_scope(|| {
            info!(
                success,
                code, outcome, publish_id, log_id, calls, duration_ms, "request answered"
            );
        });
    }
}

impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trail({} calls)", self.transport.calls_sent())
    }
}
