//! Log of one request: the span of its lines, and the line about its answer.

use std::{fmt, time::Duration};

use tracing::{Span, error_span, field, info};

use super::{
    api_pool::ApiClients,
    envelope::Request,
    redact,
    reply::{LoggedFields, Reply},
};
use crate::{clock::Clock, http::millis, secret::Secrets};

/// Log of one request, from when it was understood until it is answered, however it ends.
#[derive(Clone)]
pub(super) struct Trail {
    pub(super) span: Span,
    /// HTTP clients whose requests are counted for this request; none if they could not be set up.
    pub(super) api: Option<ApiClients>,
    secrets: Secrets,
    /// Member with the id of what the request wrote.
    subject: Option<&'static str>,
    clock: Clock,
    start: Duration,
}

impl Trail {
    /// The log of `request`, which counts its calls through `api`.
    pub(super) fn new(request: &mut Request, api: Option<ApiClients>, clock: Clock) -> Self {
        // At the level of errors, so that every line that is logged names its request.
        let span = error_span!(
            "request",
            action = request.task.name(),
            request_id = request.id.for_logs().map(|id| request.secrets.redact(&id)),
            metadata = field::Empty,
        );
        let metadata = std::mem::take(&mut request.metadata);
        if !metadata.is_empty() && !span.is_disabled() {
            span.record(
                "metadata",
                field::display(redact::for_logs(&metadata, &request.secrets)),
            );
        }
        let start = clock.elapsed();
        Self {
            span,
            api: api.map(ApiClients::for_request),
            secrets: request.secrets.clone(),
            subject: request.integration.subject,
            clock,
            start,
        }
    }

    /// Logs that the request was answered.
    pub(super) fn answered(&self, reply: &Reply) {
        let duration_ms = millis(self.clock.elapsed().saturating_sub(self.start));
        let LoggedFields {
            code,
            outcome,
            subject,
            log_id,
        } = reply.logged_fields(self.subject);
        let [subject, log_id] = [subject, log_id].map(|name| name.map(|name| self.secrets.redact(name)));
        let (success, calls) = (reply.is_success(), self.calls_sent());
        self.span.in_scope(|| {
            info!(
                success,
                code, outcome, subject, log_id, calls, duration_ms, "request answered"
            );
        });
    }

    /// Wall-clock time since the Unix epoch.
    pub(super) fn now(&self) -> Duration {
        self.clock.since_epoch()
    }

    fn calls_sent(&self) -> u32 {
        self.api.as_ref().map_or(0, |api| api.transport.calls_sent())
    }
}

impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trail({} calls)", self.calls_sent())
    }
}
