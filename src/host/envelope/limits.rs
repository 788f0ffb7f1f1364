//! Limits on the calls of a request: its `request_config`.

use std::time::Duration;

use serde_json::Value;

use super::error::{EnvelopeError, known_keys, object};
use crate::{integrations::DEADLINE_MAX, schema::CONFIG};

/// Longest `timeout`.
const TIMEOUT_MAX: Duration = Duration::from_mins(10);

/// Most `max_retries`.
const RETRIES_MAX: u64 = 10;

/// Limits on the calls of one request, from its `request_config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest duration of one call; `timeout`, 30 s if absent.
    pub timeout: Duration,
    /// Retries of one call; `max_retries`, 3 if absent.
    pub max_retries: u32,
    /// Time budget of the whole request; `deadline`, `None` if absent.
    pub time: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            max_retries: 3,
            time: None,
        }
    }
}

/// Reads `request_config`: `timeout` and `deadline` in seconds from 0.1, `max_retries` from 0 to 10.
pub(super) fn limits(config: Option<Value>) -> Result<Limits, EnvelopeError> {
    let config = object("request_config", config)?;
    known_keys(
        "request_config.",
        &config,
        &["max_retries", "timeout", "deadline"],
        CONFIG,
    )?;
    let mut limits = Limits::default();
    if let Some(timeout) = config.get("timeout") {
        limits.timeout = seconds("request_config.timeout", timeout, TIMEOUT_MAX)?;
    }
    if let Some(deadline) = config.get("deadline") {
        limits.time = Some(seconds("request_config.deadline", deadline, DEADLINE_MAX)?);
    }
    if let Some(retries) = config.get("max_retries") {
        let count = retries
            .as_u64()
            .filter(|count| *count <= RETRIES_MAX)
            .and_then(|count| u32::try_from(count).ok());
        let wrong = || {
            EnvelopeError::of_value(
                "request_config.max_retries",
                retries,
                "a whole number from 0 to 10",
                "integer",
            )
        };
        limits.max_retries = count.ok_or_else(wrong)?;
    }
    Ok(limits)
}

fn seconds(field: &str, value: &Value, most: Duration) -> Result<Duration, EnvelopeError> {
    let seconds = value
        .as_f64()
        .filter(|seconds| (0.1..=most.as_secs_f64()).contains(seconds));
    let wrong = || {
        EnvelopeError::of_value(
            field,
            value,
            &format!("0.1 to {} seconds, as a number", most.as_secs()),
            "number",
        )
    };
    seconds.map(Duration::from_secs_f64).ok_or_else(wrong)
}
