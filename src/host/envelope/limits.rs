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
    /// Longest wait between attempts; by default `time`, or `timeout` if absent.
    pub wait: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            max_retries: 3,
            time: None,
            wait: None,
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
            let fix = format!("write a number from 0 to {RETRIES_MAX}");
            let allowed = format!("a whole number from 0 to {RETRIES_MAX}");
            let wrong = EnvelopeError::of_value("request_config.max_retries", retries, &allowed, "integer");
            in_range(wrong, retries, &fix)
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
        let most = most.as_secs();
        let allowed = format!("0.1 to {most} seconds, as a number");
        let wrong = EnvelopeError::of_value(field, value, &allowed, "number");
        in_range(wrong, value, &format!("write a number from 0.1 to {most}"))
    };
    seconds.map(Duration::from_secs_f64).ok_or_else(wrong)
}

/// `wrong` with the range as its fix, unless `value` is a string, whose fix is about its quotes.
fn in_range(wrong: EnvelopeError, value: &Value, fix: &str) -> EnvelopeError {
    if value.is_string() {
        wrong
    } else {
        wrong.fixed(fix)
    }
}
