//! A failure that the caller is told, from whatever room it came.
//!
//! The code is the catalogue's; the catalogue also says who acts and what to do, so nothing of that stands
//! here.

use std::time::Duration;

use super::Effect;
use crate::{
    catalogue::{self, Endpoint},
    http::{ConnectionError, HttpErrorKind},
    media::ContentError,
    model::{FieldError, LogId, PublishId, Scope},
    open_api,
    posting::{InitKind, LostPostSearch, Outcome, PostProgress, PriorAttempt, RuleViolation},
    state::StateError,
    upload::{ChunkDenied, PlanError, URL_LIFE, UploadError, UploadErrorKind},
};

/// What went wrong, for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The catalogue's code, or TikTok's where the catalogue does not know it.
    pub code: String,
    /// What happened, with its numbers.
    pub message: String,
    /// Whether it may be sent again, where this case knows better than the catalogue.
    pub retryable: Option<bool>,
    /// What is wrong with which input.
    pub details: Vec<FieldError>,
    /// The HTTP status of TikTok's answer.
    pub http_status: Option<u16>,
    /// TikTok's name for the call.
    pub log_id: Option<LogId>,
    /// How long to wait before another try.
    pub retry_after: Option<Duration>,
    /// The permissions of which one is missing.
    pub missing_scopes: &'static [Scope],
    /// What became of the post; absent for actions that do not post.
    pub outcome: Option<Outcome>,
    /// The upload's name, where there is one.
    pub publish_id: Option<PublishId>,
    /// What was seen of a post that may have been made.
    pub search: Option<LostPostSearch>,
    /// Whether the same request can be sent again without posting twice.
    pub has_idempotency_key: bool,
    /// Whether the call that posts by itself may have posted without naming the post, so that nobody can ask
    /// about it.
    pub publish_id_lost: bool,
    /// Message for the log, which only the operator reads: places on the machine and what was found there.
    pub for_operator: Option<String>,
}

impl Failure {
    /// A failure with a code of the catalogue; the catalogue's meaning stands before `message`.
    pub fn new(code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: with_meaning(code, message),
            retryable: None,
            details: Vec::new(),
            http_status: None,
            log_id: None,
            retry_after: None,
            missing_scopes: &[],
            outcome: None,
            publish_id: None,
            search: None,
            has_idempotency_key: false,
            publish_id_lost: false,
            for_operator: None,
        }
    }

    /// A failure in which inputs have their share.
    pub fn of_fields(code: &str, details: Vec<FieldError>) -> Self {
        let told: Vec<String> = details.iter().map(ToString::to_string).collect();
        Self {
            details,
            ..Self::new(code, &format!("{}.", told.join("; ")))
        }
    }

    /// A failure of one input.
    pub fn of_field(code: &str, field: &str, got: &str, allowed: &str, fix: &str) -> Self {
        let finding = FieldError {
            field: field.into(),
            got: got.into(),
            allowed: allowed.into(),
            fix: fix.into(),
        };
        Self::of_fields(code, vec![finding])
    }

    /// The journal could not be read or written, or another request owns the key.
    pub fn of_state(error: &StateError) -> Self {
        match error {
            StateError::Lost => Self {
                outcome: Some(Outcome::Processing),
                ..Self::new("in_progress", "")
            },
            StateError::Untrusted { reason } => Self {
                for_operator: Some((*reason).to_owned()),
                ..Self::new("state_untrusted", "")
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
                for_operator: Some(error.in_full()),
                ..Self::new("state_unavailable", &format!("({error})"))
            },
        }
    }

    /// This request posted nothing; what an earlier one with its key did is not known.
    #[must_use]
    pub fn earlier_unknown(self) -> Self {
        let message = format!("{} {EARLIER_UNKNOWN}", self.message);
        Self {
            message,
            outcome: Some(Outcome::Unconfirmed),
            ..self
        }
    }

    /// The request carries an idempotency key, so that sending it again with the same key is safe whatever
    /// happened.
    #[must_use]
    pub fn with_idempotency_key(self) -> Self {
        Self {
            has_idempotency_key: true,
            ..self
        }
    }

    /// It may have been posted.
    #[must_use]
    pub fn unconfirmed(self) -> Self {
        Self {
            outcome: Some(Outcome::Unconfirmed),
            ..self
        }
    }

    /// What was seen of a post that may have been made.
    #[must_use]
    pub fn with_search(self, search: LostPostSearch) -> Self {
        let message = format!("{} Looked for: {}.", self.message, search.note);
        Self {
            message,
            search: Some(search),
            ..self
        }
    }

    /// Broken rules, told at once: under the code that they share, else as rules that are not met.
    pub fn of_violations(violations: Vec<RuleViolation>) -> Self {
        let first = violations
            .first()
            .map_or("rules_not_met", |violation| violation.code);
        let shared = violations.iter().all(|violation| violation.code == first);
        let code = if shared { first } else { "rules_not_met" };
        Self::of_fields(
            code,
            violations.into_iter().map(|violation| violation.error).collect(),
        )
    }

    /// Nothing was posted, for sure.
    #[must_use]
    pub fn nothing_posted(self) -> Self {
        if self.outcome.is_some() {
            return self;
        }
        Self {
            outcome: Some(Outcome::Failed),
            message: format!("{} Nothing was posted.", self.message),
            ..self
        }
    }

    /// The failure belongs to this upload.
    #[must_use]
    pub fn of_upload(self, publish_id: &PublishId) -> Self {
        Self {
            publish_id: Some(publish_id.clone()),
            ..self
        }
    }

    /// An init that gave no publish_id.
    ///
    /// Where the init posts by itself and its answer was lost, nobody knows what became of the post.
    pub fn of_init(error: open_api::Error, kind: InitKind) -> Self {
        let unknown = kind == InitKind::PostsByItself && error.effect_unknown();
        let message = error.to_string();
        let failure = Self::from(error);
        if unknown {
            let code = "outcome_unknown";
            let outcome = Some(Outcome::Unconfirmed);
            Self {
                code: code.into(),
                message: with_meaning(code, &message),
                outcome,
                publish_id_lost: true,
                ..failure
            }
        } else {
            failure.nothing_posted()
        }
    }

    /// What is wrong with the content of the input `field`.
    pub fn of_content(field: &str, error: ContentError) -> Self {
        let (code, allowed, fix) = match error {
            ContentError::InvalidCharacter { .. } => (
                "invalid_base64",
                BASE64,
                "send the file's own bytes as base64, not its name, address or another encoding",
            ),
            ContentError::UrlSafe { .. } => (
                "invalid_base64",
                BASE64,
                "encode with the standard alphabet, or replace each - by + and each _ by /",
            ),
            ContentError::Cut { .. } => ("invalid_base64", BASE64, "send the whole text"),
            ContentError::TooLarge => (
                "video_too_large",
                "at most 287 MiB",
                "shorten the video or encode it at a lower bit rate",
            ),
            ContentError::Spool(why) => ("no_room", why.allowed(), why.fix()),
            ContentError::Unused => (
                "inputs_conflict",
                "the content of one video",
                "leave out all but one",
            ),
        };
        let finding = FieldError {
            field: field.into(),
            got: error.to_string(),
            allowed: allowed.into(),
            fix: fix.into(),
        };
        let failure = Self::of_fields(code, vec![finding]);
        let may_pass = if let ContentError::Spool(why) = error {
            Some(why.may_pass())
        } else {
            None
        };
        Self {
            retryable: may_pass,
            ..failure
        }
    }

    /// The program was told to stop while an action ran or waited to run.
    ///
    /// An action that posts and had not sent its init has posted nothing, and may be sent again; so may one
    /// that reads. Under a key it may be that an earlier request has posted: sent again, it finds out.
    pub fn interrupted(effect: Effect, trace: PostProgress) -> Self {
        let outcome = match effect {
            Effect::Reads => None,
            Effect::Writes => Some(trace.outcome().unwrap_or(Outcome::Failed)),
        };
        let message = match outcome {
            Some(Outcome::Unconfirmed) if trace.init.is_none() => EARLIER_UNKNOWN,
            Some(Outcome::Unconfirmed) if trace.init == Some(InitKind::NeedsBytes) && !trace.last_chunk => {
                CUT_SHORT
            }
            Some(Outcome::Unconfirmed) => "The post may go on at TikTok.",
            Some(Outcome::Processing) => "TikTok has all of the video, and the post goes on there.",
            Some(_) => "Nothing was posted.",
            None => "",
        };
        let has_idempotency_key = trace.earlier != PriorAttempt::NoKey;
        let retryable = Some(match outcome {
            Some(Outcome::Processing) => has_idempotency_key,
            _ => outcome != Some(Outcome::Unconfirmed),
        });
        let publish_id_lost = trace.init == Some(InitKind::PostsByItself) && trace.publish_id.is_none();
        let failure = Self::new("interrupted", message);
        Self {
            outcome,
            retryable,
            publish_id: trace.publish_id,
            has_idempotency_key,
            publish_id_lost,
            ..failure
        }
    }
}

/// What is known of a post whose request carries a key and did not come to see what was done under it.
const EARLIER_UNKNOWN: &str =
    "This request posted nothing; what an earlier one with this key did is not known.";

/// What is known of an upload that was cut off before its last part.
const CUT_SHORT: &str = "The last part of the video was not sent, and without it TikTok should make no post.";

/// What a content may be.
const BASE64: &str =
    "standard base64 (A-Z a-z 0-9 + /, padding optional, white space ignored, data:…;base64, in front)";

/// The catalogue's meaning of `code`, then what is known of this case.
fn with_meaning(code: &str, message: &str) -> String {
    let meaning = catalogue::find(code).map_or("", |row| row.meaning);
    [meaning, message]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

impl From<open_api::Error> for Failure {
    fn from(error: open_api::Error) -> Self {
        match error {
            open_api::Error::Refused(refusal) => Self {
                http_status: Some(refusal.http_status),
                retry_after: refusal.retry_after.or_else(|| usual_wait(&refusal.code)),
                missing_scopes: missing_scopes(&refusal.code, refusal.endpoint),
                message: with_scopes(
                    in_tiktoks_words(&refusal),
                    missing_scopes(&refusal.code, refusal.endpoint),
                ),
                log_id: refusal.log_id,
                ..Self::new(&refusal.code, "")
            },
            open_api::Error::Lost(lost) => Self {
                retryable: (lost.kind == HttpErrorKind::TooLarge).then_some(false),
                retry_after: if let HttpErrorKind::RateLimited(wait) = lost.kind {
                    Some(wait)
                } else {
                    None
                },
                ..Self::new(code_of_http_error(lost.kind), &format!("({lost})"))
            },
            open_api::Error::Unreadable { http_status, .. } => Self {
                http_status: Some(http_status),
                ..Self::new("unreadable_answer", &format!("({error})"))
            },
        }
    }
}

fn in_tiktoks_words(refusal: &open_api::ErrorResponse) -> String {
    let known = catalogue::find(&refusal.code).is_some();
    let code = &refusal.code;
    let words = match (known, refusal.message.as_str()) {
        (true, "") => String::new(),
        (true, words) => format!("(TikTok says: {words})"),
        (false, "") => format!("TikTok answered with the code {code}, which is new to us."),
        (false, words) => format!("TikTok answered with the code {code}, which is new to us: {words}"),
    };
    with_meaning(&refusal.code, &words)
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

/// TikTok's per-minute limits have a window of a minute (docs/tiktok-open-api.md#rate-limits).
fn usual_wait(code: &str) -> Option<Duration> {
    (code == "rate_limit_exceeded").then_some(Duration::from_mins(1))
}

fn missing_scopes(code: &str, endpoint: Endpoint) -> &'static [Scope] {
    if !matches!(code, "scope_not_authorized" | "scope_permission_missed") {
        return &[];
    }
    match endpoint {
        Endpoint::UserInfo => &[Scope::UserInfoBasic],
        Endpoint::VideoList | Endpoint::VideoQuery => &[Scope::VideoList],
        Endpoint::CreatorInfo | Endpoint::VideoInit => &[Scope::VideoPublish],
        Endpoint::InboxVideoInit => &[Scope::VideoUpload],
        Endpoint::ContentInit | Endpoint::StatusFetch | Endpoint::Cancel => {
            &[Scope::VideoPublish, Scope::VideoUpload]
        }
        Endpoint::OAuth => &[],
    }
}

const fn code_of_http_error(kind: HttpErrorKind) -> &'static str {
    match kind {
        HttpErrorKind::Connection(ConnectionError::Connect(_) | ConnectionError::Interrupted) => {
            "network_error"
        }
        HttpErrorKind::Connection(ConnectionError::Timeout) | HttpErrorKind::DeadlinePassed => "timeout",
        HttpErrorKind::RateLimited(_) => "rate_limit_exceeded",
        HttpErrorKind::Vetoed => "state_unavailable",
        HttpErrorKind::OutputClosed => "interrupted",
        HttpErrorKind::TooLarge | HttpErrorKind::NoMemory => "unreadable_answer",
    }
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
        let (code, outcome) = match error.kind {
            _ if error.complete_unknown => ("outcome_unknown", Some(Outcome::Unconfirmed)),
            UploadErrorKind::Expired { .. } => ("upload_expired", None),
            UploadErrorKind::Refused { .. } => ("upload_refused", None),
            UploadErrorKind::OutOfStep | UploadErrorKind::GaveUp => ("upload_failed", None),
            UploadErrorKind::TooLate => ("timeout", None),
            UploadErrorKind::TooSlow { .. } => ("upload_too_slow", None),
            UploadErrorKind::Stopped(ChunkDenied::TakenOver) => ("in_progress", Some(Outcome::Processing)),
            UploadErrorKind::Stopped(ChunkDenied::Unwritable) => ("state_unavailable", None),
            UploadErrorKind::Stopped(ChunkDenied::Unheard) => ("interrupted", None),
        };
        let fix = needed
            .as_ref()
            .map_or_else(String::new, |detail| format!("; {}", detail.fix));
        let message = format!(
            "({} of {} confirmed; {}{fix})",
            error.confirmed, error.total, error.kind
        );
        let (details, retry_after) = (needed.into_iter().collect(), error.retry_after);
        Self {
            details,
            http_status,
            retry_after,
            outcome,
            ..Self::new(code, &message)
        }
    }
}

/// The deadline that an upload needs which takes `needs` at the speed that was measured.
fn deadline_for(needs: Duration) -> FieldError {
    // A quarter more, half a minute for all that is not the upload, and the half that the upload keeps back
    // for its end.
    let seconds = (needs.as_secs().saturating_mul(5) / 4)
        .saturating_add(60)
        .next_multiple_of(10);
    let fix = if seconds <= DEADLINE_MAX.as_secs() {
        format!("set request_config.deadline to at least {seconds} seconds")
    } else {
        "no deadline is long enough, since TikTok's upload address works for one hour: make the video smaller, use a faster \
         connection, or let TikTok fetch the video (`source` PULL_FROM_URL)"
            .to_owned()
    };
    FieldError {
        field: "request_config.deadline".into(),
        got: format!(
            "too little time, since sending takes about {} s more",
            needs.as_secs()
        ),
        allowed: format!("up to {} seconds", DEADLINE_MAX.as_secs()),
        fix,
    }
}

/// Longest deadline of a request: the life of an upload address.
pub const DEADLINE_MAX: Duration = URL_LIFE;

impl From<PlanError> for Failure {
    fn from(fault: PlanError) -> Self {
        let code = match fault {
            PlanError::Empty => "video_empty",
            PlanError::TooLarge(_) => "video_too_large",
        };
        Self::new(code, &format!("({fault})"))
    }
}
