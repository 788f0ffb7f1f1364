//! Results of checks.

use std::time::Duration;

use serde::Serialize;

/// Judgement of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    /// It is as it should be.
    Ok,
    /// It works within limits, or may stop to work.
    Warning,
    /// It does not work.
    Fault,
    /// It could not be checked, or does not apply.
    Skipped,
}

impl CheckStatus {
    /// Word of the status.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fault => "fault",
            Self::Skipped => "skipped",
        }
    }
}

/// Result of one check. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable name of the check.
    pub check: String,
    /// Integration that it concerns; `None` for the machine.
    pub integration: Option<&'static str>,
    /// Judgement.
    pub status: CheckStatus,
    /// Fact that was found, for people.
    pub found: String,
    /// Remedy, for people.
    pub remedy: Option<String>,
}

impl Finding {
    /// All is well.
    pub fn ok(check: &str, found: impl Into<String>) -> Self {
        Self::new(check, CheckStatus::Ok, found)
    }

    /// It works within limits.
    pub fn warning(check: &str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(check, CheckStatus::Warning, found).with_remedy(remedy)
    }

    /// It does not work.
    pub fn fault(check: &str, found: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(check, CheckStatus::Fault, found).with_remedy(remedy)
    }

    /// It was not checked, for this reason.
    pub fn skipped(check: &str, reason: impl Into<String>) -> Self {
        Self::new(check, CheckStatus::Skipped, reason)
    }

    /// The check had no answer in time.
    pub(super) fn late(check: &str, limit: Duration, remedy: &str) -> Self {
        Self::fault(
            check,
            format!("no answer within {} seconds", limit.as_secs()),
            remedy,
        )
    }

    /// The same with a remedy.
    #[must_use]
    pub fn with_remedy(self, remedy: impl Into<String>) -> Self {
        Self {
            remedy: Some(remedy.into()),
            ..self
        }
    }

    /// The same about an integration.
    #[must_use]
    pub fn of(self, integration: &'static str) -> Self {
        Self {
            integration: Some(integration),
            ..self
        }
    }

    fn new(check: &str, status: CheckStatus, found: impl Into<String>) -> Self {
        Self {
            check: check.to_owned(),
            integration: None,
            status,
            found: found.into(),
            remedy: None,
        }
    }
}
