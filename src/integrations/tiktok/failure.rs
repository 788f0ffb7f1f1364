//! Failures of posts and of the Open API, with TikTok's waits and permissions.

use std::{any::Any, borrow::Cow, sync::Arc, time::Duration};

use crate::{
    catalogue::{FailureCode, Origin, Row, Who, open_api as codes, own},
    integrations::{DEADLINE_MAX, Effect, Failure, failure::with_meaning},
    model::{FieldError, PublishId, Scope, UtcTime},
    open_api::{self, Endpoint},
    posting::{
        InitKind, LostPostSearch, Outcome, PostProgress, PostState, PriorAttempt, RuleViolation,
        UPLOAD_CLOSED_AFTER,
    },
    state::StateError,
    upload::{ChunkDenied, PlanError, UploadError, UploadErrorKind},
};

/// Message for a post under a key whose request did not learn what an earlier one did.
const EARLIER_UNKNOWN: &str =
    "This request posted nothing; an earlier request with the same key may have posted.";

/// Message for an upload that was cut off before its last part.
const CUT_SHORT: &str =
    "The last part of the video was not sent, and without it TikTok is not expected to make a post.";

impl Failure {
    /// The journal cannot be read or written, or another request holds the key.
    pub(in crate::integrations::tiktok) fn of_state(error: &StateError) -> Self {
        let failure = Self::of_journal(error);
        if *error == StateError::Lost {
            return failure.with_outcome(Outcome::Processing);
        }
        failure
    }

    /// Sets the outcome of the post.
    #[must_use]
    pub(in crate::integrations::tiktok) fn with_outcome(self, outcome: Outcome) -> Self {
        Self {
            outcome: Some(outcome),
            ..self.with_post(|_post| {})
        }
    }

    /// Changes the state of the post.
    #[must_use]
    pub(in crate::integrations::tiktok) fn with_post(mut self, change: impl FnOnce(&mut PostState)) -> Self {
        let known = self.write.take().map(|write| write as Arc<dyn Any + Send + Sync>);
        let known = known.and_then(|write| write.downcast::<PostState>().ok());
        let mut post = known.map(Arc::unwrap_or_clone).unwrap_or_default();
        change(&mut post);
        Self {
            write: Some(Arc::new(post)),
            ..self
        }
    }

    /// This request posted nothing; the outcome of an earlier one with its key is not known.
    #[must_use]
    pub(in crate::integrations::tiktok) fn earlier_unknown(self) -> Self {
        let message = format!("{} {EARLIER_UNKNOWN}", self.message);
        Self { message, ..self }.unconfirmed()
    }

    /// The request has an idempotency key, so that sending it again with the same key is safe whatever
    /// happened.
    #[must_use]
    pub(in crate::integrations::tiktok) fn with_idempotency_key(self) -> Self {
        self.with_post(|post| post.has_idempotency_key = true)
    }

    /// The post may exist.
    #[must_use]
    pub(in crate::integrations::tiktok) fn unconfirmed(self) -> Self {
        self.with_outcome(Outcome::Unconfirmed)
    }

    /// The post may exist, and TikTok cannot be asked about it: it returned no `publish_id`.
    #[must_use]
    pub(in crate::integrations::tiktok) fn publish_id_lost(self) -> Self {
        self.unconfirmed().with_post(|post| post.publish_id_lost = true)
    }

    /// Adds the search for a post that may exist.
    #[must_use]
    pub(in crate::integrations::tiktok) fn with_search(self, search: LostPostSearch) -> Self {
        let message = format!("{} Search for the post: {}.", self.message, search.note);
        Self { message, ..self }.with_post(|post| post.search = Some(search))
    }

    /// All violations in one failure, under their common code, else as `rules_not_met`.
    pub(in crate::integrations::tiktok) fn of_violations(violations: Vec<RuleViolation>) -> Self {
        let first = violations.first().map(|violation| violation.code);
        let is_shared = violations.iter().all(|violation| Some(violation.code) == first);
        let code = first.filter(|_| is_shared).unwrap_or(&own::RULES_NOT_MET);
        let errors = violations.into_iter().map(|violation| violation.error);
        Self::of_fields(code, errors.collect())
    }

    /// Nothing was posted, unless the outcome says otherwise already.
    #[must_use]
    pub(in crate::integrations::tiktok) fn nothing_posted(self) -> Self {
        if self.outcome.is_some() {
            return self;
        }
        let message = format!("{} Nothing was posted.", self.message);
        Self { message, ..self }.with_outcome(Outcome::Failed)
    }

    /// Sets the post's `publish_id`.
    #[must_use]
    pub(in crate::integrations::tiktok) fn of_upload(self, publish_id: &PublishId) -> Self {
        self.with_post(|post| post.publish_id = Some(publish_id.clone()))
    }

    /// An init that returned no `publish_id`.
    ///
    /// If the init posts by itself and its response was lost, the outcome is unknown.
    pub(in crate::integrations::tiktok) fn of_init(error: open_api::Error, kind: InitKind) -> Self {
        let is_unknown = kind == InitKind::PostsByItself && error.effect_unknown();
        let message = error.to_string();
        let failure = Self::from(error);
        if is_unknown {
            let code = FailureCode::from(&own::OUTCOME_UNKNOWN);
            Self {
                message: with_meaning(&code, &message),
                code,
                ..failure
            }
            .publish_id_lost()
        } else {
            failure.nothing_posted()
        }
    }

    /// The program was stopped while an action ran or waited to run.
    ///
    /// A post whose init was not sent has not happened, and may be sent again, as may a read. With a key, an
    /// earlier request may have posted: a repeat finds out.
    pub(in crate::integrations::tiktok) fn interrupted(effect: Effect, progress: PostProgress) -> Self {
        let outcome = match effect {
            Effect::Reads => return Self::interrupted_read(),
            Effect::Writes => progress.outcome().unwrap_or(Outcome::Failed),
        };
        let message = match outcome {
            Outcome::Unconfirmed if progress.init.is_none() => EARLIER_UNKNOWN,
            Outcome::Unconfirmed if progress.init == Some(InitKind::NeedsBytes) && !progress.last_chunk => {
                CUT_SHORT
            }
            Outcome::Unconfirmed => "TikTok may still make the post.",
            Outcome::Processing => "TikTok has the whole video and continues with the post.",
            Outcome::Published | Outcome::InInbox | Outcome::Failed => "Nothing was posted.",
        };
        let closed_at = progress
            .closed_at
            .filter(|_| outcome == Outcome::Unconfirmed && progress.last_chunk);
        let message = match closed_at {
            Some(time) => stopped_in_last_part(time, progress.earlier != PriorAttempt::NoKey),
            None => message.to_owned(),
        };
        let has_idempotency_key = progress.earlier != PriorAttempt::NoKey;
        let post = PostState {
            publish_id_lost: progress.init == Some(InitKind::PostsByItself) && progress.publish_id.is_none(),
            publish_id: progress.publish_id,
            search: None,
            has_idempotency_key,
        };
        Self {
            outcome: Some(outcome),
            retryable: Some(match outcome {
                Outcome::Processing => has_idempotency_key,
                Outcome::Unconfirmed => false,
                Outcome::Published | Outcome::InInbox | Outcome::Failed => true,
            }),
            write: Some(Arc::new(post)),
            ..Self::new(&own::INTERRUPTED, &message)
        }
    }
}

/// Message for an upload that was stopped while its last part was sent, whose URL expires at this time.
fn stopped_in_last_part(closed_at: Duration, has_key: bool) -> String {
    let time = UtcTime::after_epoch(closed_at).rfc3339();
    let stopped = "The upload was stopped while its last part was sent. If TikTok has received it, TikTok makes the post.";
    if has_key {
        format!(
            "{stopped} If not, a repeat with the same key posts only after the upload address has expired: from {time} on, {} \
             minutes after the upload began. Another key would post at once, and a second time if the part still arrives.",
            UPLOAD_CLOSED_AFTER.as_secs() / 60
        )
    } else {
        format!("{stopped} It may still arrive until the upload address has expired, at {time}.")
    }
}

impl From<open_api::Error> for Failure {
    fn from(error: open_api::Error) -> Self {
        match error {
            open_api::Error::Refused(refusal) => of_refusal(refusal),
            open_api::Error::Lost(lost) => {
                Self::of_http_error(lost.kind, &format!("({lost})"), &codes::RATE_LIMIT_EXCEEDED)
            }
            open_api::Error::Unreadable { http_status, .. } => Self {
                http_status: Some(http_status),
                ..Self::new(&own::UNREADABLE_ANSWER, &format!("({error})"))
            },
        }
    }
}

fn of_refusal(refusal: open_api::ErrorResponse) -> Failure {
    let code = FailureCode::of(Origin::OpenApi, &refusal.code);
    let scopes = missing_scopes(&code, refusal.endpoint);
    let failure = Failure::with_code(code, &in_tiktoks_words(&refusal));
    Failure {
        message: with_scopes(failure.message, scopes),
        http_status: Some(refusal.http_status),
        retry_after: refusal.retry_after.or_else(|| usual_wait(&failure.code)),
        remedy: remedy_for_photos(&failure.code, refusal.endpoint),
        // Apps registered in 2026 may not be offered the Display API (docs/scopes.md), so a missing permission
        // of that product is most often the app's.
        who: scopes
            .iter()
            .any(|scope| scope.product() == Scope::DISPLAY_API)
            .then_some(Who::Developer),
        missing_scopes: scopes.iter().map(|scope| scope.as_str()).collect(),
        log_id: refusal.log_id,
        ..failure
    }
}

/// Remedy for photos on an unverified URL. Unlike a video, they cannot be sent as files.
fn remedy_for_photos(code: &FailureCode, endpoint: &Endpoint) -> Option<Cow<'static, str>> {
    const REMEDY: &str = "Move the photos to a verified domain or URL prefix. To verify another one, the app's developer \
                          should add it under URL properties in TikTok's developer portal.";
    let is_unverified = code.row() == Some(&codes::URL_OWNERSHIP_UNVERIFIED);
    (is_unverified && *endpoint == *Endpoint::CONTENT_INIT).then_some(Cow::Borrowed(REMEDY))
}

fn in_tiktoks_words(refusal: &open_api::ErrorResponse) -> String {
    let code = FailureCode::of(Origin::OpenApi, &refusal.code);
    match (code, refusal.message.as_str()) {
        (FailureCode::Known(_), "") => String::new(),
        (FailureCode::Known(_), words) => format!("(TikTok says: {words})"),
        (FailureCode::Unknown(code), "") => format!("TikTok returned the unknown code {code}."),
        (FailureCode::Unknown(code), words) => format!("TikTok returned the unknown code {code}: {words}"),
    }
}

/// Names the permissions, one of which is missing.
fn with_scopes(message: String, scopes: &[Scope]) -> String {
    let names: Vec<String> = scopes
        .iter()
        .map(|scope| format!("{scope} ({})", scope.product()))
        .collect();
    if names.is_empty() {
        message
    } else {
        format!("{message} Needed: {}.", names.join(" or "))
    }
}

/// Wait for a code, if TikTok names none: a minute, the window of its rate limits
/// (docs/tiktok-open-api.md#rate-limits).
fn usual_wait(code: &FailureCode) -> Option<Duration> {
    (code.row() == Some(&codes::RATE_LIMIT_EXCEEDED)).then_some(Duration::from_mins(1))
}

fn missing_scopes(code: &FailureCode, endpoint: &Endpoint) -> &'static [Scope] {
    let rows = [&codes::SCOPE_NOT_AUTHORIZED, &codes::SCOPE_PERMISSION_MISSED];
    if !code.row().is_some_and(|row| rows.contains(&row)) {
        return &[];
    }
    endpoint.scopes
}

impl From<UploadError> for Failure {
    fn from(error: UploadError) -> Self {
        let (http_status, needed) = match error.kind {
            UploadErrorKind::Expired { status } | UploadErrorKind::Refused { status } => (Some(status), None),
            UploadErrorKind::TooSlow { needs, .. } => (None, Some(deadline_for(needs))),
            UploadErrorKind::OutOfStep
            | UploadErrorKind::GaveUp
            | UploadErrorKind::TooLate
            | UploadErrorKind::Stopped(_) => (None, None),
        };
        let fix = needed
            .as_ref()
            .map_or_else(String::new, |detail| format!("; {}", detail.fix));
        let message = format!(
            "({} of {} confirmed; {}{fix})",
            error.confirmed, error.total, error.kind
        );
        let (row, outcome) = row_of_upload(&error);
        let failure = Self {
            details: needed.into_iter().collect(),
            http_status,
            retry_after: error.retry_after,
            ..Self::new(row, &message)
        };
        match outcome {
            Some(outcome) => failure.with_outcome(outcome),
            None => failure,
        }
    }
}

/// Returns the row of a failed upload, and the post's outcome if it may exist.
const fn row_of_upload(error: &UploadError) -> (&'static Row, Option<Outcome>) {
    match error.kind {
        _ if error.complete_unknown => (&own::OUTCOME_UNKNOWN, Some(Outcome::Unconfirmed)),
        UploadErrorKind::Expired { .. } => (&own::UPLOAD_EXPIRED, None),
        UploadErrorKind::Refused { .. } => (&own::UPLOAD_REFUSED, None),
        UploadErrorKind::OutOfStep | UploadErrorKind::GaveUp => (&own::UPLOAD_FAILED, None),
        UploadErrorKind::TooLate => (&own::TIMEOUT, None),
        UploadErrorKind::TooSlow { .. } => (&own::UPLOAD_TOO_SLOW, None),
        UploadErrorKind::Stopped(ChunkDenied::TakenOver) => (&own::IN_PROGRESS, Some(Outcome::Processing)),
        UploadErrorKind::Stopped(ChunkDenied::Unwritable) => (&own::STATE_UNAVAILABLE, None),
        UploadErrorKind::Stopped(ChunkDenied::Unheard) => (&own::INTERRUPTED, None),
    }
}

/// Returns the deadline for an upload that takes `needs` more at the measured speed.
fn deadline_for(needs: Duration) -> FieldError {
    // A quarter more, half a minute for everything but the upload, and the half minute that the upload reserves
    // for its end.
    let seconds = (needs.as_secs().saturating_mul(5) / 4)
        .saturating_add(60)
        .next_multiple_of(10);
    let fix = if seconds <= DEADLINE_MAX.as_secs() {
        format!("set request_config.deadline to at least {seconds} seconds")
    } else {
        "no deadline is long enough, because TikTok's upload address expires after one hour: use a smaller video or a \
         faster connection, or let TikTok download the video (`source` PULL_FROM_URL)"
            .to_owned()
    };
    FieldError {
        field: "request_config.deadline".into(),
        got: format!("too little time: sending takes about {} s more", needs.as_secs()),
        allowed: format!("up to {} seconds", DEADLINE_MAX.as_secs()),
        fix,
    }
}

impl From<PlanError> for Failure {
    fn from(fault: PlanError) -> Self {
        let code = match fault {
            PlanError::Empty => &own::VIDEO_EMPTY,
            PlanError::TooLarge(_) => &own::VIDEO_TOO_LARGE,
        };
        Self::new(code, &format!("({fault})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: &str, endpoint: &'static Endpoint) -> Failure {
        Failure::from(open_api::Error::Refused(open_api::ErrorResponse {
            endpoint,
            code: code.to_owned(),
            message: String::new(),
            log_id: None,
            http_status: 401,
            retry_after: None,
            is_tiktoks: true,
        }))
    }

    #[test]
    fn the_catalogue_marks_the_codes_whose_person_depends_on_the_case() {
        for row in crate::catalogue::rows_of(Origin::OpenApi) {
            let differs = Endpoint::ALL
                .iter()
                .any(|endpoint| refused(row.code, endpoint).who() != Some(row.who));
            assert_eq!(differs, row.has_who_by_case(), "{}", row.code);
        }
    }

    #[test]
    fn photos_on_an_unverified_url_are_not_to_be_sent_as_files() {
        let remedy = |endpoint| {
            refused("url_ownership_unverified", endpoint)
                .advice()
                .remedy
                .unwrap_or_default()
                .into_owned()
        };
        assert!(
            remedy(Endpoint::CONTENT_INIT).starts_with("Move the photos to a verified domain or URL prefix.")
        );
        assert!(remedy(Endpoint::VIDEO_INIT).starts_with("Send the video itself"));
    }

    #[test]
    fn the_remedy_for_the_state_fits_its_cause() {
        let remedy = |error| {
            Failure::of_state(&error)
                .advice()
                .remedy
                .unwrap_or_default()
                .into_owned()
        };
        assert!(remedy(StateError::Off).starts_with("Send the request without `idempotency_key`"));
        assert_eq!(remedy(StateError::Late), "Send the same request again later.");
        assert!(remedy(StateError::TooLarge).starts_with("The host's operator should repair"));
    }
}
