//! Result of a deletion.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{http::whole_seconds, integrations::Failure, marketing_api::PlannedCall};

/// Object with its result.
#[derive(Debug, Clone)]
pub(super) struct DeletedItem {
    pub(super) id: String,
    pub(super) outcome: ItemOutcome,
}

/// Result of one object.
#[derive(Debug, Clone)]
pub(super) enum ItemOutcome {
    /// It exists, and no call for it has been sent.
    Planned,
    Deleted,
    AlreadyDeleted,
    NotFound(Failure),
    Failed(Failure),
    /// A call for it was sent, and its effect is not known.
    Unconfirmed(Failure),
}

impl ItemOutcome {
    pub(super) const fn failure(&self) -> Option<&Failure> {
        match self {
            Self::NotFound(failure) | Self::Failed(failure) | Self::Unconfirmed(failure) => Some(failure),
            Self::Planned | Self::Deleted | Self::AlreadyDeleted => None,
        }
    }

    const fn word(&self) -> OutcomeWord {
        match self {
            Self::Planned => OutcomeWord::Planned,
            Self::Deleted => OutcomeWord::Deleted,
            Self::AlreadyDeleted => OutcomeWord::AlreadyDeleted,
            Self::NotFound(_) => OutcomeWord::NotFound,
            Self::Failed(_) => OutcomeWord::Failed,
            Self::Unconfirmed(_) => OutcomeWord::Unconfirmed,
        }
    }
}

impl DeletedItem {
    /// The result as a member of an error.
    pub(super) fn shown(&self) -> Value {
        json!(ItemReport::of(self))
    }
}

/// Result of a deletion.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(in crate::integrations::tiktok_ads) struct DeletionReport {
    /// Whether all objects are deleted now. If it is false, `results` has the reason for each that is not; after a dry run it
    /// is always false
    complete: bool,
    /// Number of objects that this request deleted
    deleted_count: usize,
    /// Number of objects that were deleted before
    already_deleted_count: usize,
    /// Number of ids that the ad account does not have
    not_found_count: usize,
    /// Number of objects that TikTok did not delete
    failed_count: usize,
    /// Number of objects that may have been deleted, because TikTok's answer was lost
    unconfirmed_count: usize,
    /// Result of each id, in the order of the request, without repeated ones
    results: Vec<ItemReport>,
    /// Calls as they would be sent, in order; only after a dry run
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calls: Vec<PlannedCall>,
    /// Notes on the deletion
    warnings: Vec<String>,
}

/// Result of one id.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
struct ItemReport {
    /// The id
    id: String,
    outcome: OutcomeWord,
    /// Error code, for an object that was not deleted
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// Reason that the object was not deleted
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// Next step
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    /// Seconds to wait before the request is sent again for this object
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

// No doc comments on the variants: they would split the schema's list of words.
/// Outcome for the object: deleted; already_deleted; not_found (the ad account has no such object); failed (it was not
/// deleted); unconfirmed (it may have been deleted: send the request again); planned (nothing was
/// sent for it, because of a dry run or because the request was stopped before)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum OutcomeWord {
    Deleted,
    AlreadyDeleted,
    NotFound,
    Failed,
    Unconfirmed,
    Planned,
}

impl ItemReport {
    fn of(item: &DeletedItem) -> Self {
        let failure = item.outcome.failure();
        Self {
            id: item.id.clone(),
            outcome: item.outcome.word(),
            code: failure.map(|failure| failure.code.as_str().to_owned()),
            message: failure.map(|failure| failure.message.clone()),
            remedy: failure.and_then(|failure| failure.advice().remedy.map(Into::into)),
            retry_after: failure.and_then(|failure| failure.retry_after).map(whole_seconds),
        }
    }
}

impl DeletionReport {
    pub(super) fn of(noun: &str, items: &[DeletedItem], calls: Vec<PlannedCall>) -> Self {
        let count = |word| items.iter().filter(|item| item.outcome.word() == word).count();
        let left = items
            .iter()
            .filter(|item| item.outcome.failure().is_some())
            .count();
        let of = format!("of {} {noun}s", items.len());
        let unconfirmed = count(OutcomeWord::Unconfirmed);
        let not_deleted = left.saturating_sub(unconfirmed);
        let verb = if calls.is_empty() {
            "were not"
        } else {
            "would not be"
        };
        let failed = (not_deleted > 0).then(|| format!("{not_deleted} {of} {verb} deleted; see `results`."));
        let lost = (unconfirmed > 0).then(|| {
            format!(
                "{unconfirmed} {of} may have been deleted, because TikTok's answer was lost; send the request again."
            )
        });
        Self {
            complete: left == 0 && count(OutcomeWord::Planned) == 0,
            deleted_count: count(OutcomeWord::Deleted),
            already_deleted_count: count(OutcomeWord::AlreadyDeleted),
            not_found_count: count(OutcomeWord::NotFound),
            failed_count: count(OutcomeWord::Failed),
            unconfirmed_count: unconfirmed,
            results: items.iter().map(ItemReport::of).collect(),
            calls,
            warnings: failed.into_iter().chain(lost).collect(),
        }
    }

    /// The report with further notes.
    pub(super) fn warning(mut self, warnings: Vec<String>) -> Self {
        self.warnings.extend(warnings);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::own;

    #[test]
    fn what_may_be_deleted_is_told_from_what_was_not() {
        let failure = || Failure::new(&own::OUTCOME_UNKNOWN, "");
        let item = |outcome| DeletedItem {
            id: "7".to_owned(),
            outcome,
        };
        let warnings = |items: &[DeletedItem]| DeletionReport::of("campaign", items, Vec::new()).warnings;
        let lost = item(ItemOutcome::Unconfirmed(failure()));
        let failed = item(ItemOutcome::Failed(failure()));
        let may_be =
            "of 2 campaigns may have been deleted, because TikTok's answer was lost; send the request again.";
        assert_eq!(
            warnings(&[lost.clone(), item(ItemOutcome::Deleted)]),
            [format!("1 {may_be}")]
        );
        assert_eq!(
            warnings(&[lost, failed]),
            [
                "1 of 2 campaigns were not deleted; see `results`.".to_owned(),
                format!("1 {may_be}")
            ]
        );
    }
}
