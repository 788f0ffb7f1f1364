//! Failure of a request, for the caller.
//!
//! The code is a row of the catalogue, which also has the remedy and the person who can act. Each integration
//! converts its API's errors to failures in a separate file, such as `tiktok/failure.rs`.

use std::{borrow::Cow, sync::Arc, time::Duration};

use super::WriteState;
use crate::{
    catalogue::{Category, FailureCode, Row, Who, own},
    http::{ConnectionError, HttpErrorKind},
    model::{Advice, FieldError, LogId},
    posting::Outcome,
    state::StateError,
    upload::URL_LIFE,
};

/// Failure of a request, for the caller.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Row of the catalogue, or TikTok's code if the catalogue does not have it.
    pub code: FailureCode,
    /// Description for the caller: the row's meaning, followed by the particulars.
    pub message: String,
    /// Overrides the row's `retryable`.
    pub retryable: Option<bool>,
    /// Overrides the row's remedy.
    pub remedy: Option<Cow<'static, str>>,
    /// Overrides the row's `who`.
    pub who: Option<Who>,
    /// Overrides the row's category.
    pub category: Option<Category>,
    /// Offending inputs.
    pub details: Vec<FieldError>,
    /// HTTP status of the response.
    pub http_status: Option<u16>,
    /// TikTok's id of the call.
    pub log_id: Option<LogId>,
    /// Wait before another attempt.
    pub retry_after: Option<Duration>,
    /// Names of the permissions of which at least one is missing.
    pub missing_scopes: Vec<&'static str>,
    /// Outcome of the write; `None` for requests that only read.
    pub outcome: Option<Outcome>,
    /// Known state of what the request was to write; `None` if it only reads, or the write was not begun.
    pub write: Option<Arc<dyn WriteState>>,
    /// Message for the operator's log only: locations on the machine and their state.
    pub for_operator: Option<String>,
}

/// Remedy for an interrupted request that changed nothing.
const SEND_AGAIN: &str = "Send the request again.";

impl Failure {
    /// A failure with a code of the catalogue. The message is the row's meaning, followed by `message`.
    pub fn new(row: &'static Row, message: &str) -> Self {
        Self::with_code(row.into(), message)
    }

    /// A failure with any code. The message is the row's meaning, if it has one, followed by `message`.
    pub fn with_code(code: FailureCode, message: &str) -> Self {
        Self {
            message: with_meaning(&code, message),
            code,
            retryable: None,
            remedy: None,
            who: None,
            category: None,
            details: Vec::new(),
            http_status: None,
            log_id: None,
            retry_after: None,
            missing_scopes: Vec::new(),
            outcome: None,
            write: None,
            for_operator: None,
        }
    }

    /// A failure caused by one or more inputs; `details` has an entry for each.
    pub fn of_fields(row: &'static Row, details: Vec<FieldError>) -> Self {
        let shown: Vec<String> = details.iter().map(ToString::to_string).collect();
        Self {
            details,
            ..Self::new(row, &format!("{}.", shown.join("; ")))
        }
    }

    /// A failure caused by one input.
    pub fn of_field(row: &'static Row, field: &str, got: &str, allowed: &str, fix: &str) -> Self {
        let error = FieldError {
            field: field.into(),
            got: got.into(),
            allowed: allowed.into(),
            fix: fix.into(),
        };
        Self::of_fields(row, vec![error])
    }

    /// A call without a usable response. `rate_limited` is the row for a rate limit of the API.
    pub fn of_http_error(kind: HttpErrorKind, message: &str, rate_limited: &'static Row) -> Self {
        let row = match kind {
            HttpErrorKind::Connection(ConnectionError::Connect(_) | ConnectionError::Interrupted)
            | HttpErrorKind::Stalled => &own::NETWORK_ERROR,
            HttpErrorKind::Connection(ConnectionError::Timeout)
            | HttpErrorKind::DeadlinePassed
            | HttpErrorKind::TooSlow { .. } => &own::TIMEOUT,
            HttpErrorKind::RateLimited { .. } | HttpErrorKind::Paused(_) => rate_limited,
            HttpErrorKind::Vetoed => &own::STATE_UNAVAILABLE,
            HttpErrorKind::OutputClosed => &own::INTERRUPTED,
            HttpErrorKind::TooLarge | HttpErrorKind::NoMemory => &own::UNREADABLE_ANSWER,
        };
        Self {
            retryable: (kind == HttpErrorKind::TooLarge).then_some(false),
            retry_after: kind.wait(),
            ..Self::new(row, message)
        }
    }

    /// The journal cannot be read or written, or another request holds the key.
    pub(in crate::integrations) fn of_journal(error: &StateError) -> Self {
        match error {
            StateError::Lost => Self::new(&own::IN_PROGRESS, ""),
            StateError::Untrusted { reason } => Self {
                for_operator: Some((*reason).to_owned()),
                ..Self::new(&own::STATE_UNTRUSTED, "")
            },
            StateError::Off
            | StateError::Nowhere
            | StateError::Unavailable { .. }
            | StateError::Busy { .. }
            | StateError::Late
            | StateError::Corrupt { .. }
            | StateError::Exposed { .. }
            | StateError::Newer { .. }
            | StateError::TooLarge => Self {
                retryable: Some(error.passes()),
                remedy: Some(Cow::Borrowed(error.remedy())),
                for_operator: Some(error.in_full()),
                ..Self::new(&own::STATE_UNAVAILABLE, &format!("({error})"))
            },
        }
    }

    /// A request that only reads was stopped before its result, so it may be sent again.
    pub fn interrupted_read() -> Self {
        Self {
            retryable: Some(true),
            ..Self::new(&own::INTERRUPTED, "")
        }
    }

    /// Returns whether to send the request again, and the next step.
    ///
    /// A code that is not in the catalogue is not retryable. A write that may have happened is not either,
    /// unless its idempotency key keeps it from happening twice.
    pub fn advice(&self) -> Advice {
        let usual = self.usual_advice();
        match (&self.write, self.outcome) {
            (Some(write), outcome) => write.advise(self.code.row(), outcome, usual),
            (None, Some(Outcome::Unconfirmed)) => Advice {
                retryable: false,
                ..usual
            },
            (None, _) => usual,
        }
    }

    fn usual_advice(&self) -> Advice {
        let row = self.code.row();
        let of_row = match row {
            Some(row) if *row == own::INTERRUPTED && self.outcome != Some(Outcome::Unconfirmed) => {
                Some(SEND_AGAIN)
            }
            row => row.map(|row| row.remedy),
        };
        Advice {
            retryable: self
                .retryable
                .unwrap_or_else(|| row.is_some_and(|row| row.retryable)),
            // The fixes of the fields fit the case better than the row's remedy, and may contradict it.
            remedy: self
                .remedy
                .clone()
                .or_else(|| FieldError::fixes(&self.details).map(Cow::Owned))
                .or_else(|| of_row.map(Cow::Borrowed)),
        }
    }

    /// Person who can act; `None` for a code that is not in the catalogue.
    pub fn who(&self) -> Option<Who> {
        self.code.row().map(|row| self.who.unwrap_or(row.who))
    }

    /// Kind of the failure; `None` for a code that is not in the catalogue.
    pub fn category(&self) -> Option<Category> {
        self.category.or_else(|| self.code.row().map(|row| row.category))
    }

    /// Message for a result. It names what was written, because some hosts keep nothing else of an error.
    pub fn shown(&self) -> Cow<'_, str> {
        match &self.write {
            Some(write) => write.name_in(&self.message),
            None => Cow::Borrowed(&self.message),
        }
    }
}

/// Returns the meaning of `code`, if the catalogue has it, followed by `message`.
pub(super) fn with_meaning(code: &FailureCode, message: &str) -> String {
    let meaning = code.row().map_or("", |row| row.meaning);
    [meaning, message]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Longest deadline of a request: the life of an upload address.
pub const DEADLINE_MAX: Duration = URL_LIFE;
